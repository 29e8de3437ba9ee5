"""Politeness: how many connections one host gets, and how long it is left in peace between them."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection

from factdesk.web.shared_turns import SharedTurns, Slot


class HostTurns:
    """Gives each host (``host:port``) its turns. Hosts in ``free`` do not wait between requests.

    With ``shared`` the turns are those of all processes that share it. Hosts in ``free`` are not: no
    file is touched for them.
    """

    def __init__(
        self,
        connections: int,
        seconds_between: float,
        free: Collection[str] = (),
        shared: SharedTurns | None = None,
    ) -> None:
        self._connections = connections
        self._seconds_between = seconds_between
        self._free = frozenset(free)
        self._shared = shared
        self._busy: Counter[str] = Counter()
        self._slots: defaultdict[str, list[Slot]] = defaultdict(list)
        self._next_at: dict[str, float] = {}
        self._changed = threading.Condition()

    def take(self, host: str, *, counts: bool = True) -> float:
        """Wait for a turn at a host and return the seconds waited; end it with `give_back`.

        A turn that does not count (robots.txt) neither waits for the pause nor starts one. Raises
        ArchiveError when the shared turns cannot be written.
        """
        began = time.monotonic()
        with self._changed:
            while (pause := self._pause(host, counts) or self._take_shared(host, counts)) > 0:
                self._changed.wait(pause)
            self._busy[host] += 1
            if counts:
                self._next_at[host] = time.monotonic() + self._seconds_between
        return time.monotonic() - began

    def give_back(self, host: str) -> None:
        """End a turn."""
        with self._changed:
            self._busy[host] -= 1
            if self._slots[host]:
                self._slots[host].pop().release()
            self._changed.notify_all()

    def seconds_until_ready(self, host: str) -> float:
        """Return how long a turn would have to wait now; a full host says about a tenth of a second.

        Other processes are asked about only when nothing in this one stands in the way. Raises as `take`.
        """
        with self._changed:
            pause = self._pause(host, counts=True)
            if pause <= 0 and self._shared is not None and host not in self._free:
                pause = self._shared.seconds_until_ready(host)
                self._remember(host, pause)
            return pause

    def close(self) -> None:
        """Give up the shared turns; those on their way may still be given back."""
        if self._shared is not None:
            self._shared.close()

    def _pause(self, host: str, counts: bool) -> float:
        if self._busy[host] >= self._connections:
            return 0.1
        if not counts or host in self._free:
            return 0.0
        return max(0.0, self._next_at.get(host, 0.0) - time.monotonic())

    def _take_shared(self, host: str, counts: bool) -> float:
        """Take a turn from all processes and return 0, or after how many seconds to try again."""
        if self._shared is None or host in self._free:
            return 0.0
        taken = self._shared.take(host, counts=counts)
        if isinstance(taken, Slot):
            self._slots[host].append(taken)
            return 0.0
        self._remember(host, taken)
        return taken

    def _remember(self, host: str, pause: float) -> None:
        """Note what another process is the cause of, so that its files are not asked again before."""
        if pause > 0:
            self._next_at[host] = time.monotonic() + pause
