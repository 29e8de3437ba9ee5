"""Whether ``factdesk up`` runs in a home, and where: a lock that its process holds, and a file beside it.

The lock is the truth (the kernel gives it back when the process ends); the file only says where.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from factdesk.config import Home
from factdesk.errors import FactdeskError, UsageError

LOCK_SECONDS = 1.0
"""Whoever only asks whether ``factdesk up`` runs holds the lock for a moment."""

POLL_SECONDS = 0.05


class UpError(FactdeskError):
    """``factdesk up`` cannot start, or runs already."""


@dataclass(frozen=True, slots=True)
class UpState:
    """Where a running ``factdesk up`` can be reached. ``started_at`` is ISO 8601, UTC; ``has_desk``: it keeps
    the desk running too."""

    pid: int
    port: int
    started_at: str
    has_desk: bool = False

    @classmethod
    def now(cls, port: int, *, has_desk: bool = False) -> UpState:
        """Return the state of a ``factdesk up`` that is this process and starts now."""
        return cls(os.getpid(), port, datetime.now(UTC).isoformat(timespec="seconds"), has_desk)

    @property
    def api_url(self) -> str:
        """The address of Prefect's API, as PREFECT_API_URL takes it."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def pages_url(self) -> str:
        """The address of Prefect's web pages."""
        return f"http://127.0.0.1:{self.port}"


def up_lock_path(home: Home) -> Path:
    """Return the file whose lock a running ``factdesk up`` holds."""
    return home.prefect_home / "up.lock"


def up_state_path(home: Home) -> Path:
    """Return the file that says where ``factdesk up`` runs, or last ran."""
    return home.prefect_home / "up.json"


def last_up(home: Home) -> UpState | None:
    """Return what the last ``factdesk up`` of this home wrote, whether or not it still runs."""
    try:
        body: Mapping[str, object] = json.loads(up_state_path(home).read_bytes())
        has_desk = body.get("has_desk") is True
        return UpState(int(str(body["pid"])), int(str(body["port"])), str(body["started_at"]), has_desk)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def up_holder(home: Home) -> int | None:
    """Return the process that is ``factdesk up`` of this home, or None when there is none.

    It is there from its first moment on, long before it can be reached (`running_up`).
    """
    try:
        descriptor = os.open(up_lock_path(home), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.pread(descriptor, 100, 0).decode("ascii", "replace").strip() or 0)
    finally:
        os.close(descriptor)
    return None


def running_up(home: Home) -> UpState | None:
    """Return where ``factdesk up`` can be reached in this home, or None when it cannot (yet)."""
    holder, state = up_holder(home), last_up(home)
    return state if state is not None and state.pid == holder else None


@contextmanager
def hold_up(home: Home) -> Iterator[None]:
    """Hold the lock of this home's ``factdesk up``. Raises UpError when another process holds it."""
    path = up_lock_path(home)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(
            f"the folder {path.parent} cannot be written ({error.strerror}); mend its rights, or name another"
            " --home"
        ) from error
    try:
        if not _take(descriptor):
            raise UpError(_already_up(home, os.pread(descriptor, 100, 0)))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(POLL_SECONDS)


def _already_up(home: Home, holder: bytes) -> str:
    pid = holder.decode("ascii", "replace").strip()
    state = last_up(home)
    place = f" at {state.pages_url}" if state and str(state.pid) == pid else ""
    return f"factdesk up already runs in {home.root} (process {pid}{place}); stop it first: kill {pid}"


def write_up_state(home: Home, state: UpState) -> None:
    """Write where this ``factdesk up`` runs, whole or not at all."""
    path = up_state_path(home)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(asdict(state)), encoding="utf-8")
    temporary.replace(path)
