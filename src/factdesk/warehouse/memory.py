"""How much memory DuckDB may take where a process keeps the database open for long.

DuckDB keeps what it has read until it reaches its limit, though a block that the system has in its own cache
is read again in a fraction of a millisecond. So a desk gives it a low limit. What does not fit is tried again
with more: a statement that fails for lack of memory has changed nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import duckdb

from factdesk.errors import WarehouseError

MOST_BYTES = 1_000_000_000
"""DuckDB would take four fifths of the machine's memory; past this it writes beside the database."""

LEAST_BYTES = 176_000_000
SHARE_OF_FILE = 64
"""A desk's DuckDB takes so much, and a small share of its file more. At 100,000 claims most acts had to be
folded twice with 140 MB in all and none with 170; at a million, whose file has 1.6 GB, none with 200."""

STEP_BYTES = 8_000_000

RAISE_SECONDS = 10.0
"""So long it is tried to take more where others have taken all."""

Cursor = Callable[[], duckdb.DuckDBPyConnection]
Returned = TypeVar("Returned")


def low_limit(file_bytes: int) -> int:
    """Return how many bytes are little for a database file of this size.

    It moves by whole steps: to set another limit makes DuckDB give all back that it has in reserve.
    """
    return min(LEAST_BYTES + file_bytes // SHARE_OF_FILE // STEP_BYTES * STEP_BYTES, MOST_BYTES)


class Memory:
    """The limit of one open database; any thread may use it. ``cursor`` gives another connection to it.

    It begins with `MOST_BYTES`, with which a database is opened.
    """

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._mutex = threading.Lock()
        self._usual = MOST_BYTES
        self._needed: list[int] = []
        self._limit = MOST_BYTES

    def keep_within(self, usual: int) -> None:
        """Take so many bytes from now on, and no more for long.

        While more than that is in use nothing changes; so it is called again and again.
        """
        with self._mutex:
            self._usual = usual
            self._set()

    def begin_anew(self) -> None:
        """Set the limit of a database that was just opened in the place of the one before."""
        with self._mutex:
            self._limit = MOST_BYTES
            self._set()

    @contextmanager
    def ample(self, times: int = MOST_BYTES) -> Iterator[None]:
        """Allow so many times the usual for a while, and `MOST_BYTES` at most."""
        with self._mutex:
            self._needed.append(times)
            self._raise()
        try:
            yield
        finally:
            with self._mutex:
                self._needed.remove(times)
                self._set()

    def tried(self, work: Callable[[], Returned]) -> Returned:
        """Return what ``work`` returns; when its memory does not suffice it is done again with more.

        Raises what it raises with `MOST_BYTES`.
        """
        if self._usual == MOST_BYTES:
            return work()
        with suppress(duckdb.OutOfMemoryException):
            return work()
        with suppress(duckdb.OutOfMemoryException), self.ample(2):
            return work()
        with self.ample():
            return work()

    def _raise(self) -> None:
        """Even a limit cannot be set while others have taken all that there is; they end, or fail, soon."""
        end = time.monotonic() + RAISE_SECONDS
        while not self._set() and time.monotonic() < end:
            time.sleep(RAISE_SECONDS / 1_000)

    def _set(self) -> bool:
        """Set the limit that is needed now; return False where more than that is in use."""
        limit = min(self._usual * max([1, *self._needed]), MOST_BYTES)
        if limit == self._limit:
            return True
        # A database that was given up after a fault is opened anew with a limit of its own.
        with suppress(duckdb.ConnectionException, WarehouseError), self._cursor() as cursor:
            try:
                cursor.execute(f"SET memory_limit = '{limit}B'")
            except duckdb.OutOfMemoryException:
                return False
            self._limit = limit
        return True
