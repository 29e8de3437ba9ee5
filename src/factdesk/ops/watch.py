"""Looks after flow runs: those that died are marked and taken up again, those that were missed become one.

Prefect itself leaves a run whose process was killed "Running" for ever, and after a night without power it
would start every run that was missed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

from factdesk.config import Home
from factdesk.ops.deployed import WORK_POOL
from factdesk.ops.flow_runs import STOPPED_MESSAGE, FlowRun, FlowRuns
from factdesk.ops.marks import kill_run
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.running import is_running
from factdesk.ops.unchanged import Clock, Unchanged
from factdesk.reports.words import count_words

DEAD_SECONDS = 60.0
"""A run may be without a process for so long: it is being started, or has just ended."""

SETTLED_SECONDS = 15.0
"""A worker says twice that a run of its has crashed, the second time 2 to 3 s after the first."""

OVERDUE_MINUTES = 10.0
"""A run that ends itself at flow.run_minutes has so long for the task that it is in."""

LATE_SECONDS = 60.0
REMEMBERED_RUNS = 1000

DEAD_MESSAGE = "its process is gone (it was killed, or the machine went down)"
RESUMED_MESSAGE = "it had crashed and is taken up again by factdesk up"
MISSED_MESSAGE = "missed while Factdesk was down or busy; a later run catches up"
OVERDUE_MESSAGE = (
    "it hung long after flow.run_minutes = {minutes:g} and was killed by factdesk up; see what it did last in"
    " its log, and raise flow.run_minutes if it only needs longer"
)
CANCELLED_MESSAGE = "cancelled by a person; its process is gone"

AGAIN = "AwaitingRetry"
"""The name of the state of a run that is scheduled to be tried again, by Prefect or by us."""

_ALIVE = ("RUNNING", "PENDING", "CANCELLING")


class RunWatch:
    """Watches the flow runs of one home. Every method raises PrefectError when the server is away."""

    def __init__(
        self, home: Home, api: PrefectApi, say: Callable[[str], None], clock: Clock = time.monotonic
    ) -> None:
        self._home = home
        self._signs, self._running = Unchanged(clock), Unchanged(clock)
        self._runs = FlowRuns(api)
        self._say = say
        self._resumed = ResumeCounts(home.prefect_home / "resumed.json")
        self._suspects: set[str] = set()
        self._told_until: datetime | None = None
        self._told_next = False

    def begin(self, now: datetime) -> None:
        """What is done while no worker runs: whatever was left of the last one is dead."""
        if self._told_until is None:
            self._told_until = now
        self.mark_dead_runs(now, dead_seconds=0)
        self.catch_up(now, late_seconds=0)
        self.resume_crashed(now, settled_seconds=0)

    def look(self, now: datetime) -> None:
        """What is done every few seconds while a worker runs."""
        self.end_overdue_runs()
        self.mark_dead_runs(now)
        self.catch_up(now)
        self.resume_crashed(now)
        self._tell(now)

    def _tell(self, now: datetime) -> None:
        """Say which runs have ended since the last time; the first time also when the next one is due."""
        if not self._told_next:
            self._told_next = True
            waiting = self._runs.find(["SCHEDULED"], sort="NEXT_SCHEDULED_START_TIME_ASC")
            due = [run for run in waiting if run.scheduled_for > now]
            if due:
                self._say(f"the next scheduled run is due at {_local(due[0].scheduled_for)}")
        for run in self._runs.find(["COMPLETED", "FAILED"], ended_after=self._told_until or now):
            why = " ".join(run.message.split())
            self._say(f"run {run.name} {run.form.lower()}{': ' if why else ''}{why}")
        self._told_until = now

    def mark_dead_runs(self, now: datetime, *, dead_seconds: float = DEAD_SECONDS) -> list[str]:
        """Mark runs crashed that have no process, and cancelled if a person asked for it; return their ids.

        A run without deployment (``factdesk run``) is marked only when it was found dead by two looks.
        """
        found = [run for run in self._runs.find(_ALIVE) if self._is_dead(run, now, dead_seconds)]
        sure = [run for run in found if run.deployment_id or run.state_id in self._suspects]
        self._suspects = {run.state_id for run in found}
        return [run.id for run in sure if self._bury(run)]

    def _is_dead(self, run: FlowRun, now: datetime, dead_seconds: float) -> bool:
        grace = dead_seconds if run.deployment_id else max(dead_seconds, DEAD_SECONDS)
        return now - run.since >= timedelta(seconds=grace) and not is_running(self._home, run.id)

    def _bury(self, run: FlowRun) -> bool:
        # It may have said its last word between the first question and the look for its process.
        if self._runs.read(run.id).state_id != run.state_id:
            return False
        if run.form == "CANCELLING":
            return self._runs.set_state(run.id, "CANCELLED", "Cancelled", CANCELLED_MESSAGE)
        self._say(f"run {run.name} crashed: {DEAD_MESSAGE}")
        return self._runs.set_state(run.id, "CRASHED", "Crashed", DEAD_MESSAGE)

    def end_overdue_runs(self) -> list[str]:
        """Kill and mark failed the runs of deployments that go on long after their time; return their ids.

        A run ends itself after flow.run_minutes, unless it hangs where nothing reaches it. Its time counts
        from when it was first seen in its present state: one that was taken up again begins anew.
        """
        running = [run for run in self._runs.find(["RUNNING"]) if run.deployment_id]
        self._running.keep({run.id for run in running})
        limit = self._overdue_seconds()
        overdue = [run for run in running if self._running.seconds(run.id, run.state_id) > limit]
        return [run.id for run in overdue if self._end_overdue(run)]

    def _overdue_seconds(self) -> float:
        flow = self._home.settings.flow
        # A run that waits for its turn is "Running" already, and its own time begins after that.
        waits = flow.overlap_wait_minutes if flow.overlap == "wait" else 0.0
        return (waits + flow.run_minutes + OVERDUE_MINUTES) * 60

    def _end_overdue(self, run: FlowRun) -> bool:
        if self._runs.read(run.id).state_id != run.state_id:
            return False
        message = OVERDUE_MESSAGE.format(minutes=self._home.settings.flow.run_minutes)
        # Before the kill: a worker cannot make a failed run a crashed one, which would be taken up again.
        taken = self._runs.set_state(run.id, "FAILED", "TimedOut", message)
        if taken:
            self._say(f"run {run.name} is ended: {message}")
            kill_run(run.id)
        return taken

    def mark_stopped(self, run_ids: Collection[str]) -> None:
        """Mark runs that were ended with ``factdesk up``, those left out that had come to their end."""
        for run_id in run_ids:
            run = self._runs.read(run_id)
            if run.form == "CANCELLING":
                self._runs.set_state(run.id, "CANCELLED", "Cancelled", CANCELLED_MESSAGE)
            elif run.form in (*_ALIVE, "CRASHED"):
                self._runs.set_state(run.id, "CRASHED", "Crashed", STOPPED_MESSAGE)
                self._say(f"run {run.name} {STOPPED_MESSAGE}")

    def resume_crashed(self, now: datetime, *, settled_seconds: float = SETTLED_SECONDS) -> list[str]:
        """Schedule crashed runs again; return their ids.

        Of the runs that do the same, only the last one, only if none after it has completed and none is
        under way or waits to be tried again, and at most flow.resume_tries times (a stop of ``factdesk up``
        does not count).
        """
        newest: dict[str, FlowRun] = {}
        for run in self._runs.find(["CRASHED"]):
            if run.deployment_id and _begun(run) >= _begun(newest.get(run.purpose, run)):
                newest[run.purpose] = run
        settled = [run for run in newest.values() if (now - run.since).total_seconds() >= settled_seconds]
        return [run.id for run in settled if self._may_resume(run) and self._resume(run, now)]

    def _may_resume(self, run: FlowRun) -> bool:
        tries = self._home.settings.flow.resume_tries
        if run.message != STOPPED_MESSAGE and self._resumed.count(run.id) >= tries:
            return False
        others = self._runs.find([*_ALIVE, "COMPLETED"], deployment_id=run.deployment_id)
        others += self._runs.find(["SCHEDULED"], state_name=AGAIN, deployment_id=run.deployment_id)
        return not any(
            other.purpose == run.purpose and (other.form != "COMPLETED" or _begun(other) > _begun(run))
            for other in others
        )

    def _resume(self, run: FlowRun, now: datetime) -> bool:
        if run.message != STOPPED_MESSAGE:
            self._resumed.add(run.id)
        taken = self._runs.set_state(run.id, "SCHEDULED", AGAIN, RESUMED_MESSAGE, due=now)
        self._say(f"run {run.name} is taken up again")
        return taken

    def catch_up(self, now: datetime, *, late_seconds: float = LATE_SECONDS) -> list[str]:
        """Of the runs that a schedule made and whose time has passed keep the last; return the others' ids.

        Runs that a person asked for stay.
        """
        due_before = now - timedelta(seconds=late_seconds)
        late = self._runs.find(["SCHEDULED"], due_before=due_before, sort="NEXT_SCHEDULED_START_TIME_ASC")
        missed = _all_but_last([run for run in late if run.auto_scheduled and _waits_for_worker(run)])
        cancelled = [run.id for run in missed if self._cancel_missed(run)]
        if cancelled:
            self._say(f"cancelled {count_words(len(cancelled), 'missed run')}; one run catches up for all")
        return cancelled

    def _cancel_missed(self, run: FlowRun) -> bool:
        now = self._runs.read(run.id)
        # The worker may have just taken it. One that the server has just marked as late still waits.
        if now.form != "SCHEDULED" or not _waits_for_worker(now):
            return False
        return self._runs.set_state(run.id, "CANCELLED", "Cancelled", MISSED_MESSAGE)

    def worker_silence(self) -> float:
        """Return for how many seconds no worker was seen to say that it lives; 0 when none ever did."""
        sign = self._runs.last_sign_of(WORK_POOL)
        return self._signs.seconds("worker", sign) if sign else 0.0


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _begun(run: FlowRun) -> datetime:
    return run.started_at or run.scheduled_for


def _waits_for_worker(run: FlowRun) -> bool:
    """Whether a run has never begun; one that is to be tried again has, and is not missed."""
    return run.state_name in ("Scheduled", "Late")


def _all_but_last(runs: list[FlowRun]) -> list[FlowRun]:
    """Return the runs, sorted by the time they were due, without the last one of each purpose."""
    last = {run.purpose: run.id for run in runs}
    return [run for run in runs if last[run.purpose] != run.id]


class ResumeCounts:
    """How often each run was taken up again, kept in a file that outlives ``factdesk up``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def count(self, run_id: str) -> int:
        """Return how often a run was taken up again."""
        return self._read().get(run_id, 0)

    def add(self, run_id: str) -> None:
        """Count one more; runs counted long ago are forgotten."""
        counts = self._read()
        counts[run_id] = counts.pop(run_id, 0) + 1
        kept = dict(list(counts.items())[-REMEMBERED_RUNS:])
        temporary = self._path.with_suffix(".part")
        temporary.write_text(json.dumps(kept), encoding="utf-8")
        temporary.replace(self._path)

    def _read(self) -> dict[str, int]:
        try:
            counts = json.loads(self._path.read_bytes())
            return {str(run_id): int(count) for run_id, count in counts.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}
