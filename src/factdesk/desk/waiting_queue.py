"""The queue in memory: which claims wait for a person, so that a page need not ask for all of them.

They are read at the start and whenever others have written; the claims of a decision are moved along, or
looked at again, before its page answers.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any
from uuid import UUID

from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.warehouse.known import Known

_COLUMNS = tuple(one.name for one in fields(WaitingClaim))
_OWN = ", ".join(f"w.{one}" for one in _COLUMNS if one != "deciding_text")
_TOLD = ", ".join("n.text_sha256" if one == "deciding_text" else f"w.{one}" for one in _COLUMNS)

# The claims first, then the hashes of their texts: joined at once, those of all texts would be in memory.
_QUEUE = f"""
    WITH w AS MATERIALIZED (
        SELECT {_OWN}, w.evidence_snapshot_id FROM derived.waiting_claims AS w WHERE {{}}
    ),
    n AS (
        SELECT n.id, n.text_sha256 FROM records.snapshots AS n
        SEMI JOIN w ON w.evidence_snapshot_id = n.id
        ANTI JOIN standing.superseded AS o ON o.fold_sequence = n.fold_sequence
    )
    SELECT {_TOLD} FROM w LEFT JOIN n ON n.id = w.evidence_snapshot_id
"""
_BETWEEN = _QUEUE.format("w.claim_row > ? AND w.claim_row <= ?")
_ONE = _QUEUE.format("w.claim_id = ?")
_SOME = _QUEUE.format("w.claim_id IN ({})")
_OF_ESSAYS = _QUEUE.format("w.essay_id IN ({})")
_CARRIED = "SELECT claim_id, from_claim_id FROM standing.carried_claims"
_CARRIED_OF_ESSAYS = f"{_CARRIED} WHERE essay_id IN ({{}})"

CLAIMS_AT_ONCE = 50_000
"""About so many claims, of those that wait and of others, are looked at at once where all are."""

# About equal parts will do: exact ones would need all rows of a million claims in their order.
_BORDERS = "SELECT approx_quantile(claim_row, {}) FROM standing.claims"

_SHARED = (
    *("stage", "essay_id", "essay_uri", "essay_title", "author", "publish_at", "kind", "value", "confidence"),
    *("machine_rating", "checkworthiness", "basis", "source_url", "source_outcome", "reason_codes"),
    *(
        "held_by",
        "assigned_to",
        "deciders",
        "seen_by",
        "editor_rating",
        "version_id",
        "deciding_text",
        "cause",
    ),
)
"""What other claims may have too."""


MOST_CHANGES = 4_096
"""So many changes of the queue are remembered, for listings that were not asked for meanwhile; when there are
more the earlier half is forgotten."""


@dataclass(frozen=True, slots=True)
class EssaysRead:
    """The claims of some essays that wait, as the database had them.

    ``mark`` is from before it was asked; of the ``unsure`` it may have lacked acts then.
    """

    essays: frozenset[UUID]
    claims: Mapping[UUID, WaitingClaim]
    carried: Mapping[UUID, tuple[UUID, ...]]
    mark: object
    unsure: set[UUID]


class WaitingClaims:
    """The queue; any thread may ask."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._claims: dict[UUID, WaitingClaim] = {}
        self._carried: dict[UUID, tuple[UUID, ...]] = {}
        self._touched: set[UUID] = set()
        self._changed: list[UUID] = []
        self._forgotten = 0
        self._reading = object()
        self._unsourced = 0
        self._seconds: Counter[tuple[str, ...]] = Counter()

    def look(self, known: Known) -> None:
        """Read the whole queue. What is decided meanwhile stays as it was put."""
        with self._mutex:
            self._touched = set()
        read = _Reader()
        claims = {
            one.claim_id: one
            for after, last in _parts(known)
            for one in map(read, known.ask(_BETWEEN, [after, last]))
        }
        carried = _gather(known.ask(_CARRIED))
        with self._mutex:
            self._carried = carried
            for claim_id in self._touched:
                claims.pop(claim_id, None)
                if claim_id in self._claims:
                    claims[claim_id] = self._claims[claim_id]
            self._claims = claims
            self._unsourced = sum(not one.has_source for one in claims.values())
            self._seconds = Counter(one.deciders for one in claims.values() if one.waits_for_second)
            self._reading, self._changed, self._forgotten = object(), [], 0

    def look_again(self, known: Known, claim_id: UUID) -> WaitingClaim | None:
        """Read one claim anew, and return it as it waits now."""
        rows = known.ask(_ONE, [claim_id])
        claim = _Reader()(rows[0]) if rows else None
        self.put(claim_id, claim)
        return claim

    def look_at(self, known: Known, claim_ids: Sequence[UUID]) -> None:
        """Read some claims anew at once. Nothing may be put meanwhile."""
        places = ", ".join("?" * len(claim_ids))
        claims = {one.claim_id: one for one in map(_Reader(), known.ask(_SOME.format(places), claim_ids))}
        for claim_id in claim_ids:
            self.put(claim_id, claims.get(claim_id))

    def read_essays(
        self, known: Known, essay_ids: Sequence[UUID], lacking: Callable[[], set[UUID]]
    ) -> EssaysRead:
        """Read the claims of some essays; nothing changes here until `put_essays`.

        ``lacking`` returns the claims of whose acts ``known`` may lack some.
        """
        places = ", ".join("?" * len(essay_ids))
        mark, _ = self.changes_since(None)
        unsure = lacking()  # after the mark: what is acknowledged later is a change since then
        claims = {
            one.claim_id: one for one in map(_Reader(), known.ask(_OF_ESSAYS.format(places), essay_ids))
        }
        carried = _gather(known.ask(_CARRIED_OF_ESSAYS.format(places), essay_ids))
        return EssaysRead(frozenset(essay_ids), claims, carried, mark, unsure)

    def put_essays(self, read: EssaysRead) -> set[UUID]:
        """Keep the claims of essays as they were read, but for those unsure and those put since.

        These are returned. Nothing may be put while this goes on.
        """
        _, changed = self.changes_since(read.mark)
        with self._mutex:
            gone = {one.claim_id for one in self._claims.values() if one.essay_id in read.essays}
            self._carried |= read.carried
        touched = gone | read.claims.keys()
        again = touched if changed is None else touched & (changed.keys() | read.unsure)
        for claim_id in touched - again:
            self.put(claim_id, read.claims.get(claim_id))
        return again

    def put(self, claim_id: UUID, claim: WaitingClaim | None) -> None:
        """Keep what has become of a claim; None when it waits no more."""
        with self._mutex:
            if claim == self._claims.get(claim_id):
                return
            self._touched.add(claim_id)
            self._changed.append(claim_id)
            if len(self._changed) > MOST_CHANGES:
                self._forgotten += MOST_CHANGES // 2
                del self._changed[: MOST_CHANGES // 2]
            before = self._claims.pop(claim_id, None)
            if before is not None:
                self._unsourced -= not before.has_source
                self._seconds[before.deciders] -= before.waits_for_second
            if claim is not None:
                self._claims[claim_id] = claim
                self._unsourced += not claim.has_source
                self._seconds[claim.deciders] += claim.waits_for_second

    def changes_since(self, mark: object) -> tuple[object, dict[UUID, WaitingClaim | None] | None]:
        """Return a mark for the next call, and the claims that changed since the one given, as they are now.

        None in the place of a claim says that it waits no more, None for all that the mark is too old.
        """
        with self._mutex:
            now = (self._reading, self._forgotten + len(self._changed))
            if not isinstance(mark, tuple) or mark[0] is not self._reading or mark[1] < self._forgotten:
                return now, None
            return now, {one: self._claims.get(one) for one in self._changed[mark[1] - self._forgotten :]}

    def with_carried(self, claim_id: UUID) -> tuple[UUID, ...]:
        """Return the claim and those whose decisions it carried when the queue was read."""
        with self._mutex:
            return (claim_id, *self._carried.get(claim_id, ()))

    def find(self, claim_id: UUID) -> WaitingClaim | None:
        """Return a claim that waits, or None."""
        with self._mutex:
            return self._claims.get(claim_id)

    def all(self) -> list[WaitingClaim]:
        """Return all claims that wait, in no order."""
        with self._mutex:
            return list(self._claims.values())

    def second_checks(self) -> dict[tuple[str, ...], int]:
        """Return how many claims wait for a second person, by who has decided them."""
        with self._mutex:
            return {one: count for one, count in self._seconds.items() if count}

    def count(self) -> tuple[int, int]:
        """Return how many claims wait, and how many of them have no source."""
        with self._mutex:
            return len(self._claims), self._unsourced


def _parts(known: Known) -> list[tuple[int, int]]:
    """Part all claims by their rows: return of each part the row before its first one, and its last row."""
    count, last = known.ask("SELECT count(*), coalesce(max(claim_row), 0) FROM standing.claims")[0]
    parts = count // CLAIMS_AT_ONCE + 1
    shares = [number / parts for number in range(1, parts)]
    borders = known.ask(_BORDERS.format(shares))[0][0] if shares else []
    rows = sorted({-1, *(one for one in borders if one < last), last})
    return list(pairwise(rows))


def _gather(pairs: Iterable[Sequence[UUID]]) -> dict[UUID, tuple[UUID, ...]]:
    carried: dict[UUID, tuple[UUID, ...]] = {}
    for claim_id, earlier in pairs:
        carried[claim_id] = (*carried.get(claim_id, ()), earlier)
    return carried


class _Reader:
    """Makes claims of rows; what many of them have is in memory once."""

    def __init__(self) -> None:
        self._seen: dict[object, Any] = {}

    def __call__(self, row: Iterable[object]) -> WaitingClaim:
        """Return the claim of a row."""
        values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
        for name in ("reason_codes", "deciders", "seen_by"):
            values[name] = tuple(values[name] or ())
        for name in _SHARED:
            values[name] = self._seen.setdefault(values[name], values[name])
        return WaitingClaim(**values)
