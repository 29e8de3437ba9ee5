"""Fills the disk below a warehouse, three times, and prints what does not hold.

Arguments: an empty folder, a seed, and how: ``tmpfs`` (the folder is a small file system of its own, which is
filled by a file) or ``limit`` (no file may grow past a size; both fail in write()).
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb

from factdesk.config import open_home
from factdesk.errors import FactdeskError
from factdesk.ops.doctor import diagnose
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
from factdesk.warehouse.published import open_published
from factdesk.warehouse.spool import write_batches
from small_records import make_essay, small_essay
from torture.warehouse_faults import is_one_sentence

BATCH_BYTES = 16_000_000
COUNT = "SELECT count(*) FROM records.essays"


class Disk:
    """The file system of a folder, which can be filled and emptied."""

    def __init__(self, root: Path, how: str) -> None:
        self._filler = root / "filler"
        self._root = root
        self.is_real = how == "tmpfs"

    def fill(self, leave: int, limit: int) -> None:
        """Leave so many bytes free, or, without a file system of our own, limit files to ``limit`` bytes."""
        if not self.is_real:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            return
        with self._filler.open("wb") as file:
            status = os.statvfs(self._root)
            free = status.f_bavail * status.f_frsize
            os.posix_fallocate(file.fileno(), 0, max(1, free - leave))

    def empty(self) -> None:
        """Make room again."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self._filler.unlink(missing_ok=True)


def refusal(attempt: Callable[[], object]) -> Iterator[str]:
    """Yield what does not hold of an attempt that must be refused in one sentence that names the mend."""
    try:
        attempt()
    except FactdeskError as error:
        if not is_one_sentence(str(error)) or "free some space" not in str(error):
            yield f"it was refused with {str(error)!r}"
    else:
        yield "it was not refused"


def large_essay(name: str, rng: random.Random) -> list[object]:
    """Return records of some 3 MB that do not pack well."""
    return [*small_essay(name, [rng.randbytes(400).hex() for _ in range(700)])]


def fill_spool(root: Path, disk: Disk, rng: random.Random) -> Iterator[str]:
    """A writer is refused, leaves nothing, and what was acknowledged before is folded."""
    warehouse = root / "warehouse"
    folder = WarehouseFolder(warehouse)
    write_batches([make_essay("before")], warehouse, BATCH_BYTES)
    disk.fill(rng.randrange(0, 200_000), 4096)
    yield from refusal(lambda: write_batches(large_essay("during", rng), warehouse, BATCH_BYTES))
    yield from _doctor_on(root, disk)
    if len(list(folder.pending.iterdir())) != 1:
        yield f"in the spool there are {[path.name for path in folder.pending.iterdir()]}"
    disk.empty()
    write_batches([make_essay("after")], warehouse, BATCH_BYTES)
    fold_and_publish(warehouse)
    yield from _counted(warehouse, 2)


def _doctor_on(root: Path, disk: Disk) -> Iterator[str]:
    """Doctor sees only a disk that is really full."""
    if not disk.is_real:
        return
    told = [check for check in diagnose(open_home(root)) if check.name == "disk"]
    if not any("free some space" in check.mend for check in told):
        yield f"doctor says of the disk: {told}"


def fill_database(root: Path, disk: Disk, rng: random.Random) -> Iterator[str]:
    """The keeper gives up in one sentence; every batch waits and is folded when there is room."""
    warehouse = root / "warehouse"
    folder = WarehouseFolder(warehouse)
    for number in range(3):
        write_batches(large_essay(f"large-{number}", rng), warehouse, BATCH_BYTES)
    size = folder.database.stat().st_size
    disk.fill(rng.randrange(50_000, 1_500_000), size + rng.randrange(50_000, 1_500_000))
    yield from refusal(lambda: fold_and_publish(warehouse))
    waiting = [path for place in (folder.pending, folder.claimed) for path in batch_files(place)]
    if len(waiting) != 3 and not batch_files(folder.folded):
        yield f"of three batches {len(waiting)} wait"
    yield from _counted(warehouse, 2)
    disk.empty()
    report = fold_and_publish(warehouse)
    if report.waiting or report.rejected:
        yield f"{report.waiting} batches wait and {report.rejected} were rejected"
    yield from _counted(warehouse, 5)


def fill_copy(root: Path, disk: Disk, rng: random.Random) -> Iterator[str]:
    """A copy for which there is no room is not begun, one that runs out of it is thrown away."""
    warehouse = root / "warehouse"
    folder = WarehouseFolder(warehouse)
    size = folder.database.stat().st_size
    write_batches([make_essay("last")], warehouse, BATCH_BYTES)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        keeper.fold()
        if disk.is_real:
            disk.fill(size // 2, 0)
            yield from refusal(lambda: keeper.publish(now=True))
    disk.fill(size // 2, size // 2)
    answer = _copy_all_the_same(folder)
    if not is_one_sentence(answer) or "free some space" not in answer:
        yield f"the copy was given up with {answer!r}"
    yield from _counted(warehouse, 5)
    disk.empty()
    if left := [path.name for path in warehouse.iterdir() if ".part" in path.name]:
        yield f"the copy left {left}"
    fold_and_publish(warehouse)
    yield from _counted(warehouse, 6)


def _copy_all_the_same(folder: WarehouseFolder) -> str:
    """Give the copying child its order without the look for room that comes before."""
    order = {
        "source": str(folder.database),
        "target": str(folder.published),
        "counts": {},
        "for_readers": True,
        "keeper": os.getpid(),
    }
    done = subprocess.run(
        [sys.executable, "-m", "factdesk.warehouse.copying"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    with suppress(ValueError):
        return str(json.loads(done.stdout).get("error", done.stdout))
    return done.stderr


def _counted(warehouse: Path, essays: int) -> Iterator[str]:
    try:
        with open_published(warehouse) as copy:
            row = copy.execute(COUNT).fetchone()
    except (FactdeskError, duckdb.Error) as error:
        yield f"the copy cannot be read: {error}"
        return
    if row != (essays,):
        yield f"the copy has {row} essays and not {essays}"


def main() -> None:
    """Fill the disk at each place in turn."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    root, rng = Path(sys.argv[1]), random.Random(sys.argv[2])
    disk = Disk(root, sys.argv[3])
    (root / "config").mkdir()
    (root / "config" / "factdesk.toml").touch()
    for place in (fill_spool, fill_database, fill_copy):
        for fault in place(root, disk, rng):
            print(f"{place.__name__}: {fault}")
        disk.empty()


if __name__ == "__main__":
    main()
