"""What ``factdesk up`` keeps running: children in sessions of their own, started again with back-off."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from factdesk.ops.launch import launch_command
from factdesk.ops.prefect_server import end_group
from factdesk.ops.service_logs import ServiceLogs

FIRST_WAIT_SECONDS = 1.0
MOST_WAIT_SECONDS = 60.0
STEADY_SECONDS = 60.0
"""A service that ran this long before it ended is started again without a grudge."""


class BackOff:
    """How long to wait before a service is started again: 1, 2, 4 ... 60 seconds.

    >>> waits = BackOff()
    >>> [waits.after(ran_seconds=3) for _ in range(8)], waits.after(ran_seconds=90)
    ([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0], 1.0)
    """

    def __init__(self) -> None:
        self._ends = 0

    def after(self, ran_seconds: float) -> float:
        """Return the seconds to wait after the service ended, having run for ``ran_seconds``."""
        if ran_seconds >= STEADY_SECONDS:
            self._ends = 0
        wait = min(FIRST_WAIT_SECONDS * 2.0 ** min(self._ends, 10), MOST_WAIT_SECONDS)
        self._ends += 1
        return wait


class Service:
    """One long-running child of this process, bound to its life, its output followed by ``logs``.

    Must be started from the main thread (see `launch_command`).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        logs: ServiceLogs,
        *,
        trouble_only: bool = False,
    ) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._folder = folder
        self._logs = logs
        self._trouble_only = trouble_only
        self._process: subprocess.Popen[bytes] | None = None
        self._since = 0.0

    @property
    def pid(self) -> int | None:
        """The id of its process while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def ran_seconds(self) -> float:
        """How long ago it was started."""
        return time.monotonic() - self._since

    def start(self) -> None:
        """Start it; its folder is the current one, so that no file of a person's is taken for a module."""
        self._since = time.monotonic()
        self._process = subprocess.Popen(
            launch_command(self._command),
            env=dict(self._environment),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._logs.follow(self.name, self._process.stdout, trouble_only=self._trouble_only)

    def end(self, gently: signal.Signals, seconds: float) -> None:
        """End it and its process group: ask it, then kill. Safe when it has ended or never began."""
        if self._process is not None:
            end_group(self._process, gently, seconds)

    def suspend(self) -> None:
        """Let it do nothing more, but keep what it holds; only `end` with SIGKILL follows."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGSTOP)

    def take_end(self) -> str | None:
        """Return once in words how it ended; None while it runs and when it was told before."""
        if self._process is None or self._process.poll() is None:
            return None
        code = self._process.returncode
        self.end(signal.SIGKILL, 0)
        self._process = None
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


class KeptService:
    """A service that is started again, after a while, when it has ended.

    ``may_start`` says whether it can be started now; ``prepare`` is called right before.
    """

    def __init__(
        self,
        service: Service,
        say: Callable[[str], None],
        *,
        may_start: Callable[[], bool] = lambda: True,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self.service = service
        self._say = say
        self._may_start = may_start
        self._prepare = prepare
        self._waits = BackOff()
        self._due: float | None = None

    def look(self) -> None:
        """Notice that the service ended, or start it when its time has come."""
        ended = self.service.take_end()
        if ended:
            wait = self._waits.after(self.service.ran_seconds)
            self._due = time.monotonic() + wait
            self._say(f"{self.service.name} {ended}; it is started again in {wait:.0f} s")
        elif self._due is not None and time.monotonic() >= self._due and self._may_start():
            self._due = None
            self._prepare()
            self._start_again()

    def _start_again(self) -> None:
        try:
            self.service.start()
        except OSError as error:  # no memory, no process, no descriptor left: all may pass
            wait = self._waits.after(0)
            self._due = time.monotonic() + wait
            self._say(
                f"{self.service.name} cannot be started ({error.strerror}); tried again in {wait:.0f} s"
            )
        else:
            self._say(f"{self.service.name} started again (process {self.service.pid})")

    def kill(self, reason: str) -> None:
        """End the service at once because of ``reason``; `look` starts it again."""
        self._say(f"{self.service.name} {reason}; it is ended")
        self.service.end(signal.SIGKILL, 0)
