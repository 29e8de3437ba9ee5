"""The review queue of the terminal: claims that wait for a person, the most urgent first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from factdesk.desk.waiting_claims import BLIND_SHARE
from factdesk.desk.words import RANKS
from factdesk.model import Stage
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.query import run_query

# As `waiting_claims` draws and values it; a test holds them together. The place of a blind claim tells
# nothing of its rating either; else the order is that of ``reports.review_queue``.
_QUEUE = f"""
    WITH told AS (
        SELECT *, (
            stage IN ('to_review', 'first_check', 'second_check')
            AND NOT contains(why, '{RANKS["between_two"]}')
            AND CAST('0x' || left(sha256(unhex(replace(CAST(claim_id AS VARCHAR), '-', ''))), 16) AS UBIGINT)
                % {BLIND_SHARE} = 0
        ) AS is_blind
        FROM reports.review_queue
    )
    SELECT * REPLACE (
        row_number() OVER (
            ORDER BY
                (waiting_until IS NOT NULL), publish_at NULLS LAST,
                (contains(why, '{RANKS["disagreement"]}') AND NOT is_blind) DESC,
                CASE WHEN is_blind THEN coalesce(checkworthiness, 0) * 1.5 ELSE value END DESC,
                checkworthiness DESC NULLS LAST, claim_id
        ) AS rank
    )
    FROM told ORDER BY rank
"""

_OF_MACHINE = (
    *("machine_rating", "confidence", "support", "reasons", "reason_codes", "missing", "facets", "notes"),
    *("unsupported", "basis", "source_url", "source_outcome", "evidence_quote", "verdict_id"),
    *("old_rating", "old_conclusion"),
)
"""What is empty in the rows of claims that are to be decided blind."""


def queue_rows(warehouse: Path, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the first ``limit`` rows of ``reports.review_queue``; nothing published yet is an empty queue.

    ``why`` says in words why a claim ranks where it does; ``old_claim`` and ``old_rating`` stand beside a
    claim whose words have changed since it was decided. As at the desk it is not told what the machine says
    of a claim that is to be decided blind (``is_blind``), nor what the first checker said of one that is to
    be checked a second time.
    """
    if not WarehouseFolder(warehouse).published.is_file():
        return []
    return [_masked(row) for row in run_query(warehouse, _QUEUE, row_limit=limit).as_dicts()]


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    told = row["why"].split(" · ")
    if row["stage"] == Stage.SECOND_CHECK and RANKS["between_two"] not in told:
        row = {**row, "editor_rating": None}
    if not row["is_blind"]:
        return row
    value = (row["checkworthiness"] or Decimal(0)) * Decimal("1.5")
    before = RANKS["value"].format(row["value"])
    told = [RANKS["value"].format(value) if one == before else one for one in told]
    told = [one for one in told if one != RANKS["disagreement"]]
    hidden = {name: None for name in _OF_MACHINE if name in row}
    return {**row, **hidden, "value": value, "why": " · ".join(told)}


def count_waiting(warehouse: Path) -> int:
    """Return how many claims wait for a person."""
    if not WarehouseFolder(warehouse).published.is_file():
        return 0
    table = run_query(warehouse, "SELECT count(*) FROM reports.review_queue")
    return int(table.rows[0][0])
