"""``factdesk up`` starts, watches, is killed in every part, comes back, and leaves nothing behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from factdesk.ops.flow_runs import STOPPED_MESSAGE, FlowRuns
from factdesk.ops.ports import is_listening
from factdesk.ops.prefect_server import free_port
from factdesk.ops.up_state import hold_up, last_up, running_up
from factdesk.ops.watch import DEAD_MESSAGE, MISSED_MESSAGE
from patience import soon
from ups import PROGRAM, Up

pytestmark = pytest.mark.flows

WORKER_TAKES_AHEAD_SECONDS = 20
"""A worker takes runs up to 10 s before they are due (PREFECT_WORKER_PREFETCH_SECONDS); we need a moment."""


def again(up):
    """Run a second ``factdesk up`` in the same home and return its code and what it said."""
    command = [sys.executable, str(PROGRAM), str(up.home.root)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stderr


def test_it_starts_runs_a_flow_refuses_a_second_one_and_stops_at_ctrl_c(tmp_path):
    with Up(tmp_path).start() as up:
        up.wait_until_up()
        state = running_up(up.home)
        assert state.pid == up.process.pid
        assert "<html" in httpx.get(state.pages_url, trust_env=False).text
        assert again(up) == (
            1,
            f"factdesk: factdesk up already runs in {up.home.root} (process {state.pid} at"
            f" {state.pages_url}); stop it first: kill {state.pid}\n",
        )
        run_id = up.start_run()
        soon(lambda: up.state_of(run_id) == "COMPLETED")
        up.send(signal.SIGINT)
        assert up.code() == 130
        assert up.left() == []
        assert "SIGINT: stopping" in up.said()
        assert running_up(up.home) is None
        logs = up.home.prefect_home / "logs"
        assert {path.name for path in logs.iterdir()} == {"up.log", "server.log", "worker.log"}


def test_server_worker_and_run_come_back_when_they_are_killed(tmp_path):
    with Up(tmp_path).start() as up:
        up.wait_until_up()
        port = last_up(up.home).port
        up.hold_runs()
        run_id = up.start_run()
        soon(lambda: up.begun() == 1)
        server = up.kill("prefect server start")
        soon(lambda: up.pid_of("prefect server start") not in (None, server) and up.api.is_healthy())
        assert last_up(up.home).port == port
        assert up.state_of(run_id) == "RUNNING"  # it waits for its server

        up.kill("prefect.engine")
        soon(lambda: up.begun() == 2)
        up.kill("prefect worker start")
        soon(lambda: up.begun() == 3)
        up.release_runs()
        soon(lambda: up.state_of(run_id) == "COMPLETED")
        forms = [form for form, _ in up.history_of(run_id)]
        assert forms.count("CRASHED") == 2
        assert "server was killed by SIGKILL; it is started again in 1 s" in up.said()
        assert "worker was killed by SIGKILL; it is started again in 1 s" in up.said()
        up.send(signal.SIGTERM)
        assert up.code() == 0
        assert up.left() == []


def test_a_run_is_taken_up_again_after_a_kill_and_after_a_stop(tmp_path):
    with Up(tmp_path).start() as up:
        up.wait_until_up()
        up.hold_runs()
        run_id = up.start_run()
        soon(lambda: up.begun() == 1)
        up.kill_up()

        up.start().wait_until_up()
        soon(lambda: up.begun() == 2)
        up.send(signal.SIGTERM)
        assert up.code() == 0
        assert up.left() == []

        up.start().wait_until_up()
        soon(lambda: up.begun() == 3)
        up.release_runs()
        soon(lambda: up.state_of(run_id) == "COMPLETED")
        crashes = [message for form, message in up.history_of(run_id) if form == "CRASHED"]
        assert DEAD_MESSAGE in crashes
        assert STOPPED_MESSAGE in crashes


def test_two_homes_run_side_by_side_and_a_second_ctrl_c_stops_hard(tmp_path):
    with Up(tmp_path / "one").start() as one, Up(tmp_path / "two").start() as two:
        one.wait_until_up()
        two.wait_until_up()
        assert last_up(one.home).port != last_up(two.home).port
        two.hold_runs()
        run_id = two.start_run()
        soon(lambda: two.begun() == 1)
        assert httpx.get(f"{one.api.api_url}/flow_runs/{run_id}", trust_env=False).status_code == 404
        two.send(signal.SIGSTOP)  # both signals wait for it: the second comes while it stops
        two.send(signal.SIGTERM)
        two.send(signal.SIGINT)
        two.send(signal.SIGCONT)
        assert two.code() >= 128
        assert two.left() == []
        assert one.api.is_healthy()
        one.send(signal.SIGTERM)
        assert one.code() == 0


def planned_runs(up):
    """Return the runs that the schedule will begin, the next first, but none that a worker takes early."""
    beyond = datetime.now(UTC) + timedelta(seconds=WORKER_TAKES_AHEAD_SECONDS)
    runs = FlowRuns(up.api).find(["SCHEDULED"], sort="NEXT_SCHEDULED_START_TIME_ASC")
    return [run for run in runs if run.auto_scheduled and run.scheduled_for > beyond]


def test_runs_that_a_schedule_missed_become_one(tmp_path):
    with Up(tmp_path, "2").start() as up:
        up.hold_runs()
        up.wait_until_up()
        soon(lambda: up.begun() >= 1)
        soon(lambda: len(planned_runs(up)) >= 2)
        missed, later = planned_runs(up)[:2]
        up.kill_up()
        up.release_runs()
        soon(lambda: datetime.now(UTC) > later.scheduled_for)
        up.start().wait_until_up()
        assert re.search(r"cancelled \d+ missed runs?; one run catches up for all", up.said())
        assert up.history_of(missed.id)[-1] == ("CANCELLED", MISSED_MESSAGE)


def test_a_port_that_is_taken_is_named(tmp_path):
    port = free_port()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text(f"[up]\nport = {port}\n")
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as other:
        soon(lambda: is_listening(other.pid, port) or other.poll() is not None)
        code, said = again(Up(tmp_path))
        other.kill()
    assert code == 1
    assert said.startswith(f"factdesk: port {port} (up.port) is taken by another program;")
    assert len(said.splitlines()) == 1


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(tmp_path):
    (tmp_path / ".prefect" / "prefect.db").mkdir(parents=True)
    with Up(tmp_path) as up:
        code, said = again(up)
        assert code == 1
        assert said.startswith("factdesk: Prefect's server did not start (")
        assert "unable to open database file" in said
        assert len(said.splitlines()) == 1
        assert up.left() == []


def test_only_one_holds_a_home(tmp_path):
    with Up(tmp_path) as up, hold_up(up.home):
        code, said = again(up)
        assert code == 1
        assert "already runs in" in said
