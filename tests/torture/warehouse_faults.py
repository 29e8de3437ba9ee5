"""What can go wrong with a warehouse beside kills: each torment works in a folder of its own and yields what
does not hold."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from factdesk.config import open_home
from factdesk.model import Act, Record, canonical_json
from factdesk.ops.doctor import Finding, diagnose
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.headers import MAX_BATCH_BYTES
from factdesk.warehouse.keeper import FoldReport, fold_and_publish
from factdesk.warehouse.published import open_published
from factdesk.warehouse.spool import write_batches
from small_records import Review, make_claim, make_essay, small_essay

TESTS = Path(__file__).resolve().parents[1]
DISKS = Path(__file__).parent / "full_disks.py"
BATCH_BYTES = 16_000_000
PYTHON_PATH = tuple(filter(None, [os.environ.get("PYTHONPATH")]))
DEADLINE_SECONDS = 300.0
TMPFS_BYTES = 40_000_000

Torment = Callable[[Path, random.Random], Iterator[str]]

FOLD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from factdesk.warehouse.folders import batch_files
from warehouse_processes import fold_batch
from factdesk.warehouse.keeper import open_keeper
keeper = open_keeper(Path(sys.argv[1]))
for path in keeper._drain._sequencer.claim(batch_files(keeper.folder.pending))[: int(sys.argv[2])]:
    fold_batch(keeper._connection, path, int(path.name.split("-", 1)[0]))
links = keeper._connection.execute("SELECT chain_sha256 FROM keeper.event_chain ORDER BY position").fetchall()
print("\\n".join(link for link, in links), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

KEEP_AT_ONCE = """
import sys
from pathlib import Path
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
print("ready", flush=True)
sys.stdin.readline()
if sys.argv[2] == "hold":
    keeper = open_keeper(Path(sys.argv[1]))
    print("keeper" if keeper else "none", flush=True)
    sys.stdin.readline()
else:
    print(fold_and_publish(Path(sys.argv[1])).rejected, flush=True)
"""

AT_ANOTHER_TIME = """
import sys, time
from datetime import datetime, timedelta
from pathlib import Path
import factdesk.model.events, factdesk.warehouse.keeper as keeping, factdesk.warehouse.publish as publishing
shift = float(sys.argv[2])
class Clock:
    time_ns = staticmethod(lambda: time.time_ns() + int(shift * 1e9))
    time = staticmethod(lambda: time.time() + shift)
class Moment(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=shift)
factdesk.model.events.time = keeping.time = Clock
keeping.datetime = publishing.datetime = Moment
from small_records import make_essay
from factdesk.warehouse.spool import write_batches
write_batches([make_essay(title=sys.argv[3])], Path(sys.argv[1]), 16_000_000)
if len(sys.argv) > 4:
    keeper = keeping.open_keeper(Path(sys.argv[1]))
    keeper.fold()
    print("published" if keeper.publish() else "not published", flush=True)
    keeper.close()
