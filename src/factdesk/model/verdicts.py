"""Records of what the machine says: passages that bear on a claim, verdicts, and which one holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.model.identity import identify
from factdesk.model.parts import FacetComparison, Note, Reason, Span, VerdictInput
from factdesk.model.vocabularies import Basis, Rating


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of a snapshot that bears on a claim, facet by facet."""

    claim_id: UUID
    snapshot_id: UUID
    span: Span
    quote: str
    facets: tuple[FacetComparison, ...]
    basis: Basis
    method: str

    def key(self) -> tuple[Any, ...]:
        """Return claim, snapshot, span and method."""
        return (self.claim_id, self.snapshot_id, self.span.start, self.span.end, self.method)

    @property
    def id(self) -> UUID:
        """Return the evidence's id."""
        return identify("Evidence", *self.key())


@dataclass(frozen=True, slots=True)
class Verdict:
    """The machine's rating of a claim for given inputs by a given method.

    ``confidence`` is the probability that the rating is right, ``support`` that the source backs the
    claim in full; both have 4 places. ``as_of`` is when the newest text used was first fetched. ``notes``
    come from the essay alone; ``unsupported`` are the words of the claim that no passage backs, relative to
    its quote.
    """

    claim_id: UUID
    inputs: tuple[VerdictInput, ...]
    method: str
    rating: Rating
    confidence: Decimal
    support: Decimal
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    facets: tuple[FacetComparison, ...]
    evidence_ids: tuple[UUID, ...]
    deciding_evidence_id: UUID | None
    deciding_source_id: UUID | None
    source_outcome: str
    as_of: datetime | None
    notes: tuple[Note, ...] = ()
    unsupported: tuple[Span, ...] = ()

    def key(self) -> tuple[Any, ...]:
        """Return claim, inputs and method."""
        return (
            self.claim_id,
            tuple((one.source_id, one.seen) for one in self.inputs),
            self.method,
        )

    @property
    def id(self) -> UUID:
        """Return the verdict's id."""
        return identify("Verdict", *self.key())


@dataclass(frozen=True, slots=True)
class Judgement:
    """From ``judged_at`` on, ``verdict_id`` is the claim's current verdict."""

    claim_id: UUID
    judged_at: datetime
    verdict_id: UUID

    def key(self) -> tuple[Any, ...]:
        """Return claim and time."""
        return (self.claim_id, self.judged_at)

    @property
    def id(self) -> UUID:
        """Return the judgement's id."""
        return identify("Judgement", *self.key())
