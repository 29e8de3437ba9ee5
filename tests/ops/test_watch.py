"""Dead runs are marked and taken up again, missed ones become one, and what waits or lives is left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from factdesk.config import open_home
from factdesk.ops.deployed import WORK_POOL
from factdesk.ops.flow_runs import STOPPED_MESSAGE
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.prefect_server import PrefectServer
from factdesk.ops.running import hold_run
from factdesk.ops.watch import DEAD_MESSAGE, MISSED_MESSAGE, ResumeCounts, RunWatch
from prefect_template import with_prefect_tables

pytestmark = pytest.mark.flows

DEAF = (
    "import signal,time;[signal.signal(one,signal.SIG_IGN) for one in (2,15)];"
    "print('there',flush=True);time.sleep(600)"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with PrefectServer(with_prefect_tables(tmp_path_factory.mktemp("prefect"))) as server:
        yield server


class Runs:
    """A deployment of its own for each test, and runs of it in any state."""

    def __init__(self, server, home):
        self.api = PrefectApi(server.api_url)
        self.home = home
        self.said = []
        self.watch = RunWatch(home, self.api, self.said.append)
        self.flow = self.api.call("POST", "flows/", {"name": "check-essays"})["id"]
        body = {"name": f"check-{uuid4()}", "flow_id": self.flow, "parameters": {"parameters": {}}}
        self.deployment = self.api.call("POST", "deployments/", body)["id"]

    def make(self, form, *, name=None, deployed=True, message="", parameters=None, auto=False, due=None):
        body = {"parameters": parameters or {"parameters": {}}}
        if deployed:
            made = self.api.call("POST", f"deployments/{self.deployment}/create_flow_run", body)
        else:
            made = self.api.call("POST", "flow_runs/", {"flow_id": self.flow, **body})
        state = {"type": form, "name": name or form.title(), "message": message}
        if due:
            state["state_details"] = {"scheduled_time": due.isoformat()}
        self.set(made["id"], state)
        return made["id"]

    def set(self, run_id, state):
        answer = self.api.call("POST", f"flow_runs/{run_id}/set_state", {"state": state, "force": True})
        assert answer["status"] == "ACCEPT"

    def state(self, run_id):
        state = self.api.flow_run_state(run_id)
        return state.form, state.message

    def forget(self):
        for run in self.api.call("POST", "flow_runs/filter", {"limit": 200}):
            self.api.call("DELETE", f"flow_runs/{run['id']}")


@pytest.fixture
def runs(server, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text("[flow]\nresume_tries = 2\n")
    runs = Runs(server, open_home(tmp_path))
    runs.home.prefect_home.mkdir()
    yield runs
    runs.forget()


class Clock:
    """A clock that goes only when a test says so."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


def now(later=0.0):
    return datetime.now(UTC) + timedelta(seconds=later)


@pytest.mark.parametrize("form", ["RUNNING", "PENDING"])
def test_a_run_without_a_process_is_crashed_after_the_grace_time(runs, form):
    run_id = runs.make(form)
    assert runs.watch.mark_dead_runs(now()) == []
    assert runs.watch.mark_dead_runs(now(61)) == [run_id]
    assert runs.state(run_id) == ("CRASHED", DEAD_MESSAGE)


def test_a_run_that_a_person_cancelled_is_cancelled_and_never_taken_up_again(runs):
    run_id = runs.make("RUNNING")
    runs.set(run_id, {"type": "CANCELLING", "name": "Cancelling"})
    assert runs.watch.mark_dead_runs(now(61)) == [run_id]
    assert runs.state(run_id)[0] == "CANCELLED"
    assert runs.watch.resume_crashed(now(120)) == []


def test_a_run_that_holds_its_lock_or_has_a_process_is_left(runs):
    locked, started = runs.make("RUNNING"), runs.make("PENDING")
    environment = {**os.environ, "PREFECT__FLOW_RUN_ID": started}
    with hold_run(runs.home, locked), subprocess.Popen(["sleep", "60"], env=environment) as process:
        time.sleep(0.2)
        assert runs.watch.mark_dead_runs(now(3600)) == []
        process.kill()
    assert set(runs.watch.mark_dead_runs(now(3600))) == {locked, started}


