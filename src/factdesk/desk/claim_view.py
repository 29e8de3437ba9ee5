"""Everything that the page of one claim shows, read from the database at one moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.desk.claim_events import Event, load_events, seen_token, standing_decisions
from factdesk.desk.texts import Excerpt, Mark, cut_excerpt
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.words import OUTCOMES
from factdesk.errors import WarehouseError
from factdesk.model import Basis, Distance, Span, fold_space
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import Known

MOST_PASSAGES = 8
MOST_REPEATS = 3
SHORT_CONTEXT = 350
_MARKED = ("match", "weaker", "conflict")

_BASE = (
    *("claim_id", "verdict_id", "stage", "essay_id", "essay_uri", "essay_title", "author", "kind", "claim"),
    *("machine_rating", "confidence", "basis", "source_outcome", "reason_codes"),
)
"""What is asked of a claim that does not wait; of one that waits the queue knows it."""

_DECIDED = f"""
    SELECT {", ".join(f"v.{name}" for name in _BASE)}, s.version_id
    FROM reports.verdicts AS v JOIN derived.claim_status AS s ON s.claim_id = v.claim_id WHERE v.claim_id = ?
"""

_PLACE = """
    SELECT m.quote_start, m.quote_end, m.locator, CAST(m.citations AS VARCHAR), v.text_sha256
    FROM records.mentions AS m JOIN records.essay_versions AS v ON v.id = m.version_id
    WHERE m.claim_id = ? AND m.version_id = ? ORDER BY m.fold_sequence DESC LIMIT 1
"""

_VERDICT = """
    SELECT
        CAST(reasons AS VARCHAR), CAST(missing AS VARCHAR), CAST(facets AS VARCHAR), CAST(notes AS VARCHAR),
        CAST(unsupported AS VARCHAR), CAST(evidence_ids AS VARCHAR), CAST(inputs AS VARCHAR),
        deciding_evidence_id, as_of
    FROM records.verdicts WHERE id = ? ORDER BY fold_sequence DESC LIMIT 1
"""

_PASSAGES = """
    SELECT e.id, e.quote, e.span_start, e.span_end, CAST(e.facets AS VARCHAR), e.basis, n.source_id,
        n.text_sha256, n.title, n.published_on, n.published_rule
    FROM records.evidence AS e JOIN records.snapshots AS n ON n.id = e.snapshot_id
    WHERE e.id IN (SELECT unnest(?::UUID[])) ORDER BY e.fold_sequence, n.fold_sequence
"""

_ATTACHED = "SELECT source_id FROM derived.attached_sources WHERE claim_id = ?"
_ANY_ATTACHED = "SELECT 1 FROM records.review_events WHERE act = 'attach' LIMIT 1"

_SOURCES = """
    WITH asked AS (SELECT unnest($1::UUID[]) AS source_id),
    fetched AS (
        SELECT source_id, arg_max(outcome, fold_sequence) AS outcome, max(fetched_at) AS fetched_at,
            arg_max(text_sha256, fold_sequence) AS text_sha256
        FROM records.fetches WHERE source_id IN (FROM asked) GROUP BY source_id
    ),
    texts AS (
        SELECT source_id, text_sha256, arg_max(title, fold_sequence) AS title,
            arg_max(published_on, fold_sequence) AS published_on
        FROM records.snapshots WHERE source_id IN (FROM asked) GROUP BY source_id, text_sha256
    )
    SELECT s.id, s.url, coalesce(f.outcome, 'no_linked_source'), f.fetched_at, f.text_sha256, t.title,
        t.published_on
    FROM (
        SELECT id, arg_max(url, fold_sequence) AS url FROM records.sources
        WHERE id IN (FROM asked) GROUP BY id
    ) AS s
    LEFT JOIN fetched AS f ON f.source_id = s.id
    LEFT JOIN texts AS t ON t.source_id = s.id AND t.text_sha256 = f.text_sha256
"""

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
    """One source of the claim, why it is one, and what became of it."""

    source_id: UUID
    url: str | None
    outcome: str
    basis: str
    fetched_at: datetime | None
    text_sha256: str | None
    title: str | None
    published_on: date | None


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


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim as its page shows it; ``row`` has what the queue knows of a claim."""

    row: Mapping[str, Any]
    verdict: VerdictParts
    locator: str | None
    essay: Excerpt | None
    passages: Sequence[Passage]
    sources: Sequence[SourceCard]
    events: Sequence[Event]
    repeats: Sequence[Repeat]

    @property
    def claim_id(self) -> UUID:
        """The claim."""
        found: UUID = self.row["claim_id"]
        return found

    @property
    def seen(self) -> str:
        """What a decision on this page rests on; another value later means that the page is stale."""
        return seen_token(self.events, self.row["verdict_id"])

    @property
    def standing(self) -> list[Event]:
        """The decisions that hold, one a person, the latest last."""
        return standing_decisions(self.events)

    @property
    def confidence(self) -> Decimal | None:
        """How sure the machine is, 0 to 1."""
        found: Decimal | None = self.row["confidence"]
        return found


