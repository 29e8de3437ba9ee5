"""The sources of one claim, and the passages of them that its verdict shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from factdesk.desk.claim_verdict import VerdictParts, read_span
from factdesk.desk.texts import Excerpt, Mark, cut_excerpt
from factdesk.desk.words import OUTCOMES
from factdesk.errors import WarehouseError
from factdesk.model import Basis, Distance, Span
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import Known

MOST_PASSAGES = 8
SHORT_CONTEXT = 350
_MARKED = ("match", "weaker", "conflict")

_PASSAGES = """
    SELECT e.id, e.quote, e.span_start, e.span_end, CAST(e.facets AS VARCHAR), e.basis, n.source_id,
        n.text_sha256, n.title, n.published_on, n.published_rule
    FROM records.evidence AS e JOIN records.snapshots AS n ON n.id = e.snapshot_id
    WHERE e.id IN (SELECT unnest(?::UUID[])) ORDER BY e.fold_sequence, n.fold_sequence
"""

_ATTACHED = "SELECT source_id, attached_by, attached_at FROM derived.attached_sources WHERE claim_id = ?"

_SOURCES = """
    SELECT x.source_id, s.url, coalesce(x.outcome, 'no_linked_source'), x.fetched_at, x.text_sha256, t.title,
        t.published_on
    FROM standing.sources AS x
    JOIN records.sources AS s ON s.fold_sequence = x.source_row
    LEFT JOIN records.snapshots AS t ON t.fold_sequence = x.snapshot_row
    WHERE x.source_id IN (SELECT unnest(?::UUID[]))
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage that the verdict shows; ``excerpt`` has the text around it, None when that is lost."""

    quote: str
    basis: str
    source_id: UUID
    url: str | None
    title: str | None
    text_sha256: str
    published_on: date | None
    published_rule: str | None
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class SourceCard:
    """One source of the claim, why it is one, and what became of it; who added it, if somebody did."""

    source_id: UUID
    url: str | None
    outcome: str
    basis: str
    fetched_at: datetime | None
    text_sha256: str | None
    title: str | None
    published_on: date | None
    added_by: str | None = None
    added_at: datetime | None = None


def load_sources(
    known: Known, claim_id: UUID, citations: Sequence[Mapping[str, Any]], verdict: VerdictParts
) -> list[SourceCard]:
    """Return the sources of a claim, as ``reports.claim_sources`` has them: linked, given, then suggested."""
    bases = {
        one["source_id"]: Basis.GIVEN if one["distance"] == Distance.GIVEN else Basis.CITED
        for one in citations
    }
    added = {str(one): (by, at) for one, by, at in known.ask(_ATTACHED, [claim_id])}
    for source_id in added:
        bases.setdefault(source_id, Basis.GIVEN)
    for source_id in verdict.source_ids:
        bases.setdefault(source_id, Basis.SUGGESTED)
    if not bases:
        return []
    found = {str(row[0]): row for row in known.ask(_SOURCES, [list(bases)])}
    cards = []
    for source_id, basis in bases.items():
        row = found.get(source_id)
        if row is not None:
            card = SourceCard(row[0], row[1], row[2], basis.value, *row[3:])
            by, at = added.get(source_id, (None, None))
            cards.append(replace(card, added_by=by, added_at=at))
    return cards


def load_passages(
    known: Known,
    archive: Archive,
    verdict: VerdictParts,
    urls: Mapping[UUID, str | None],
    hides_machine: bool,
) -> list[Passage]:
    """Return the passages that a verdict shows, the deciding one first, with the texts around them."""
    if not verdict.evidence_ids:
        return []
    found = {str(one[0]): one for one in known.ask(_PASSAGES, [list(verdict.evidence_ids)])}
    ordered = sorted(
        (one for one in verdict.evidence_ids if one in found), key=lambda one: one != verdict.deciding
    )
    shown = ordered[:MOST_PASSAGES]
    read_text = cache(archive.get_text)  # passages of one source are cut from one reading of its text
    return [
        _read_passage(found[one], read_text, urls, hides_machine, is_first=one == shown[0]) for one in shown
    ]


def _read_passage(
    row: Sequence[Any],
    read_text: Callable[[str], str],
    urls: Mapping[UUID, str | None],
    hides_machine: bool,
    *,
    is_first: bool,
) -> Passage:
    _, quote, start, end, facets, basis, source_id, sha256, title, published_on, rule = row
    span = Span(start, end)
    marks = [Mark(span, "passage", "the passage")]
    if not hides_machine:
        marks += _compared_marks(json.loads(facets), span)
    try:
        context = () if is_first else (SHORT_CONTEXT, SHORT_CONTEXT)
        excerpt = cut_excerpt(read_text(sha256), marks, span, *context)
    except WarehouseError:
        excerpt = None
    url = urls.get(source_id)
    return Passage(quote, basis, source_id, url, title, sha256, published_on, rule, excerpt)


def _compared_marks(facets: Sequence[Mapping[str, Any]], passage: Span) -> list[Mark]:
    """Return where the deciding words stand; what the whole passage shows marks nothing."""
    marks = []
    for one in facets:
        if one["outcome"] not in _MARKED or not one.get("span"):
            continue
        span = read_span(one["span"])
        if passage.covers(span) and 2 * (span.end - span.start) <= passage.end - passage.start:
            marks.append(Mark(span, one["outcome"], OUTCOMES[one["outcome"]][1]))
    return marks
