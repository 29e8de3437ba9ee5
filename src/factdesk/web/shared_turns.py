"""The turns of a host over all processes of one home: a folder with a few small locked files a host.

``<hash>.host`` holds when the host was last asked; whoever looks at a host's files or changes them holds
its lock for that moment. ``<hash>.0``, ``<hash>.1`` ... are its connections: each is locked for as long as a
request lasts. All locks are flock, so that the kernel takes them back when a process ends, however it does.

Times are of the monotonic clock, which all processes of a machine share and nobody can set. After a
restart it begins anew; a time that lies ahead is therefore taken as now.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from factdesk.errors import ArchiveError

_CHANCE = random.Random()

FULL_SECONDS = 0.1
"""After how long a host whose connections are all in use is looked at again, give or take a half."""

CONTENDED_SECONDS = 0.01
"""The same for a host whose files another process is looking at right now."""

FORGET_AFTER_SECONDS = 86_400.0
"""A host's files are removed when it was not asked for this long and no process uses the folder."""

TIDY_EVERY_SECONDS = 3_600.0

ROBOTS_FOLDER = "robots"
"""Beside these files: what each site's robots.txt said last (see `robots_files`)."""


class SharedTurns:
    """The turns that processes share through one folder; none of its methods waits.

    A connection that was held longer than ``hold_seconds`` belongs to a process that was stopped, not
    ended; it is not counted, lest everybody wait for that process. Every method raises ArchiveError when
    the folder cannot be written.
    """

    def __init__(self, folder: Path, connections: int, seconds_between: float, hold_seconds: float) -> None:
        self._folder = folder
        self._connections = connections
        self._seconds_between = seconds_between
        self._hold_seconds = hold_seconds
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._user_lock = _enter(folder)

    def close(self) -> None:
        """Say that this user of the folder is done; turns on their way end as they would."""
        descriptor, self._user_lock = self._user_lock, -1
        if descriptor >= 0:
            os.close(descriptor)

    def take(self, host: str, *, counts: bool, delay: float = 0.0) -> Slot | float:
        """Take a connection of a host now, or return after how many seconds to try again.

        A turn that does not count neither asks whether the pause is over nor starts one. ``delay`` is the
        pause that the host itself asks for, where it is longer than ours.
        """
        with self._looking_at(host) as descriptor:
            if descriptor is None:
                return CONTENDED_SECONDS
            pause = self._pause(descriptor, delay) if counts else 0.0
            if pause > 0:
                return pause
            slot = self._free_slot(host)
            if slot is None:
                return FULL_SECONDS * _CHANCE.uniform(0.5, 1.5)
            if counts:
                _write_time(descriptor)
            return slot

    def seconds_until_ready(self, host: str, delay: float = 0.0) -> float:
        """Return how long a turn would have to wait now, without taking one."""
        with self._looking_at(host) as descriptor:
            if descriptor is None:
                return CONTENDED_SECONDS
            pause = self._pause(descriptor, delay)
            if pause > 0:
                return pause
            slot = self._free_slot(host)
            if slot is None:
                return FULL_SECONDS * _CHANCE.uniform(0.5, 1.5)
            slot.release()
            return 0.0

    @contextmanager
    def _looking_at(self, host: str) -> Iterator[int | None]:
        """Hold a host's files for a moment; None when another process does."""
        with _told(self._folder):
            descriptor = _lock(self._path(host, "host"))
            try:
                yield descriptor
            finally:
                if descriptor is not None:
                    os.close(descriptor)

    def _path(self, host: str, what: object) -> Path:
        return self._folder / f"{hashlib.sha256(host.encode()).hexdigest()[:32]}.{what}"

    def _pause(self, descriptor: int, delay: float) -> float:
        last = _read_time(descriptor)
        if last is None:
            return 0.0
        now = time.monotonic()
        if last > now:
            _write_time(descriptor)
            last = now
        return max(0.0, last + max(self._seconds_between, delay) - now)

    def _free_slot(self, host: str) -> Slot | None:
        number, allowed = 0, self._connections
        while number < allowed:
            path = self._path(host, number)
            descriptor = _lock(path)
            if descriptor is not None:
                _write_time(descriptor)
                return Slot(descriptor)
            if self._is_abandoned(path):
                allowed += 1
            number += 1
        return None

    def _is_abandoned(self, path: Path) -> bool:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            taken = _read_time(descriptor)
        finally:
            os.close(descriptor)
        return taken is not None and time.monotonic() - taken > self._hold_seconds


class Slot:
    """One connection to a host, held until it is released or the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let another have the connection; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"the folder {folder}, which spaces requests to one host, cannot be written ({error.strerror}); "
            "make it writable or remove it"
        ) from error


def _lock(path: Path) -> int | None:
    """Open a file and lock it; None when somebody else has it locked. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _read_time(descriptor: int) -> float | None:
    """Return the time in a file; None when it holds none, or one that a hand has damaged."""
    try:
        return float(os.pread(descriptor, 64, 0))
    except ValueError:
        return None


def _write_time(descriptor: int) -> None:
    """Write the time now, always as many bytes, so that it is never half an old time."""
    os.pwrite(descriptor, f"{time.monotonic():024.6f}".encode(), 0)


def _enter(folder: Path) -> int:
    """Lock the folder as one of its users, and first, if there is no other, remove what is long unused."""
    descriptor = os.open(folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if time.time() - os.fstat(descriptor).st_mtime > TIDY_EVERY_SECONDS:
            _forget_unused(folder)
            if (folder / ROBOTS_FOLDER).is_dir():
                _forget_unused(folder / ROBOTS_FOLDER)
            os.utime(descriptor)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _forget_unused(folder: Path) -> None:
    before = time.time() - FORGET_AFTER_SECONDS
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in {"users", ROBOTS_FOLDER} and entry.stat().st_mtime < before:
                Path(entry.path).unlink(missing_ok=True)
