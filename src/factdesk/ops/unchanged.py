"""For how long something has been the same, on a clock that nobody sets and that a sleeping machine stops.

Comparing another program's time with the clock on the wall would take a clock that was set, or a machine
that was resumed, for hours of silence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

Clock = Callable[[], float]
"""Gives seconds from any beginning, as `time.monotonic`."""


class Unchanged:
    """Remembers since when each named value has been what it is."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[object, float]] = {}

    def seconds(self, name: str, value: object) -> float:
        """Return for how many seconds ``name`` has had this value; 0 when it is told for the first time."""
        now = self._clock()
        known, since = self._seen.get(name, (None, now))
        if name not in self._seen or known != value:
            since = now
        self._seen[name] = (value, since)
        return now - since

    def keep(self, names: Collection[str]) -> None:
        """Forget all other names."""
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
