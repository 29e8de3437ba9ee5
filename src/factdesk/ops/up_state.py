"""Whether ``factdesk up`` runs in a home, and where: a lock that its process holds, and a file beside it.

The lock is the truth (the kernel gives it back when the process ends); the file only says where.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from factdesk.config import Home


@dataclass(frozen=True, slots=True)
class UpState:
    """Where a running ``factdesk up`` can be reached. ``started_at`` is ISO 8601, UTC."""

    pid: int
    port: int
    started_at: str

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
        return UpState(int(str(body["pid"])), int(str(body["port"])), str(body["started_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def running_up(home: Home) -> UpState | None:
    """Return where ``factdesk up`` runs in this home, or None when it does not."""
    try:
        descriptor = os.open(up_lock_path(home), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return last_up(home)
    finally:
        os.close(descriptor)
    return None


def write_up_state(home: Home, state: UpState) -> None:
    """Write where this ``factdesk up`` runs, whole or not at all."""
    path = up_state_path(home)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(asdict(state)), encoding="utf-8")
    temporary.replace(path)
