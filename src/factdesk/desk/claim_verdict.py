"""What the verdict on a claim says beyond its rating, as the page of the claim tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from factdesk.model import Span
from factdesk.warehouse.known import Known

_VERDICT = """
    SELECT
        CAST(reasons AS VARCHAR), CAST(missing AS VARCHAR), CAST(facets AS VARCHAR), CAST(notes AS VARCHAR),
        CAST(unsupported AS VARCHAR), CAST(evidence_ids AS VARCHAR), CAST(inputs AS VARCHAR),
        deciding_evidence_id, as_of
    FROM records.verdicts WHERE fold_sequence = ?
"""


@dataclass(frozen=True, slots=True)
class VerdictParts:
    """What a verdict says beyond its rating, as its page tells it."""

    reasons: Sequence[str] = ()
    missing: Sequence[str] = ()
    facets: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[str] = ()
    unsupported: Sequence[Span] = ()
    evidence_ids: Sequence[str] = ()
    source_ids: Sequence[str] = ()
    deciding: str | None = None
    as_of: datetime | None = None


def load_verdict(known: Known, row: int | None) -> VerdictParts:
    """Return what the verdict with this fold sequence says; without one, nothing."""
    rows = [] if row is None else known.ask(_VERDICT, [row])
    if not rows:
        return VerdictParts()
    reasons, missing, facets, notes, unsupported, evidence, inputs = (
        json.loads(one or "[]") for one in rows[0][:7]
    )
    return VerdictParts(
        [one["sentence"] for one in reasons],
        missing,
        facets,
        [one["sentence"] for one in notes],
        [read_span(one) for one in unsupported],
        evidence,
        [one["source_id"] for one in inputs],
        str(rows[0][7]) if rows[0][7] else None,
        rows[0][8],
    )


def read_span(body: Mapping[str, Any]) -> Span:
    """Return a span of a record's JSON, in which numbers are strings."""
    return Span(int(body["start"]), int(body["end"]))
