"""The Prefect server of ``factdesk up``: its port, its start, its health, and its restarts."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from factdesk.config import Home
from factdesk.ops.ports import choose_port, is_listening
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.prefect_server import Waiting, reason_of
from factdesk.ops.service_logs import ServiceLogs
from factdesk.ops.services import KeptService, Service
from factdesk.ops.stop_signals import StopSignals
from factdesk.ops.up_services import make_server, without_password
from factdesk.ops.up_state import UpError, UpState, last_up, write_up_state
from factdesk.ops.waiting import show_waiting

START_POLL_SECONDS = 0.25
PORT_TRIES = 3
LOOK_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 1.0

SILENT_SECONDS = 60.0
"""A server that runs but has not answered for so long is started again."""

STOP_SECONDS = 15.0
"""A server was gone 2 s after SIGTERM when tried."""


class KeptServer:
    """Prefect's server of a home; ``port`` and ``api`` hold from `start` on."""

    def __init__(
        self,
        home: Home,
        logs: ServiceLogs,
        say: Callable[[str], None],
        signals: StopSignals,
        *,
        has_desk: bool = False,
    ) -> None:
        self.port = 0
        self._has_desk = has_desk
        self._home = home
        self._logs = logs
        self._say = say
        self._signals = signals
        self._kept: KeptService | None = None
        self._answered: float | None = None
        self._ready_since: float | None = None
        self._next_look = 0.0

    @property
    def api(self) -> PrefectApi:
        """The server's API."""
        return PrefectApi(f"http://127.0.0.1:{self.port}/api")

    @property
    def pages_url(self) -> str:
        """The address of its web pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ready_seconds(self) -> float:
        """For how long it has answered without a break; 0 while it does not."""
        return 0.0 if self._ready_since is None else time.monotonic() - self._ready_since

    @property
    def is_ready(self) -> bool:
        """Whether it answered when last looked at."""
        return self._ready_since is not None

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises UpError with the reason when it does not, StopAskedError when a signal asks to stop.
        """
        for tries_left in reversed(range(PORT_TRIES)):
            service = self._launch()
            with show_waiting("starting Prefect's server") as waiting:
                if self._is_up(service, waiting):
                    self._take_answer()
                    # Not before: until now the server of another home may have answered there.
                    write_up_state(self._home, UpState.now(self.port, has_desk=self._has_desk))
                    return
            # Another home may have taken the port between looking at it and using it.
            taken = any("already in use" in line for line in self._logs.tail(service.name))
            if not tries_left or self._home.settings.up.port or not taken:
                reason = without_password(self._home, reason_of(self._logs.tail(service.name)))
                raise UpError(f"Prefect's server did not start ({reason}); see {self._log_path}")

    def look(self) -> None:
        """Notice that it ended or is silent, and start it again when its time has come."""
        if self._kept is None:
            return
        self._kept.look()
        if self._kept.service.pid is None:
            self._ready_since = None
        elif time.monotonic() >= self._next_look:
            self._look_at_health(self._kept)

    def stop(self) -> None:
        """End it; safe when it never began."""
        self._ready_since = None
        if self._kept is not None:
            self._kept.service.end(signal.SIGTERM, STOP_SECONDS)

    @property
    def _log_path(self) -> str:
        return str(self._logs.folder / "server.log")

    def _launch(self) -> Service:
        last = last_up(self._home)
        self.port = choose_port(self._home.settings.up.port, last.port if last else None)
        service = make_server(self._home, self.port, self._logs)
        self._kept = KeptService(service, self._say)
        self._say(f"starting Prefect's server on port {self.port}; this can take a minute")
        service.start()
        return service

    def _is_up(self, service: Service, waiting: Waiting) -> bool:
        """Wait until the server answers; False when it ended first. Raises UpError when time is up."""
        limit = self._home.settings.up.start_seconds
        while (pid := service.pid) is not None:
            if service.ran_seconds > limit:
                raise UpError(
                    f"Prefect's server was not ready after {limit:.0f} s; try again when the machine is"
                    f" quieter, raise up.start_seconds, or see {self._log_path}"
                )
            waiting(service.ran_seconds)
            # On a port that two homes want, the other's server may be the one that answers.
            if is_listening(pid, self.port) and self.api.is_healthy():
                return True
            self._signals.wait(START_POLL_SECONDS)
            self._signals.check()
        return False

    def _look_at_health(self, kept: KeptService) -> None:
        if self.api.is_healthy():
            self._take_answer()
            return
        self._ready_since = None
        self._next_look = time.monotonic() + LOOK_AGAIN_SECONDS
        ran = kept.service.ran_seconds
        answered = self._answered is not None and time.monotonic() - self._answered < ran
        silent = time.monotonic() - self._answered if answered and self._answered else ran
        if silent > (SILENT_SECONDS if answered else self._home.settings.up.start_seconds):
            kept.kill(f"has not answered for {silent:.0f} s")

    def _take_answer(self) -> None:
        self._answered = time.monotonic()
        self._next_look = self._answered + LOOK_SECONDS
        if self._ready_since is None:
            self._ready_since = self._answered
