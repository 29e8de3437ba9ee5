"""How many questions run at once beside the desk; each may take a processor and a gigabyte."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from factdesk.errors import FactdeskError

MOST_AT_ONCE = 2
PATIENCE_SECONDS = 20.0
"""So long a question waits for its turn; then its person is asked to come back."""

_running = threading.BoundedSemaphore(MOST_AT_ONCE)


class BusyError(FactdeskError):
    """As many questions run as may."""


@contextmanager
def a_sandbox(patience_seconds: float = 0.0) -> Iterator[None]:
    """Have one of the places. Raises BusyError when none becomes free in time."""
    if not _running.acquire(timeout=patience_seconds):
        raise BusyError(f"{MOST_AT_ONCE} queries or reports are running already; try again in a moment")
    try:
        yield
    finally:
        _running.release()
