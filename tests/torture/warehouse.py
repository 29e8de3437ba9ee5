"""Torments a warehouse: kills its processes at random moments, damages its files, fills its disk.

``make torture-warehouse`` (200 kills), ``SHORT=1 make torture-warehouse`` (20). Two writers, a reviewer, two
keepers and an editor work on one warehouse; one of them, or the child that copies the database, is killed
with SIGKILL at a moment that chance names, and started again. Then `torture.warehouse_faults` does the rest:
damaged logs, full disks, a clock that is set back, keepers that start together, batches that must be refused.
Nothing acknowledged may be lost, nothing doubled, the chain of review events always the same, every refusal
one sentence, and doctor names the mend.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb

from factdesk.errors import FactdeskError
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.health import read_health
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.locks import lock_holder
from factdesk.warehouse.promises import read_promises
from factdesk.warehouse.published import open_published
from torture.ending import end, say
from torture.warehouse_actors import find_row_fault
from torture.warehouse_faults import FAULTS, Torment, is_one_sentence

ACTORS = Path(__file__).parent / "warehouse_actors.py"
CAST = ("writer", "writer", "reviewer", "keeper", "keeper", "editor")
MOMENTS = ("writer", "writing", "keeper", "folding", "committing", "publisher", "keeper of a publisher")
LOOK_EVERY_KILLS = 20
MOMENT_SECONDS = 15.0
END_SECONDS = 120.0
PID = re.compile(r"process (\d+)")

Row = dict[str, Any]


class Stage:
    """The processes that work on one warehouse, and what they have said so far."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self.root = root
        self.folder = WarehouseFolder(root / "warehouse")
        self.said = root / "acknowledged.ndjson"
        self._rng = rng
        self._log = root / "actors.log"
        self._cast: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._started = 0
        self.killed: Counter[str] = Counter()

    def fill(self) -> None:
        """Start whoever does not run. Ends the torture when one ended although nobody had killed it."""
        there = []
        for role, process in self._cast:
            code = process.poll()
            if code not in (None, -signal.SIGKILL):
                raise SystemExit(f"torture: the {role} ended with {code}; its output is {self._log}")
            if code is None:
                there.append((role, process))
        self._cast = there
        missing = Counter(CAST) - Counter(role for role, _ in there)
        self._cast += [(role, self._start(role)) for role in missing.elements()]

    def _start(self, role: str) -> subprocess.Popen[bytes]:
        self._started += 1
        words = [str(ACTORS), role, str(self.folder.root), str(self.said), str(self._started)]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words],
                stdout=log,
                stderr=log,
                env={**os.environ, "TMPDIR": str(self.root)},
            )

    def kill_at(self, moment: str) -> bool:
        """Kill whom a moment is about as soon as it comes; False when it did not come, or was over."""
        find = getattr(self, f"_find_{moment.replace(' ', '_')}")
        ends = time.monotonic() + MOMENT_SECONDS
        while (victim := find()) is None:
            if time.monotonic() > ends:
                return False
            time.sleep(0.001)
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.killed[moment] += 1
        return True

    def _find_writer(self) -> int | None:
        return self._rng.choice([one.pid for role, one in self._cast if role in ("writer", "reviewer")])

    def _find_writing(self) -> int | None:
        found = [PID_OF_PART.search(path.name) for path in self.folder.pending.glob(".*.part")]
        return next((int(one[1]) for one in found if one), None)

    def _find_keeper(self) -> int | None:
        holder = PID.search(lock_holder(self.folder.lock) or "")
        return self._own(int(holder[1])) if holder else None

    def _own(self, pid: int) -> int | None:
        """A keeper that signed the lock may have ended since; another process could have its number."""
        return pid if pid in [one.pid for _, one in self._cast if one.poll() is None] else None

    def _find_folding(self) -> int | None:
        return self._find_keeper() if any(self.folder.claimed.glob("[0-9]*")) else None

    def _find_committing(self) -> int | None:
        return self._find_keeper() if _size(self.folder.root / "factdesk.duckdb.wal") else None

    def _find_publisher(self) -> int | None:
        if not any(self.folder.root.glob(".reports.duckdb.part")):
            return None
        return next((pid for _, one in self._cast for pid in _copying_children(one.pid)), None)

    def _find_keeper_of_a_publisher(self) -> int | None:
        return self._find_keeper() if any(self.folder.root.glob(".reports.duckdb.part")) else None

    def rows(self) -> list[Row]:
        """Return what was said; a line that a kill cut off says nothing."""
        if not self.said.exists():
            return []
        return [row for line in self.said.read_bytes().splitlines() if (row := _row(line)) is not None]

    def end(self) -> None:
        """Let everybody come to an end by themselves."""
        (self.root / "stop").touch()
        for role, process in self._cast:
            if process.wait(timeout=END_SECONDS) not in (0, -signal.SIGKILL):
                raise SystemExit(f"torture: the {role} ended with {process.returncode}; see {self._log}")
        self._cast = []
        (self.root / "stop").unlink()

    def stop_hard(self) -> None:
        """Leave no process, whatever happened."""
        for _, process in self._cast:
            process.kill()
            process.wait()


PID_OF_PART = re.compile(r"\.ndjson\.(\d+)\.part$")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _row(line: bytes) -> Row | None:
    try:
        row: Row = json.loads(line)
    except ValueError:
        return None
    return row


