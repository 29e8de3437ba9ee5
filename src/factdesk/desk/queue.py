"""The review queue: claims that wait for a person, the most urgent first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.query import run_query


def queue_rows(warehouse: Path, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the first ``limit`` rows of ``reports.review_queue``; nothing published yet is an empty queue.

    ``why`` says in words why a claim ranks where it does; ``old_claim`` and ``old_rating`` stand beside a
    claim whose words have changed since it was decided.
    """
    if not WarehouseFolder(warehouse).published.is_file():
        return []
    return run_query(
        warehouse, "SELECT * FROM reports.review_queue ORDER BY rank", row_limit=limit
    ).as_dicts()


def count_waiting(warehouse: Path) -> int:
    """Return how many claims wait for a person."""
    if not WarehouseFolder(warehouse).published.is_file():
        return 0
    table = run_query(warehouse, "SELECT count(*) FROM reports.review_queue")
    return int(table.rows[0][0])
