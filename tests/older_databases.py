"""Databases as the Factdesk before this one left them."""

from __future__ import annotations

import duckdb

from factdesk.model import Fetch, Snapshot
from factdesk.warehouse.columns import FIELDS_SINCE

LAST_MIGRATION = 3
LAST_MIGRATION_NAME = "0003_proof_of_fetches"


def take_back_last_migration(database: duckdb.DuckDBPyConnection) -> None:
    """Undo what the last migration made; the views are made again when the database is next opened."""
    database.execute("DELETE FROM keeper.migrations WHERE number = ?", [LAST_MIGRATION])
    database.execute("DROP SCHEMA derived CASCADE")
    database.execute("DROP TABLE records.source_changes")
    for record, table in ((Fetch, "fetches"), (Snapshot, "snapshots")):
        for name, since in FIELDS_SINCE[record].items():
            assert since == LAST_MIGRATION
            database.execute(f"ALTER TABLE records.{table} DROP COLUMN {name}")
