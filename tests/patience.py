"""Waiting for what comes about by itself, however slow or busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 150.0


def soon(what: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Return what a function says as soon as it is true; else fail."""
    until = time.monotonic() + seconds
    while not (said := what()):
        assert time.monotonic() < until, f"not so after {seconds:.0f} s: {what}"
        time.sleep(0.2)
    return said
