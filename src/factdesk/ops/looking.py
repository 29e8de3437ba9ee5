"""Calls what is to be done every few seconds beside the watching (notices), in a thread of its own.

A mail server that is slow must not keep ``factdesk up`` from noticing that a service ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

Look = Callable[[datetime], object]
"""Is given the time, UTC; raises nothing but what its author did not foresee."""

LOOK_SECONDS = 10.0


class Looking:
    """Calls ``look`` every ``seconds`` while ``may_look`` says so, until it is stopped."""

    def __init__(
        self,
        look: Look,
        say: Callable[[str], None],
        may_look: Callable[[], bool],
        *,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self._look = look
        self._say = say
        self._may_look = may_look
        self._seconds = seconds
        self._said = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="looking", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the look that is being taken, if any, be the last one; it is not waited for."""
        self._stopping.set()

    def _look_on(self) -> None:
        while not self._stopping.wait(self._seconds):
            if self._may_look():
                self._look_once()

    def _look_once(self) -> None:
        try:
            self._look(datetime.now(UTC))
            self._said = ""
        except Exception as error:  # the outermost wall of this thread: said once, and tried again
            said = f"a look failed ({type(error).__name__}: {' '.join(str(error).split())})"
            if said != self._said:
                self._say(said)
            self._said = said