"""


def is_one_sentence(words: str) -> bool:
    """Whether a refusal is one line that says what is wrong and, behind a semicolon or colon, the mend."""
    return "\n" not in words.strip() and "Traceback" not in words and bool(re.search(r"[;:] \w", words))


def damaged_logs(root: Path, rng: random.Random) -> Iterator[str]:
    """Fold some batches without CHECKPOINT, die, lose or damage the log: the refold gives the same chain."""
    for damage in ("none", "cut off", "one bit", "many bits", "missing", "of another database"):
        warehouse = root / damage.replace(" ", "-") / "warehouse"
        said = _acknowledge(warehouse, rng.randrange(3, 6))
        before = _run(FOLD_AND_DIE, str(warehouse), str(rng.randrange(1, 6))).split()
        _damage(WarehouseFolder(warehouse).database.with_name("factdesk.duckdb.wal"), damage, rng)
        report = fold_and_publish(warehouse)
        yield from (f"log {damage}: {fault}" for fault in _not_all_there(warehouse, report, said, before))


def _acknowledge(warehouse: Path, essays: int) -> list[Record]:
    """Write essays and, after each, decisions on one claim; return what was acknowledged."""
    said: list[Record] = []
    review = Review(make_claim(make_essay("reviewed"), "a claim").id)
    for number in range(essays):
        for records in (small_essay(f"essay-{number}"), [review.decide(), review.act(Act.NOTE, note="n")]):
            write_batches(records, warehouse, BATCH_BYTES)
            said += records
    return said


def _damage(log: Path, how: str, rng: random.Random) -> None:
    content = bytearray(log.read_bytes())
    if how == "missing":
        log.unlink()
        return
    if how == "cut off":
        del content[rng.randrange(len(content)) :]
    elif how == "of another database":
        content = bytearray(rng.randbytes(len(content)))
    for _ in range({"one bit": 1, "many bits": 200}.get(how, 0)):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    log.write_bytes(content)


def _not_all_there(
    warehouse: Path, report: FoldReport, said: list[Record], links: list[str]
) -> Iterator[str]:
    if report.waiting or report.rejected:
        yield f"{report.waiting} batches wait and {report.rejected} were rejected"
    with open_published(warehouse) as copy:
        tables = ("essays", "essay_versions", "readings", "claims", "mentions", "verdicts", "review_events")
        union = " UNION ALL ".join(f"SELECT id FROM records.{name}" for name in tables)
        there = [one for (one,) in copy.execute(f"SELECT id::VARCHAR FROM ({union})").fetchall()]
        chain = copy.execute("SELECT chain_sha256 FROM keeper.event_chain ORDER BY position").fetchall()
    if len(there) != len(set(there)):
        yield f"{len(there) - len(set(there))} records are there twice"
    kinds = {"Essay", "EssayVersion", "Reading", "Claim", "Mention", "Verdict", "ReviewEvent"}
    lost = {str(one.id) for one in said if type(one).__name__ in kinds} - set(there)
    if lost:
        yield f"{len(lost)} records are lost, as {min(lost)}"
    if [link for (link,) in chain][: len(links)] != links:
        yield "the chain of review events is another than before the refold"


def refused_batches(root: Path, rng: random.Random) -> Iterator[str]:
    """Batches that must not be folded are set aside, with a mend that doctor prints, and block nobody."""
    (root / "config").mkdir()
    (root / "config" / "factdesk.toml").touch()
    home = open_home(root)
    folder = WarehouseFolder(home.warehouse)
    write_batches([make_essay("before")], home.warehouse, BATCH_BYTES)
    fold_and_publish(home.warehouse)
    spoilt = 0
    for spoil in (_of_the_future, _too_large, _other_bit, _other_bit, _other_bit, _cut_off, _empty, _a_pipe):
        (batch,) = write_batches(small_essay(f"spoilt-{spoilt}"), home.warehouse, BATCH_BYTES)
        spoil(folder.pending / f"{batch}.ndjson", rng)
        spoilt += 1
    said = _acknowledge(home.warehouse, 2)
    report = fold_and_publish(home.warehouse)
    if (report.rejected, report.waiting) != (spoilt, 0):
        yield f"of {spoilt} spoilt batches {report.rejected} were rejected and {report.waiting} wait"
    yield from _not_all_there(home.warehouse, FoldReport(0, 0, 0, True, None), said, [])
    told = [check for check in diagnose(home) if check.name == "rejected batch"]
    if len(told) != spoilt:
        yield f"doctor names {len(told)} of {spoilt} rejected batches"
    for check in told:
        if check.found is not Finding.FAIL or not check.mend or "\n" in check.said:
            yield f"doctor says {check.said!r} and the mend {check.mend!r}"
    with open_published(home.warehouse) as copy:
        if copy.execute("SELECT count(*) FROM records.essays WHERE path LIKE 'spoilt%'").fetchone() != (0,):
            yield "records of a rejected batch are in the database"


def _of_the_future(path: Path, rng: random.Random) -> None:
    header, _, body = path.read_bytes().partition(b"\n")
    future = {**json.loads(header), "schema": 99}
    path.write_bytes(canonical_json(future).encode() + b"\n" + body)


def _too_large(path: Path, rng: random.Random) -> None:
    os.truncate(path, MAX_BATCH_BYTES + rng.randrange(1, 9999))


def _other_bit(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def _cut_off(path: Path, rng: random.Random) -> None:
    os.truncate(path, rng.randrange(1, path.stat().st_size))


def _empty(path: Path, rng: random.Random) -> None:
    os.truncate(path, 0)


def _a_pipe(path: Path, rng: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def clock_set_back(root: Path, rng: random.Random) -> Iterator[str]:
    """Write and publish with a clock that is ahead, then with one that is right: the order stays."""
    (root / "config").mkdir()
    (root / "config" / "factdesk.toml").touch()
    home = open_home(root)
    ahead = str(rng.uniform(3600.0, 30 * 86400.0))
    _run(AT_ANOTHER_TIME, str(home.warehouse), ahead, "First", "publish")
    _run(AT_ANOTHER_TIME, str(home.warehouse), ahead, "Second")
    published = _run(AT_ANOTHER_TIME, str(home.warehouse), "0", "Third", "publish").strip()
    if published != "published":
        yield "the copy is not published until the clock has caught up"
    _run(AT_ANOTHER_TIME, str(home.warehouse), "0", "Fourth")
    fold_and_publish(home.warehouse)
    with open_published(home.warehouse) as copy:
        titles = copy.execute("SELECT title FROM records.essays ORDER BY fold_sequence").fetchall()
    if titles != [("First",), ("Second",), ("Third",), ("Fourth",)]:
        yield f"the order is {titles}"
    _run(AT_ANOTHER_TIME, str(home.warehouse), ahead, "Fifth", "publish")
    clock = next(check for check in diagnose(home) if check.name == "clock")
    if clock.found is not Finding.WARN or "set the clock" not in clock.mend:
        yield f"doctor says of the clock: {clock.said}"


def keepers_at_once(root: Path, rng: random.Random) -> Iterator[str]:
    """Start keepers at the same moment: one becomes it; commands at the same moment lose nothing."""
    warehouse = root / "warehouse"
    said = _acknowledge(warehouse, 3)
    answers = _together(warehouse, "hold", 3)
    if answers.count("keeper") > 1:
        yield f"{answers.count('keeper')} processes are the keeper at once"
    if "keeper" not in answers:
        yield "of three that started together nobody is the keeper"
    if (rejected := _together(warehouse, "fold", 3)) != ["0"] * 3:
        yield f"commands at the same moment said {rejected}"
    yield from _not_all_there(warehouse, fold_and_publish(warehouse), said, [])


def _together(warehouse: Path, what: str, number: int) -> list[str]:
    started = [_start(KEEP_AT_ONCE, str(warehouse), what) for _ in range(number)]
    try:
        for one in started:
            assert one.stdout is not None
            one.stdout.readline()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        answers = [one.stdout.readline().strip() for one in started if one.stdout is not None]
    finally:
        for one in started:
            one.kill()
            one.communicate()
    return answers


def full_disks(root: Path, rng: random.Random) -> Iterator[str]:
    """Fill the disk below the spool, the database and the copy: see `torture.full_disks`."""
    command = [sys.executable, str(DISKS), str(root), str(rng.randrange(10**6))]
    mount = f'mount -t tmpfs -o size={TMPFS_BYTES} tmpfs "$1" && shift && exec "$@"'
    unshare = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--user", "--map-root-user"])]
    inside = [*unshare, "sh", "-c", mount, "sh", str(root)]
    can = subprocess.run([*inside, "true"], capture_output=True, check=False).returncode == 0
    how = "tmpfs" if can else "limit"
    words = "a tmpfs of its own" if can else "a limit on file sizes, for a tmpfs may not be mounted here"
    print(f"{time.strftime('%H:%M:%S')} full disks: {words}", flush=True)
    done = subprocess.run(
        [*(inside if can else []), *command, how],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )
    yield from done.stdout.splitlines()
    if done.returncode != 0:
        yield f"ended with {done.returncode}: {done.stderr.strip()[-600:]}"


def _start(program: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *PYTHON_PATH])},
    )


def _run(program: str, *words: str) -> str:
    """Run a program to its end, also one that kills itself, and return what it printed."""
    process = _start(program, *words)
    out, said = process.communicate(timeout=DEADLINE_SECONDS)
    if process.returncode not in (0, -9):
        raise SystemExit(f"torture: a program ended with {process.returncode}: {said[-600:]}")
    return out


FAULTS: tuple[tuple[str, Torment], ...] = (
    ("damaged logs", damaged_logs),
    ("refused batches", refused_batches),
    ("clock set back", clock_set_back),
    ("keepers at once", keepers_at_once),
    ("full disks", full_disks),
)
__all__ = ["FAULTS", "Torment", "is_one_sentence"]
