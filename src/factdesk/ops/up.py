"""``factdesk up``: Prefect's server, one worker and the desk for a home, watched, and stopped together.

The order of a start: the lock of the home, what an earlier ``up`` left behind, the server, the
deployments, the runs that died with an earlier ``up``, the worker, the desk. The order of a stop: no new
run, the runs, the worker, the desk, which stores what they left, the server, whatever is left.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from factdesk.config import Home
from factdesk.errors import FactdeskError
from factdesk.ops.guard import Guard
from factdesk.ops.kept_desk import KeptDesk
from factdesk.ops.kept_server import KeptServer
from factdesk.ops.marks import MARK_NAME, end_marked, end_runs, mark_anew, mark_of, marked_processes
from factdesk.ops.prefect_api import PrefectError
from factdesk.ops.service_logs import ServiceLogs
from factdesk.ops.services import KeptService
from factdesk.ops.stop_signals import StopSignals
from factdesk.ops.up_services import make_worker
from factdesk.ops.up_state import hold_up
from factdesk.ops.watch import RunWatch

LOG_FOLDER = "logs"
STDOUT = 1
TICK_SECONDS = 0.5
LOOK_SECONDS = 10.0
LEFTOVER_SECONDS = 10.0
ORPHAN_SECONDS = 10.0

WORKER_SILENT_SECONDS = 180.0
"""Prefect's worker tells the server every 30 s that it lives."""

Say = Callable[[str], None]
Look = Callable[[datetime], object]
"""Is given the time, UTC, every 10 s; returns at once and never raises."""

MakeLook = Callable[[Home, str, Say], Look]
"""Makes a look, given the home, the address of Prefect's API and where to say what went wrong."""


class ApplyDeployments(Protocol):
    """Makes the work pool and the deployments as the home's prefect.yaml has them."""

    def __call__(self, home: Home, api_url: str, say: Say) -> object:
        """Apply them at ``api_url``. Raises FactdeskError."""


def run_up(
    home: Home,
    apply: ApplyDeployments,
    *,
    log_json: bool = False,
    make_look: MakeLook | None = None,
    with_desk: bool = False,
    descriptor: int = STDOUT,
) -> int:
    """Bring a home up and keep it up until a signal asks to stop; return the exit code.

    Must be called in the main thread. ``descriptor`` is where the log lines go besides the files.
    Raises FactdeskError with one sentence, and leaves no process, when it cannot start.
    """
    settings, mark = home.settings.up, mark_anew(home.root)
    # Whatever this process starts, by whichever module, is found again by this variable.
    os.environ[MARK_NAME] = mark
    with hold_up(home), StopSignals(lambda: end_marked(mark, 0)) as signals:
        logs = ServiceLogs(
            home.prefect_home / LOG_FOLDER,
            as_json=log_json or settings.log_json,
            max_bytes=settings.log_max_bytes,
            kept=settings.log_files,
            descriptor=descriptor,
        )
        with logs:
            return _Up(home, mark, logs, signals, with_desk=with_desk).run(apply, make_look)


