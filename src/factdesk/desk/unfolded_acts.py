"""The acts that were acknowledged and that the database may lack yet, and what they alone tell meanwhile.

Whoever asks while they are folded is answered from here: which decisions were made on given words, and what
became of a claim that they took off the queue.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.model import Act, ReviewEvent


@dataclass(frozen=True, slots=True)
class FreshDecision:
    """A decision that the database may lack, with the claim as it waited when it was decided."""

    event: ReviewEvent
    claim: WaitingClaim


class UnfoldedActs:
    """What one desk has acknowledged and has not yet seen in the database; any thread may ask."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._acts: dict[UUID, ReviewEvent] = {}
        self._fresh: dict[UUID, FreshDecision] = {}
        self._left: dict[UUID, WaitingClaim] = {}

    # --- keeping up

    def add(self, event: ReviewEvent) -> None:
        """Keep an act that was acknowledged."""
        with self._mutex:
            self._acts[event.event_id] = event
            if event.act == Act.UNDO and event.target:
                self._fresh.pop(UUID(event.target), None)

    def tell(self, event: ReviewEvent, claim: WaitingClaim) -> None:
        """Let others see a decision that was added; ``claim`` is as it waited then.

        The queue must know what has become of the claim: whether somebody is to check it who must not see it.
        """
        with self._mutex:
            if event.event_id in self._acts:
                self._fresh[event.event_id] = FreshDecision(event, claim)

    def take_out(self, events: Iterable[UUID]) -> set[UUID]:
        """Forget acts that the database has; return the claims off the queue that now lack none there."""
        with self._mutex:
            claims = {act.claim_id for one in events if (act := self._acts.pop(one, None)) is not None}
            for one in [one for one in self._fresh if one not in self._acts]:
                del self._fresh[one]
            return {one for one in claims - self._lacked() if self._left.pop(one, None) is not None}

    def clear(self) -> None:
        """Forget all: the database has it."""
        with self._mutex:
            self._acts, self._fresh, self._left = {}, {}, {}

    def leave(self, claim: WaitingClaim) -> None:
        """Keep a claim that waits no more, with the stage that it has now; its acts are among these."""
        with self._mutex:
            self._left[claim.claim_id] = claim

    def come_back(self, claim_id: UUID) -> None:
        """Forget what became of a claim: it waits again, or the database has to tell."""
        with self._mutex:
            self._left.pop(claim_id, None)

    # --- asking

    def __contains__(self, event: UUID) -> bool:
        with self._mutex:
            return event in self._acts

    def __len__(self) -> int:
        with self._mutex:
            return len(self._acts)

    def lack(self, claim_ids: Collection[UUID]) -> bool:
        """Whether the database may lack an act on one of these claims."""
        with self._mutex:
            return not self._lacked().isdisjoint(claim_ids)

    def claims(self) -> set[UUID]:
        """Return the claims on which the database may lack an act."""
        with self._mutex:
            return self._lacked()

    def _lacked(self) -> set[UUID]:
        return {one.claim_id for one in self._acts.values()}

    def left(self, claim_id: UUID) -> WaitingClaim | None:
        """Return what has become of a claim that such acts took off the queue, None of any other claim."""
        with self._mutex:
            return self._left.get(claim_id)

    def decisions(self) -> list[ReviewEvent]:
        """Return the decisions."""
        with self._mutex:
            return [one for one in self._acts.values() if one.act == Act.DECIDE]

    def acts_of(self, reviewer: str) -> list[ReviewEvent]:
        """Return what one person did, in the order in which it was acknowledged."""
        with self._mutex:
            return [one for one in self._acts.values() if one.reviewer == reviewer]

    def fresh_decision(self, event: UUID) -> FreshDecision | None:
        """Return a decision that others may see, None when it was taken back or its claim is not known."""
        with self._mutex:
            return self._fresh.get(event)

    def fresh_decisions(self) -> list[FreshDecision]:
        """Return the decisions that others may see, each claim's latest; the latest of all first."""
        with self._mutex:
            latest = {one.claim.claim_id: one for one in self._fresh.values()}
            return [one for one in reversed(self._fresh.values()) if latest[one.claim.claim_id] is one]
