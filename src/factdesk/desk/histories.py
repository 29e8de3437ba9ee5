"""What people did on the claims that wait, kept so that between two keys the database need not be asked.

An act is acknowledged when its batch is in the spool; it is here from then on, and in the database a moment
later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from uuid import UUID

from factdesk.desk.claim_events import Event, load_events
from factdesk.model import ReviewEvent
from factdesk.warehouse.known import Known

_WITH_EVENTS = (
    "SELECT DISTINCT claim_id FROM records.review_events WHERE claim_id IN (SELECT unnest(?::UUID[]))"
)


class Histories:
    """The acts on claims, each claim's first act first; any thread may ask.

    Of a claim either all acts are kept or none. A claim without any act is kept as such from the beginning.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._untouched: set[UUID] = set()
        self._kept: dict[UUID, tuple[Event, ...]] = {}
        self._changes = 0

    def look(self, known: Known, claim_ids: Collection[UUID]) -> None:
        """Begin anew with the claims that wait; ``known`` holds all that was acknowledged."""
        touched = {row[0] for row in known.ask(_WITH_EVENTS, [[str(one) for one in claim_ids]])}
        with self._mutex:
            self._changes += 1
            self._untouched, self._kept = set(claim_ids) - touched, {}

    def find(self, claim_id: UUID, read: Callable[[], AbstractContextManager[Known]]) -> tuple[Event, ...]:
        """Return all acts on a claim. ``read`` gives what holds all that was acknowledged, if needed."""
        with self._mutex:
            if claim_id in self._untouched:
                return ()
            if claim_id in self._kept:
                return self._kept[claim_id]
            changes = self._changes
        with read() as known:
            events = tuple(load_events(known, [claim_id]))
        with self._mutex:
            if changes == self._changes:  # else an act may have come that was not in the database yet
                self._kept[claim_id] = events
        return events

    def add(self, event: ReviewEvent) -> None:
        """Keep an act that was acknowledged just now."""
        with self._mutex:
            self._changes += 1
            if event.claim_id in self._untouched:
                self._untouched.discard(event.claim_id)
                self._kept[event.claim_id] = ()
            if event.claim_id in self._kept:
                before = self._kept[event.claim_id]
                self._kept[event.claim_id] = (*before, _as_event(event, before))

    def forget(self, claim_ids: Collection[UUID]) -> None:
        """Ask the database the next time: the claims wait no more, or others have written acts on them."""
        with self._mutex:
            self._changes += 1
            self._untouched.difference_update(claim_ids)
            for claim_id in claim_ids:
                self._kept.pop(claim_id, None)


def _as_event(event: ReviewEvent, before: Collection[Event]) -> Event:
    """Return an act as the database will have it: it is stale when another one came between."""
    latest = tuple(before)[-1].id if before else None
    return Event(
        id=event.event_id,
        act=event.act,
        reviewer=event.reviewer,
        role=event.role,
        acted_at=event.at,
        rating=event.rating,
        conclusion=event.conclusion,
        reason=event.reason,
        note=event.note,
        until=event.until,
        target=event.target,
        stale=event.previous_event != latest,
        shown=event.shown,
        text_sha256=event.text_sha256,
    )
