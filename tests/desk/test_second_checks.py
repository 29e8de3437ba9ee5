"""Who checks alone is told that some claims wait for a second person who will not come, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from desk_homes import serve
from desk_pages import text_of
from factdesk.commands.reviews import print_queue
from factdesk.config import Home, open_home
from factdesk.desk.decisions import make_decision
from factdesk.desk.users import add_user, remove_user
from factdesk.model import Rating, Role
from factdesk.ops.doctor.desk import check_second_checks
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from small_records import make_claim, make_essay, small_essay

CLAIM = make_claim(make_essay(), "the ferry costs £5")
WAITS = "1 claim waits for a second person, and nobody else checks here"
BY_LINK = "give somebody else a link (factdesk desk --link --as NAME)"
SETTING = "set review.second_check_share = 0 in config/factdesk.toml and start the desk again"
PASSWORD = "correct horse battery"


def make_home(root: Path, settings: str) -> Home:
    config = root / "config" / "factdesk.toml"
    config.parent.mkdir(exist_ok=True)
    config.write_text(settings, encoding="utf-8")
    return open_home(root)


def decide(home: Home, *names: str) -> None:
    for name in names:
        made = make_decision(home.warehouse, CLAIM.id, Rating.SUPPORTED, name)
        write_batches([made], home.warehouse, 16_000_000)
    fold(home)


def fold(home: Home) -> None:
    fold_and_publish(home.warehouse, second_check=home.settings.review.policy)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_home(tmp_path, "[review]\nsecond_check_share = 1\n")
    write_batches(small_essay(), home.warehouse, 16_000_000)
    decide(home, "Ann")
    return home


def told_by_queue(home: Home) -> Sequence[str]:
    said: list[str] = []
    console = Console(quiet=True)
    assert print_queue(home, 5, as_json=False, console=console, say=said.append) == 0
    return said


def test_one_alone_is_told_what_waits_for_ever(home: Home) -> None:
    check = check_second_checks(home)
    assert (check.found, check.said) == ("warn", WAITS)
    assert check.mend == f"{BY_LINK}, or {SETTING}"
    assert told_by_queue(home) == [f"factdesk: {WAITS}; {check.mend}"]
    with serve(home) as desk:
        ann = desk.visitor("Ann")
        for path in ("/queue?tray=all", f"/claims/{CLAIM.id}"):
            assert f"{WAITS}: {check.mend}." in text_of(ann.get(path).text), path
        bob = desk.visitor("Bob")
        for path in ("/queue?tray=all", f"/claims/{CLAIM.id}"):
            assert "nobody else checks here" not in bob.get(path).text, "he is there to check it"
    assert check_second_checks(home).found == "ok"


def test_the_mend_is_one(home: Home, tmp_path: Path) -> None:
    home = make_home(tmp_path, "[review]\nsecond_check_share = 0\n")
    fold(home)
    assert check_second_checks(home).found == "ok"
    assert not [one for one in told_by_queue(home) if "second person" in one]
    home = make_home(tmp_path, '[review]\nsecond_check = "all"\n')
    fold(home)
    assert (
        'set review.second_check = "never" and review.second_check_share = 0'
        in check_second_checks(home).mend
    )


def test_in_a_team_those_count_whose_role_decides(home: Home, tmp_path: Path) -> None:
    home = make_home(tmp_path, '[review]\nsecond_check_share = 1\n[desk]\nsign_in = "password"\n')
    for name, role in (("Ann", Role.ADMIN), ("Ole", Role.OPERATOR)):
        add_user(home.warehouse, name, role, PASSWORD)
    check = check_second_checks(home)
    assert (check.found, check.said) == ("warn", WAITS)
    assert check.mend == f"add somebody (factdesk users add NAME), or {SETTING}"
    add_user(home.warehouse, "Cleo", Role.CHECKER, PASSWORD)
    assert check_second_checks(home).found == "ok"
    add_user(home.warehouse, "Dan", Role.ADMIN, PASSWORD)
    for name in ("Ann", "Cleo"):
        remove_user(home.warehouse, name)
    assert check_second_checks(home).found == "ok", "Ann has left, and Dan can check what she decided"
