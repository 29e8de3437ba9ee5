"""Retention takes what nothing rests on, when it is old enough and not held, and nothing else."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.model import text_sha256
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.holds import add_hold
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.published import open_published
from factdesk.warehouse.retention import Limits, Surplus, find_surplus, remove_surplus
from factdesk.warehouse.spool import write_batches
from filled_warehouses import (
    MAX_BYTES,
    answers,
    archive_of,
    decisions_of,
    fetch_of,
    fill,
    records_of,
    verify,
)
from small_records import NOON, make_fetch, make_snapshot, make_source

FIRST, SECOND, THIRD = (
    f"The fare is five pounds. The {word} notice." for word in ("first", "second", "third")
)
LATER = NOON + timedelta(days=100)


def see(warehouse: Path, text: str, minute: int) -> None:
    """Archive a text of the source that no verdict ever looks at."""
    source = make_source()
    fetch = fetch_of(make_fetch(source, text, minute), text)
    archive_of(warehouse).put_fetch(fetch, make_snapshot(source, text), source, blobs=[text.encode()])
    write_batches([source, fetch, make_snapshot(source, text)], warehouse, MAX_BYTES)
    fold_and_publish(warehouse)


def surplus_of(warehouse: Path, limits: Limits, days: int = 100) -> Surplus:
    with open_published(warehouse) as connection:
        return find_surplus(
            lambda sql, parameters: connection.execute(sql, parameters).fetchall(),
            WarehouseFolder(warehouse),
            limits,
            NOON + timedelta(days=days),
        )


@pytest.fixture
def filled(warehouse: Path) -> Path:
    """Three texts of a source: the first was decided on, the second nobody looked at, the third is last."""
    fill(warehouse, "harbour", page=FIRST)
    see(warehouse, SECOND, 10)
    see(warehouse, THIRD, 20)
    return warehouse


def test_it_is_off_unless_it_is_asked_for(filled: Path) -> None:
    assert surplus_of(filled, Limits()) == Surplus((), (), (), (), ())


def test_only_what_nothing_rests_on_goes(filled: Path) -> None:
    before = answers(filled)
    surplus = surplus_of(filled, Limits(texts=30))
    assert surplus.texts == (text_sha256(SECOND),)
    assert surplus.files == (blob_name(text_sha256(SECOND)),)
    assert surplus_of(filled, Limits(texts=101)).texts == ()
    remove_surplus(WarehouseFolder(filled), surplus, by="r1")
    assert not (filled / "snapshots" / surplus.files[0]).exists()
    found = verify(filled)
    assert (found.faults, found.erased) == ([], 1)
    assert answers(filled) == before


def test_what_was_decided_on_stays_when_the_verdict_changes(filled: Path) -> None:
    """The claim is judged again on the third text: the first is still what people saw."""
    fill(filled, "harbour", page=THIRD, minute=30)
    assert surplus_of(filled, Limits(texts=30)).texts == (text_sha256(SECOND),)


def test_what_only_an_undecided_verdict_of_before_saw_goes(warehouse: Path) -> None:
    for minute, page in enumerate((FIRST, SECOND), start=1):
        records = records_of("harbour", page, minute=minute)
        fetch = next(one for one in records if type(one).__name__ == "Fetch")
        snapshot = next(one for one in records if type(one).__name__ == "Snapshot")
        archive = archive_of(warehouse)
        archive.put_fetch(fetch, snapshot, make_source(), blobs=[page.encode()])
        write_batches(records, warehouse, MAX_BYTES)
        fold_and_publish(warehouse)
    assert surplus_of(warehouse, Limits(texts=30)).texts == (text_sha256(FIRST),)
    claim = next(one for one in records if type(one).__name__ == "Claim")
    verdict = next(one for one in records if type(one).__name__ == "Verdict")
    write_batches(decisions_of(claim, verdict, SECOND), warehouse, MAX_BYTES)
    fold_and_publish(warehouse)
    assert surplus_of(warehouse, Limits(texts=30)).texts == ()


def test_what_is_held_stays(filled: Path) -> None:
    with open_published(filled) as connection:
        row = connection.execute(
            "SELECT id FROM records.snapshots WHERE text_sha256 = ?", [text_sha256(SECOND)]
        ).fetchone()
    assert row is not None
    add_hold(filled, "snapshot", UUID(str(row[0])), "a complaint", "r1")
    assert surplus_of(filled, Limits(texts=30)).texts == ()


def test_files_beside_go_by_their_age_and_the_newest_copy_stays(filled: Path) -> None:
    folder = WarehouseFolder(filled)
    names = {
        folder.set_aside / "0-factdesk.duckdb.wal": 40,
        folder.set_aside / "1-factdesk.duckdb.wal": 5,
        folder.rejected / "a.ndjson": 40,
        folder.rejected / "a.ndjson.reason": 40,
        folder.backups / "factdesk-1-before-0004.duckdb": 60,
        folder.backups / "factdesk-2-before-0005.duckdb": 50,
    }
    for path, days in names.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        then = (LATER - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))
    surplus = surplus_of(filled, Limits(logs=30, rejected=30, database_copies=30))
    assert [path.name for path in surplus.beside] == [
        "0-factdesk.duckdb.wal",
        "a.ndjson",
        "a.ndjson.reason",
        "factdesk-1-before-0004.duckdb",
    ]
    remove_surplus(folder, surplus, by="r1")
    assert [path.name for path in names if path.exists()] == [
        "1-factdesk.duckdb.wal",
        "factdesk-2-before-0005.duckdb",
    ]
