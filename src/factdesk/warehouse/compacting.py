"""Compacting: the database written into a new file without its gaps, which then takes its place.

DuckDB frees the blocks of rows that are gone and of steps on the way without giving them back or wiping them.
A new file has neither gaps nor old words. The keeper alone does this, and nothing else may read its
connection meanwhile.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.copying import STORAGE_VERSION
from factdesk.warehouse.durable_files import fsync_file, move_durably
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.opening import first_line, open_database

TableSums = dict[str, tuple[object, ...]]
"""Table -> how many rows it has, and two sums over the hashes of all of them, whatever their order."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """The size of the database before and after, in bytes."""

    before: int
    after: int


def compact(
    connection: duckdb.DuckDBPyConnection, folder: WarehouseFolder
) -> tuple[duckdb.DuckDBPyConnection, Compacted]:
    """Put a compacted copy in the database's place; return the connection to it and the sizes.

    ``connection`` is closed. Raises WarehouseError when the copy cannot be made or differs; the database is
    then as it was and ``connection`` still open.
    """
    before = folder.database.stat().st_size
    part = folder.root / ".compacted.duckdb.part"
    _require_space(folder.root, before)
    try:
        _remove(part)
        connection.execute("CHECKPOINT")
        _write(connection, part)
        fsync_file(part)
        after = part.stat().st_size
    except (duckdb.Error, OSError) as error:
        _remove(part)
        raise WarehouseError(
            f"the compacted copy {part} cannot be written ({first_line(error)}); the database is as it was: "
            "free some space, then run it again"
        ) from error
    except WarehouseError:
        _remove(part)
        raise
    connection.close()
    move_durably(part, folder.database)
    return open_database(folder, is_backed_up=True), Compacted(before, after)


def _require_space(root: Path, needed: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed:
        raise WarehouseError(
            f"{needed / 1e6:,.0f} MB are needed to compact the database and {root} has {free / 1e6:,.0f}; "
            "free some space"
        )


def _write(connection: duckdb.DuckDBPyConnection, part: Path) -> None:
    """Write the copy, close it, and compare what is read back from it."""
    (name,) = connection.execute("SELECT current_database()").fetchone() or ("",)
    quoted = str(part).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS compacted (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        connection.execute(f'COPY FROM DATABASE "{name}" TO compacted')
    finally:
        connection.execute("DETACH compacted")
    connection.execute(f"ATTACH '{quoted}' AS compacted (READ_ONLY)")
    try:
        if sum_tables(connection, "compacted") != sum_tables(connection, name):
            raise WarehouseError(f"the compacted copy {part} has other rows than the database; run it again")
    finally:
        connection.execute("DETACH compacted")


def sum_tables(connection: duckdb.DuckDBPyConnection, database: str) -> TableSums:
    """Return what tells the rows of two databases apart, table by table."""
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal "
        "AND NOT temporary ORDER BY ALL",
        [database],
    ).fetchall()
    sums: TableSums = {}
    for schema, table in tables:
        row = connection.execute(
            f'SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM "{database}"."{schema}"."{table}" AS t'
        ).fetchone()
        sums[f"{schema}.{table}"] = row or ()
    return sums


def _remove(part: Path) -> None:
    for path in (part, part.with_name(f"{part.name}.wal")):
        with suppress(OSError):
            path.unlink(missing_ok=True)
