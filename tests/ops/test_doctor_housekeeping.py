"""The doctor knows the faults of backups, holds and erasures, each with its mend."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from factdesk.config import Home, open_home
from factdesk.ops.doctor import Finding
from factdesk.ops.doctor.checks import Check
from factdesk.ops.doctor.housekeeping import check_housekeeping
from factdesk.sources.archive import Archive
from factdesk.sources.erasures import Tombstone, bury
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.holds import add_hold

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def found(home: Home) -> dict[str, Check]:
    return {check.name: check for check in check_housekeeping(home, NOW)}


def note(home: Home, days: int = 0, faults: int = 0, size: int = 1) -> Path:
    """Write what a backup of so many days ago would have."""
    place = WarehouseFolder(home.warehouse).backups / "factdesk-1"
    place.mkdir(parents=True, exist_ok=True)
    body = {
        "path": str(place),
        "made_at": (NOW - timedelta(days=days)).isoformat(),
        "bytes": size,
        "faults": faults,
        "places": [str(place.parent)],
    }
    WarehouseFolder(home.warehouse).last_backup.write_text(json.dumps(body))
    return place


def erase(home: Home, kind: str = "essay") -> Tombstone:
    at = NOW.isoformat()
    made = Tombstone(str(uuid4()), kind, (str(uuid4()),), at, "r1", "asked", (), (), (), {})
    bury(Archive(home.warehouse / "snapshots"), made)
    return made


def test_a_new_home_has_no_fault(home: Home) -> None:
    assert list(found(home)) == ["backup"]
    assert found(home)["backup"].found is Finding.OK


@pytest.mark.parametrize(("days", "finding"), [(2, Finding.OK), (9, Finding.WARN)])
def test_data_of_some_days_without_a_backup_is_at_risk(home: Home, days: int, finding: Finding) -> None:
    day = (NOW - timedelta(days=days)).date()
    Archive(home.warehouse / "snapshots", today=lambda: date(day.year, day.month, day.day)).put(b"x")
    assert found(home)["backup"].found is finding


@pytest.mark.parametrize(
    ("told", "finding", "said"),
    [
        ({"days": 2}, Finding.OK, "2 days old"),
        ({"days": 8}, Finding.WARN, "8 days old"),
        ({"faults": 3}, Finding.WARN, "3 archived files damaged and not in it"),
        ({"size": 10**18}, Finding.WARN, "less than a whole backup"),
    ],
)
def test_the_last_backup_is_looked_at(home: Home, told: dict[str, int], finding: Finding, said: str) -> None:
    note(home, **told)
    check = found(home)["backup"]
    assert (check.found, said in check.said) == (finding, True), check
    assert bool(check.mend) == (finding is not Finding.OK)


def test_a_backup_that_is_gone_is_a_fault(home: Home) -> None:
    shutil.rmtree(note(home))
    check = found(home)["backup"]
    assert check.found is Finding.FAIL
    assert "factdesk backup" in check.mend


@pytest.mark.parametrize(
    ("name", "file"), [("erasure", "erasing.json"), ("restore", ".restoring/ready.json")]
)
def test_what_was_stopped_half_way_is_a_fault(home: Home, name: str, file: str) -> None:
    path = home.warehouse / file
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    check = found(home)[name]
    assert check.found is Finding.FAIL
    assert check.mend == "factdesk publish ends it"


def test_copies_from_before_an_erasure_are_named(home: Home) -> None:
    place = note(home)
    erase(home, "retention")
    assert "erasures" not in found(home)
    erase(home)
    then = (NOW - timedelta(days=1)).timestamp()
    os.utime(place, (then, then))
    check = found(home)["erasures"]
    assert check.found is Finding.WARN
    assert str(place) in check.mend
    then = (NOW + timedelta(days=1)).timestamp()
    os.utime(place, (then, then))
    assert found(home)["erasures"].found is Finding.OK


def test_a_damaged_tombstone_is_a_fault(home: Home) -> None:
    path = home.warehouse / "snapshots" / erase(home).name
    path.chmod(0o644)
    path.write_text("{")
    assert found(home)["erasures"].found is Finding.FAIL


def test_holds_are_listed_and_a_changed_file_is_a_fault(home: Home) -> None:
    one = add_hold(home.warehouse, "claim", uuid4(), "a complaint", "r1")
    check = found(home)["holds"]
    assert check.found is Finding.OK
    assert str(one.target) in check.said
    path = WarehouseFolder(home.warehouse).holds
    path.write_bytes(path.read_bytes().replace(b"complaint", b"compliment") * 2)
    assert found(home)["holds"].found is Finding.FAIL
