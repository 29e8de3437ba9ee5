"""One run over a home's inbox in a process of its own, timed from inside: ``plain``, ``flow`` or ``many``.

Prints one JSON object. Imports and the start of Prefect's server are outside the time that it tells.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "flows"))

SAMPLE_SECONDS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")
WARM_RUNS = 20


def run_plain(home: Path) -> dict[str, Any]:
    """Check the inbox by the pipeline alone."""
    from factdesk.config import open_home
    from factdesk.pipeline import check_once

    opened = open_home(home)
    with _Sampler() as sampler:
        started = time.perf_counter()
        report = check_once([str(home / "essays")], opened)
        seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "sources": len(report.gathered),
        "reading_share": sampler.reading_share(),
    }


def run_flow(home: Path) -> dict[str, Any]:
    """Check the inbox by the flow, with the server that PREFECT_API_URL names."""
    from check_essays import CheckEssays, check_essays

    with _Sampler() as sampler:
        started = time.perf_counter()
        answer = check_essays(CheckEssays(home=str(home)))
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "sources": answer["sources"], "reading_share": sampler.reading_share()}


def run_many(home: Path, runs: int) -> dict[str, Any]:
    """Run the flow over and over in this process; tell its memory after 20 runs and at the end, in bytes."""
    from check_essays import CheckEssays, check_essays

    essay = next((home / "essays").iterdir())
    text = essay.read_text(encoding="utf-8")
    warm = 0
    for number in range(runs):
        essay.write_text(
            f"{text}\nIt was day {number}.\n", encoding="utf-8"
        )  # so that there is work each time
        check_essays(CheckEssays(home=str(home)))
        if number + 1 == min(WARM_RUNS, runs):
            warm = _resident_bytes()
    return {"warm_bytes": warm, "end_bytes": _resident_bytes(), "runs": runs}


def _resident_bytes() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("/proc/self/status names no VmRSS")


class _Sampler:
    """Looks at the reading workers below this process, and at all processors, while a run goes on."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, float, float]] = []  # ticks in all, idle ticks, workers' seconds
        self._workers: dict[int, float] = {}  # a worker that has ended keeps what it had used
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self._workers |= _worker_seconds()
            self._samples.append((*_ticks(), sum(self._workers.values())))

    def reading_share(self) -> float:
        """Return the share of all processors that was used from the first to the last work of the workers.

        It counts the whole machine: the pages' server and Prefect's take part in the run.
        """
        working = [
            (before, after)
            for before, after in zip(self._samples, self._samples[1:], strict=False)
            if after[2] > before[2]
        ]
        first, last = working[0][0], working[-1][1]
        return 1 - (last[1] - first[1]) / (last[0] - first[0])


def _ticks() -> tuple[float, float]:
    """Return the ticks of all processors since the machine started, and those in which they had no work."""
    words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    ticks = [float(word) for word in words]
    return sum(ticks), ticks[3] + ticks[4]


def _worker_seconds() -> dict[int, float]:
    """Return the processor seconds of each live process below this one."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        seconds[int(entry.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    me = os.getpid()
    return {one: seconds[one] for one in parents if one != me and _is_below(one, me, parents)}


def _is_below(process: int, ancestor: int, parents: dict[int, int]) -> bool:
    while process and process != ancestor:
        process = parents.get(process, 0)
    return process == ancestor


if __name__ == "__main__":
    mode, folder = sys.argv[1], Path(sys.argv[2])
    told = (
        {"plain": run_plain, "flow": run_flow}[mode](folder)
        if mode != "many"
        else run_many(folder, int(sys.argv[3]))
    )
    print(json.dumps(told))
