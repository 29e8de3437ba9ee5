"""What every torture program says, and how it ends."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path


def say(line: str) -> None:
    """Print one line with the time."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def end(folder: Path, faults: Sequence[str], *, keep: bool) -> int:
    """Print what does not hold and return the exit code: 1 when there is anything.

    What was tortured is removed, unless something does not hold or ``keep`` is true.
    """
    if keep or faults:
        say(f"what was tortured is kept in {folder}")
    else:
        shutil.rmtree(folder)
    for fault in faults:
        print(f"does not hold: {fault}")
    say("torture: " + (f"{len(faults)} faults" if faults else "everything holds"))
    return 1 if faults else 0
