"""Everybody's last decision, which one key takes back from wherever they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.model import Act, ReviewEvent
from factdesk.warehouse.known import Known

_LAST = """
    SELECT e.id, d.claim_id, e.rating, c.quote, e.acted_at, e.target
    FROM standing.decisions AS d
    JOIN records.review_events AS e ON e.fold_sequence = d.event_row
    JOIN records.claims AS c ON c.fold_sequence = d.claim_row
    WHERE d.reviewer = $1 AND d.decided_at >= $2 AND d.claim_id = d.made_on_claim_id AND NOT d.is_undone
    ORDER BY d.position DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class LastDecision:
    """A decision: on which claim, what it says, the claim's words. Several made as one share a ``mark``."""

    claim_id: UUID
    rating: str
    words: str
    decided_at: datetime
    mark: str | None = None


def last_of(event: ReviewEvent, claim: WaitingClaim) -> LastDecision:
    """Return a decision just made as somebody's last one."""
    return LastDecision(event.claim_id, event.rating or "", claim.claim, event.at, event.target)


class LastDecisions:
    """The last decision of each person that was not taken back; any thread may ask."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._kept: dict[str, LastDecision | None] = {}
        self._changes = 0

    def note(self, event: ReviewEvent, claim: WaitingClaim | None) -> None:
        """Take notice of an act that was acknowledged. ``claim`` is what it is about, None when not known."""
        if event.act not in (Act.DECIDE, Act.UNDO):
            return
        with self._mutex:
            self._changes += 1
            if event.act == Act.DECIDE and claim is not None and event.rating is not None:
                self._kept[event.reviewer] = last_of(event, claim)
            else:
                self._kept.pop(event.reviewer, None)

    def forget(self) -> None:
        """Ask the database the next time: others may have written decisions."""
        with self._mutex:
            self._changes += 1
            self._kept.clear()

    def find(
        self, reviewer: str, since: datetime, look_up: Callable[[], LastDecision | None]
    ) -> LastDecision | None:
        """Return a person's last decision since a moment; ``look_up`` finds it where it is not known here."""
        with self._mutex:
            changes = self._changes
            if reviewer in self._kept:
                last = self._kept[reviewer]
                return last if last and last.decided_at >= since else None
        last = look_up()
        with self._mutex:
            if changes == self._changes:
                self._kept[reviewer] = last
        return last


def read_last(
    known: Known, reviewer: str, since: datetime, undone: Collection[UUID] = ()
) -> LastDecision | None:
    """Return a person's last decision since a moment that the database has.

    ``undone`` are decisions that were taken back, though the database may not know it yet.
    """
    rows = known.ask(_LAST, [reviewer, since, len(undone) + 1])
    return next((LastDecision(*rest) for event, *rest in rows if event not in undone), None)
