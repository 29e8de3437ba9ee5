"""A small process that ends what ``factdesk up`` has started when ``up`` itself was killed.

The kernel tells server and worker that their parent is gone (see `launch`), but not the flow runs, which are
the worker's children and outlive it. The guard waits at a pipe that only ``up`` holds open.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

from factdesk.ops.marks import MARK_NAME, end_marked

GRACE_SECONDS = 5.0
STOP_SECONDS = GRACE_SECONDS + 5.0


class Guard:
    """The guard of one ``factdesk up``, started again when it ends before its time."""

    def __init__(self, mark: str, say: Callable[[str], None] = lambda _: None) -> None:
        self._mark = mark
        self._say = say
        self._fault = ""
        self._process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start the guard when it does not run; when it cannot be, say so once and try at the next look."""
        if self._process is not None and self._process.poll() is None:
            return
        try:
            self._process = self._start()
            self._fault = ""
        except OSError as error:  # no memory, no process, no descriptor left: all may pass
            fault = f"the guard cannot be started ({error.strerror}); it is tried again"
            if fault != self._fault:
                self._say(fault)
            self._fault = fault

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name != MARK_NAME}
        return subprocess.Popen(
            [sys.executable, "-m", "factdesk.ops.guard", self._mark],
            env=environment,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self) -> None:
        """Let go of the pipe and wait until the guard has looked a last time."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> None:
    """Wait until the pipe is closed, then end all processes that carry the mark."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_marked(sys.argv[1], GRACE_SECONDS)


if __name__ == "__main__":
    main()
