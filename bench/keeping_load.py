"""Two flow writers, a reviewer and two editors on one warehouse at once, and the reviewer alone before.

The desk folds, publishes and stores decisions in this process; writers and editors have processes of their
own. A decision ends when the desk would answer (it is acknowledged) and, told apart, when the database has
it. The peer of the reviewer's slowest hundredth is three times the median without load. Flows write no
review events.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.figures import Figure
from bench.keeping_child import decision_of
from bench.warehouses import make_warehouse

from factdesk.config import open_home
from factdesk.desk.keeping import Desk
from factdesk.warehouse.folders import WarehouseFolder, batch_files

CLAIMS, WAITING = 20_000, 2_000
SECONDS, SECONDS_QUICK = 60.0, 8.0
THINKING_SECONDS = 0.4

WRITER = """
import sys, time
sys.path.insert(0, sys.argv[4])
from pathlib import Path
from bench.warehouse_records import make_essays
from factdesk.model import ReviewEvent
from factdesk.warehouse.spool import write_batches
end = time.monotonic() + float(sys.argv[2])
made = 0
for essay in make_essays(25 * 100_000, 100_000, int(sys.argv[3])):
    if time.monotonic() > end:
        break
    records = [one for one in essay.records if not isinstance(one, ReviewEvent)]
    write_batches(records, Path(sys.argv[1]), 16_000_000)
    made += 1
    time.sleep(0.25)
print(made)
"""

_EDITOR = """
import json, sys, time
from pathlib import Path
from factdesk.warehouse.reports import run_report
end = time.monotonic() + float(sys.argv[2])
took = []
while time.monotonic() < end:
    start = time.monotonic()
    run_report(Path(sys.argv[1]), sys.argv[3])
    took.append(time.monotonic() - start)
    time.sleep(0.5)
print(json.dumps(took))
"""

_DISK = """
import json, sys, time
from pathlib import Path
from factdesk.warehouse.durable_files import write_durably
end = time.monotonic() + float(sys.argv[2])
took = []
while time.monotonic() < end:
    start = time.monotonic()
    write_durably(Path(sys.argv[1]).parent / "floor.json", b"x" * int(sys.argv[3]))
    took.append(time.monotonic() - start)
    time.sleep(0.1)
print(json.dumps(took))
"""
ACT_BYTES = 1_000


_Times = list[tuple[float, float]]
"""Seconds until a decision was answered, and until it was in the database."""


def measure_load(repeats: int) -> list[Figure]:
    """Review without load, then for a minute (one repeat: eight seconds) with it. Any error is raised."""
    seconds = SECONDS if repeats > 1 else SECONDS_QUICK
    with tempfile.TemporaryDirectory() as name:
        warehouse = Path(name) / "warehouse"
        make_warehouse(warehouse, CLAIMS, WAITING, has_texts=False)
        with Desk(open_home(Path(name))) as desk:
            editors_before = _finish(_start_editors(warehouse, seconds / 4))
            alone = _review(desk, seconds / 4)
            writers = [_start(WRITER, warehouse, seconds, str(seed), _ROOT) for seed in (101, 202)]
            editors = _start_editors(warehouse, seconds)
            disk = _start(_DISK, warehouse, seconds, str(ACT_BYTES))
            loaded = _review(desk, seconds)
            floor: list[float] = json.loads(_finish([disk])[0])
            essays = sum(json.loads(one) for one in _finish(writers))
            editors_loaded = _finish(editors)
            assert desk.fault is None, desk.fault
        assert not batch_files(WarehouseFolder(warehouse).rejected), "a batch was rejected"
    before = [took for one in editors_before for took in json.loads(one)]
    during = [took for one in editors_loaded for took in json.loads(one)]
    note = f"{len(loaded)} decisions, {essays} essays written and {len(during)} reports read in {seconds:g} s"
    return [
        *_decision_figures("decision answered", 0, alone, loaded, note),
        *_decision_figures("decision in the database", 1, alone, loaded, note),
        Figure(
            "decision answered, beside the disk alone",
            "ms",
            _p99([one[0] for one in loaded]) * 1000,
            "slowest hundredth of a durable file of its size, beside it",
            1000 * _p99(floor),
        ),
        Figure(
            "an editor's report, median", "ms", median(during) * 1000, "without load", 1000 * median(before)
        ),
    ]


def _decision_figures(name: str, at: int, alone: _Times, loaded: _Times, note: str) -> list[Figure]:
    usual, took = median(one[at] for one in alone), [one[at] for one in loaded]
    return [
        Figure(
            f"{name}, slowest hundredth",
            "ms",
            _p99(took) * 1000,
            "3 x median without load",
            3000 * usual,
            note,
        ),
        Figure(f"{name}, median", "ms", median(took) * 1000, "median without load", 1000 * usual),
    ]


_ROOT = str(Path(__file__).resolve().parents[1])


def _review(desk: Desk, seconds: float) -> _Times:
    """Decide waiting claims one after the other; return how long each took until answered and until known."""
    waiting = [one.claim_id for one in desk.waiting.all()]
    random.Random(len(waiting)).shuffle(waiting)
    end = time.monotonic() + seconds
    took: _Times = []
    for claim in waiting:
        if time.monotonic() > end:
            break
        start = time.perf_counter()
        desk.record(lambda known, claim=claim: [decision_of(known, claim)])  # type: ignore[misc]
        answered = time.perf_counter() - start
        with desk.read() as known:
            assert _is_decided(known, claim)
        took.append((answered, time.perf_counter() - start))
        time.sleep(THINKING_SECONDS)
    return took


def _is_decided(known: Any, claim: Any) -> bool:
    sql = "SELECT editor_rating IS NOT NULL FROM standing.claims WHERE claim_id = ?"
    return bool(known.ask(sql, [claim])[0][0])


def _start_editors(warehouse: Path, seconds: float) -> list[subprocess.Popen[str]]:
    return [_start(_EDITOR, warehouse, seconds, name) for name in ("refuted_share", "hosts")]


def _start(code: str, warehouse: Path, seconds: float, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, str(warehouse), str(seconds), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _finish(processes: list[subprocess.Popen[str]]) -> list[str]:
    said = [process.communicate()[0] for process in processes]
    assert all(process.returncode == 0 for process in processes), "a writer or an editor met an error"
    return said


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98] if len(times) > 1 else times[0]
