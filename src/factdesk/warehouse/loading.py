"""Loads stored records again from the published copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from factdesk.errors import WarehouseError
from factdesk.warehouse.columns import FIELDS_SINCE, TABLES, AnyRecord, columns_of, read_row
from factdesk.warehouse.known import Known

Row = tuple[Any, ...]
"""The columns of a record, in the order of `columns_of`."""


def load_rows(known: Known, record: type[Any], ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Return the latest row of each id that is published; `read_row` makes a record of it.

    Rows are not read yet, so that one that a hand has damaged stops nobody but who needs it.
    """
    names = ", ".join(select_columns(known, record))
    rows = known.ask(
        f"SELECT id, {names} FROM records.{TABLES[record]} WHERE id IN (SELECT unnest(?::UUID[])) "
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY fold_sequence DESC) = 1",
        [[str(one) for one in ids]],
    )
    return {row[0]: row[1:] for row in rows}


def read_stored(record: type[AnyRecord], rows: Mapping[UUID, Row], record_id: UUID) -> AnyRecord:
    """Return the record of a row. Raises WarehouseError where it is not among the rows, or damaged."""
    if record_id not in rows:
        raise WarehouseError(f"the {record.__name__} {record_id} is not published; run factdesk publish")
    try:
        return read_row(record, rows[record_id])
    except ValueError as error:
        raise WarehouseError(
            f"the {record.__name__} {record_id} is damaged ({error}); restore the warehouse from a backup"
        ) from error


def select_columns(known: Known, record: type[Any]) -> list[str]:
    """Return what to select for the columns of a record, in the order of `columns_of`.

    A copy that an older Factdesk published lacks the columns of later fields; NULL stands for them.
    """
    columns = [one.name for one in columns_of(record)]
    later = FIELDS_SINCE.get(record, {})
    if not later:
        return [f'"{name}"' for name in columns]
    there = _columns_there(known, TABLES[record])
    return [f'NULL AS "{name}"' if name in later and name not in there else f'"{name}"' for name in columns]


def has_table(known: Known, table: str) -> bool:
    """Whether the published copy has a table of records; an older Factdesk's lacks the later ones."""
    return bool(_columns_there(known, table))


def _columns_there(known: Known, table: str) -> set[str]:
    rows = known.ask(
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'records' AND table_name = ?", [table]
    )
    return {name for (name,) in rows}


def load_records(known: Known, record: type[AnyRecord], ids: Iterable[UUID]) -> dict[UUID, AnyRecord]:
    """Return the records of these ids as they were stored last. Raises ValueError for a damaged row."""
    return {one: read_row(record, row) for one, row in load_rows(known, record, ids).items()}
