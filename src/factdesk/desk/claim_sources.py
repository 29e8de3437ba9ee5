"""The sources of one claim, and the passages of them that its verdict shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
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
from factdesk.warehouse.folding import LINES_PER_SEQUENCE
from factdesk.warehouse.known import Known

MOST_PASSAGES = 8
SHORT_CONTEXT = 350
_MARKED = ("match", "weaker", "conflict")

# One table after the other, one id after the other: joined, or asked for by a list of ids, rows are looked
# for in all of a table of a million.
_EVIDENCE = """
    SELECT id, quote, span_start, span_end, CAST(facets AS VARCHAR), basis, snapshot_id, fold_sequence
    FROM records.evidence WHERE id IN (SELECT unnest($1::UUID[]))
"""
_BATCH = "fold_sequence BETWEEN $2 AND $3"
_SUPERSEDED = "SELECT 1 FROM standing.superseded WHERE fold_sequence IN ({rows}) LIMIT 1"
_SNAPSHOT = """
    SELECT id, source_id, text_sha256, title, published_on, published_rule FROM records.snapshots
    WHERE id = ? ORDER BY fold_sequence
"""

_ATTACHED = "SELECT source_id, attached_by, attached_at FROM derived.attached_sources WHERE claim_id = ?"

_SOURCE = """
    SELECT source_id, coalesce(outcome, 'no_linked_source'), fetched_at, text_sha256, source_row, snapshot_row
    FROM standing.sources WHERE source_id = ? AND source_row IS NOT NULL
"""
_URLS = "SELECT fold_sequence, url FROM records.sources WHERE fold_sequence IN ({rows})"
_TEXTS = """
    SELECT fold_sequence, id, title, published_on, published_rule FROM records.snapshots
    WHERE fold_sequence IN ({rows})
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
    snapshot_id: UUID | None = None
    published_rule: str | None = None
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
    found = [row for one in bases for row in known.ask(_SOURCE, [one])]
    urls = _by_row(known, _URLS, [row[4] for row in found])
    texts = _by_row(known, _TEXTS, [row[5] for row in found if row[5] is not None])
    cards = []
    for source_id, outcome, fetched_at, text_sha256, source_row, snapshot_row in found:
        snapshot_id, title, published_on, rule = texts.get(snapshot_row, (None, None, None, None))
        by, at = added.get(str(source_id), (None, None))
        cards.append(
            SourceCard(
                source_id,
                urls[source_row][0],
                outcome,
                bases[str(source_id)].value,
                fetched_at,
                text_sha256,
                title,
                published_on,
                snapshot_id,
                rule,
                by,
                at,
            )
        )
    return cards


def _by_row(known: Known, sql: str, rows: Collection[int]) -> dict[int, Sequence[Any]]:
    """Return rows of a table by their numbers."""
    found = known.ask(sql.format(rows=", ".join(map(str, rows)))) if rows else []
    return {one[0]: one[1:] for one in found}


def load_passages(
    known: Known,
    archive: Archive,
    verdict: VerdictParts,
    sources: Sequence[SourceCard],
    verdict_row: int | None,
    hides_machine: bool,
) -> list[Passage]:
    """Return the passages that a verdict shows, the deciding one first, with the texts around them.

    ``verdict_row`` is the fold sequence of the verdict, near which its evidence mostly is.
    """
    if not verdict.evidence_ids:
        return []
    evidence = _find_evidence(known, verdict.evidence_ids, verdict_row)
    ordered = sorted(
        (one for one in verdict.evidence_ids if one in evidence), key=lambda one: one != verdict.deciding
    )
    shown = ordered[:MOST_PASSAGES]
    snapshots = {one.snapshot_id: _as_snapshot(one) for one in sources}
    for lacking in {evidence[one][-1] for one in shown} - snapshots.keys():
        snapshots |= {one[0]: one[1:] for one in known.ask(_SNAPSHOT, [lacking])}
    urls = {one.source_id: one.url for one in sources}
    read_text = cache(archive.get_text)  # passages of one source are cut from one reading of its text
    return [
        _read_passage(
            evidence[one],
            snapshots[evidence[one][-1]],
            read_text,
            urls,
            hides_machine,
            is_first=one == shown[0],
        )
        for one in shown
        if evidence[one][-1] in snapshots
    ]


def _as_snapshot(card: SourceCard) -> Sequence[Any]:
    return card.source_id, card.text_sha256, card.title, card.published_on, card.published_rule


def _find_evidence(known: Known, ids: Sequence[str], near: int | None) -> dict[str, Sequence[Any]]:
    """Return the latest row of each piece of evidence: where the verdict has come with it, at once."""
    if near is not None:
        first = near // LINES_PER_SEQUENCE * LINES_PER_SEQUENCE
        batch = f"{_EVIDENCE} AND {_BATCH} ORDER BY fold_sequence"
        found = known.ask(batch, [list(ids), first, first + LINES_PER_SEQUENCE - 1])
        rows = {str(one[0]): one for one in found}
        listed = ", ".join(str(one[-1]) for one in rows.values())
        if rows.keys() >= set(ids) and not known.ask(_SUPERSEDED.format(rows=listed)):
            return {one: row[1:-1] for one, row in rows.items()}
    found = known.ask(f"{_EVIDENCE} ORDER BY fold_sequence", [list(ids)])
    return {str(one[0]): one[1:-1] for one in found}


def _read_passage(
    evidence: Sequence[Any],
    snapshot: Sequence[Any],
    read_text: Callable[[str], str],
    urls: Mapping[UUID, str | None],
    hides_machine: bool,
    *,
    is_first: bool,
) -> Passage:
    quote, start, end, facets, basis, _ = evidence
    source_id, sha256, title, published_on, rule = snapshot
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
