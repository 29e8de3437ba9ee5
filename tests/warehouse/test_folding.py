from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factdesk.model import ReviewEvent, Span, body_sha256, to_json
from factdesk.warehouse.columns import TABLES, columns_of
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.migrate import apply_migrations, list_migrations
from factdesk.warehouse.spool import write_batches
from record_strategies import ANY_RECORD
from small_records import Review, make_claim, make_essay
from warehouse_processes import fold_batch


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    apply_migrations(connection, list_migrations())
    return connection


def distinct(records: list[Any]) -> list[Any]:
    """One body of each id; a review event may not change its words at all."""
    return list({(type(record), record.id): record for record in records}.values())


def column_value(record: Any, column: str) -> Any:
    """What a column must hold: the field, one end of a span, or what the JSON of a nested part says."""
    name = "at" if column == "acted_at" else column
    if hasattr(record, name):
        value = getattr(record, name)
        return to_json(value) if isinstance(value, tuple) else value
    base, _, end = column.rpartition("_")
    span: Span = getattr(record, "span" if base == "span" else f"{base}_span")
    return getattr(span, end)


def alike(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return bool(json.loads(found) == wanted)
    if isinstance(wanted, Decimal):
        return abs(found - wanted) < Decimal("0.0001")
    return bool(found == wanted)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(records=st.lists(ANY_RECORD, min_size=1, max_size=8).map(distinct))
def test_every_field_of_every_record_lies_in_its_column(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, records: list[Any]
) -> None:
    folder = WarehouseFolder(tmp_path)
    write_batches(records, tmp_path, 16_000_000)
    (path,) = batch_files(folder.pending)
    try:
        assert fold_batch(database, path, 7)
        assert not fold_batch(database, path, 8)
        for record in records:
            check_row(database, record)
    finally:
        path.unlink()
        for table in TABLES.values():
            database.execute(f"DELETE FROM records.{table}")


def check_row(database: duckdb.DuckDBPyConnection, record: Any) -> None:
    columns = columns_of(type(record))
    names = ", ".join(f'"{column.name}"' for column in columns)
    rows = database.execute(
        f"SELECT body_sha256, fold_sequence, {names} FROM records.{TABLES[type(record)]} WHERE id = ?",
        [record.id],
    ).fetchall()
    ((sha256, sequence, *values),) = rows
    assert sha256 == body_sha256(record)
    assert 7_000_000 < sequence < 8_000_000
    for column, value in zip(columns, values, strict=True):
        wanted = column_value(record, column.name)
        assert alike(value, wanted), (column.name, value, wanted)


def test_a_review_event_is_chained_once(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    event: ReviewEvent = Review(make_claim(make_essay(), "a claim").id).decide()
    for sequence in (1, 2):
        write_batches([event], tmp_path, 16_000_000)
        fold_batch(database, batch_files(WarehouseFolder(tmp_path).pending)[-1], sequence)
    assert database.execute("SELECT count(*) FROM keeper.event_chain").fetchall() == [(1,)]
    assert database.execute("SELECT appended FROM keeper.batches ORDER BY sequence").fetchall() == [
        (1,),
        (0,),
    ]
