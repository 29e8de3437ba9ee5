"""The Prefect server of a project: its environment, and a real one for as long as it is needed.

Prefect runs as a subprocess only: importing it costs seconds of CPU, and nothing under ``src`` does.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

from factdesk.ops.mail import PASSWORD_VARIABLE
from factdesk.ops.prefect_api import PrefectApi, PrefectError

START_SECONDS = 120.0
"""A server on SQLite was ready after 10 to 50 s, depending on what else the machine did."""

STOP_SECONDS = 15.0
PORT_TRIES = 3
POLL_SECONDS = 0.25
REASON_CHARACTERS = 300

_ERROR_LINE = re.compile(r"^[\w.]*(?:Error|Exception)\b.*:|already in use")

Waiting = Callable[[float], None]
"""Called now and then with the seconds waited so far."""

_PROJECT_ENVIRONMENT = {
    # Without these two an offline server logs a 130-line traceback about a locked database.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(int(START_SECONDS)),
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    # By default the pages ask port 4200, whichever port they come from, and show no run at all.
    "PREFECT_SERVER_UI_API_URL": "/api",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # INFO goes to the server, where the run's page shows it; the console hears of trouble only.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_CLI_PROMPT": "false",
    "NO_COLOR": "1",
}


def prefect_environment(
    prefect_home: Path, api_url: str | None = None, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment for a Prefect subprocess: project-local, silent, without telemetry.

    ``api_url`` names a running server. Without it the caller's PREFECT_API_URL holds, and without
    that Prefect starts an ephemeral server of its own.
    """
    environment = {**(os.environ if base is None else base), **_PROJECT_ENVIRONMENT}
    environment["PREFECT_HOME"] = str(prefect_home)
    # Only the notifier needs it; a server, a worker and every run would carry it along for nothing.
    environment.pop(PASSWORD_VARIABLE, None)
    if api_url:
        environment["PREFECT_API_URL"] = api_url
    if not environment.get("PREFECT_API_URL"):
        environment.pop("PREFECT_API_URL", None)
    return environment


class PrefectServer:
    """A real ``prefect server start`` on a free loopback port while it is entered.

    ``prefect_home`` holds its SQLite file and its log. Entering waits until the server is healthy
    and raises PrefectError, with the reason, when it does not get there. Leaving ends it and
    everything that it started.
    """

    def __init__(self, prefect_home: Path, *, with_pages: bool = False, waiting: Waiting | None = None):
        self.prefect_home = prefect_home
        self.log = prefect_home / "server.log"
        self.port = 0
        self._with_pages = with_pages
        self._waiting = waiting or (lambda _: None)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def api_url(self) -> str:
        """The address of its API, as PREFECT_API_URL takes it."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def pages_url(self) -> str:
        """The address of its web pages (served when ``with_pages``)."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> PrefectServer:
        self.prefect_home.mkdir(parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and everything that it started; safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            end_group(process, signal.SIGTERM, STOP_SECONDS)

    def _start(self) -> None:
        for tries_left in reversed(range(PORT_TRIES)):
            self.port = free_port()
            self._process = self._launch()
            if self._is_up(self._process):
                return
            # Another program may take the free port between asking for it and using it.
            if not tries_left or "already in use" not in reason_in(self.log):
                raise PrefectError(
                    f"the Prefect server did not start ({reason_in(self.log)}); see {self.log}"
                )

    def _launch(self) -> subprocess.Popen[bytes]:
        command = server_command(self.port, with_pages=self._with_pages)
        environment = prefect_environment(self.prefect_home)
        environment.pop("PREFECT_API_URL", None)
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _is_up(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the server is healthy; False when it ended first. Raises when time is up."""
        api = PrefectApi(self.api_url)
        since = time.monotonic()
        while process.poll() is None:
            waited = time.monotonic() - since
            if waited > START_SECONDS:
                raise PrefectError(
                    f"the Prefect server was not ready after {START_SECONDS:.0f} s; try again when the"
                    f" machine is quieter, or see {self.log}"
                )
            self._waiting(waited)
            if _listens(self.port) and api.is_healthy():
                return True
            time.sleep(POLL_SECONDS)
        return False


def server_command(port: int, *, with_pages: bool) -> list[str]:
    """Return the command of a Prefect server on loopback."""
    pages = "--ui" if with_pages else "--no-ui"
    command = [sys.executable, "-m", "prefect", "server", "start"]
    return [*command, "--host", "127.0.0.1", "--port", str(port), pages, "--analytics-off"]


def reason_in(log: Path) -> str:
    """Return the line of a log that says what went wrong: the last error in it, else its last line."""
    try:
        return reason_of(log.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return "it left no log"


def reason_of(lines: Iterable[str]) -> str:
    """Return the line that says what went wrong, as `reason_in` does."""
    said = [" ".join(line.split()) for line in lines if line.strip()]
    errors = [line for line in said if _ERROR_LINE.search(line)]
    return (errors or said or ["it said nothing"])[-1][:REASON_CHARACTERS]


def free_port() -> int:
    """Return a loopback port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end_group(process: subprocess.Popen[bytes], gently: signal.Signals, seconds: float) -> None:
    """End a process that leads its own session, and what it started: ask it, then kill the group."""
    if process.poll() is None:
        process.send_signal(gently)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
