"""The links that wait to be gathered, one lane a host."""

from __future__ import annotations

import threading
from collections import Counter, deque

from factdesk.web.fetch import Fetcher

SLOW_PAUSE_SECONDS = 2.0
"""A host with a longer pause between requests gets one thread: a second one would only stand and wait."""


class Lanes:
    """The jobs that wait, one lane a host, so that a host that must be left in peace holds up no other.

    A host's second job waits until its first is done, for only then is it known what its robots.txt asks.
    """

    def __init__(self, fetcher: Fetcher, connections_per_host: int) -> None:
        self._fetcher = fetcher
        self._connections_per_host = connections_per_host
        self._lanes: dict[str, deque[int]] = {}
        self._busy: Counter[str] = Counter()
        self._visited: set[str] = set()
        self._changed = threading.Condition()
        self.is_closed = False

    def add(self, host: str, number: int) -> None:
        """Put a job into its host's lane; "" is for jobs that need no host."""
        self._lanes.setdefault(host, deque()).append(number)

    def close(self) -> None:
        """Give out no more jobs."""
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()

    def take(self) -> tuple[str, int] | None:
        """Wait for a job whose host is ready; None when there is none left.

        Hosts are looked at one after the other up to the first that is ready, for a look may cost a file.
        """
        with self._changed:
            while self._lanes and not self.is_closed:
                pauses = []
                for host in self._lanes:
                    pauses.append(self._pause(host))
                    if pauses[-1] <= 0:
                        return host, self._pop(host)
                self._changed.wait(min(pauses))
        return None

    def give_back(self, host: str) -> None:
        """A job of this host is done."""
        with self._changed:
            self._busy[host] -= 1
            self._visited.add(host)
            self._changed.notify_all()

    def _pop(self, host: str) -> int:
        number = self._lanes[host].popleft()
        if not self._lanes[host]:
            del self._lanes[host]
        self._busy[host] += 1
        return number

    def _pause(self, host: str) -> float:
        if not host:
            return 0.0
        if self._busy[host] >= self._threads_for(host):
            return 1.0
        return self._fetcher.seconds_until_ready(host)

    def _threads_for(self, host: str) -> int:
        is_slow = self._fetcher.pause_between(host) > SLOW_PAUSE_SECONDS
        return self._connections_per_host if host in self._visited and not is_slow else 1
