"""The claims of a listing in their order, kept in memory and moved along claim by claim.

To sort fifty thousand claims anew for each page takes longer than a person waits after a key. A ranking is
sorted once; afterwards what a decision changes is taken out and put in where it belongs, and so are the
counts beside the choices.
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

from factdesk.desk.waiting_claims import WaitingClaim, WaitingClaims, shown_value, urgency_key, value_key

MOST_RANKINGS = 8
"""So many listings are kept sorted, those that were asked for last; at fifty thousand claims some MB each."""

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


@dataclass(frozen=True, slots=True)
class _Held:
    """A claim that counts. ``missed`` is the only choice that it does not fit, None when it fits all."""

    claim: WaitingClaim
    values: tuple[str, ...]
    missed: int | None


class Ranking:
    """One listing. Threads share it through `Rankings`, which brings it up to date."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._chosen = [(place, value) for place, value in enumerate(rules.chosen) if value is not None]
        self._mutex = threading.Lock()
        self._mark: object = None
        self._clear()

    def _clear(self) -> None:
        self._held: dict[UUID, _Held] = {}
        self._essays: dict[UUID, set[UUID]] = {}
        self._keys: list[Key] = []
        self._key_of: dict[UUID, Key] = {}
        self._counts: tuple[Counter[str], ...] = tuple(Counter() for _ in self._rules.chosen)

    # --- asking

    def __len__(self) -> int:
        return len(self._keys)

    def rows(self, first: int, count: int) -> list[WaitingClaim]:
        """Return ``count`` claims from the place ``first`` on, which counts from 0."""
        with self._mutex:
            return [self._held[key[-1]].claim for key in self._keys[first : first + count]]

    def place(self, claim_id: UUID) -> int | None:
        """Return the place of a claim, from 0; None when it is not in the listing."""
        with self._mutex:
            return self._place(claim_id)

    def _place(self, claim_id: UUID) -> int | None:
        key = self._key_of.get(claim_id)
        return None if key is None else bisect_left(self._keys, key)

    def find_next(
        self, claim_id: UUID | None, fits: Callable[[WaitingClaim], bool], step: int = 1
    ) -> WaitingClaim | None:
        """Return the first claim after (``step`` -1: before) this one that fits, going round at the end."""
        with self._mutex:
            count = len(self._keys)
            place = None if claim_id is None else self._place(claim_id)
            if place is None:
                walk: Iterable[int] = range(count) if step > 0 else range(count - 1, -1, -1)
            else:
                walk = ((place + step * number) % count for number in range(1, count))
            found = (self._held[self._keys[one][-1]].claim for one in walk)
            return next((one for one in found if fits(one)), None)

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
        for one in claims:
            self._hold(one)
        for essay_id, members in self._essays.items():
            for key in self._made_keys(essay_id, members):
                self._key_of[key[-1]] = key
        self._keys = sorted(self._key_of.values())

    def _move(self, claim_id: UUID, claim: WaitingClaim | None) -> None:
        before = self._held.get(claim_id)
        touched = (claim, before.claim if before is not None else None)
        essays = {one.essay_id for one in touched if one is not None}
        for essay_id in essays:
            self._take_out(essay_id)
        if before is not None:
            self._release(before)
        if claim is not None:
            self._hold(claim)
        for essay_id in essays:
            for key in self._made_keys(essay_id, self._essays.get(essay_id, set())):
                self._key_of[key[-1]] = key
                insort(self._keys, key)

    def _take_out(self, essay_id: UUID) -> None:
        """All of an essay: where it stands depends on its most valuable claim."""
        for claim_id in self._essays.get(essay_id, ()):
            del self._keys[bisect_left(self._keys, self._key_of.pop(claim_id))]

    def _made_keys(self, essay_id: UUID, members: set[UUID]) -> list[Key]:
        claims = [self._held[one].claim for one in members]
        if self._rules.is_by_value:
            return [value_key(one) for one in claims]
        worth = max((shown_value(one) for one in claims), default=Decimal(0))
        return [urgency_key(one, worth) for one in claims]

    def _hold(self, claim: WaitingClaim) -> None:
        if not self._rules.fits(claim):
            return
        values = self._rules.values(claim)
        missed = [place for place, value in self._chosen if values[place] != value]
        if len(missed) > 1:
            return
        held = _Held(claim, values, missed[0] if missed else None)
        self._held[claim.claim_id] = held
        self._count(held, 1)
        if held.missed is None:
            self._essays.setdefault(claim.essay_id, set()).add(claim.claim_id)

    def _release(self, held: _Held) -> None:
        del self._held[held.claim.claim_id]
        self._count(held, -1)
        if held.missed is None:
            members = self._essays[held.claim.essay_id]
            members.discard(held.claim.claim_id)
            if not members:
                del self._essays[held.claim.essay_id]

    def _count(self, held: _Held, by: int) -> None:
        places = range(len(held.values)) if held.missed is None else (held.missed,)
        for place in places:
            counter, value = self._counts[place], held.values[place]
            counter[value] += by
            if not counter[value]:
                del counter[value]


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
