"""Politeness: how many connections there are, and how long a host is left in peace between requests."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection
from pathlib import Path

from factdesk.config import WebSettings
from factdesk.web.shared_turns import SharedTurns, Slot

FULL_SECONDS = 0.1
"""After how long a host, or the whole network, whose connections are all in use is looked at again."""


class HostTurns:
    """Gives each host (``host:port``) its turns. Hosts in ``free`` do not wait between requests.

    ``at_once`` is how many turns there are over all hosts. With ``shared`` the turns of a host are those of
    all processes that share it. Hosts in ``free`` are not: no file is touched for them.
    """

    def __init__(
        self,
        connections: int,
        seconds_between: float,
        free: Collection[str] = (),
        shared: SharedTurns | None = None,
        at_once: int | None = None,
    ) -> None:
        self._connections = connections
        self._seconds_between = seconds_between
        self._free = frozenset(free)
        self._shared = shared
        self._at_once = at_once
        self._busy: Counter[str] = Counter()
        self._all_busy = 0
        self._slots: defaultdict[str, list[Slot]] = defaultdict(list)
        self._delays: dict[str, float] = {}
        self._next_at: dict[str, float] = {}
        self._changed = threading.Condition()
        self._waiting = 0
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """How many threads wait for a turn now."""
        return self._waiting

    def take(self, host: str, *, counts: bool = True) -> float:
        """Wait for a turn at a host and return the seconds waited; end it with `give_back`.

        A turn that does not count (robots.txt) neither waits for the pause nor starts one. After `close`
        nobody waits any more, and nothing may be asked. Raises ArchiveError when the shared turns cannot be
        written.
        """
        began = time.monotonic()
        with self._changed:
            while (pause := self._pause(host, counts) or self._take_shared(host, counts)) > 0:
                if self._is_closed:
                    break
                self._waiting += 1
                self._changed.wait(pause)
                self._waiting -= 1
            self._busy[host] += 1
            self._all_busy += 1
            if counts:
                self._next_at[host] = time.monotonic() + self.pause_between(host)
        return time.monotonic() - began

    def give_back(self, host: str) -> None:
        """End a turn."""
        with self._changed:
            self._busy[host] -= 1
            self._all_busy -= 1
            if self._slots[host]:
                self._slots[host].pop().release()
            self._changed.notify_all()

    def slow_down(self, host: str, seconds: float) -> None:
        """Leave a host in peace for at least so long between requests, as its robots.txt asks."""
        with self._changed:
            self._delays[host] = max(seconds, self._delay(host))

    def postpone(self, host: str, seconds: float) -> None:
        """Give out no turn at a host before so many seconds have passed, as its last answer asks."""
        with self._changed:
            self._next_at[host] = max(self._next_at.get(host, 0.0), time.monotonic() + seconds)

    def pause_between(self, host: str) -> float:
        """Return how long a host is left in peace between two requests; 0 for one that does not wait."""
        return 0.0 if host in self._free else max(self._seconds_between, self._delay(host))

    def seconds_until_ready(self, host: str) -> float:
        """Return how long a turn would have to wait now; a full host says about a tenth of a second.

        Other processes are asked about only when nothing in this one stands in the way. Raises as `take`.
        """
        with self._changed:
            pause = self._pause(host, counts=True)
            if pause <= 0 and self._shared is not None and host not in self._free:
                pause = self._shared.seconds_until_ready(host, self._delay(host))
                self._remember(host, pause)
            return pause

    def close(self) -> None:
        """Give up the shared turns and wake who waits; turns on their way may still be given back."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if self._shared is not None:
            self._shared.close()

    def _delay(self, host: str) -> float:
        return self._delays.get(host, 0.0)

    def _pause(self, host: str, counts: bool) -> float:
        if self._busy[host] >= self._connections:
            return FULL_SECONDS
        if self._at_once is not None and self._all_busy >= self._at_once:
            return FULL_SECONDS
        if not counts or host in self._free:
            return 0.0
        return max(0.0, self._next_at.get(host, 0.0) - time.monotonic())

    def _take_shared(self, host: str, counts: bool) -> float:
        """Take a turn from all processes and return 0, or after how many seconds to try again."""
        if self._shared is None or host in self._free:
            return 0.0
        taken = self._shared.take(host, counts=counts, delay=self._delay(host))
        if isinstance(taken, Slot):
            self._slots[host].append(taken)
            return 0.0
        self._remember(host, taken)
        return taken

    def _remember(self, host: str, pause: float) -> None:
        """Note what another process is the cause of, so that its files are not asked again before."""
        if pause > 0:
            self._next_at[host] = time.monotonic() + pause


def make_turns(settings: WebSettings, free: Collection[str], folder: Path | None) -> HostTurns:
    """Return the turns that the settings give out; hosts in ``free`` do not wait, a folder shares them."""
    connections, seconds = settings.connections_per_host, settings.seconds_between_requests
    at_once = settings.connections_at_once
    if folder is None:
        return HostTurns(connections, seconds, free, at_once=at_once)
    # No turn lasts longer than the deadline of a page and of a robots.txt; the rest is for slow machines.
    hold_seconds = 2 * settings.deadline_seconds + 60
    shared = SharedTurns(folder, connections, seconds, hold_seconds)
    return HostTurns(connections, seconds, free, shared, at_once=at_once)
