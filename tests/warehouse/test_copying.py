"""Copies of the database: room for them, what stands beside them, and what a killed keeper leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from factdesk.errors import WarehouseError
from factdesk.warehouse.copying import make_copy, require_room
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import FoldReport, fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import small_essay
from warehouse_processes import start

Store = Callable[..., FoldReport]
LIMIT = 16_000_000
COUNT = "SELECT count(*) FROM reports.claims"


def test_a_log_that_an_editor_left_beside_the_copy_stops_nobody(store: Store, warehouse: Path) -> None:
    """Somebody opened the copy for writing and was killed; beside the next copy their log fits nothing."""
    store(small_essay())
    copy = WarehouseFolder(warehouse).published
    program = (
        "import duckdb, os, sys; database = duckdb.connect(sys.argv[1]);"
        "database.execute('CREATE TABLE scribbles AS SELECT 1'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(copy)], check=False)
    assert copy.with_name("reports.duckdb.wal").exists()
    store(small_essay("quay"))
    assert run_query(warehouse, COUNT).rows == [(2,)]


def test_what_a_copy_cut_short_left_does_not_spoil_the_next(store: Store, warehouse: Path) -> None:
    store(small_essay())
    for name in (".reports.duckdb.part", ".reports.duckdb.part.wal"):
        (warehouse / name).write_bytes(b"half of a file")
    assert store(small_essay("quay")).published
    assert run_query(warehouse, COUNT).rows == [(2,)]
    assert list(warehouse.glob(".*")) == []


def test_a_copy_for_which_there_is_no_room_is_not_begun(tmp_path: Path) -> None:
    source = tmp_path / "source.duckdb"
    with source.open("wb") as file:
        file.truncate(1 << 43)  # a file of holes: it takes no room itself
    with pytest.raises(
        WarehouseError, match=r"cannot be made: it needs \d+\.\d MB and .* MB free; free some space, then"
    ):
        require_room(source, tmp_path / "new" / "reports.duckdb")


def test_a_child_that_cannot_be_started_is_no_fault_of_the_database(
    store: Store, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(small_essay())
    write_batches(small_essay("quay"), warehouse, LIMIT)
    with open_keeper(warehouse) as keeper:
        keeper.fold()
        with monkeypatch.context() as without_python:
            without_python.setattr(sys, "executable", str(warehouse / "none"))
            with pytest.raises(WarehouseError, match=r"cannot be started \(No such file .*\); free some"):
                keeper.publish(now=True)
        assert keeper.publish(now=True), "its database is as it was"
    assert run_query(warehouse, COUNT).rows == [(2,)]


def test_a_copy_with_other_rows_does_not_replace_the_old_one(tmp_path: Path) -> None:
    source, target = tmp_path / "source.duckdb", tmp_path / "reports.duckdb"
    with duckdb.connect(str(source)) as database:
        database.execute("CREATE TABLE numbers AS SELECT 1 AS one; CHECKPOINT")
    target.write_bytes(b"the old one")
    with pytest.raises(WarehouseError, match="other rows in numbers than the database"):
        make_copy(source, target, {"numbers": 2}, for_readers=True)
    assert target.read_bytes() == b"the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports.duckdb", "source.duckdb"]
    make_copy(source, target, {"numbers": 1}, for_readers=True)
    with duckdb.connect(str(target), read_only=True) as copy:
        assert copy.execute("FROM numbers").fetchall() == [(1,)]


def test_the_child_of_a_killed_keeper_keeps_the_lock_and_gives_the_copy_up(warehouse: Path) -> None:
    """The child is stopped while its keeper is killed: until it ends nobody else may write."""
    write_batches(small_essay(), warehouse, LIMIT)
    program = """
import os, signal, subprocess, sys
from pathlib import Path
from factdesk.warehouse.keeper import open_keeper
real = subprocess.Popen
class Stopped(real):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        os.kill(self.pid, signal.SIGSTOP)
        print(self.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
subprocess.Popen = Stopped
keeper = open_keeper(Path(sys.argv[1]))
keeper.fold()
keeper.publish(now=True)
"""
    keeper = start(program, str(warehouse))
    assert keeper.stdout is not None
    child = int(keeper.stdout.readline())
    assert keeper.wait() == -signal.SIGKILL
    try:
        assert open_keeper(warehouse) is None
    finally:
        os.kill(child, signal.SIGCONT)
        keeper.communicate()
    report = fold_and_publish(warehouse, wait_seconds=60)
    assert (report.waiting, report.published) == (0, True)
    assert run_query(warehouse, COUNT).rows == [(1,)]
