"""Which flow runs are alive on this machine: each holds a lock for as long as its process lives.

The kernel gives the lock back when the process ends, however it ends, so that a run that was killed is
known within a moment: no heartbeat is sent, none can be late.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factdesk.config import Home

_ENVIRONMENT_NAME = "PREFECT__FLOW_RUN_ID"
_RUN_ID = re.compile(r"^[0-9a-f-]{32,36}$")


@contextmanager
def hold_run(home: Home, flow_run_id: str) -> Iterator[None]:
    """Hold the lock of a flow run. An empty id (a run without a server) holds nothing."""
    if not _RUN_ID.match(flow_run_id):
        yield
        return
    path = _lock_path(home, flow_run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def is_running(home: Home, flow_run_id: str) -> bool:
    """Whether a process of this machine holds the run's lock, or was started to run it."""
    return _is_held(_lock_path(home, flow_run_id)) or _has_process(flow_run_id)


def _lock_path(home: Home, flow_run_id: str) -> Path:
    return home.prefect_home / "runs" / f"{flow_run_id}.lock"


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _has_process(flow_run_id: str) -> bool:
    """A run's process exists for seconds (its imports) before it can take the lock."""
    mark = f"{_ENVIRONMENT_NAME}={flow_run_id}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                return True
        except OSError:
            continue
    return False
