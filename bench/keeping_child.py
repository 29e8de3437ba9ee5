"""What one keeper needs on one warehouse, in a process of its own: ``WAREHOUSE SEED``, or ``report NAME``.

Prints one JSON object. Processor time where other programs on the machine must not count, else wall time.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.warehouse_records import CLAIMS_PER_ESSAY, make_essays

from factdesk.model import Act, Rating, Record, ReviewEvent, Role, uuid7
from factdesk.warehouse.keeper import Keeper, open_keeper
from factdesk.warehouse.known import Known
from factdesk.warehouse.reports import run_report
from factdesk.warehouse.spool import write_batches

ROUNDS = 20
BATCH_BYTES = 16_000_000
CHUNK_BYTES = 1 << 20

_ONE_CLAIM = (
    "SELECT * FROM main.verdicts WHERE claim_id = $1",
    "SELECT * FROM main.claim_sources WHERE claim_id = $1",
    "SELECT * FROM main.decisions WHERE claim_id = $1",
    "SELECT * FROM main.evidence WHERE claim_id = $1",
    "SELECT stage, holder, held_until FROM derived.stages WHERE claim_id = $1",
)
_QUEUE = "SELECT * FROM main.review_queue WHERE rank <= 50 ORDER BY rank"


def measure_keeper(warehouse: Path, seed: int) -> dict[str, Any]:
    """Fold essays and decisions, look claims up, publish; in milliseconds, seconds and bytes."""
    keeper = open_keeper(warehouse)
    assert keeper is not None, "another process keeps the warehouse that is measured"
    with keeper:
        essays = [one.records for one in make_essays(ROUNDS * CLAIMS_PER_ESSAY, ROUNDS, seed)]
        batch = [_fold_cpu_ms(keeper, records) for records in essays]
        with keeper.read() as known:
            waiting = [row[0] for row in known.ask("SELECT claim_id FROM derived.waiting_claims LIMIT 20")]
            decided = [_fold_cpu_ms(keeper, [decision_of(known, claim)]) for claim in waiting]
            claim_ms = [_cpu_ms(lambda one=claim: _look_up(known, one)) for claim in waiting]
            queue_ms = [_cpu_ms(lambda: known.ask(_QUEUE)) for _ in range(5)]
        keeper.publish(now=True)
        publish = [_publish_seconds(keeper, records) for records in essays[:3]]
        plain = [_copy_plainly(keeper.folder.published) for _ in publish]
        return {
            "batch_cpu_ms": median(batch),
            "decision_cpu_ms": median(decided),
            "claim_cpu_ms": median(claim_ms),
            "queue_cpu_ms": median(queue_ms),
            "publish_seconds": median(publish),
            "copy_seconds": median(plain),
            "file_bytes": keeper.folder.database.stat().st_size,
            "memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }


def _fold_cpu_ms(keeper: Keeper, records: Sequence[Record]) -> float:
    write_batches(records, keeper.folder.root, BATCH_BYTES)
    return _cpu_ms(keeper.fold)


def _cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def decision_of(known: Known, claim_id: Any) -> ReviewEvent:
    """Return the event by which a checker backs a claim, as the desk makes it."""
    return ReviewEvent(
        event_id=uuid7(),
        act=Act.DECIDE,
        claim_id=claim_id,
        reviewer="r0123456789abcdef",
        role=Role.CHECKER,
        at=datetime.now(UTC),
        salt="measured",
        previous_event=known.latest_event(claim_id),
        verdict_id=known.current_verdict(claim_id),
        rating=Rating.SUPPORTED,
    )


def _look_up(known: Known, claim_id: Any) -> None:
    for sql in _ONE_CLAIM:
        known.ask(sql, [claim_id])


def _publish_seconds(keeper: Keeper, records: Sequence[Record]) -> float:
    """Publish after something new: an essay of the warehouse whose reading is told again."""
    changed = next(record for record in records if type(record).__name__ == "Essay")
    title = f"{changed.title} {uuid7()}"
    write_batches([type(changed)(*_fields(changed, title=title))], keeper.folder.root, BATCH_BYTES)
    keeper.fold()
    start = time.perf_counter()
    assert keeper.publish(now=True), "there was nothing to publish"
    return time.perf_counter() - start


def _fields(record: Any, **changed: Any) -> list[Any]:
    return [changed.get(name, getattr(record, name)) for name in record.__slots__]


def _copy_plainly(path: Path) -> float:
    """Copy a file of the size of the published copy as plainly as can be: read, hash, write, flush."""
    target = path.with_name("plain.copy")
    digest = hashlib.sha256()
    start = time.perf_counter()
    with path.open("rb") as old, target.open("wb") as new:
        while chunk := old.read(CHUNK_BYTES):
            digest.update(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    seconds = time.perf_counter() - start
    target.unlink()
    return seconds


def measure_report(warehouse: Path, name: str) -> dict[str, Any]:
    """Run one report on a cold connection, to its last row."""
    start, cpu = time.perf_counter(), time.process_time()
    rows = len(run_report(warehouse, name).rows)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu,
        "rows": rows,
        "memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    folder, what = Path(sys.argv[1]), sys.argv[2]
    told = measure_keeper(folder, int(what)) if what.isdigit() else measure_report(folder, what)
    print(json.dumps(told))
