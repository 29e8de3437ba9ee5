from __future__ import annotations

import re
from typing import Any, get_args

import duckdb
import pytest

from factdesk.model import RECORDS, Record
from factdesk.warehouse.columns import TABLES, columns_of
from factdesk.warehouse.migrate import apply_migrations, list_migrations


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    apply_migrations(connection, list_migrations())
    return connection


def test_every_record_has_a_table() -> None:
    assert set(TABLES) == set(RECORDS) == set(get_args(Record))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_tables_are_what_the_records_need(database: duckdb.DuckDBPyConnection, record: type[Any]) -> None:
    rows = database.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE schema_name = 'records' AND table_name = ? ORDER BY column_index",
        [TABLES[record]],
    ).fetchall()
    wanted = [(one.name, one.type, one.optional) for one in columns_of(record)]
    first = [("id", "UUID", False), ("fold_sequence", "BIGINT", False), ("body_sha256", "VARCHAR", False)]
    found = [
        (name, re.sub("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", kind), empty) for name, kind, empty in rows
    ]
    assert found == first + wanted


def test_the_database_has_nothing_that_duckdb_cannot_alter(database: duckdb.DuckDBPyConnection) -> None:
    kinds = database.execute("SELECT DISTINCT constraint_type FROM duckdb_constraints()").fetchall()
    assert kinds == [("NOT NULL",)]
    assert database.execute("SELECT count(*) FROM duckdb_indexes()").fetchall() == [(0,)]
