"""Databases as the Factdesk before this one left them."""

from __future__ import annotations

import duckdb

from factdesk.model import Verdict
from factdesk.warehouse.columns import FIELDS_SINCE

LAST_MIGRATION = 4
LAST_MIGRATION_NAME = "0004_notes_on_verdicts"


def take_back_last_migration(database: duckdb.DuckDBPyConnection) -> None:
    """Undo what the last migration made; the views are made again when the database is next opened."""
    database.execute("DELETE FROM keeper.migrations WHERE number = ?", [LAST_MIGRATION])
    database.execute("DROP SCHEMA derived CASCADE")
    for name, since in FIELDS_SINCE[Verdict].items():
        assert since == LAST_MIGRATION
        database.execute(f"ALTER TABLE records.verdicts DROP COLUMN {name}")
