"""One total deadline for everything that fetching a source needs."""

from __future__ import annotations

import time


class Deadline:
    """A point in time on the monotonic clock. It moves only by waits of our own politeness."""

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._at = self._began + seconds
        self._extended = 0.0

    def remaining(self) -> float:
        """Return the seconds that are left, zero or less when it has passed."""
        return self._at - time.monotonic()

    def extend(self, seconds: float) -> None:
        """Move the deadline by a wait that was our own choice and not the server's."""
        self._at += seconds
        self._extended += seconds

    @property
    def own_seconds(self) -> float:
        """The seconds by which it was moved: our own waits."""
        return self._extended

    def elapsed_ms(self) -> int:
        """Return the milliseconds since the start, without the waits that were our own choice."""
        return round((time.monotonic() - self._began - self._extended) * 1000)
