"""Two flow writers, a reviewer and two editors on one warehouse at once, and the reviewer alone before.

The keeper folds and publishes as the desk does, in a thread of this process; writers and editors are
processes of their own. The peer of the reviewer's slowest hundredth is three times the median without load.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles

from bench.figures import Figure
from bench.keeping_child import decision_of
from bench.warehouses import make_warehouse

from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import Keeper, open_keeper
from factdesk.warehouse.spool import write_batches

CLAIMS, WAITING = 20_000, 2_000
SECONDS, SECONDS_QUICK = 60.0, 8.0
THINKING_SECONDS = 0.4
BATCH_BYTES = 16_000_000

_WRITER = """
import sys, time
sys.path.insert(0, sys.argv[4])
from pathlib import Path
from bench.warehouse_records import make_essays
from factdesk.warehouse.spool import write_batches
end = time.monotonic() + float(sys.argv[2])
made = 0
for essay in make_essays(25 * 100_000, 100_000, int(sys.argv[3])):
    if time.monotonic() > end:
        break
    write_batches(essay.records, Path(sys.argv[1]), 16_000_000)
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


def measure_load(repeats: int) -> list[Figure]:
    """Review without load, then for a minute (one repeat: eight seconds) with it. Any error is raised."""
    seconds = SECONDS if repeats > 1 else SECONDS_QUICK
    with tempfile.TemporaryDirectory() as name:
        warehouse = Path(name) / "warehouse"
        make_warehouse(warehouse, CLAIMS, WAITING, has_texts=False)
        with _Desk(warehouse) as desk:
            editors_before = _finish(_start_editors(warehouse, seconds / 4))
            alone = desk.review(seconds / 4)
            writers = [_start(_WRITER, warehouse, seconds, str(seed), _ROOT) for seed in (101, 202)]
            editors = _start_editors(warehouse, seconds)
            loaded = desk.review(seconds)
            essays = sum(json.loads(one) for one in _finish(writers))
            editors_loaded = _finish(editors)
    before = [took for one in editors_before for took in json.loads(one)]
    during = [took for one in editors_loaded for took in json.loads(one)]
    note = f"{len(loaded)} decisions, {essays} essays folded and {len(during)} reports read in {seconds:g} s"
    return [
        Figure(
            "decision, slowest hundredth",
            "ms",
            _p99(loaded) * 1000,
            "3 x median without load",
            3000 * median(alone),
            note,
        ),
        Figure("decision, median", "ms", median(loaded) * 1000, "median without load", 1000 * median(alone)),
        Figure(
            "an editor's report, median", "ms", median(during) * 1000, "without load", 1000 * median(before)
        ),
    ]


_ROOT = str(Path(__file__).resolve().parents[1])


class _Desk:
    """A keeper that folds and publishes in a thread, and a reviewer who decides through it."""

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self.folder = WarehouseFolder(warehouse)
        keeper = open_keeper(warehouse)
        assert keeper is not None, "another process keeps a fresh warehouse"
        self.keeper: Keeper = keeper
        self._stop = threading.Event()
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> _Desk:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.keeper.fold()
        assert not batch_files(self.folder.rejected), "a batch was rejected"
        self.keeper.close()
        if self._fault is not None:
            raise self._fault

    def _keep(self) -> None:
        try:
            while not self._stop.wait(0.5):
                if batch_files(self.folder.pending):
                    self.keeper.fold()
                self.keeper.publish()
        except BaseException as fault:
            self._fault = fault
            raise

    def review(self, seconds: float) -> list[float]:
        """Decide waiting claims one after the other; return how long each took until it was known."""
        with self.keeper.read() as known:
            waiting = [row[0] for row in known.ask("SELECT claim_id FROM derived.waiting_claims")]
        random.Random(len(waiting)).shuffle(waiting)
        end = time.monotonic() + seconds
        took: list[float] = []
        for claim in waiting:
            if time.monotonic() > end:
                break
            start = time.perf_counter()
            with self.keeper.read() as known:
                event = decision_of(known, claim)
            write_batches([event], self.warehouse, BATCH_BYTES)
            self.keeper.fold()
            with self.keeper.read() as known:
                assert known.ask("SELECT editor_rating FROM standing.claims WHERE claim_id = ?", [claim])[0][
                    0
                ]
            took.append(time.perf_counter() - start)
            time.sleep(THINKING_SECONDS)
        return took


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
