"""Politeness: how many connections one host gets, and how long it is left in peace between them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection


class HostTurns:
    """Gives each host (``host:port``) its turns. Hosts in ``free`` do not wait between requests."""

    def __init__(self, connections: int, seconds_between: float, free: Collection[str] = ()) -> None:
        self._connections = connections
        self._seconds_between = seconds_between
        self._free = frozenset(free)
        self._busy: Counter[str] = Counter()
        self._next_at: dict[str, float] = {}
        self._changed = threading.Condition()

    def take(self, host: str, *, counts: bool = True) -> float:
        """Wait for a turn at a host and return the seconds waited; end it with `give_back`.

        A turn that does not count (robots.txt) neither waits for the pause nor starts one.
        """
        began = time.monotonic()
        with self._changed:
            while (pause := self._pause(host, counts)) > 0:
                self._changed.wait(pause)
            self._busy[host] += 1
            if counts:
                self._next_at[host] = time.monotonic() + self._seconds_between
        return time.monotonic() - began

    def give_back(self, host: str) -> None:
        """End a turn."""
        with self._changed:
            self._busy[host] -= 1
            self._changed.notify_all()

    def seconds_until_ready(self, host: str) -> float:
        """Return how long a turn would have to wait now; a full host says one tenth of a second."""
        with self._changed:
            return self._pause(host, counts=True)

    def _pause(self, host: str, counts: bool) -> float:
        if self._busy[host] >= self._connections:
            return 0.1
        if not counts or host in self._free:
            return 0.0
        return max(0.0, self._next_at.get(host, 0.0) - time.monotonic())
