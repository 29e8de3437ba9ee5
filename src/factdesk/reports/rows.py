"""One flat row per judged claim: the columns of ``reports.verdicts`` plus ``facets``.

The view in the warehouse is the authority; these rows say the same for a claim that was judged a
moment ago, also while its batch still waits for the keeper.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from factdesk.claims.lines import read_values
from factdesk.claims.records import finding_of
from factdesk.model import Citation, Claim, Essay, Evidence, FacetComparison, Mention, Snapshot, Source, Stage
from factdesk.reading.locators import find_page
from factdesk.verdicts.judge import Judged

REVIEW_COLUMNS = (
    "claim_status",
    "stage",
    "editor_rating",
    "conclusion",
    "reviewer",
    "decided_at",
    "decision_verdict_id",
)
"""Columns that only the warehouse knows."""


def verdict_row(
    essay: Essay,
    claim: Claim,
    mention: Mention,
    judged: Judged,
    sources: Mapping[UUID, Source],
    checked_at: Any,
    snapshots: Mapping[UUID, Snapshot] | None = None,
) -> dict[str, Any]:
    """Return the row of one claim as judged; review columns say "nobody has looked yet".

    ``snapshots`` are those of the run by their ids, for the page of a PDF on which the evidence stands.
    """
    verdict = judged.verdict
    deciding = next((one for one in judged.evidence if one.id == verdict.deciding_evidence_id), None)
    source = sources.get(verdict.deciding_source_id) if verdict.deciding_source_id else None
    return {
        "claim_id": claim.id,
        "verdict_id": verdict.id,
        "claim_status": "current",
        "stage": Stage.TO_REVIEW.value,
        "essay_uri": essay.uri,
        "essay_title": essay.title,
        "author": essay.author,
        "kind": claim.kind,
        "claim": claim.quote,
        "claim_start": mention.quote_span.start,
        "claim_end": mention.quote_span.end,
        "locator": mention.locator,
        "machine_rating": verdict.rating.value,
        "confidence": verdict.confidence,
        "reasons": [reason.sentence for reason in verdict.reasons],
        "reason_codes": [reason.code for reason in verdict.reasons],
        "missing": list(verdict.missing),
        "notes": [note.sentence for note in verdict.notes],
        "note_codes": [note.code for note in verdict.notes],
        "unsupported": [span.cut(claim.quote) for span in verdict.unsupported],
        "unsupported_spans": [{"start": span.start, "end": span.end} for span in verdict.unsupported],
        "source_id": verdict.deciding_source_id,
        "source_url": source.url if source else None,
        "source_outcome": verdict.source_outcome,
        "evidence_quote": deciding.quote if deciding else None,
        "evidence_start": deciding.span.start if deciding else None,
        "evidence_end": deciding.span.end if deciding else None,
        "editor_rating": None,
        "conclusion": None,
        "reviewer": None,
        "decided_at": None,
        "decision_verdict_id": None,
        "checked_at": checked_at,
        "method": verdict.method,
        "facets": [facet_row(one) for one in verdict.facets],
        "basis": deciding.basis.value if deciding else _first_basis(mention),
        "evidence_locator": _page_of(deciding, snapshots or {}),
        "flags": [flag.value for flag in claim.flags],
        "read_as": read_values(finding_of(claim, mention)),
        "links": [_link_row(one, sources) for one in mention.citations],
        "passages": [_passage_row(one, sources, snapshots or {}) for one in judged.evidence],
        "as_of": verdict.as_of,
    }


def _passage_row(
    evidence: Evidence, sources: Mapping[UUID, Source], snapshots: Mapping[UUID, Snapshot]
) -> dict[str, Any]:
    """Return one passage that a verdict shows, the deciding one first; offsets count in its source's text."""
    snapshot = snapshots.get(evidence.snapshot_id)
    source = sources.get(snapshot.source_id) if snapshot else None
    return {
        "quote": evidence.quote,
        "start": evidence.span.start,
        "end": evidence.span.end,
        "source_id": snapshot.source_id if snapshot else None,
        "source_url": source.url if source else None,
        "basis": evidence.basis.value,
        "facets": [facet_row(one) for one in evidence.facets],
    }


def _link_row(citation: Citation, sources: Mapping[UUID, Source]) -> dict[str, Any]:
    source = sources.get(citation.source_id)
    return {
        "source_id": citation.source_id,
        "url": source.url if source else None,
        "distance": citation.distance.value,
        "basis": citation.basis.value,
    }


def _page_of(deciding: Evidence | None, snapshots: Mapping[UUID, Snapshot]) -> str | None:
    snapshot = snapshots.get(deciding.snapshot_id) if deciding is not None else None
    if deciding is None or snapshot is None or not snapshot.extractor.startswith("pypdf "):
        return None
    return find_page(snapshot.blocks, deciding.span)


def _first_basis(mention: Mention) -> str | None:
    return mention.citations[0].basis.value if mention.citations else None


def facet_row(one: FacetComparison) -> dict[str, Any]:
    """Return one facet as a row; its offsets count in the source's text."""
    return {
        "facet": one.facet.value,
        "claimed": one.claimed,
        "found": one.found,
        "outcome": one.outcome.value,
        "start": one.span.start if one.span else None,
        "end": one.span.end if one.span else None,
    }