class _Up:
    """One ``factdesk up`` from its start to its end."""

    def __init__(
        self, home: Home, mark: str, logs: ServiceLogs, signals: StopSignals, *, with_desk: bool
    ) -> None:
        self._home = home
        self._mark = mark
        self._logs = logs
        self._signals = signals
        self._guard = Guard(mark, self._say)
        self._server = KeptServer(home, logs, self._say, signals, has_desk=with_desk)
        self._desk = KeptDesk(home, logs, self._say) if with_desk else None
        self._worker: KeptService | None = None
        self._runs: RunWatch | None = None
        self._look: Look | None = None
        self._fault = ""

    def run(self, apply: ApplyDeployments, make_look: MakeLook | None) -> int:
        try:
            runs = self._begin(apply)
            self._start_worker(runs)
            self._keep(runs, make_look)
        except FactdeskError:
            # Ctrl-C also reaches what was being waited for, and that may then have failed.
            if not self._signals.is_asked:
                raise
        finally:
            self._stop()
        return self._signals.exit_code

    def _say(self, line: str) -> None:
        self._logs.say("up", line)

    def _begin(self, apply: ApplyDeployments) -> RunWatch:
        self._say(f"factdesk up in {self._home.root} (process {os.getpid()})")
        left = end_marked(mark_of(self._home.root), LEFTOVER_SECONDS)
        if left:
            self._say(f"ended what an earlier factdesk up had left behind ({left} processes)")
        self._guard.look()
        self._server.start()
        apply(self._home, self._server.api.api_url, self._say)
        self._signals.check()
        runs = self._runs = RunWatch(self._home, self._server.api, self._say)
        self._ask(lambda: runs.begin(_now()))
        return runs

    def _start_worker(self, runs: RunWatch) -> None:
        service = make_worker(self._home, self._server.api.api_url, self._logs)

        def clear_runs() -> None:
            # A run whose worker was killed writes into a closed pipe and cannot be cancelled any more.
            end_runs(self._mark, ORPHAN_SECONDS)
            self._ask(lambda: runs.begin(_now()))

        self._worker = KeptService(
            service, self._say, may_start=lambda: self._server.is_ready, prepare=clear_runs
        )
        service.start()

    def _keep(self, runs: RunWatch, make_look: MakeLook | None) -> None:
        """Watch until a signal asks to stop."""
        server = self._server
        if make_look is not None:
            self._look = make_look(self._home, server.api.api_url, self._say)
        self._say(f"Prefect's pages: {server.pages_url}   logs: {self._logs.folder}")
        self._say("everything is up; Ctrl-C stops it")
        next_look = time.monotonic() + LOOK_SECONDS
        while not self._signals.wait(TICK_SECONDS):
            self._guard.look()
            server.look()
            if self._worker is not None:
                self._worker.look()
            if self._desk is not None:
                self._desk.look()
            if server.is_ready and time.monotonic() >= next_look:
                self._ask(lambda: self._look_at_runs(runs))
                next_look = time.monotonic() + LOOK_SECONDS

    def _look_at_runs(self, runs: RunWatch) -> None:
        if self._look is not None:
            self._look(_now())
        runs.look(_now())
        worker = self._worker
        if worker is None or worker.service.pid is None:
            return
        # Asked at every look: silence counts from when the last sign was first seen.
        silent = min(runs.worker_silence(), worker.service.ran_seconds, self._server.ready_seconds)
        if silent > WORKER_SILENT_SECONDS:
            worker.kill(f"has not told the server for {WORKER_SILENT_SECONDS:.0f} s that it lives")

    def _ask(self, ask: Callable[[], None]) -> None:
        """Ask the server for something; when it does not answer, or the disk is full, say so once."""
        try:
            ask()
            self._fault = ""
        except (PrefectError, OSError) as error:
            fault = f"{str(error).partition(';')[0]}; it is tried again"
            if fault != self._fault:
                self._say(fault)
            self._fault = fault

    def _stop(self) -> None:
        if self._signals.is_asked:
            self._say(f"{self._signals.name}: stopping; the same again stops hard at once")
        if self._worker is not None:
            self._stop_worker(self._worker)
        if self._desk is not None:
            self._desk.stop()
        self._server.stop()
        end_marked(self._mark, 0)
        self._guard.stop()
        left = marked_processes(self._mark)
        self._say(f"stopped; these processes do not end: {left}" if left else "stopped; no process is left")

    def _stop_worker(self, worker: KeptService) -> None:
        # Prefect's worker kills its runs at once when it is asked to stop. Suspended, it starts no new
        # run, keeps the pipes of those it has, and they have their time to end.
        worker.service.suspend()
        ended = end_runs(self._mark, self._home.settings.up.stop_seconds)
        worker.service.end(signal.SIGKILL, 0)
        runs = self._runs
        if runs is not None and self._server.is_ready:
            self._ask(lambda: runs.mark_stopped(ended))


def _now() -> datetime:
    return datetime.now(UTC)
