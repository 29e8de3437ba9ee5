"""What people did on the claims that wait, kept so that between two keys the database need not be asked.

An act is acknowledged when its batch is in the spool; it is here from then on, and in the database a moment
later.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from factdesk.desk.claim_events import Event, load_events, load_events_at
from factdesk.model import ReviewEvent
from factdesk.warehouse.known import Known

_PLACES = """
    SELECT e.claim_id, 2 * e.fold_sequence + CAST(c.stale AS INTEGER)
    FROM records.review_events AS e JOIN keeper.event_chain AS c ON c.event_id = e.id
    WHERE e.claim_id IN (SELECT unnest(?::UUID[])) ORDER BY c.position
"""


class Histories:
    """The acts on claims, each claim's first act first; any thread may ask.

    Of a claim either all acts are kept or none. Of the claims that waited at the beginning it is known where
    their acts stand, for to look through a million acts for those of one claim takes several milliseconds.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._kept: dict[UUID, tuple[Event, ...]] = {}
        self._places = _Places()
        self._moved: set[UUID] = set()
        self._changes = 0

    def look(self, known: Known, claim_ids: Collection[UUID]) -> None:
        """Begin anew with the claims that wait; ``known`` holds all that was acknowledged."""
        places = _Places(claim_ids, known.ask_in_parts(_PLACES, [[str(one) for one in claim_ids]]))
        with self._mutex:
            self._changes += 1
            self._places, self._kept, self._moved = places, {}, set()

    def find(self, claim_id: UUID, read: Callable[[], AbstractContextManager[Known]]) -> tuple[Event, ...]:
        """Return all acts on a claim. ``read`` gives what holds all that was acknowledged, if needed."""
        with self._mutex:
            if claim_id in self._kept:
                return self._kept[claim_id]
            places = None if claim_id in self._moved else self._places.find(claim_id)
            if places == ():
                return ()
            changes = self._changes
        with read() as known:
            if places is None:
                events = tuple(load_events(known, [claim_id]))
            else:
                events = tuple(load_events_at(known, claim_id, dict(places)))
        with self._mutex:
            if changes == self._changes:  # else an act may have come that was not in the database yet
                self._kept[claim_id] = events
        return events

    def add(self, event: ReviewEvent) -> None:
        """Keep an act that was acknowledged just now."""
        with self._mutex:
            self._changes += 1
            if event.claim_id not in self._moved and self._places.find(event.claim_id) == ():
                self._kept.setdefault(event.claim_id, ())
            self._moved.add(event.claim_id)
            if event.claim_id in self._kept:
                before = self._kept[event.claim_id]
                self._kept[event.claim_id] = (*before, _as_event(event, before))

    def forget(self, claim_ids: Collection[UUID]) -> None:
        """Ask the database the next time: the claims wait no more, or others have written acts on them."""
        with self._mutex:
            self._changes += 1
            self._moved.update(claim_ids)
            for claim_id in claim_ids:
                self._kept.pop(claim_id, None)


class _Places:
    """Where the acts on many claims stand: 16 bytes an act, 8 a claim without any."""

    def __init__(self, claim_ids: Collection[UUID] = (), acts: Iterable[Sequence[Any]] = ()) -> None:
        claims, places = array("Q"), array("q")
        for claim_id, place in acts:
            claims.append(_half(claim_id))
            places.append(place)
        order = sorted(range(len(claims)), key=claims.__getitem__)  # those of one claim keep their order
        self._claims = array("Q", (claims[one] for one in order))
        self._places = array("q", (places[one] for one in order))
        self._known = array("Q", sorted(map(_half, claim_ids)))

    def find(self, claim_id: UUID) -> tuple[tuple[int, bool], ...] | None:
        """Return the fold sequence of each act that may be one on this claim, and whether it came too late.

        None when nothing is known of the claim.
        """
        half = _half(claim_id)
        start = bisect_left(self._claims, half)
        end = bisect_right(self._claims, half, start)
        if start == end:
            place = bisect_left(self._known, half)
            return () if self._known[place : place + 1] == array("Q", [half]) else None
        return tuple((one // 2, bool(one % 2)) for one in self._places[start:end])


def _half(claim_id: UUID) -> int:
    """Return half of an id; who finds another claim by it reads whose act it is."""
    return claim_id.int >> 64


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
