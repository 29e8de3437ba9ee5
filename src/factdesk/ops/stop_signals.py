"""Ctrl-C, SIGTERM, a closed terminal: the first asks ``factdesk up`` to stop, the second ends all at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from factdesk.errors import FactdeskError

EXIT_INTERRUPTED = 130

SLICE_SECONDS = 0.05
"""A wait looks so often whether a signal has come: the handler wakes nobody, for a lock may be held there."""


class StopAskedError(FactdeskError):
    """A signal asked to stop while something was waited for."""


class StopSignals:
    """Takes the signals that ask to stop while it is entered; only in the main thread.

    ``end_all`` is called at the second signal, in the signal handler; the process ends right after.
    """

    def __init__(self, end_all: Callable[[], object]) -> None:
        self._end_all = end_all
        self._first: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopSignals:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup has SIGHUP ignored: then the terminal may close.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def is_asked(self) -> bool:
        """Whether a signal has asked to stop."""
        return self._first is not None

    @property
    def exit_code(self) -> int:
        """130 after Ctrl-C, as the contract says; 0 after SIGTERM or SIGHUP: a service ended well."""
        return EXIT_INTERRUPTED if self._first == signal.SIGINT else 0

    @property
    def name(self) -> str:
        """The name of the signal that asked."""
        return signal.Signals(self._first).name if self._first else ""

    def wait(self, seconds: float) -> bool:
        """Wait until a signal asks to stop, but no longer than ``seconds``; say whether one did."""
        until = time.monotonic() + seconds
        while not self.is_asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, SLICE_SECONDS))
        return self.is_asked

    def check(self) -> None:
        """Raise StopAskedError when a signal has asked to stop."""
        if self.is_asked:
            raise StopAskedError(f"stopped by {self.name}")

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._first is None:
            self._first = number
            return
        self._end_all()
        # At once and from here: whatever the main thread was waiting for may never come.
        os._exit(128 + number)
