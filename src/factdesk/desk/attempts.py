"""How often somebody may try to sign in: few wrong passwords an account, some more an address."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable

WINDOW_SECONDS = 900.0
MOST_PER_ACCOUNT = 5
MOST_PER_ADDRESS = 20
MOST_KEPT = 10_000
"""More accounts and addresses than this are not remembered; the oldest are forgotten first."""


class Attempts:
    """Counts wrong passwords of the last quarter of an hour; threads may share it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._mutex = threading.Lock()
        self._failed: dict[tuple[str, str], list[float]] = defaultdict(list)

    def seconds_to_wait(self, account: str, address: str) -> float:
        """Return how long nobody may try this account from this address; 0 when now is fine."""
        with self._mutex:
            return max(
                self._wait(("account", account), MOST_PER_ACCOUNT),
                self._wait(("address", address), MOST_PER_ADDRESS),
            )

    def note_failure(self, account: str, address: str) -> None:
        """Count one wrong password."""
        with self._mutex:
            for key in (("account", account), ("address", address)):
                times = self._failed.pop(key, [])
                self._failed[key] = [*times[-MOST_PER_ADDRESS:], self._now()]
            while len(self._failed) > MOST_KEPT:
                del self._failed[next(iter(self._failed))]

    def forget(self, account: str) -> None:
        """Forget an account's failures: it has signed in."""
        with self._mutex:
            self._failed.pop(("account", account), None)

    def _wait(self, key: tuple[str, str], most: int) -> float:
        recent = [at for at in self._failed.get(key, ()) if self._now() - at < WINDOW_SECONDS]
        return recent[-most] + WINDOW_SECONDS - self._now() if len(recent) >= most else 0.0
