"""What a bench tells: a figure, the peer's figure in the same run, and their ratio. No time is asserted."""

from __future__ import annotations

import gc
import json
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ``ratio`` is ours over the peer's (above 1: we are faster).

    ``peer_figure`` is None where the peer could not run; ``note`` then says why.
    """

    name: str
    unit: str
    figure: float
    peer: str = ""
    peer_figure: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return self.figure / self.peer_figure if self.peer_figure else None


def read_rows(path: Path) -> list[Row]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


Work = Callable[[], object]


def cpu_seconds_of(work: Work, repeats: int) -> float:
    """Return the median processor seconds of work in this process alone, after one run to warm up.

    Processor time, because other programs on the machine must not change a ratio.
    """
    work()
    return statistics.median(_timed(work, time.process_time) for _ in range(repeats))


def wall_seconds_of_both(one: Work, other: Work, repeats: int) -> tuple[float, float]:
    """Return the median wall seconds of two works that wait for disk or network, run in turns."""
    one()
    other()
    turns = [
        (_timed(one, time.perf_counter), _timed(other, time.perf_counter)) for _ in range(max(1, repeats))
    ]
    return statistics.median(turn[0] for turn in turns), statistics.median(turn[1] for turn in turns)


def _timed(work: Work, clock: Callable[[], float]) -> float:
    gc.collect()
    start = clock()
    work()
    return clock() - start


def machine_line() -> str:
    """Return what the figures were measured on: processor type, its count, Python."""
    cores = len(_processors())
    model = next((name for name in _processors() if name), platform.machine())
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def _processors() -> list[str]:
    lines = (
        Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if platform.system() == "Linux" else []
    )
    return [line.partition(":")[2].strip() for line in lines if line.startswith("model name")] or [""]
