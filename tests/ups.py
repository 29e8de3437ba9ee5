"""A ``factdesk up`` that a test starts, asks, kills and stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from factdesk.config import Home, open_home
from factdesk.ops.marks import end_marked, mark_of, marked_processes
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.up_state import last_up
from patience import PATIENCE_SECONDS, soon
from prefect_template import with_prefect_tables

PROGRAM = Path(__file__).with_name("up_program.py")
UP = "everything is up"


class Up:
    """One ``factdesk up`` after the other in one home."""

    def __init__(self, root: Path, *words: str) -> None:
        root.mkdir(exist_ok=True)
        self.home: Home = open_home(root)
        with_prefect_tables(self.home.prefect_home)
        self._words = words
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Up:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        end_marked(mark_of(self.home.root), 0)

    def start(self) -> Up:
        out = (self.home.root / "out.txt").open("ab")
        self.at = len(self.said())
        command = [sys.executable, str(PROGRAM), str(self.home.root), *self._words]
        with out:
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        return self

    def wait_until_up(self) -> Up:
        soon(lambda: UP in self.said() or self.process.poll() is not None)
        assert UP in self.said(), self.said()
        return self

    def said(self) -> str:
        """Return what it has written since it was last started."""
        out = self.home.root / "out.txt"
        return out.read_text()[getattr(self, "at", 0) :] if out.exists() else ""

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def code(self) -> int:
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def kill_up(self) -> None:
        """Kill ``factdesk up`` itself, and wait until what it started is gone."""
        self.process.kill()
        self.process.wait()
        soon(lambda: self.left() == [])

    def left(self) -> list[int]:
        return marked_processes(mark_of(self.home.root))

    def pid_of(self, words: str) -> int | None:
        """Return the marked process whose command line has these words."""
        for pid in self.left():
            try:
                line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in line and "factdesk.ops.launch" not in line:
                return pid
        return None

    def kill(self, words: str) -> int:
        pid = soon(lambda: self.pid_of(words))
        os.kill(pid, signal.SIGKILL)
        return pid

    @property
    def api(self) -> PrefectApi:
        return PrefectApi(last_up(self.home).api_url)

    def hold_runs(self) -> None:
        """Let the flow wait until `release_runs`."""
        (self.home.root / "wait").touch()

    def release_runs(self) -> None:
        (self.home.root / "wait").unlink()

    def begun(self) -> int:
        """Return how often the flow has begun."""
        told = self.home.root / "begun.txt"
        return len(told.read_text().splitlines()) if told.exists() else 0

    def start_run(self) -> str:
        deployment = self.api.call("GET", "deployments/name/check-essays/check_essays")
        path = f"deployments/{deployment['id']}/create_flow_run"
        # Without a key a busy server was once seen to make two runs of one request.
        body = {"state": {"type": "SCHEDULED"}, "idempotency_key": str(uuid4())}
        return self.api.call("POST", path, body)["id"]

    def state_of(self, run_id: str) -> str:
        return self.api.flow_run_state(run_id).form

    def history_of(self, run_id: str) -> list[tuple[str, str]]:
        """Return type and message of all states that a run has had."""
        states = self.api.call("GET", f"flow_run_states/?flow_run_id={run_id}")
        states.sort(key=lambda state: state["timestamp"])
        return [(state["type"], state["message"] or "") for state in states]
