"""A restore that is stopped anywhere is whole afterwards: as before it, or as the backup."""

from __future__ import annotations

import hashlib
import json
import signal
from pathlib import Path

import duckdb
import pytest

from factdesk.errors import WarehouseError
from factdesk.warehouse.backups import restore_backup
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.full_backups import make_backup
from factdesk.warehouse.full_restores import RESTORING, is_restoring
from factdesk.warehouse.inventories import DATABASE, read_backup, read_sums, sums_text
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
from factdesk.warehouse.spool import write_batches
from factdesk.warehouse.users_log import UserAct, note_user_act, read_user_acts
from filled_warehouses import answers, chain, fill, tree, verify
from older_databases import take_back_last_migration
from small_records import small_essay
from warehouse_processes import start

KILLED = """
import os, signal, sys
from pathlib import Path
import factdesk.warehouse.full_restores as restores
from factdesk.warehouse.backups import restore_backup

left = int(sys.argv[3])
real = restores.move_durably

def move(old, new):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(old, new)

restores.move_durably = move
restore_backup(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture
def backup(warehouse: Path, tmp_path: Path) -> Path:
    """A backup of one essay; the warehouse has another since, and names and a hold that the backup lacks."""
    fill(warehouse, "harbour")
    made = make_backup(warehouse, tmp_path / "backups").backup
    fill(warehouse, "quay")
    WarehouseFolder(warehouse).people.write_text("{}")
    return made.path


@pytest.mark.parametrize("moves", [0, 3, 6])
def test_one_that_was_killed_between_two_moves_is_ended_by_the_next_keeper(
    backup: Path, warehouse: Path, tmp_path: Path, moves: int
) -> None:
    restore_backup(tmp_path / "other", backup)
    process = start(KILLED, str(warehouse), str(backup), str(moves))
    _, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err
    folder = WarehouseFolder(warehouse)
    assert is_restoring(folder)
    fold_and_publish(warehouse)
    assert not (warehouse / RESTORING).exists()
    assert answers(warehouse) == answers(tmp_path / "other")
    assert chain(warehouse) == chain(tmp_path / "other")
    assert verify(warehouse).faults == []
    (aside,) = folder.set_aside.glob("replaced-*")
    assert (aside / "people.json").read_text() == "{}"
    restore_backup(warehouse, aside)
    assert len(chain(warehouse)) == 4
    assert verify(warehouse).faults == []


def test_what_was_acknowledged_after_the_backup_is_counted_and_kept(backup: Path, warehouse: Path) -> None:
    before = tree(warehouse / "snapshots")
    write_batches(small_essay("pier"), warehouse, 16_000_000)
    done = restore_backup(warehouse, backup)
    assert done.lacking == 3
    assert done.set_aside is not None
    assert len(batch_files(WarehouseFolder(done.set_aside).pending)) == 1
    assert restore_backup(warehouse, done.set_aside).lacking == 0
    assert tree(warehouse / "snapshots") == before
    assert len(answers(warehouse)["essays"]) == 3


def test_what_was_done_about_people_since_the_backup_stays_known(warehouse: Path, tmp_path: Path) -> None:
    fill(warehouse, "harbour")
    note_user_act(warehouse, UserAct.ADDED, "Bob", "Ann", "checker")
    made = make_backup(warehouse, tmp_path / "backups").backup
    note_user_act(warehouse, UserAct.REMOVED, "Bob", "Ann")
    restore_backup(tmp_path / "other", made.path)
    assert [one.act for one in read_user_acts(tmp_path / "other")[0]] == ["added"]
    assert WarehouseFolder(tmp_path / "other").users_log.stat().st_mode & 0o777 == 0o600
    restore_backup(warehouse, made.path)
    assert [one.act for one in read_user_acts(warehouse)[0]] == ["removed", "added"]


def test_a_full_disk_changes_nothing(backup: Path, warehouse: Path) -> None:
    before = tree(warehouse)
    program = (
        "import resource, signal, sys; from pathlib import Path; "
        "from factdesk.errors import WarehouseError; from factdesk.warehouse.backups import restore_backup; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: restore_backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except WarehouseError as error: print(error)"
    )
    said, err = start(program, str(warehouse), str(backup)).communicate()
    assert "nothing was changed" in said, err
    after = tree(warehouse)
    assert {name: one for name, one in after.items() if name != "keeper.lock"} == {
        name: one for name, one in before.items() if name != "keeper.lock"
    }


def test_a_keeper_is_named(backup: Path, warehouse: Path) -> None:
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper, pytest.raises(WarehouseError, match="keeps the warehouse"):
        restore_backup(warehouse, backup, wait_seconds=0)


def test_a_backup_of_a_newer_factdesk_is_refused(backup: Path, warehouse: Path) -> None:
    about = backup / "backup.json"
    about.write_text(about.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(WarehouseError, match="made by a newer Factdesk; upgrade"):
        restore_backup(warehouse, backup)


def test_a_backup_names_no_file_outside_of_itself(backup: Path, warehouse: Path, tmp_path: Path) -> None:
    """Whoever can write a list can write its hash too; the names are still looked at."""
    sums, about = backup / "SHA256SUMS", backup / "backup.json"
    old = hashlib.sha256(sums.read_bytes()).hexdigest()
    sums.write_bytes(sums.read_bytes() + b"0" * 64 + b"  warehouse/../../out\n")
    about.write_text(about.read_text().replace(old, hashlib.sha256(sums.read_bytes()).hexdigest()))
    with pytest.raises(WarehouseError, match="outside of itself"):
        restore_backup(warehouse, backup)


def test_a_backup_of_an_older_factdesk_is_restored_and_brought_up_to_date(
    backup: Path, warehouse: Path, tmp_path: Path
) -> None:
    """A backup as the Factdesk before the last migration would have made it."""
    database = backup / DATABASE
    with duckdb.connect(str(database)) as connection:
        take_back_last_migration(connection)
        left = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    body = json.loads((backup / "backup.json").read_bytes())
    sums = read_sums(read_backup(backup))
    sums[DATABASE] = hashlib.sha256(database.read_bytes()).hexdigest()
    text = sums_text(sums)
    (backup / "SHA256SUMS").write_bytes(text)
    body["sums_sha256"] = hashlib.sha256(text).hexdigest()
    body["rows"] = {name: count for name, count in body["rows"].items() if (name,) in left}
    body["rows"]["keeper.migrations"] -= 1
    (backup / "backup.json").write_text(json.dumps(body))
    other = tmp_path / "other"
    restore_backup(other, backup)
    assert verify(other).faults == []
    assert len(chain(other)) == 2
