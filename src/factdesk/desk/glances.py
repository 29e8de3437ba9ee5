"""What is known at the moment of an act: the database, and from memory what people did that it lacks yet.

An act is acknowledged by the spool, and the database has it a moment later. Who acts in between must know it,
and need not wait where the queue in memory tells enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from factdesk.desk.claim_events import Event, standing_decisions
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.warehouse.known import Known
from factdesk.warehouse.waiting import Waiting


class Glance(Known):
    """`Known` for one act. What is asked of a claim that memory knows is answered from there.

    ``read`` gives the database, which is opened only when it has to be asked, and ``settle`` returns when all
    that was acknowledged is in it; ``find`` gives a claim that memory knows, ``acts`` what was done on a
    claim itself.
    """

    def __init__(
        self,
        read: Callable[[], AbstractContextManager[Known]],
        find: Callable[[UUID], WaitingClaim | None],
        acts: Callable[[UUID], Sequence[Event]],
        settle: Callable[[], None],
    ) -> None:
        super().__init__(Waiting(), None)
        self._read = read
        self._find = find
        self._acts = acts
        self._settle = settle
        self._judged: dict[UUID, WaitingClaim] = {}

    def _ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Whatever else is asked may depend on what people did."""
        self._settle()
        with self._read() as known:
            return known.ask(sql, parameters)

    def current_verdict(self, claim_id: UUID) -> UUID | None:
        """Return the id of the claim's current verdict, or None when it was never judged."""
        one = self._find(claim_id)
        if one is None:
            return super().current_verdict(claim_id)
        if one.verdict_id is not None:
            self._judged[one.verdict_id] = one
        return one.verdict_id

    def rating_of(self, verdict_id: UUID) -> str | None:
        """Return the machine's rating in a verdict, or None when the verdict is not known."""
        one = self._judged.get(verdict_id)
        return super().rating_of(verdict_id) if one is None else one.machine_rating

    def deciding_text(self, verdict_id: UUID) -> str | None:
        """Return the sha256 of the text that decided a verdict."""
        one = self._judged.get(verdict_id)
        return super().deciding_text(verdict_id) if one is None else one.deciding_text

    def latest_event(self, claim_id: UUID) -> UUID | None:
        """Return the latest review event of a claim, or None."""
        if self._find(claim_id) is None:
            return super().latest_event(claim_id)
        events = self._acts(claim_id)
        return events[-1].id if events else None

    def standing_decision(self, claim_id: UUID, reviewer: str) -> UUID | None:
        """Return a reviewer's latest decision on a claim that was not undone, or None."""
        if self._find(claim_id) is None:
            return super().standing_decision(claim_id, reviewer)
        held = standing_decisions(self._acts(claim_id))
        return next((one.id for one in held if one.reviewer == reviewer), None)
