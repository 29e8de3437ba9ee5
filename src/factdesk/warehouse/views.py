"""The views: SQL files, applied again whenever one of them has changed.

The files make the schemas ``derived`` (steps on the way, no promise) and ``main`` (what people use).
Each view of ``main`` also stands in the schema ``reports``. The published copy has no such schema: its
file is called reports.duckdb, DuckDB calls its catalog ``reports`` after it, and refuses a name that
could mean either. There ``reports.verdicts`` is the view ``verdicts`` of the catalog ``reports``, so that the
same query runs in both files.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from factdesk.resources import bundled
from factdesk.warehouse.comments import apply_comments, comments_path, read_comments
from factdesk.warehouse.policies import read_policy, write_policy

CONTRACT_VERSION = 1
"""Raised when a column of a view of `main` is renamed or removed."""


def list_view_files(folder: Path | None = None) -> list[Path]:
    """Return the SQL files of the views in the order in which they are applied."""
    return sorted((folder or bundled("warehouse", "views")).glob("*.sql"))


def views_sha256(files: list[Path]) -> str:
    """Return the hash by which a database knows that its views are these."""
    digest = hashlib.sha256(str(CONTRACT_VERSION).encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def apply_views(
    connection: duckdb.DuckDBPyConnection, folder: Path | None = None, *, anew: bool = False
) -> bool:
    """Make the views anew unless the database has just these; return whether anything was made.

    ``anew`` makes them in any case: a migration has changed the tables below them.
    """
    files = list_view_files(folder)
    wanted = views_sha256([*files, comments_path()])
    comments = read_comments()
    if not anew and read_policy(connection, "views") == wanted and _has_schema_reports(connection):
        return False
    connection.execute("BEGIN")
    try:
        _make_views(connection, files)
        apply_comments(connection, comments)
        write_policy(connection, "views", wanted)
        connection.execute("COMMIT")
    except duckdb.Error:
        connection.execute("ROLLBACK")
        raise
    return True


def _has_schema_reports(connection: duckdb.DuckDBPyConnection) -> bool:
    """A published copy that was put in the database's place has none."""
    row = connection.execute(
        "SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'reports' AND database_name = current_database()"
    ).fetchone()
    return row is not None


def _make_views(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> None:
    connection.execute("DROP SCHEMA IF EXISTS reports CASCADE")
    connection.execute("DROP SCHEMA IF EXISTS derived CASCADE")
    for (name,) in _main_views(connection):
        connection.execute(f'DROP VIEW main."{name}"')
    connection.execute("CREATE SCHEMA reports")
    connection.execute("CREATE SCHEMA derived")
    for path in files:
        connection.execute(path.read_text(encoding="utf-8"))
    for (name,) in _main_views(connection):
        connection.execute(f'CREATE VIEW reports."{name}" AS FROM main."{name}"')


def _main_views(connection: duckdb.DuckDBPyConnection) -> list[tuple[str]]:
    return connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal "
        "AND database_name = current_database() ORDER BY view_name"
    ).fetchall()
