from __future__ import annotations

import threading
from pathlib import Path

import pytest

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.locks import held_descriptors, lock_holder, try_lock
from factdesk.warehouse.spool import write_batches
from small_records import small_essay
from warehouse_processes import start


def test_a_look_at_the_lock_keeps_nobody_from_it(tmp_path: Path) -> None:
    lock = tmp_path / "keeper.lock"
    lock.touch()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            lock_holder(lock)

    looking = [threading.Thread(target=look) for _ in range(3)]
    for one in looking:
        one.start()
    try:
        for _ in range(200):
            taken = try_lock(lock)
            assert taken is not None
            assert try_lock(lock) is None
            taken.release()
    finally:
        over.set()
        for one in looking:
            one.join()


def test_a_lock_whose_file_was_removed_while_it_was_waited_for_is_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "keeper.lock"
    first = try_lock(path)
    assert first is not None
    found: list[bool] = []
    waiting = threading.Thread(target=lambda: found.append(try_lock(path, wait_seconds=60) is not None))
    waiting.start()
    path.unlink()
    first.release()
    waiting.join()
    assert found == [True]
    assert try_lock(path) is None


def test_only_locks_of_the_folders_concerned_go_to_a_child(tmp_path: Path) -> None:
    with try_lock(tmp_path / "one" / "keeper.lock") or pytest.fail("it is free"):
        assert held_descriptors(tmp_path / "other" / "reports.duckdb") == ()
        assert len(held_descriptors(tmp_path / "one" / "backups" / "a.duckdb", tmp_path)) == 1
    assert held_descriptors(tmp_path / "one" / "reports.duckdb") == ()


def test_a_program_that_has_the_database_open_is_named_as_the_mend(warehouse: Path) -> None:
    """A shell on the keeper's file: restoring a backup would be the wrong advice."""
    write_batches(small_essay(), warehouse, 16_000_000)
    fold_and_publish(warehouse)
    write_batches(small_essay("quay"), warehouse, 16_000_000)
    program = (
        "import duckdb, sys, time; a = duckdb.connect(sys.argv[1]); print('open', flush=True);time.sleep(600)"
    )
    shell = start(program, str(WarehouseFolder(warehouse).database))
    try:
        assert shell.stdout is not None
        assert shell.stdout.readline() == "open\n"
        with pytest.raises(WarehouseError, match=r"; close the program that has it open, which can read .*"):
            fold_and_publish(warehouse)
    finally:
        shell.kill()
        shell.communicate()
    assert fold_and_publish(warehouse).folded == 1
