"""The same words as a claim has, decided before in another essay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from factdesk.model import fold_space
from factdesk.warehouse.known import Known

MOST_REPEATS = 3

_SAME_WORDS = """
    SELECT 1 FROM records.claims
    WHERE kind = $1 AND id <> $2 AND lower(replace(quote, chr(10), ' ')) = $3
        AND id IN (SELECT claim_id FROM records.review_events WHERE act = 'decide')
    LIMIT 1
"""

_REPEATS = """
    SELECT d.claim_id, d.rating, d.conclusion, d.acted_at, d.text_sha256, coalesce(e.title, e.uri), w.quote
    FROM derived.current_decisions AS d
    JOIN derived.claims AS c ON c.id = d.claim_id
    JOIN derived.essays AS e ON e.id = c.essay_id
    LEFT JOIN derived.verdicts AS v ON v.id = d.verdict_id
    LEFT JOIN derived.evidence AS w ON w.id = v.deciding_evidence_id
    WHERE c.kind = $1 AND d.claim_id <> $2 AND lower(replace(c.quote, chr(10), ' ')) = $3
    ORDER BY d.position DESC
"""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same claim in another essay, as it was decided there.

    ``is_same_source`` says that it rests on the same text as this claim does now.
    """

    claim_id: UUID
    rating: str
    conclusion: str | None
    decided_at: datetime
    essay: str
    quote: str | None
    is_same_source: bool


def load_repeats(known: Known, row: Mapping[str, Any], deciding: str | None) -> list[Repeat]:
    """Return the latest decisions on a claim's very words; ``deciding`` is the text that it rests on now."""
    words = fold_space(row["claim"]).lower()
    parameters = [row["kind"], row["claim_id"], words]
    found = known.ask(_REPEATS, parameters) if known.ask(_SAME_WORDS, parameters) else []
    return [
        Repeat(claim_id, rating, conclusion, at, essay, quote, deciding is not None and text == deciding)
        for claim_id, rating, conclusion, at, text, essay, quote in found[:MOST_REPEATS]
    ]
