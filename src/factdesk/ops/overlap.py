"""Turns of the runs of one flow: a second run waits or is refused, as ``[flow] overlap`` says.

A run holds a lock for as long as its process lives; the kernel gives the lock of a killed run back. At
most one run waits: it will do all the work that there is by then, so that a third is refused.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from factdesk.config import Home
from factdesk.errors import FactdeskError, WarehouseError

POLL_SECONDS = 0.5
NAME_BYTES = 300

Say = Callable[[str], None]


class OverlapError(FactdeskError):
    """Another run of the same flow has the turn, and this one may not or no longer wait for it."""


@contextmanager
def take_turn(
    home: Home, flow: str, who: str, say: Say, poll_seconds: float = POLL_SECONDS
) -> Iterator[None]:
    """Have the turn of a flow while entered. ``who`` names this run for the one that meets it.

    Raises OverlapError when the turn is taken and the settings say "refuse", when another run waits for
    it already, or when it is not free after ``[flow] overlap_wait_minutes``. ``say`` hears of the wait.
    """
    folder = home.warehouse / "runs"
    with _open(folder / f"{flow}.turn") as turn:
        if not turn.try_to_hold():
            if home.settings.flow.overlap == "refuse":
                raise OverlapError(
                    f"{flow} is running already ({turn.holder()}); run it again later, or set flow.overlap"
                    f' to "wait" in {home.config_path}'
                )
            with _open(folder / f"{flow}.queue") as queue:
                _wait_for(turn, queue, flow, home.settings.flow.overlap_wait_minutes, say, poll_seconds)
        turn.sign(who)
        yield


class _Lock:
    """One lock file, open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def try_to_hold(self) -> bool:
        """Take the lock now, or return False."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def sign(self, who: str) -> None:
        """Write who holds the lock."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, who.encode("utf-8")[:NAME_BYTES], 0)

    def holder(self) -> str:
        """Return who signed last."""
        return os.pread(self._descriptor, NAME_BYTES, 0).decode("utf-8", "replace") or "another run"


@contextmanager
def _open(path: Path) -> Iterator[_Lock]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise WarehouseError(
            f"the lock {path} cannot be made ({error.strerror}); make the warehouse folder writable"
        ) from error
    try:
        yield _Lock(descriptor)
    finally:
        os.close(descriptor)


def _wait_for(turn: _Lock, queue: _Lock, flow: str, minutes: float, say: Say, poll_seconds: float) -> None:
    holder = turn.holder()
    if not queue.try_to_hold():
        raise OverlapError(
            f"{flow} is running already ({holder}) and another run waits to follow it;"
            " that one will do this work"
        )
    say(f"{flow} is running already ({holder}); this run waits for it, at most {minutes:g} minutes")
    deadline = time.monotonic() + minutes * 60
    while not turn.try_to_hold():
        if time.monotonic() >= deadline:
            raise OverlapError(
                f"{flow} is still running ({turn.holder()}) after {minutes:g} minutes; look at that run,"
                " or raise flow.overlap_wait_minutes"
            )
        time.sleep(poll_seconds)