def load_claim_view(
    known: Known,
    archive: Archive,
    claim_id: UUID,
    waiting: WaitingClaim | None,
    carried: Collection[UUID],
    *,
    hides_machine: bool = False,
) -> ClaimView | None:
    """Return a claim with all that its page shows, None when there is none.

    ``waiting`` is the claim in the queue, None when it does not wait; ``carried`` are the claims whose
    decisions it carries, itself among them. ``hides_machine`` leaves the marks of the comparison and earlier
    decisions on the same words out.
    """
    row = _base_row(known, claim_id, waiting)
    if row is None:
        return None
    verdict = _load_verdict(known, row["verdict_id"])
    place = known.ask(_PLACE, [claim_id, row["version_id"]])
    citations = json.loads(place[0][3]) if place else []
    sources = _load_sources(known, claim_id, citations, verdict)
    urls = {one.source_id: one.url for one in sources}
    passages = _load_passages(known, archive, verdict, urls, hides_machine)
    deciding = passages[0].text_sha256 if passages else None
    return ClaimView(
        row,
        verdict,
        place[0][2] if place else None,
        _cut_essay(archive, place[0], verdict, hides_machine) if place else None,
        passages,
        sources,
        load_events(known, carried),
        [] if hides_machine else _load_repeats(known, row, deciding),
    )


def _base_row(known: Known, claim_id: UUID, waiting: WaitingClaim | None) -> dict[str, Any] | None:
    names = (*_BASE, "version_id")
    if waiting is not None:
        return {name: getattr(waiting, name) for name in names}
    rows = known.ask(_DECIDED, [claim_id])
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _load_verdict(known: Known, verdict_id: UUID | None) -> VerdictParts:
    rows = known.ask(_VERDICT, [verdict_id]) if verdict_id else []
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
        [_span(one) for one in unsupported],
        evidence,
        [one["source_id"] for one in inputs],
        str(rows[0][7]) if rows[0][7] else None,
        rows[0][8],
    )


def _span(body: Mapping[str, Any]) -> Span:
    """Numbers are strings in the JSON of a record."""
    return Span(int(body["start"]), int(body["end"]))


def _cut_essay(
    archive: Archive, place: Sequence[Any], verdict: VerdictParts, hides_machine: bool
) -> Excerpt | None:
    start, end, _, _, sha256 = place
    try:
        text = archive.get_text(sha256)
    except WarehouseError:
        return None
    span = Span(start, end)
    marks = [Mark(span, "claim", "the claim")]
    if not hides_machine:
        marks += [
            Mark(one.shifted(start), "unbacked", "no passage backs this") for one in verdict.unsupported
        ]
    return cut_excerpt(text, marks, span)


def _load_sources(
    known: Known, claim_id: UUID, citations: Sequence[Mapping[str, Any]], verdict: VerdictParts
) -> list[SourceCard]:
    """Return the sources of a claim, as ``reports.claim_sources`` has them: linked, given, then suggested."""
    bases = {
        one["source_id"]: Basis.GIVEN if one["distance"] == Distance.GIVEN else Basis.CITED
        for one in citations
    }
    if known.ask(_ANY_ATTACHED):
        for (source_id,) in known.ask(_ATTACHED, [claim_id]):
            bases.setdefault(str(source_id), Basis.GIVEN)
    for source_id in verdict.source_ids:
        bases.setdefault(source_id, Basis.SUGGESTED)
    if not bases:
        return []
    found = {str(row[0]): row for row in known.ask(_SOURCES, [list(bases)])}
    return [
        SourceCard(row[0], row[1], row[2], basis.value, *row[3:])
        for source_id, basis in bases.items()
        if (row := found.get(source_id)) is not None
    ]


def _load_passages(
    known: Known,
    archive: Archive,
    verdict: VerdictParts,
    urls: Mapping[UUID, str | None],
    hides_machine: bool,
) -> list[Passage]:
    if not verdict.evidence_ids:
        return []
    found = {str(one[0]): one for one in known.ask(_PASSAGES, [list(verdict.evidence_ids)])}
    ordered = sorted(
        (one for one in verdict.evidence_ids if one in found), key=lambda one: one != verdict.deciding
    )
    shown = ordered[:MOST_PASSAGES]
    return [
        _read_passage(found[one], archive, urls, hides_machine, is_first=one == shown[0]) for one in shown
    ]


def _read_passage(
    row: Sequence[Any],
    archive: Archive,
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
        excerpt = cut_excerpt(archive.get_text(sha256), marks, span, *context)
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
        span = _span(one["span"])
        if passage.covers(span) and 2 * (span.end - span.start) <= passage.end - passage.start:
            marks.append(Mark(span, one["outcome"], OUTCOMES[one["outcome"]][1]))
    return marks


def _load_repeats(known: Known, row: Mapping[str, Any], deciding: str | None) -> list[Repeat]:
    words = fold_space(row["claim"]).lower()
    parameters = [row["kind"], row["claim_id"], words]
    found = known.ask(_REPEATS, parameters) if known.ask(_SAME_WORDS, parameters) else []
    return [
        Repeat(claim_id, rating, conclusion, at, essay, quote, deciding is not None and text == deciding)
        for claim_id, rating, conclusion, at, text, essay, quote in found[:MOST_REPEATS]
    ]
