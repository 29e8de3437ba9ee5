"""Everything that the page of one essay shows: its text in parts, and all its claims, marked by rating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from factdesk.desk.texts import Mark, Stretch, cut_excerpt
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.errors import WarehouseError
from factdesk.model import Rating, Span
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import Known

PART_CHARACTERS = 30_000
"""An essay longer than this is shown in parts, so that a page stays small."""

_ESSAY_COLUMNS = (
    *("essay_id", "essay_uri", "essay_title", "author", "published_on", "publish_at", "outcome", "detail"),
    *("read_at", "text_sha256", "length"),
)
_ESSAY = f"SELECT {', '.join(_ESSAY_COLUMNS)} FROM reports.essays WHERE essay_id = ?"

_CLAIM_COLUMNS = (
    *("claim_id", "claim_status", "stage", "kind", "claim", "claim_start", "claim_end", "locator"),
    *("machine_rating", "basis", "source_outcome", "reason_codes", "missing", "source_id", "source_url"),
    *("evidence_quote", "evidence_locator", "editor_rating", "conclusion", "reviewer", "decided_at"),
)
_CLAIMS = f"""
    SELECT {", ".join(_CLAIM_COLUMNS)} FROM reports.verdicts WHERE essay_id = ?
    ORDER BY claim_status <> 'current', claim_start NULLS LAST, claim_id
"""

CONFIRMED = (
    *(Rating.REFUTED, Rating.CONFLICTING, Rating.PARTIALLY_SUPPORTED, Rating.NOT_ENOUGH_EVIDENCE),
    Rating.SUPPORTED,
)
"""What is told to an author, the gravest first; what is no claim or cannot be checked is not."""


@dataclass(frozen=True, slots=True)
class EssayClaim:
    """One claim of an essay, as far as its reader may see it now.

    ``rating`` is the person's where there is a decision, else the machine's, None when there is none or it is
    hidden; ``is_hidden`` says that the reader has to decide it without knowing.
    """

    number: int
    row: Mapping[str, Any]
    is_hidden: bool

    @property
    def is_decided(self) -> bool:
        """Whether the rating shown is a person's."""
        return self.row["editor_rating"] is not None and not self.is_hidden

    @property
    def is_current(self) -> bool:
        """Whether the claim still stands in the essay."""
        return bool(self.row["claim_status"] == "current")

    @property
    def rating(self) -> str | None:
        """The rating that may be shown."""
        if self.is_hidden:
            return None
        found: str | None = self.row["editor_rating"] or self.row["machine_rating"]
        return found

    @property
    def span(self) -> Span | None:
        """Where the claim stands in the text of the last version, if it stands there."""
        if not self.is_current or self.row["claim_start"] is None:
            return None
        return Span(self.row["claim_start"], self.row["claim_end"])


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the essay, and the claims that end with it, whose numbers follow it."""

    stretch: Stretch
    ending: tuple[EssayClaim, ...]


@dataclass(frozen=True, slots=True)
class EssayView:
    """One essay. ``row`` has the columns of ``reports.essays``; ``pieces`` is None when the text is lost."""

    row: Mapping[str, Any]
    claims: Sequence[EssayClaim]
    pieces: Sequence[Piece] | None
    part: int
    parts: int

    @property
    def current(self) -> list[EssayClaim]:
        """The claims that stand in the essay now, in reading order."""
        return [one for one in self.claims if one.is_current]

    @property
    def former(self) -> list[EssayClaim]:
        """Claims that were decided and no longer stand in the essay."""
        return [one for one in self.claims if not one.is_current and one.row["editor_rating"]]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many current claims have each rating that may be shown; hidden ones are under ``hidden``."""
        return Counter("hidden" if one.is_hidden else one.rating or "" for one in self.current)

    @property
    def day(self) -> date | datetime | None:
        """When it was or will be published, if that is known."""
        found: date | datetime | None = self.row["published_on"] or self.row["publish_at"]
        return found


def load_essay_view(
    known: Known,
    archive: Archive,
    essay_id: UUID,
    waiting: Mapping[UUID, WaitingClaim],
    reviewer: str,
    part: int = 1,
) -> EssayView | None:
    """Return an essay as one person may see it, None when there is none. ``part`` counts from 1.

    ``waiting`` are the claims that wait: what the person has to decide blind, or as the second, is hidden.
    """
    rows = known.ask(_ESSAY, [essay_id])
    if not rows:
        return None
    row = dict(zip(_ESSAY_COLUMNS, rows[0], strict=True))
    claims = [
        EssayClaim(number, claim, is_hidden(waiting.get(claim["claim_id"]), reviewer))
        for number, claim in enumerate(_rows(known, essay_id), start=1)
    ]
    text = _read_text(archive, row["text_sha256"])
    if text is None:
        return EssayView(row, claims, None, 1, 1)
    spans = part_spans(text)
    part = min(max(part, 1), len(spans))
    return EssayView(row, claims, list(_pieces(text, spans[part - 1], claims)), part, len(spans))


def is_hidden(one: WaitingClaim | None, reviewer: str) -> bool:
    """Whether a person must not see yet what the machine or the first checker says of a claim."""
    return one is not None and (one.hides_machine(reviewer) or one.hides_people(reviewer))


def _rows(known: Known, essay_id: UUID) -> list[dict[str, Any]]:
    return [dict(zip(_CLAIM_COLUMNS, row, strict=True)) for row in known.ask(_CLAIMS, [essay_id])]


def _read_text(archive: Archive, sha256: str | None) -> str | None:
    if sha256 is None:
        return None
    try:
        return archive.get_text(sha256)
    except WarehouseError:
        return None


def part_spans(text: str, characters: int = PART_CHARACTERS) -> list[Span]:
    """Return the parts in which a text is shown: about so many characters each, cut at line ends."""
    spans, start = [], 0
    while len(text) - start > characters:
        newline = text.rfind("\n", start + characters // 2, start + characters)
        end = start + characters if newline < 0 else newline + 1
        spans.append(Span(start, end))
        start = end
    return [*spans, Span(start, len(text))]


def _pieces(text: str, part: Span, claims: Sequence[EssayClaim]) -> Iterator[Piece]:
    """Yield the stretches of one part, each with the claims that end there."""
    placed = [(one, one.span) for one in claims if one.span is not None]
    marks = [Mark(span, _style(one), str(one.number)) for one, span in placed]
    at = part.start
    for stretch in cut_excerpt(text, marks, part, 0, 0, most=len(text)).stretches:
        at += len(stretch.text)
        yield Piece(stretch, tuple(one for one, span in placed if span.end == at and part.covers(span)))


def _style(one: EssayClaim) -> str:
    return "rated hidden-rating" if one.is_hidden else f"rated {one.rating or 'not-compared'}"
