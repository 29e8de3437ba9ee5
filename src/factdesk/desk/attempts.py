"""How often somebody may try to sign in: few tries an account, some more an address."""

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
    """Counts the tries of the last quarter of an hour that were not right; threads may share it.

    A try is counted before its password is looked at: many that come together are not all let through.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._mutex = threading.Lock()
        self._counted: dict[tuple[str, str], list[float]] = defaultdict(list)

    def begin(self, account: str, address: str) -> float:
        """Count a try and return 0, or return how long nobody may try this account from this address."""
        with self._mutex:
            keys = (("account", account), ("address", address))
            wait = max(self._wait(keys[0], MOST_PER_ACCOUNT), self._wait(keys[1], MOST_PER_ADDRESS))
            if wait == 0:
                for key in keys:
                    times = self._counted.pop(key, [])
                    self._counted[key] = [*times[-MOST_PER_ADDRESS:], self._now()]
                while len(self._counted) > MOST_KEPT:
                    del self._counted[next(iter(self._counted))]
            return wait

    def forgive(self, account: str, address: str) -> None:
        """Forget an account's tries, and one of its address: the last was right."""
        with self._mutex:
            self._counted.pop(("account", account), None)
            times = self._counted.get(("address", address))
            if times:
                times.pop()

    def _wait(self, key: tuple[str, str], most: int) -> float:
        recent = [at for at in self._counted.get(key, ()) if self._now() - at < WINDOW_SECONDS]
        return recent[-most] + WINDOW_SECONDS - self._now() if len(recent) >= most else 0.0
