"""A claim that waits for a person: what is known of it, who may see what of it, and where it stands.

Order and filters are worked out here; what a claim is worth is the view's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from factdesk.model import NO_LINKED_SOURCE, Stage

BLIND_SHARE = 10
"""One claim in so many is decided without seeing what the machine says, so that agreement can be measured."""

_WAITING = (Stage.TO_REVIEW, Stage.FIRST_CHECK, Stage.SECOND_CHECK, Stage.REOPENED, Stage.DISPUTED)


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    """One claim that waits, with the columns of ``derived.waiting_claims``, where its mention and
    verdict stand, and the sha256 of the text that decided it.

    ``deciders`` are those whose decision stands, ``seen_by`` all who ever decided it.
    """

    claim_id: UUID
    stage: str
    essay_id: UUID
    essay_uri: str
    essay_title: str | None
    author: str | None
    publish_at: datetime | None
    kind: str
    claim: str
    claim_start: int | None
    value: Decimal
    disagreement: bool | None
    checkworthiness: Decimal | None
    machine_rating: str | None
    confidence: Decimal | None
    basis: str | None
    source_url: str | None
    source_outcome: str | None
    reason_codes: tuple[str, ...]
    checked_at: datetime | None
    held_by: str | None
    held_until: datetime | None
    waiting_until: datetime | None
    assigned_to: str | None
    deciders: tuple[str, ...]
    seen_by: tuple[str, ...]
    is_flagged: bool
    editor_rating: str | None
    decided_at: datetime | None
    is_reopened: bool
    verdict_id: UUID | None
    version_id: UUID | None
    old_claim_id: UUID | None
    old_claim: str | None
    old_rating: str | None
    old_conclusion: str | None
    old_decided_at: datetime | None
    cause: str | None
    mention_row: int | None
    verdict_row: int | None
    deciding_text: str | None

    @property
    def waits(self) -> bool:
        """Whether its stage is one in which a claim waits for a person."""
        return self.stage in _WAITING

    @property
    def is_blind(self) -> bool:
        """Whether the machine's rating is hidden from those who have yet to decide."""
        is_checked = self.stage in (Stage.TO_REVIEW, Stage.FIRST_CHECK, Stage.SECOND_CHECK)
        return is_checked and is_blind(self.claim_id) and not self.is_disputed_between

    def hides_machine(self, reviewer: str) -> bool:
        """Whether this person must not see yet what the machine says."""
        return self.is_blind and reviewer not in self.seen_by

    def hides_people(self, reviewer: str) -> bool:
        """Whether this person, who is to check a second time, must not see yet what the first one said."""
        is_second = self.stage == Stage.SECOND_CHECK and not self.is_disputed_between
        return is_second and reviewer not in self.seen_by

    @property
    def has_source(self) -> bool:
        """Whether the essay links or a person gave any source for it."""
        return self.source_outcome not in (None, NO_LINKED_SOURCE)

    @property
    def is_disputed_between(self) -> bool:
        """Whether two people have decided it differently, so that an editor must settle it."""
        return self.stage == Stage.SECOND_CHECK and len(self.deciders) > 1

    @property
    def waits_for_second(self) -> bool:
        """Whether it was decided by one person and another one is to check it."""
        return self.stage == Stage.SECOND_CHECK and not self.is_disputed_between

    def holder(self, now: datetime) -> str | None:
        """Return who has it open now."""
        if self.held_by is None or (self.held_until is not None and self.held_until <= now):
            return None
        return self.held_by

    def rests(self, now: datetime) -> bool:
        """Whether it was put off until later than now."""
        return self.waiting_until is not None and self.waiting_until > now


MOST_DRAWN = 4_096
"""So many answers of `is_blind` are kept: it is asked several times of one claim after the other."""


@lru_cache(maxsize=MOST_DRAWN)
def is_blind(claim_id: UUID) -> bool:
    """Whether a claim is one of the tenth that is decided blind: for ever the same, drawn by its id."""
    digest = hashlib.sha256(claim_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") % BLIND_SHARE == 0


def is_drawn(claim_id: UUID, share: float) -> bool:
    """Whether a claim is one of the share that a second person checks in any case: drawn by its id, a hash.

    The view ``derived.claim_states`` draws the same.
    """
    return f"{claim_id}"[-8:] < f"{int(share * 4_294_967_295):08x}"


# --- order ----------------------------------------------------------------------------------------


def by_urgency(claims: Collection[WaitingClaim]) -> list[WaitingClaim]:
    """Return the claims of the essay that is published soonest first, each essay's in reading order.

    Essays without a date follow, the one with the claim that is worth most first; see `shown_value`.
    """
    worth: dict[UUID, Decimal] = {}
    for one in claims:
        worth[one.essay_id] = max(worth.get(one.essay_id, Decimal(0)), shown_value(one))
    return sorted(claims, key=lambda one: urgency_key(one, worth[one.essay_id]))


def urgency_key(one: WaitingClaim, worth: Decimal) -> tuple[Any, ...]:
    """Return what claims are sorted by for `by_urgency`, the id last; ``worth`` is the most in its essay."""
    return (
        one.publish_at is None,
        one.publish_at.timestamp() if one.publish_at else 0.0,
        -worth,
        one.essay_id.int,
        one.claim_start or 0,
        one.claim_id,
    )


def value_key(one: WaitingClaim) -> tuple[Any, ...]:
    """Return what claims are sorted by where those that are worth most stand first, the id last.

    Check-worthy, doubtful and contradicted ones are worth most; see `shown_value`.
    """
    return (-shown_value(one), one.claim_id)


def shown_value(one: WaitingClaim) -> Decimal:
    """Return what a claim is worth as far as a checker may know: for a blind claim a middling value."""
    return (one.checkworthiness or Decimal(0)) * Decimal("1.5") if one.is_blind else one.value
