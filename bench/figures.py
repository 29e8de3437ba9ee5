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


def seconds_of(work: Callable[[], object], repeats: int) -> float:
    """Return the median wall seconds of some work, after one run to warm up."""
    work()
    return statistics.median(_timed(work) for _ in range(repeats))


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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