def _copying_children(pid: int) -> Iterator[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"factdesk.warehouse.copying" in words:
            yield int(child)


def kill_under_load(root: Path, kills: int, rng: random.Random) -> list[str]:
    """Kill so many times; look whether all holds after every twenty, and return what does not."""
    stage = Stage(root, rng)
    links: dict[int, str] = {}
    faults: list[str] = []
    try:
        moments: list[str] = []
        while (done := stage.killed.total()) < kills and not faults:
            moments = moments or rng.sample(MOMENTS, len(MOMENTS))
            stage.fill()
            time.sleep(rng.uniform(0.0, 0.5))
            if not stage.kill_at(moments.pop()):
                continue
            if done % LOOK_EVERY_KILLS == LOOK_EVERY_KILLS - 1 or done == kills - 1:
                stage.end()
                faults += [*find_faults(stage, links)]
                say(f"{done + 1} kills, {len(stage.rows())} acknowledgements, {len(links)} review events")
    finally:
        stage.stop_hard()
    say(", ".join(f"{moment} {stage.killed[moment]}" for moment in MOMENTS))
    return faults


def find_faults(stage: Stage, links: dict[int, str]) -> Iterator[str]:
    """Fold all that waits and yield what does not hold; ``links`` are those of the chain seen before."""
    warehouse, rows = stage.folder.root, stage.rows()
    report = fold_and_publish(warehouse, wait_seconds=END_SECONDS)
    if report.waiting or report.rejected:
        yield f"{report.waiting} batches wait and {report.rejected} were rejected"
    yield from (f"the batch {one.path} was rejected: {one.reason}" for one in read_health(warehouse).rejected)
    yield from (f"{row['by']}: {row['wrong']}" for row in rows if "wrong" in row)
    for row in rows:
        if "refused" in row and not is_one_sentence(row["refused"]):
            yield f"{row['by']} was refused in no plain sentence: {row['refused']!r}"
    promises = read_promises(warehouse)
    yield from (f"{one.name}: {one.said}" for one in (promises.faults if promises else ()))
    with open_published(warehouse) as copy:
        if fault := find_row_fault(copy):
            yield f"the copy has {fault}"
        yield from _records_lost_or_doubled(copy.execute, rows, stage.killed)
        yield from _chain_changed(copy.execute, rows, links)


def _records_lost_or_doubled(ask: Callable[..., Any], rows: list[Row], killed: Counter[str]) -> Iterator[str]:
    """Every acknowledged record once; more only of writers that were killed before they could say so."""
    said = {one for row in rows for one in row.get("records", ())}
    essays = ask("SELECT id::VARCHAR, count(*) FROM records.essays GROUP BY 1").fetchall()
    tables = " UNION ALL ".join(f"SELECT id FROM records.{name}" for name in TABLES.values())
    others = ask(f"SELECT id::VARCHAR, count(*) FROM ({tables}) GROUP BY 1").fetchall()
    there = dict(others)
    if lost := said - set(there):
        yield f"{len(lost)} of {len(said)} acknowledged records are lost, as {min(lost)}"
    if doubled := [one for one, times in there.items() if times > 1]:
        yield f"{len(doubled)} records are there twice, as {min(doubled)}"
    silent = len([one for one, _ in essays if one not in said])
    if silent > killed.total():
        yield f"{silent} essays are there that nobody acknowledged, after {killed.total()} kills"


def _chain_changed(ask: Callable[..., Any], rows: list[Row], links: dict[int, str]) -> Iterator[str]:
    """A link never changes, and the events of a claim are chained in the order of acknowledgement."""
    chain = ask(
        "SELECT position, chain_sha256, event_id::VARCHAR, claim_id::VARCHAR "
        "FROM keeper.event_chain ORDER BY position"
    ).fetchall()
    for position, link, _, _ in chain:
        if links.setdefault(position, link) != link:
            yield f"the link {position} of the chain is another than before"
    if len(chain) < len(links):
        yield f"the chain has {len(chain)} links, and had {len(links)}"
    by_claim: dict[str, list[str]] = {}
    for _, _, event, claim in chain:
        by_claim.setdefault(claim, []).append(event)
    said: dict[str, list[str]] = {}
    for row in rows:
        if "event" in row:
            said.setdefault(row["claim"], []).append(row["event"])
    for claim, events in said.items():
        kept = by_claim.get(claim, [])
        if kept[: len(events)] != events or len(kept) > len(events) + 1:
            yield f"of the {len(events)} events of {claim} {len(kept)} are chained, or in another order"


def run_torment(torment: Torment, folder: Path, rng: random.Random) -> Iterator[str]:
    """Yield what does not hold in one torment; an error that it did not expect is among that."""
    try:
        yield from torment(folder, rng)
    except (FactdeskError, duckdb.Error) as error:
        yield f"it was ended by {error}"


def main() -> int:
    """Torture and print what does not hold; return 1 when there is anything."""
    is_short = bool(os.environ.get("SHORT"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=20 if is_short else 200)
    parser.add_argument("--rounds", type=int, default=1 if is_short else 5, help="of every other fault")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=["kills", *(name for name, _ in FAULTS)])
    parser.add_argument("--keep", action="store_true", help="keep the warehouses though all holds")
    options = parser.parse_args()
    say(f"{options.kills} kills, then {options.rounds} rounds of other faults, seed {options.seed}")
    root = Path(tempfile.mkdtemp(prefix="factdesk-torture-warehouse-"))
    faults: list[str] = []
    if options.only in (None, "kills"):
        (root / "kills").mkdir()
        faults += kill_under_load(root / "kills", options.kills, random.Random(options.seed))
    for name, torment in FAULTS:
        for number in range(options.rounds if options.only in (None, name) else 0):
            folder = root / f"{name.replace(' ', '-')}-{number}"
            folder.mkdir()
            rng = random.Random(options.seed + number)
            faults += [f"{name}: {fault}" for fault in run_torment(torment, folder, rng)]
        if options.only in (None, name):
            say(f"{name}: done")
    return end(root, faults, keep=options.keep)


if __name__ == "__main__":
    sys.exit(main())
