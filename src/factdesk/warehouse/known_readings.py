"""What is known of readings: the last attempt at an essay, and which readings still stand.

Answers from the published copy and from the headers of waiting batches; `Known` adds the other questions.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import duckdb

from factdesk.errors import WarehouseError
from factdesk.model import EssayOutcome
from factdesk.warehouse.memory import Memory
from factdesk.warehouse.waiting import KnownAttempt, Waiting

_LAST_ATTEMPT = """
    SELECT id, outcome, detail, version_id, method, from_json(claim_ids, '["UUID"]')
    FROM records.readings WHERE essay_id = ? ORDER BY fold_sequence DESC LIMIT 1
"""

_STANDING = """
    SELECT r.id, r.essay_id
    FROM records.readings AS r
    LEFT JOIN derived.last_readings AS l ON l.essay_id = r.essay_id
    WHERE r.id IN (SELECT unnest(?::UUID[])) AND (r.outcome <> 'read' OR r.fold_sequence = l.fold_sequence)
"""

_PLACES = """
    SELECT inbox, path, id FROM derived.essays
    WHERE inbox IS NOT NULL AND path IS NOT NULL ORDER BY fold_sequence
"""


ROWS_AT_ONCE = 1_000


def _unreadable(error: duckdb.Error) -> WarehouseError:
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return WarehouseError(f"the published copy cannot be read ({first}); run factdesk publish")


def _fetch_all(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    return connection.execute(sql, parameters).fetchall()


class KnownReadings:
    """The published copy (None: nothing is published yet) and what waits; threads may share it.

    ``copy`` tells which copy it is, as `factdesk.warehouse.published.find_copy` does; ``memory`` is that of a
    connection that others use as well.
    """

    def __init__(
        self,
        waiting: Waiting,
        connection: duckdb.DuckDBPyConnection | None,
        copy: int | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.waiting = waiting
        self.copy = copy
        self._connection = connection
        self._memory = memory
        self._mutex = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the published copy."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query. Raises WarehouseError when the copy itself cannot be read."""
        with self._mutex:
            if self._connection is None:
                return []
            try:
                ask = partial(_fetch_all, self._connection, sql, parameters)
                return ask() if self._memory is None else self._memory.tried(ask)
            except duckdb.Error as error:
                raise _unreadable(error) from error

    def ask_in_parts(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query with never more than some of them in memory. Raises WarehouseError.

        Nothing else can be asked here until the last row was taken.
        """
        with self._mutex:
            if self._connection is None:
                return
            try:
                with nullcontext() if self._memory is None else self._memory.ample(2):
                    cursor = self._connection.execute(sql, parameters)
                    while rows := cursor.fetchmany(ROWS_AT_ONCE):
                        yield from rows
            except duckdb.Error as error:
                raise _unreadable(error) from error

    def last_attempt(self, essay_id: UUID) -> KnownAttempt | None:
        """Return what the last stored reading of an essay said, whatever its outcome, or None."""
        if essay_id in self.waiting.attempts:
            return self.waiting.attempts[essay_id]
        rows = self._ask(_LAST_ATTEMPT, [essay_id])
        if not rows:
            return None
        reading, outcome, detail, version, method, claims = rows[0]
        return KnownAttempt(reading, EssayOutcome(outcome), detail, version, method, tuple(claims))

    def standing_readings(self, reading_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Return reading -> essay for those of the readings that are stored and still stand.

        A reading that found a text stands until another one of its essay finds a text.
        """
        wanted = set(reading_ids)
        newer = self.waiting.readings
        standing = {
            reading: essay
            for reading, essay in self._ask(_STANDING, [[str(one) for one in wanted]])
            if essay not in newer or newer[essay].reading_id == reading
        }
        standing.update({one.reading_id: essay for essay, one in newer.items()})
        standing.update(self.waiting.failed_readings)
        return {reading: standing[reading] for reading in wanted if reading in standing}

    def essay_places(self) -> dict[tuple[str, str], UUID]:
        """Return (inbox, path) -> the essay that was last read from there, for every file of an essay."""
        newer = self.waiting.essays
        rows = self._ask(_PLACES)
        places = {(inbox, path): essay for inbox, path, essay in rows if essay not in newer}
        for essay_id, essay in newer.items():
            if essay.inbox is not None and essay.path is not None:
                places[essay.inbox, essay.path] = essay_id
        return places
