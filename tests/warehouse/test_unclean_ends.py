from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factdesk.model import Essay
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import small_essay
from warehouse_processes import count_rows, start

LIMIT = 16_000_000


@pytest.mark.parametrize("log", ["as_it_is", "torn", "altered", "missing"])
def test_a_keeper_killed_in_the_middle_loses_and_doubles_nothing(warehouse: Path, log: str) -> None:
    """Commit without CHECKPOINT, kill -9, damage the log: the spool is folded again."""
    written = [write_batches(small_essay(f"essay-{number}"), warehouse, LIMIT)[0] for number in range(6)]
    program = """
import os, signal, sys
from pathlib import Path
from factdesk.warehouse.folders import batch_files
from warehouse_processes import fold_batch
from factdesk.warehouse.keeper import open_keeper
keeper = open_keeper(Path(sys.argv[1]))
for path in keeper._drain._sequencer.claim(batch_files(keeper.folder.pending))[:4]:
    fold_batch(keeper._connection, path, int(path.name.split("-", 1)[0]))
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = start(program, str(warehouse))
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    folder = WarehouseFolder(warehouse)
    wal = folder.database.with_name("factdesk.duckdb.wal")
    damage(wal, log)

    report = fold_and_publish(warehouse)

    assert (report.folded, report.waiting, report.rejected) == (len(written), 0, 0)
    assert count_rows(warehouse)["essays"] == len(written)
    assert run_query(warehouse, "SELECT count(*) FROM keeper.batches").rows == [(len(written),)]
    assert len(list(folder.set_aside.glob("*.wal"))) == (0 if log == "missing" else 1)


def damage(wal: Path, how: str) -> None:
    content = wal.read_bytes()
    assert content
    if how == "torn":
        wal.write_bytes(content[: len(content) * 2 // 3])
    elif how == "altered":
        middle = len(content) // 2
        wal.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif how == "missing":
        wal.unlink()


def test_keepers_killed_at_any_moment_lose_and_double_nothing(warehouse: Path) -> None:
    acknowledged = 0
    program = """
import sys
from pathlib import Path
from factdesk.warehouse.keeper import fold_and_publish
print("start", flush=True)
fold_and_publish(Path(sys.argv[1]), wait_seconds=10)
"""
    for delay in (0.0, 0.05, 0.1, 0.2, 0.3):
        for _ in range(8):
            acknowledged += 1
            write_batches(small_essay(f"essay-{acknowledged}"), warehouse, LIMIT)
        keeper = start(program, str(warehouse))
        assert keeper.stdout is not None
        keeper.stdout.readline()
        time.sleep(delay)
        keeper.kill()
        keeper.communicate()
    report = fold_and_publish(warehouse, wait_seconds=10)
    assert report.waiting == report.rejected == 0
    assert count_rows(warehouse)["essays"] == acknowledged
    assert run_query(warehouse, "SELECT count(*) FROM reports.verdicts").rows == [(acknowledged,)]


def test_a_disk_that_fills_while_folding_keeps_every_batch(warehouse: Path) -> None:
    """A file size limit stands for the full disk; afterwards there is room again."""
    write_batches([Essay("key", "uri", None, None, None, None, None, None)], warehouse, LIMIT)
    fold_and_publish(warehouse)
    words = [
        f"the crossing number {number} costs £{number} " + os.urandom(300).hex() for number in range(3000)
    ]
    write_batches(small_essay(quotes=words), warehouse, LIMIT)
    size = WarehouseFolder(warehouse).database.stat().st_size
    program = (
        "import signal, sys; from pathlib import Path\n"
        "from factdesk.errors import WarehouseError; from factdesk.warehouse.keeper import fold_and_publish\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: fold_and_publish(Path(sys.argv[1]))\n"
        "except WarehouseError as error: print(error)\n"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f "$1"; shift; exec "$@"', "sh", str(size // 512 + 200), sys.executable,
         "-c", program, str(warehouse)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.startswith(f"the database {warehouse}/factdesk.duckdb cannot be written"), done
    assert done.stdout.count("\n") == 1
    report = fold_and_publish(warehouse)
    assert report.waiting == report.rejected == 0
    assert count_rows(warehouse)["claims"] == len(words)
