"""Databases as earlier versions of Factdesk left them.

Of every version of the schema one lies in ``tests/older``, written by the Factdesk of that version: the
database packed by xz, and a batch that still waited for its keeper. ``python tests/older_databases.py``
writes those of the present version; run it, and commit them, before a new migration is added.
"""

from __future__ import annotations

import lzma
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import duckdb

from factdesk.model import Act, Rating
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.migrate import list_migrations
from factdesk.warehouse.spool import write_batches
from small_records import Review, make_claim, make_essay, make_fetch, make_source, small_essay

KEPT = Path(__file__).parent / "older"

LAST_MIGRATION = 5
LAST_MIGRATION_NAME = "0005_standing"


def take_back_last_migration(database: duckdb.DuckDBPyConnection) -> None:
    """Undo what the last migration made; the views are made again when the database is next opened."""
    database.execute("DELETE FROM keeper.migrations WHERE number = ?", [LAST_MIGRATION])
    database.execute("DROP SCHEMA derived CASCADE")
    database.execute("DROP SCHEMA standing CASCADE")


def list_kept_versions() -> list[int]:
    """Return the versions of the schema of which a database is kept."""
    return sorted(int(path.name.split(".")[0]) for path in KEPT.glob("*.duckdb.xz"))


def put_older(version: int, warehouse: Path) -> None:
    """Make a warehouse as that version left it: its database, and one batch that waits."""
    folder = WarehouseFolder(warehouse)
    folder.pending.mkdir(parents=True)
    folder.database.write_bytes(lzma.decompress((KEPT / f"{version:04}.duckdb.xz").read_bytes()))
    (folder.pending / "01900000-0000-7000-8000-000000000000.ndjson").write_bytes(
        (KEPT / f"{version:04}.ndjson").read_bytes()
    )


def keep_database(kept: Path) -> None:
    """Write the two files of the present version: an essay, a fetch, two acts; one more essay waits."""
    version = len(list_migrations())
    with tempfile.TemporaryDirectory() as place:
        warehouse = Path(place) / "warehouse"
        folder = WarehouseFolder(warehouse)
        review = Review(make_claim(make_essay("harbour"), "the ferry costs £5").id)
        for records in (
            small_essay("harbour", ["the ferry costs £5", "the tram costs £3"]),
            [make_fetch(make_source(), "The fare is five pounds.")],
            [review.decide(Rating.SUPPORTED, conclusion="So it is.")],
            [review.act(Act.NOTE, note="Ask again.")],
        ):
            write_batches(records, warehouse, 16_000_000)
        fold_and_publish(warehouse)
        write_batches(
            [*small_essay("quay"), review.decide(Rating.REFUTED, conclusion="It is not.")],
            warehouse,
            16_000_000,
        )
        packed = lzma.compress(folder.database.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
        (kept / f"{version:04}.duckdb.xz").write_bytes(packed)
        (waiting,) = batch_files(folder.pending)
        (kept / f"{version:04}.ndjson").write_bytes(waiting.read_bytes())


if __name__ == "__main__":
    keep_database(KEPT)
