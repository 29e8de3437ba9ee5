"""The lock that makes a process the keeper.

``flock`` on keeper.lock, held from before the database is opened until after it is closed. DuckDB's own
lock does not do: it is a POSIX lock, which falls when any code of the process closes the file.
"""

from __future__ import annotations

import fcntl
import os
import random
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from factdesk.errors import WarehouseError
from factdesk.warehouse.durable_files import make_folder_durably

POLL_SECONDS = 0.05

LOOK_SECONDS = 1.0
"""How long a look at the lock may hold it up; far longer than one takes, for machines that stand still."""

_held: dict[int, Path] = {}


def held_descriptors(*paths: Path) -> tuple[int, ...]:
    """Return the descriptors of the locks that this process holds on the folders of these paths.

    A child that inherits them keeps the lock though its keeper is killed, so that the next keeper never
    writes to a database that is still being copied, and an old copy never takes the place of a newer one.
    """
    folders = {folder for path in paths for folder in path.parents}
    return tuple(descriptor for descriptor, lock in _held.items() if lock.parent in folders)


class KeeperLock:
    """The keeper's lock; a context manager that is entered only by `try_lock` succeeding."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        _held[descriptor] = path

    def __enter__(self) -> KeeperLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            _held.pop(descriptor, None)
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)


def try_lock(path: Path, wait_seconds: float = 0) -> KeeperLock | None:
    """Take the lock, waiting at most ``wait_seconds``; None when another process keeps it.

    Raises WarehouseError when the file cannot be made.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        descriptor = _open(path)
        if not _wait_for(descriptor, deadline):
            os.close(descriptor)
            return None
        if _is_still_there(path, descriptor):
            break
        os.close(descriptor)  # a hand has removed the file meanwhile: a lock on it would bind nobody
    with suppress(OSError):
        _sign(descriptor)
    return KeeperLock(path, descriptor)


def _open(path: Path) -> int:
    try:
        make_folder_durably(path.parent)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise WarehouseError(
            f"the lock {path} cannot be made ({error.strerror}); make the warehouse folder writable"
        ) from error


def _is_still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _wait_for(descriptor: int, deadline: float) -> bool:
    looks_end = time.monotonic() + LOOK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            now = time.monotonic()
            if now < looks_end and _is_only_looked_at(descriptor):
                time.sleep(random.uniform(0.0, POLL_SECONDS / 50))
                continue
            if now >= deadline:
                return False
            time.sleep(POLL_SECONDS)
        else:
            return True


def _is_only_looked_at(descriptor: int) -> bool:
    """Whether what stood in the way was a look, see `lock_holder`, and no keeper."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def _sign(descriptor: int) -> None:
    """Write who holds the lock, for doctor and for the sentence that a waiting command prints."""
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{program} (process {os.getpid()}) since {since}".encode(), 0)


def lock_holder(path: Path) -> str | None:
    """Return who holds the lock, in words, or None when nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        words = os.pread(descriptor, 300, 0).decode("utf-8", "replace").strip()
        return words or "another process"
    finally:
        os.close(descriptor)
    return None


def kept_by_another(path: Path) -> WarehouseError:
    """Return the error that says who keeps the warehouse of this lock from us."""
    holder = lock_holder(path) or "another process"
    return WarehouseError(f"{holder} keeps the warehouse {path.parent}; stop it, then run this again")
