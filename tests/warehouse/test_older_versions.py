"""Databases that every earlier version wrote are brought up to date: see `older_databases`."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.folding import count_rows
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.migrate import list_migrations
from factdesk.warehouse.promises import read_promises
from factdesk.warehouse.published import open_published
from factdesk.warehouse.query import run_query
from older_databases import list_kept_versions, put_older

LATEST = len(list_migrations())
CHAIN = "SELECT position, event_id, chain_sha256 FROM keeper.event_chain ORDER BY position"


def test_of_every_earlier_version_a_database_is_kept() -> None:
    lacking = set(range(1, LATEST)) - set(list_kept_versions())
    assert not lacking, "run python tests/older_databases.py on the commit before the next migration"


@pytest.mark.parametrize("version", list_kept_versions())
def test_a_database_of_every_version_is_brought_up_to_date(warehouse: Path, version: int) -> None:
    put_older(version, warehouse)
    folder = WarehouseFolder(warehouse)
    with duckdb.connect(str(folder.database), read_only=True) as old:
        rows, chain = count_rows(old), old.execute(CHAIN).fetchall()
    assert len(chain) == 2

    report = fold_and_publish(warehouse)

    assert (report.folded, report.rejected, report.waiting, report.published) == (1, 0, 0, True)
    assert _applied(folder.published) == list(range(1, LATEST + 1))
    _check_backup(folder, version, rows)
    decided = run_query(
        warehouse,
        "SELECT claim, machine_rating, editor_rating, conclusion FROM reports.verdicts ORDER BY ALL",
    )
    assert decided.rows == [
        ("the ferry costs £5", "supported", "refuted", "It is not."),
        ("the ferry costs £5", "supported", None, None),
        ("the tram costs £3", "supported", None, None),
    ]
    with open_published(warehouse) as copy:
        assert copy.execute(CHAIN).fetchall()[:2] == chain
        for (view,) in copy.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        ).fetchall():
            copy.execute(f'SELECT * FROM "{view}"').fetchall()
    promises = read_promises(warehouse)
    assert promises is not None
    assert (promises.events, promises.faults) == (3, ())


def _check_backup(folder: WarehouseFolder, version: int, rows: dict[str, int]) -> None:
    """Before a migration there is a backup: the database as it was, row for row."""
    backups = list(folder.backups.glob(f"*-before-{version + 1:04}.duckdb"))
    assert len(backups) == (version < LATEST)
    for backup in backups:
        assert _applied(backup) == list(range(1, version + 1))
        with duckdb.connect(str(backup), read_only=True) as kept:
            assert count_rows(kept) == rows


def _applied(database: Path) -> list[int]:
    with duckdb.connect(str(database), read_only=True) as opened:
        rows = opened.execute("SELECT number FROM keeper.migrations ORDER BY number").fetchall()
    return [number for (number,) in rows]
