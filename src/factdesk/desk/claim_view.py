"""Everything that the page of one claim shows, read from the database at one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.desk.texts import Excerpt, Mark, cut_excerpt
from factdesk.desk.words import OUTCOMES
from factdesk.errors import WarehouseError
from factdesk.model import Act, Span, fold_space
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import Known

MOST_PASSAGES = 8
MOST_REPEATS = 3
SHORT_CONTEXT = 350
_MARKED = ("match", "weaker", "conflict")

_COLUMNS = (
    *("claim_id", "verdict_id", "claim_status", "stage", "essay_id", "essay_uri", "essay_title", "author"),
    *("kind", "claim", "sentence", "claim_start", "claim_end", "locator", "checkworthiness"),
    *("machine_rating", "confidence", "support", "reasons", "reason_codes", "missing", "notes", "facets"),
    *("basis", "source_id", "source_url", "source_outcome", "deciding_evidence_id", "as_of"),
    *("unsupported_spans", "evidence_locator"),
)
_CLAIM = f"SELECT {', '.join(_COLUMNS)} FROM reports.verdicts WHERE claim_id = ?"

_ESSAY_TEXT = """
    SELECT n.text_sha256 FROM derived.claim_places AS p
    JOIN derived.essay_versions AS n ON n.id = p.version_id WHERE p.claim_id = ?
"""

_SHOWN = "SELECT from_json(evidence_ids, '[\"UUID\"]') FROM derived.verdicts WHERE id = ?"

_PASSAGES = """
    SELECT e.id, e.quote, e.span_start, e.span_end, CAST(e.facets AS VARCHAR), e.basis, n.source_id, s.url,
        n.text_sha256, n.title, n.published_on, n.published_rule
    FROM derived.evidence AS e
    JOIN derived.snapshots AS n ON n.id = e.snapshot_id
    LEFT JOIN derived.sources AS s ON s.id = n.source_id
    WHERE e.id IN (SELECT unnest(?::UUID[]))
"""

_SOURCES = """
    SELECT source_id, source_url, source_outcome, distance, basis, fetched_at, text_sha256, title,
        published_on
    FROM reports.claim_sources WHERE claim_id = ?
"""

_EVENTS = """
    SELECT id, act, reviewer, role, acted_at, rating, conclusion, reason, note, until, target, stale, shown,
        text_sha256
    FROM derived.claim_events WHERE claim_id = ? ORDER BY position