def test_a_run_that_hangs_long_after_its_time_is_killed_and_not_taken_up_again(runs):
    clock = Clock()
    watch = RunWatch(runs.home, runs.api, runs.said.append, clock)
    hung, by_hand = runs.make("RUNNING"), runs.make("RUNNING", deployed=False)
    environment = {**os.environ, "PREFECT__FLOW_RUN_ID": hung}
    with subprocess.Popen([sys.executable, "-c", DEAF], env=environment, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert watch.end_overdue_runs() == []
        clock.at += (60 + 240 + 9) * 60  # its turn, flow.run_minutes, and not yet the ten after it
        assert watch.end_overdue_runs() == []
        assert process.poll() is None
        clock.at += 2 * 60
        assert watch.end_overdue_runs() == [hung]
        assert process.wait(timeout=10) == -signal.SIGKILL
    state = runs.api.flow_run_state(hung)
    assert (state.form, state.name) == ("FAILED", "TimedOut")
    assert "flow.run_minutes = 240" in state.message
    # What its worker says of it then.
    crashed = {"state": {"type": "CRASHED", "name": "Crashed"}}
    assert runs.api.call("POST", f"flow_runs/{hung}/set_state", crashed)["status"] == "ABORT"
    assert watch.resume_crashed(now(3600)) == []
    assert runs.state(by_hand)[0] == "RUNNING"


def test_a_run_that_is_taken_up_again_has_its_whole_time_again(runs):
    clock = Clock()
    watch = RunWatch(runs.home, runs.api, runs.said.append, clock)
    run_id = runs.make("RUNNING")
    assert watch.end_overdue_runs() == []
    clock.at += 300 * 60
    runs.set(run_id, {"type": "RUNNING", "name": "Running"})
    assert watch.end_overdue_runs() == []
    clock.at += 300 * 60
    assert watch.end_overdue_runs() == []


def test_runs_that_wait_are_left(runs):
    waiting = [
        runs.make("SCHEDULED", name=name, due=now(-7200))
        for name in ("AwaitingRetry", "AwaitingConcurrencySlot")
    ]
    runs.watch.begin(now(3600))
    assert {runs.state(run_id)[0] for run_id in waiting} == {"SCHEDULED"}


def test_a_run_without_deployment_is_marked_at_the_second_look_and_not_taken_up(runs):
    run_id = runs.make("RUNNING", deployed=False)
    assert runs.watch.mark_dead_runs(now(), dead_seconds=0) == []
    assert runs.watch.mark_dead_runs(now(61)) == []
    assert runs.watch.mark_dead_runs(now(71)) == [run_id]
    assert runs.watch.resume_crashed(now(200)) == []


def test_a_crashed_run_is_scheduled_again_so_often_and_no_more(runs):
    run_id = runs.make("CRASHED")
    assert runs.watch.resume_crashed(now()) == []  # its worker may still say so once more
    assert runs.watch.resume_crashed(now(16)) == [run_id]
    state = runs.api.flow_run_state(run_id)
    assert (state.form, state.name) == ("SCHEDULED", "AwaitingRetry")
    runs.set(run_id, {"type": "CRASHED", "name": "Crashed"})
    # The count outlives the watch.
    assert RunWatch(runs.home, runs.api, print).resume_crashed(now(16)) == [run_id]
    runs.set(run_id, {"type": "CRASHED", "name": "Crashed"})
    assert runs.watch.resume_crashed(now(16)) == []
    assert runs.state(run_id)[0] == "CRASHED"


def test_a_stop_of_factdesk_up_does_not_count(runs):
    run_id = runs.make("SCHEDULED")
    for _ in range(4):
        runs.set(run_id, {"type": "RUNNING", "name": "Running"})
        runs.watch.mark_stopped([run_id])
        assert runs.state(run_id) == ("CRASHED", STOPPED_MESSAGE)
        assert runs.watch.resume_crashed(now(16)) == [run_id]


def test_a_run_that_came_to_its_end_at_the_stop_stays_as_it_is(runs):
    done, failed = runs.make("COMPLETED"), runs.make("FAILED")
    runs.watch.mark_stopped([done, failed])
    assert (runs.state(done)[0], runs.state(failed)[0]) == ("COMPLETED", "FAILED")


@pytest.mark.parametrize("form", ["COMPLETED", "RUNNING"])
def test_a_crashed_run_that_a_newer_one_has_made_needless_is_left(runs, form):
    crashed = runs.make("RUNNING")
    runs.set(crashed, {"type": "CRASHED", "name": "Crashed"})
    time.sleep(0.05)
    newer = runs.make("RUNNING")
    if form == "COMPLETED":
        runs.set(newer, {"type": "COMPLETED", "name": "Completed"})
    assert runs.watch.resume_crashed(now(16)) == []
    assert runs.state(crashed)[0] == "CRASHED"


def test_a_run_with_other_parameters_makes_no_run_needless(runs):
    crashed = runs.make("CRASHED", parameters={"parameters": {"places": ["a.md"]}})
    runs.make("COMPLETED")
    assert runs.watch.resume_crashed(now(16)) == [crashed]


def test_each_run_that_ends_is_told_once_from_the_start_on(runs):
    runs.watch.begin(now())
    time.sleep(0.05)
    early = runs.make("RUNNING")
    runs.set(early, {"type": "COMPLETED", "name": "Completed", "message": "1 essay."})
    due = runs.make("SCHEDULED", due=now(3600))
    runs.watch.look(now())
    names = {run["id"]: run["name"] for run in runs.api.call("POST", "flow_runs/filter", {})}
    assert runs.said[0].startswith("the next scheduled run is due at ")
    assert runs.said[1:] == [f"run {names[early]} completed: 1 essay."]
    runs.set(due, {"type": "FAILED", "name": "Failed", "message": "no disk"})
    runs.watch.look(now())
    runs.watch.look(now())
    assert runs.said[2:] == [f"run {names[due]} failed: no disk"]


def test_an_older_completed_run_makes_no_run_needless(runs):
    older = runs.make("RUNNING")
    runs.set(older, {"type": "COMPLETED", "name": "Completed"})
    time.sleep(0.05)
    crashed = runs.make("RUNNING")
    runs.set(crashed, {"type": "CRASHED", "name": "Crashed"})
    assert runs.watch.resume_crashed(now(16)) == [crashed]


def test_of_runs_that_crashed_only_the_last_is_taken_up(runs):
    first = runs.make("RUNNING")
    time.sleep(0.05)
    second = runs.make("RUNNING")
    for run_id in (first, second):
        runs.set(run_id, {"type": "CRASHED", "name": "Crashed"})
    assert runs.watch.resume_crashed(now(16)) == [second]
    assert runs.watch.resume_crashed(now(16)) == []
    assert runs.state(first)[0] == "CRASHED"


def test_of_the_runs_that_a_schedule_missed_one_is_kept(runs):
    schedule = {"interval": 3600, "anchor_date": "2026-01-01T00:00:00Z"}
    body = {"schedules": [{"schedule": schedule, "active": True, "slug": "hourly"}]}
    runs.api.call("PATCH", f"deployments/{runs.deployment}", body)
    until = now(5 * 3600 + 60)
    answer = runs.api.call(
        "POST", f"deployments/{runs.deployment}/schedule", {"end_time": until.isoformat(), "min_runs": 5}
    )
    assert answer is None
    asked_for = runs.make("SCHEDULED", due=now())
    scheduled = sorted(
        (run["next_scheduled_start_time"], run["id"])
        for run in runs.api.call("POST", "flow_runs/filter", {"limit": 200})
        if run["auto_scheduled"]
    )
    due = [run_id for moment, run_id in scheduled if datetime.fromisoformat(moment) < until]
    assert len(due) >= 4
    assert set(runs.watch.catch_up(until, late_seconds=0)) == set(due[:-1])
    assert {runs.state(run_id) for run_id in due[:-1]} == {("CANCELLED", MISSED_MESSAGE)}
    assert runs.state(due[-1])[0] == "SCHEDULED"
    assert runs.state(asked_for)[0] == "SCHEDULED"
    assert runs.watch.catch_up(until, late_seconds=0) == []


class MarksLate(PrefectApi):
    """The API while the server marks each run as late just before it is read."""

    def call(self, method, path, body=None):
        if method == "GET" and path.startswith("flow_runs/"):
            state = super().call("GET", path)["state"]
            late = {"type": "SCHEDULED", "name": "Late", "state_details": state["state_details"]}
            super().call("POST", f"{path}/set_state", {"state": late, "force": True})
        return super().call(method, path, body)


def test_a_run_that_is_marked_late_while_we_look_is_missed_all_the_same(runs):
    schedule = {"interval": 3600, "anchor_date": "2026-01-01T00:00:00Z"}
    body = {"schedules": [{"schedule": schedule, "active": True, "slug": "hourly"}]}
    runs.api.call("PATCH", f"deployments/{runs.deployment}", body)
    until = now(3 * 3600 + 60)
    runs.api.call("POST", f"deployments/{runs.deployment}/schedule", {"end_time": until.isoformat()})
    watch = RunWatch(runs.home, MarksLate(runs.api.api_url), runs.said.append)
    missed = watch.catch_up(until, late_seconds=0)
    assert len(missed) >= 2
    assert {runs.state(run_id) for run_id in missed} == {("CANCELLED", MISSED_MESSAGE)}


def test_a_worker_is_silent_since_its_last_sign_was_seen_whatever_the_clock_says(runs):
    clock = Clock()
    watch = RunWatch(runs.home, runs.api, print, clock)
    runs.api.call("POST", "work_pools/", {"name": WORK_POOL, "type": "process"})
    assert watch.worker_silence() == 0
    beat = {"name": "one", "heartbeat_interval_seconds": 30}
    runs.api.call("POST", f"work_pools/{WORK_POOL}/workers/heartbeat", beat)
    assert watch.worker_silence() == 0
    clock.at += 200
    assert watch.worker_silence() == 200
    runs.api.call("POST", f"work_pools/{WORK_POOL}/workers/heartbeat", beat)
    assert watch.worker_silence() == 0


def test_counts_outlive_a_file_that_is_damaged(tmp_path):
    path = tmp_path / "resumed.json"
    path.write_text("[nonsense")
    counts = ResumeCounts(path)
    assert counts.count("a") == 0
    counts.add("a")
    counts.add("a")
    assert ResumeCounts(path).count("a") == 2
