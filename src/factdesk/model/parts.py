"""What records are made of. A part has no id; it lives and dies with its record."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.model.vocabularies import Basis, Bound, Distance, FacetName, FacetOutcome, PassageFate


@dataclass(frozen=True, slots=True)
class Span:
    """Code points ``start`` (included) to ``end`` (excluded) of a text."""

    start: int
    end: int

    def shifted(self, by: int) -> Span:
        """Return the same span moved right by ``by`` code points."""
        return Span(self.start + by, self.end + by)

    def cut(self, text: str) -> str:
        """Return the characters that this span marks in ``text``."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Value:
    """One asserted value of a claim.

    ``role`` is what the value is: amount, also (the same amount in another currency), ratio, diff,
    percent, points, from_percent, count. ``unit`` is an ISO 4217 code for money, else ``percent``,
    ``points``, ``ratio`` or ``count``. ``low`` and ``high`` are the ends as said (equal for one
    figure). ``precision`` is the worth of the last digit said ("4.3 million" -> 100000). ``of`` is
    what a ratio or difference is measured against, in the claim's words.
    """

    role: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    bound: Bound
    precision: Decimal | None = None
    span: Span | None = None
    of: str | None = None

    def asserted(self) -> tuple[Any, ...]:
        """Return what is part of a claim's identity: the value without its place."""
        return (self.role, self.unit, self.low, self.high, self.bound)


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet of a claim: its words, their comparable form, and where they stand."""

    name: FacetName
    text: str
    norm: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One listed thing of a claim ("Georgia" of "Turkey, Georgia and Armenia")."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class EssayLink:
    """A link of an essay: the address as written and the characters that carry it.

    ``form`` is inline, bare, reference, footnote or front_matter.
    """

    url: str
    url_key: str
    span: Span | None
    form: str


@dataclass(frozen=True, slots=True)
class Locator:
    """Where the text from ``start`` on stands in the essay's file, as a person finds it ("page 3")."""

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that bears on a claim, and how far from the claim its link stands."""

    source_id: UUID
    distance: Distance
    basis: Basis


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """A fact check that a page publishes of somebody's claim, as its ClaimReview says it."""

    claim: str
    rating: str | None
    reviewer: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class PassageChange:
    """What became of one passage; ``span`` is where it stands in the later text, None if it died."""

    claim_id: UUID
    evidence_id: UUID
    fate: PassageFate
    span: Span | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a redirect chain: address as written, the IP it went to, the answer's status."""

    url: str
    address: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a snapshot's text: ``main`` (a page, of a PDF), ``table``, ``caption`` or ``note``."""

    form: str
    span: Span


@dataclass(frozen=True, slots=True)
class FacetComparison:
    """A facet as claimed, as found, and the outcome, with the span of the snapshot that shows it."""

    facet: FacetName
    claimed: str
    found: str
    outcome: FacetOutcome
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a stable code and a sentence for the reviewer."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the essay itself says for or against a claim: a stable code, a sentence for the reviewer, and the
    deciding words of the claim, relative to its quote. A note never changes a rating."""

    code: str
    sentence: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictInput:
    """One source that a verdict looked at: its latest text, or its outcome if it never had any."""

    source_id: UUID
    seen: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim of the latest reading and the claim of an earlier one that it takes the place of."""

    new_claim_id: UUID
    old_claim_id: UUID
