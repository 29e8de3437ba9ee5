"""Starts a program that is asked to end as soon as ``factdesk up`` is gone, however that ended.

``python -m factdesk.ops.launch PARENT PROGRAM [ARGUMENT...]``: the kernel sends SIGTERM to the program when
the process PARENT, which started it, ends. It becomes the program; no process stands between the two.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>; it outlives exec."""

# A shell's "&" makes its children ignore SIGINT, which Prefect's worker needs to stop.
_TO_DEFAULT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)


def launch_command(command: Sequence[str]) -> list[str]:
    """Return the command that starts ``command`` bound to the life of this process.

    It must be started by a thread that lives as long as the process: the kernel watches that thread.
    """
    return [sys.executable, "-m", "factdesk.ops.launch", str(os.getpid()), *command]


def main() -> None:
    """Bind this process to its parent, then become the program that was named."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that asked for this one has ended")
    for number in _TO_DEFAULT:
        signal.signal(number, signal.SIG_DFL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
