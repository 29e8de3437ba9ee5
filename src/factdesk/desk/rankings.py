"""The claims of a listing in their order, kept in memory and moved along claim by claim.

To sort fifty thousand claims anew for each page takes longer than a person waits after a key. A ranking is
sorted once; afterwards what a decision changes is taken out and put in where it belongs, and so are the
counts beside the choices. A listing keeps no more of a claim than which one it is: what it is sorted by is
worked out where it is compared, for a hundred thousand keys would take more memory than all else.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.desk.waiting_claims import WaitingClaim, shown_value, urgency_key, value_key
from factdesk.desk.waiting_queue import WaitingClaims

MOST_RANKINGS = 8
"""So many listings are kept sorted, those asked for last; each of fifty thousand claims takes 5 MB."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What belongs to a listing and how it stands there.

    ``fits`` tells whether a claim belongs to the listing but for its choices, ``values`` what a claim has of
    each thing that can be chosen, and ``chosen`` what is chosen of each (None: anything).
    """

    fits: Callable[[WaitingClaim], bool]
    values: Callable[[WaitingClaim], tuple[str, ...]]
    chosen: tuple[str | None, ...]
    is_by_value: bool


class Ranking:
    """One listing. Threads share it through `Rankings`, which brings it up to date."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._chosen = [(place, value) for place, value in enumerate(rules.chosen) if value is not None]
        self._mutex = threading.Lock()
        self._mark: object = None
        self._clear()

    def _clear(self) -> None:
        self._held: dict[UUID, WaitingClaim] = {}
        self._order: list[WaitingClaim] = []
        self._essays: dict[UUID, list[WaitingClaim]] = {}
        self._worth: dict[UUID, Decimal] = {}
        self._counts: tuple[Counter[str], ...] = tuple(Counter() for _ in self._rules.chosen)

    # --- asking

    def __len__(self) -> int:
        return len(self._order)

    def rows(self, first: int, count: int) -> list[WaitingClaim]:
        """Return ``count`` claims from the place ``first`` on, which counts from 0."""
        with self._mutex:
            return self._order[first : first + count]

    def place(self, claim_id: UUID) -> int | None:
        """Return the place of a claim, from 0; None when it is not in the listing."""
        with self._mutex:
            return self._find_place(claim_id)

    def _find_place(self, claim_id: UUID) -> int | None:
        claim = self._held.get(claim_id)
        return None if claim is None or self._misses(claim) else self._place(claim)

    def find_next(
        self, claim_id: UUID | None, fits: Callable[[WaitingClaim], bool], step: int = 1
    ) -> WaitingClaim | None:
        """Return the first claim after (``step`` -1: before) this one that fits, going round at the end."""
        with self._mutex:
            count = len(self._order)
            place = None if claim_id is None else self._find_place(claim_id)
            if place is None:
                walk: Iterable[int] = range(count) if step > 0 else range(count - 1, -1, -1)
            else:
                walk = ((place + step * number) % count for number in range(1, count))
            return next((one for one in (self._order[place] for place in walk) if fits(one)), None)

    def counts(self, most: int) -> list[dict[str, int]]:
        """Return for each thing that can be chosen its values among the claims that the other choices leave.

        The most frequent stand first, and of each thing ``most`` are told.
        """
        with self._mutex:
            return [dict(one.most_common(most)) for one in self._counts]

    # --- moving along

    def catch_up(self, waiting: WaitingClaims) -> None:
        """Bring the listing up to date with the queue."""
        with self._mutex:
            self._mark, changed = waiting.changes_since(self._mark)
            if changed is None:
                self._fill(waiting.all())
            else:
                for claim_id, claim in changed.items():
                    self._move(claim_id, claim)

    def _fill(self, claims: Sequence[WaitingClaim]) -> None:
        self._clear()
        self._order = [one for one in claims if self._hold(one)]
        if not self._rules.is_by_value:
            for one in self._order:
                self._essays.setdefault(one.essay_id, []).append(one)
            self._worth = {essay_id: _worth_of(members) for essay_id, members in self._essays.items()}
        self._order.sort(key=self._key)

    def _move(self, claim_id: UUID, claim: WaitingClaim | None) -> None:
        before = self._held.get(claim_id)
        if before is not None and self._release(before):
            del self._order[self._place(before)]
            self._change_essay(before.essay_id, gone=before)
        if claim is not None and self._hold(claim):
            self._change_essay(claim.essay_id, new=claim)
            insort(self._order, claim, key=self._key)

    def _change_essay(
        self, essay_id: UUID, new: WaitingClaim | None = None, gone: WaitingClaim | None = None
    ) -> None:
        """Where a claim stands depends on the most valuable one of its essay: when that changes all move."""
        if self._rules.is_by_value:
            return
        others = [one for one in self._essays.pop(essay_id, ()) if one is not gone]
        members = [*others, new] if new is not None else others
        if not members:
            del self._worth[essay_id]
            return
        self._essays[essay_id] = members
        worth = _worth_of(members)
        if worth != self._worth.get(essay_id, worth):
            for one in others:
                del self._order[self._place(one)]
            self._worth[essay_id] = worth
            for one in others:
                insort(self._order, one, key=self._key)
        self._worth[essay_id] = worth

    def _place(self, claim: WaitingClaim) -> int:
        return bisect_left(self._order, self._key(claim), key=self._key)

    def _key(self, claim: WaitingClaim) -> Key:
        if self._rules.is_by_value:
            return value_key(claim)
        return urgency_key(claim, self._worth[claim.essay_id])

    def _hold(self, claim: WaitingClaim) -> bool:
        """Count a claim, and return whether it belongs to the listing with all that is chosen."""
        if not self._rules.fits(claim) or len(self._misses(claim)) > 1:
            return False
        self._held[claim.claim_id] = claim
        return self._count(claim, 1)

    def _release(self, claim: WaitingClaim) -> bool:
        del self._held[claim.claim_id]
        return self._count(claim, -1)

    def _misses(self, claim: WaitingClaim) -> list[int]:
        """Return the places of the choices that a claim does not fit."""
        if not self._chosen:
            return []
        values = self._rules.values(claim)
        return [place for place, value in self._chosen if values[place] != value]

    def _count(self, claim: WaitingClaim, by: int) -> bool:
        """Count where the other choices leave the claim; return whether it fits all that is chosen."""
        values, missed = self._rules.values(claim), self._misses(claim)
        for place in missed or range(len(values)):
            counter, value = self._counts[place], values[place]
            counter[value] += by
            if not counter[value]:
                del counter[value]
        return not missed


def _worth_of(claims: Iterable[WaitingClaim]) -> Decimal:
    return max(shown_value(one) for one in claims)


class Rankings:
    """The listings of one queue that were asked for last; any thread may ask."""

    def __init__(self, waiting: WaitingClaims) -> None:
        self._waiting = waiting
        self._mutex = threading.Lock()
        self._kept: OrderedDict[object, Ranking] = OrderedDict()

    def find(self, name: object, make: Callable[[], Rules]) -> Ranking:
        """Return the listing of this name as the queue is now; ``make`` tells its rules when it is new."""
        with self._mutex:
            ranking = self._kept.pop(name, None) or Ranking(make())
            self._kept[name] = ranking
            while len(self._kept) > MOST_RANKINGS:
                self._kept.popitem(last=False)
        ranking.catch_up(self._waiting)
        return ranking


def choose(chosen: Mapping[str, str], names: Sequence[str]) -> tuple[str | None, ...]:
    """Return what is chosen of each of these names, in their order."""
    return tuple(chosen.get(name) for name in names)