"""

_REPEATS = """
    SELECT d.claim_id, d.rating, d.conclusion, d.acted_at, d.text_sha256, coalesce(e.title, e.uri), w.quote
    FROM derived.current_decisions AS d
    JOIN derived.claims AS c ON c.id = d.claim_id
    JOIN derived.essays AS e ON e.id = c.essay_id
    LEFT JOIN derived.verdicts AS v ON v.id = d.verdict_id
    LEFT JOIN derived.evidence AS w ON w.id = v.deciding_evidence_id
    WHERE c.kind = $1 AND d.claim_id <> $2 AND regexp_replace(lower(c.quote), '\\s+', ' ', 'g') = $3
    ORDER BY d.position DESC
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One act on the claim, with the columns of ``derived.claim_events``."""

    id: UUID
    act: str
    reviewer: str
    role: str
    acted_at: datetime
    rating: str | None
    conclusion: str | None
    reason: str | None
    note: str | None
    until: datetime | None
    target: str | None
    stale: bool
    shown: bool
    text_sha256: str | None


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
    """One source of the claim and what became of it."""

    source_id: UUID
    url: str | None
    outcome: str
    distance: str | None
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
class ClaimView:
    """One claim as its page shows it. ``row`` has the columns of ``reports.verdicts``."""

    row: Mapping[str, Any]
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


def seen_token(events: Sequence[Event], verdict_id: UUID | None) -> str:
    """Return a token of the last act that bears on a decision (no mere opening) and of the verdict."""
    acts = [one.id for one in events if one.act != Act.LEASE]
    return f"{acts[-1] if acts else '-'}.{verdict_id or '-'}"


def standing_decisions(events: Sequence[Event]) -> list[Event]:
    """Return the decision of each person that holds: the latest that was not taken back."""
    undone = {one.target for one in events if one.act == Act.UNDO}
    held: dict[str, Event] = {}
    for one in events:
        if one.act == Act.DECIDE and str(one.id) not in undone:
            held.pop(one.reviewer, None)
            held[one.reviewer] = one
    return list(held.values())


def load_events(known: Known, claim_id: UUID) -> list[Event]:
    """Return what was done on a claim, the first act first."""
    return [Event(*row) for row in known.ask(_EVENTS, [claim_id])]


def load_claim_view(
    known: Known, archive: Archive, claim_id: UUID, *, hides_machine: bool = False
) -> ClaimView | None:
    """Return a claim with all that its page shows, None when there is none.

    ``hides_machine`` leaves the marks of the comparison and earlier decisions on the same words out.
    """
    rows = known.ask(_CLAIM, [claim_id])
    if not rows:
        return None
    row = dict(zip(_COLUMNS, rows[0], strict=True))
    passages = _load_passages(known, archive, row, hides_machine)
    deciding = passages[0].text_sha256 if passages else None
    return ClaimView(
        row,
        _load_essay(known, archive, row, hides_machine),
        passages,
        [SourceCard(*one) for one in known.ask(_SOURCES, [claim_id])],
        load_events(known, claim_id),
        [] if hides_machine else _load_repeats(known, row, deciding),
    )


def _load_essay(
    known: Known, archive: Archive, row: Mapping[str, Any], hides_machine: bool
) -> Excerpt | None:
    found = known.ask(_ESSAY_TEXT, [row["claim_id"]])
    if not found or row["claim_start"] is None:
        return None
    try:
        text = archive.get_text(found[0][0])
    except WarehouseError:
        return None
    span = Span(row["claim_start"], row["claim_end"])
    marks = [Mark(span, "claim", "the claim")]
    if not hides_machine:
        marks += [
            Mark(Span(one["start"], one["end"]).shifted(span.start), "unbacked", "no passage backs this")
            for one in row["unsupported_spans"] or ()
        ]
    return cut_excerpt(text, marks, span)


def _load_passages(
    known: Known, archive: Archive, row: Mapping[str, Any], hides_machine: bool
) -> list[Passage]:
    if row["verdict_id"] is None:
        return []
    ids = [str(one) for one in known.ask(_SHOWN, [row["verdict_id"]])[0][0]]
    found = {str(one[0]): one for one in known.ask(_PASSAGES, [ids])}
    ordered = sorted(
        (one for one in ids if one in found), key=lambda one: one != str(row["deciding_evidence_id"])
    )
    shown = ordered[:MOST_PASSAGES]
    return [_read_passage(found[one], archive, hides_machine, is_first=one == shown[0]) for one in shown]


def _read_passage(row: Sequence[Any], archive: Archive, hides_machine: bool, *, is_first: bool) -> Passage:
    _, quote, start, end, facets, basis, source_id, url, sha256, title, published_on, rule = row
    span = Span(start, end)
    marks = [Mark(span, "passage", "the passage")]
    if not hides_machine:
        marks += _compared_marks(json.loads(facets), span)
    try:
        text = archive.get_text(sha256)
        context = () if is_first else (SHORT_CONTEXT, SHORT_CONTEXT)
        excerpt = cut_excerpt(text, marks, span, *context)
    except WarehouseError:
        excerpt = None
    return Passage(quote, basis, source_id, url, title, sha256, published_on, rule, excerpt)


def _compared_marks(facets: Sequence[Mapping[str, Any]], passage: Span) -> list[Mark]:
    """Return where the deciding words stand; what the whole passage shows marks nothing."""
    marks = []
    for one in facets:
        if one["outcome"] not in _MARKED or not one.get("span"):
            continue
        span = Span(int(one["span"]["start"]), int(one["span"]["end"]))
        if passage.covers(span) and 2 * (span.end - span.start) <= passage.end - passage.start:
            marks.append(Mark(span, one["outcome"], OUTCOMES[one["outcome"]][1]))
    return marks


def _load_repeats(known: Known, row: Mapping[str, Any], deciding: str | None) -> list[Repeat]:
    words = fold_space(row["claim"]).lower()
    found = known.ask(_REPEATS, [row["kind"], row["claim_id"], words])
    return [
        Repeat(claim_id, rating, conclusion, at, essay, quote, deciding is not None and text == deciding)
        for claim_id, rating, conclusion, at, text, essay, quote in found[:MOST_REPEATS]
    ]
