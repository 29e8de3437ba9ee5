"""Which processes belong to the ``factdesk up`` of a home: all inherit one environment variable from it.

Flow runs live in sessions of their own and outlive a worker that is killed; the mark finds them all. A mark
is that of a home, or with an ending after it that of one ``up`` in it; the shorter finds the longer too.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK_NAME = "FACTDESK_UP"
FLOW_RUN_NAME = "PREFECT__FLOW_RUN_ID"
POLL_SECONDS = 0.05
KILLED_SECONDS = 5.0
"""A killed process is gone at once, unless it waits for a disk."""


def mark_of(root: Path) -> str:
    """Return the mark of all that was ever started by ``factdesk up`` in a home."""
    return hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]


def mark_anew(root: Path) -> str:
    """Return the mark of a ``factdesk up`` that starts now."""
    return f"{mark_of(root)}-{uuid.uuid4().hex[:8]}"


def marked_processes(mark: str) -> list[int]:
    """Return the ids of the living processes that carry a mark, without this process."""
    wanted = f"{MARK_NAME}={mark}".encode()
    return [pid for pid in _process_ids() if any(one.startswith(wanted) for one in _environment(pid))]


def end_runs(mark: str, seconds: float) -> set[str]:
    """End the flow runs that carry a mark: ask them, kill them after ``seconds``. Returns their ids."""
    leaders = _flow_runs(mark)
    send_to(list(leaders), signal.SIGTERM)
    until = time.monotonic() + seconds
    while (left := _flow_runs(mark)) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    for pid in left:
        # A run leads its session; what it has started ends with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return set(leaders.values()) | set(left.values())


def kill_run(flow_run_id: str) -> None:
    """Kill at once the processes of one flow run: its own, and whatever it has started."""
    until = time.monotonic() + KILLED_SECONDS
    while left := [pid for pid in _process_ids() if _flow_run_of(pid) == flow_run_id]:
        send_to(left, signal.SIGKILL)
        if time.monotonic() > until:
            return
        time.sleep(POLL_SECONDS)


def _flow_runs(mark: str) -> dict[int, str]:
    """The marked processes that lead a flow run's session, with the id of their run."""
    found = {pid: _flow_run_of(pid) for pid in marked_processes(mark) if _leads_its_session(pid)}
    return {pid: run_id for pid, run_id in found.items() if run_id}


def send_to(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to processes, those that are gone already left out."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def end_marked(mark: str, seconds: float) -> int:
    """End all processes that carry a mark: ask them, kill them after ``seconds``. Returns how many."""
    found = marked_processes(mark)
    send_to(found, signal.SIGTERM if seconds > 0 else signal.SIGKILL)
    if not _are_gone(mark, seconds):
        until = time.monotonic() + KILLED_SECONDS
        # Again and again: one that was about to be killed may just have started another.
        while (left := marked_processes(mark)) and time.monotonic() < until:
            send_to(left, signal.SIGKILL)
            time.sleep(POLL_SECONDS)
    return len(found)


def _are_gone(mark: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while marked_processes(mark):
        if time.monotonic() >= until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _process_ids() -> Iterator[int]:
    own = os.getpid()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != own:
            yield int(entry.name)


def _environment(pid: int) -> list[bytes]:
    """The variables that a process was started with; none of a process that is another's or a zombie."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _flow_run_of(pid: int) -> str:
    prefix = f"{FLOW_RUN_NAME}=".encode()
    for variable in _environment(pid):
        if variable.startswith(prefix):
            return variable[len(prefix) :].decode("ascii", "replace")
    return ""


def _leads_its_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except OSError:
        return False
