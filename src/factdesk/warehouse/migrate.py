"""Migrations: numbered SQL files, applied forward only, each in a transaction and by its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from factdesk.errors import SchemaError
from factdesk.resources import bundled

_NAME = re.compile(r"^(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql$")

_LEDGER = """
    CREATE SCHEMA IF NOT EXISTS keeper;
    CREATE TABLE IF NOT EXISTS keeper.migrations (
        number BIGINT NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
        applied_at TIMESTAMPTZ NOT NULL
    );
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The checksum by which an applied migration is known again."""
        return hashlib.sha256(self.sql.encode("utf-8")).hexdigest()


def list_migrations(folder: Path | None = None) -> list[Migration]:
    """Return the migrations in order. Raises SchemaError for a gap or a name that does not fit."""
    folder = folder or bundled("warehouse", "migrations")
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.match(path.name)
        if match is None:
            raise SchemaError(f"the migration {path} must be named like 0001_records.sql; rename it")
        found.append(Migration(int(match["number"]), match["name"], path.read_text(encoding="utf-8")))
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise SchemaError(f"the migrations in {folder} are not numbered 1, 2, 3...; mend their names")
    return found


def find_due(connection: duckdb.DuckDBPyConnection, migrations: list[Migration]) -> list[Migration]:
    """Return the migrations that the database still lacks.

    Raises SchemaError when it has one that we do not know, one whose checksum differs from ours, or not
    every one before its last.
    """
    connection.execute(_LEDGER)
    return compare_applied(read_applied(connection), migrations)


Applied = tuple[int, str, str]
"""Number, name and sha256 of a migration that a database has."""


def read_applied(connection: duckdb.DuckDBPyConnection) -> list[Applied]:
    """Return what the database's ledger says, in order. Raises duckdb.Error when it has no ledger."""
    return connection.execute("SELECT number, name, sha256 FROM keeper.migrations ORDER BY number").fetchall()


def compare_applied(applied: list[Applied], migrations: list[Migration]) -> list[Migration]:
    """Return the migrations that are not applied yet. Raises SchemaError, see `find_due`."""
    ours = {one.number: one for one in migrations}
    for number, name, sha256 in applied:
        known = ours.get(number)
        if known is None:
            raise SchemaError(
                f"the database has migration {number:04} ({name}), made by a newer Factdesk; upgrade Factdesk"
            )
        if known.sha256 != sha256:
            raise SchemaError(
                f"migration {number:04} ({name}) was altered after it had been applied; "
                "bring its file back or restore a backup"
            )
    if [number for number, _, _ in applied] != list(range(1, len(applied) + 1)):
        numbers = ", ".join(str(number) for number, _, _ in applied)
        raise SchemaError(
            f"the database has the migrations {numbers}, not each from 1 on once; restore a backup"
        )
    return [one for one in migrations if one.number > len(applied)]


def apply_migrations(
    connection: duckdb.DuckDBPyConnection,
    migrations: list[Migration],
    back_up: Callable[[str], None] | None = None,
) -> int:
    """Apply the migrations that are due and return how many; ``back_up`` is called before the first.

    Raises SchemaError (see `find_due`, or a migration that fails: it leaves nothing behind).
    """
    due = find_due(connection, migrations)
    if due and back_up is not None:
        back_up(f"before-{due[0].number:04}")
    for one in due:
        _apply(connection, one)
    return len(due)


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO keeper.migrations VALUES (?, ?, ?, now())",
            [migration.number, migration.name, migration.sha256],
        )
        connection.execute("COMMIT")
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        raise SchemaError(
            f"migration {migration.number:04} ({migration.name}) failed ({_first_line(error)}); "
            "nothing of it was kept: report this, or go back to the Factdesk of before"
        ) from error


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
