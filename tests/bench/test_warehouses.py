"""The made-up warehouses that figures are measured on: as many claims wait as were asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2]))

from bench.warehouse_copies import copy_rows
from bench.warehouse_records import make_essays

from factdesk.warehouse.columns import TABLES, columns_of, read_row
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.opening import open_database
from factdesk.warehouse.promises import read_promises
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from factdesk.warehouse.standing import find_standing_faults, rebuild_standing


def test_copies_are_whole_warehouses(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    records = [record for essay in make_essays(500, 40, seed=3) for record in essay.records]
    write_batches(records, warehouse, 16_000_000)
    fold_and_publish(warehouse, publish=False)
    with open_database(WarehouseFolder(warehouse)) as database:
        copy_rows(database, 3)
        rebuild_standing(database)
        assert find_standing_faults(database) == []
        for record, table in TABLES.items():
            columns = ", ".join(f'"{one.name}"' for one in columns_of(record))
            for row in database.execute(f"SELECT id, {columns} FROM records.{table}").fetchall():
                assert read_row(record, row[1:]).id == row[0], table
    fold_and_publish(warehouse)
    counted = run_query(
        warehouse,
        "SELECT (SELECT count(*) FROM reports.claims), (SELECT count(*) FROM reports.review_queue), "
        "(SELECT count(*) FROM reports.verdicts WHERE verdict_id IS NULL OR claim_start IS NULL)",
    )
    assert counted.rows == [(1500, 120, 0)]
    promises = read_promises(warehouse)
    assert promises is not None
    assert promises.faults == ()


def test_the_same_seed_makes_the_same_records() -> None:
    first, second = (list(make_essays(50, 10, seed=7)) for _ in range(2))
    assert first == second


def test_more_than_four_fifths_cannot_wait() -> None:
    with pytest.raises(ValueError, match="at most 4/5 waiting"):
        next(make_essays(100, 90, seed=1))
