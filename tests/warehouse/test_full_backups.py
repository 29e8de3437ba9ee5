"""A full backup has all, costs little the second time, and is whole or not there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from factdesk.errors import WarehouseError
from factdesk.model import text_sha256
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.backups import restore_backup
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.full_backups import make_backup
from factdesk.warehouse.inventories import ABOUT, SUMS, list_backups, read_backup, read_sums
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.spool import write_batches
from filled_warehouses import PAGE, answers, chain, essay_text, fill, reports, tree, verify
from small_records import small_essay
from warehouse_processes import start

LIMIT = 16_000_000


@pytest.fixture
def filled(warehouse: Path) -> Path:
    fill(warehouse, "harbour", "quay")
    WarehouseFolder(warehouse).people.write_text('{"r1": "Ann"}', encoding="utf-8")
    WarehouseFolder(warehouse).people.chmod(0o600)
    return warehouse


def only(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.name != ".lock")


def test_it_restores_elsewhere_to_the_same_answers(filled: Path, tmp_path: Path) -> None:
    made = make_backup(filled, tmp_path / "backups").backup
    other = tmp_path / "other"
    done = restore_backup(other, made.path)
    assert (done.lacking, done.set_aside) == (0, None)
    assert answers(other) == answers(filled)
    assert reports(other) == reports(filled)
    assert chain(other) == chain(filled)
    assert len(chain(other)) == 4
    assert verify(other).is_green
    assert verify(other).faults == []
    assert tree(other / "snapshots") == tree(filled / "snapshots")
    people = WarehouseFolder(other).people
    assert people.read_text() == '{"r1": "Ann"}'
    assert people.stat().st_mode & 0o777 == 0o600
    fill(other, "pier")
    assert verify(other).faults == []


def test_sha256sum_can_check_it_without_factdesk(filled: Path, tmp_path: Path) -> None:
    made = make_backup(filled, tmp_path / "backups").backup
    check = ["sha256sum", "--check", "--strict", "--quiet", SUMS]
    assert subprocess.run(check, cwd=made.path, check=False).returncode == 0
    listed = set(read_sums(made))
    assert {name for name in tree(made.path) if name not in (ABOUT, SUMS)} == listed
    assert made.files == len(listed)


def test_the_second_one_copies_only_what_is_new(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    first = make_backup(filled, place).backup
    fill(filled, "pier")
    second = make_backup(filled, place).backup
    old, new = (one.path / "warehouse/snapshots" / blob_name(text_sha256(PAGE)) for one in (first, second))
    assert old.stat().st_ino == new.stat().st_ino
    assert old.stat().st_nlink == 2
    live = filled / "snapshots" / blob_name(text_sha256(PAGE))
    assert live.stat().st_ino != old.stat().st_ino
    shutil.rmtree(first.path)
    assert restore_backup(tmp_path / "other", second.path).lacking == 0
    assert answers(tmp_path / "other") == answers(filled)


def test_what_waits_is_in_it_beside_a_keeper_that_stays(filled: Path, tmp_path: Path) -> None:
    """Some batches folded and not published, some pending, while another process keeps the warehouse."""
    fill(filled, "pier", publish=False)
    keeper = open_keeper(filled)
    assert keeper is not None
    with keeper:
        keeper.fold()
        fill(filled, "mole", publish=False)
        folder = WarehouseFolder(filled)
        assert (len(batch_files(folder.folded)), len(batch_files(folder.pending))) == (2, 2)
        made = make_backup(filled, tmp_path / "backups", wait_seconds=0).backup
        assert made.database_from == "published copy"
        keeper.fold()
        keeper.publish(now=True)
    restore_backup(tmp_path / "other", made.path)
    assert answers(tmp_path / "other") == answers(filled)
    assert chain(tmp_path / "other") == chain(filled)
    assert len(chain(tmp_path / "other")) == 8
    assert verify(tmp_path / "other").faults == []


def test_a_keeper_before_the_first_publish_is_named(warehouse: Path, tmp_path: Path) -> None:
    write_batches(small_essay(), warehouse, LIMIT)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper, pytest.raises(WarehouseError, match="keeps the warehouse"):
        make_backup(warehouse, tmp_path / "backups", wait_seconds=0)
    assert only(tmp_path / "backups") == []


def test_nothing_is_nothing_to_back_up(warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing is stored"):
        make_backup(warehouse, tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_a_damaged_file_is_left_out_and_named(filled: Path, tmp_path: Path) -> None:
    blob = filled / "snapshots" / blob_name(text_sha256(essay_text("quay")))
    blob.chmod(0o644)
    blob.write_bytes(b"rotten")
    made = make_backup(filled, tmp_path / "backups").backup
    assert made.faults == (blob_name(text_sha256(essay_text("quay"))),)
    assert not made.is_good


def test_what_the_backup_before_has_heals_what_the_warehouse_lost(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    make_backup(filled, place)
    for name, content in (("quay", b"rotten"), ("harbour", None)):
        blob = filled / "snapshots" / blob_name(text_sha256(essay_text(name)))
        blob.unlink()
        if content:
            blob.write_bytes(content)
    made = make_backup(filled, place).backup
    assert made.is_good
    restore_backup(filled, made.path)
    assert verify(filled).faults == []


def test_what_is_damaged_in_the_backup_before_is_copied_again(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    first = make_backup(filled, place).backup
    rotten = first.path / "warehouse/snapshots" / blob_name(text_sha256(PAGE))
    rotten.chmod(0o644)
    rotten.write_bytes(b"x" * rotten.stat().st_size)
    made = make_backup(filled, place)
    assert made.renewed == (blob_name(text_sha256(PAGE)),)
    assert restore_backup(tmp_path / "other", made.backup.path).lacking == 0


def test_two_at_once_are_refused(filled: Path, tmp_path: Path) -> None:
    from factdesk.warehouse.locks import try_lock

    place = tmp_path / "backups"
    place.mkdir()
    lock = try_lock(place / ".lock")
    assert lock is not None
    with lock, pytest.raises(WarehouseError, match="makes a backup in"):
        make_backup(filled, place)


def test_a_place_that_cannot_be_written_is_named(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("no folder")
    with pytest.raises(WarehouseError, match="cannot be made"):
        make_backup(filled, place)


KILLED = """
import os, signal, sys
from pathlib import Path
from factdesk.warehouse import full_backups

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

full_backups.write_inventory = die
full_backups.make_backup(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_one_that_is_killed_at_its_end_is_none(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    process = start(KILLED, str(filled), str(place))
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    (left,) = only(place)
    assert left.startswith(".")
    assert list_backups(place) == []
    with pytest.raises(WarehouseError, match="is no finished backup"):
        read_backup(place / left)
    made = make_backup(filled, place).backup
    assert only(place) == [made.path.name]


def test_a_full_disk_leaves_nothing(filled: Path, tmp_path: Path) -> None:
    """The child may write no file larger than the database; the error is that of a full disk's kin."""
    place = tmp_path / "backups"
    program = (
        "import resource, signal, sys; from pathlib import Path; "
        "from factdesk.errors import WarehouseError; "
        "from factdesk.warehouse.full_backups import make_backup; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: make_backup(Path(sys.argv[1]), Path(sys.argv[2]), wait_seconds=0)\n"
        "except WarehouseError as error: print(error)"
    )
    keeper = open_keeper(filled)
    assert keeper is not None
    with keeper:
        said, err = start(program, str(filled), str(place)).communicate()
    assert "free some space" in said, err
    assert only(place) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can only be mounted by root")
def test_a_disk_without_room_leaves_nothing(filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with pytest.raises(WarehouseError, match=r"free some space"):
            make_backup(filled, place / "backups")
        assert only(place / "backups") == []
    finally:
        subprocess.run(["umount", str(place)], check=True)


WRITER = """
import sys
from pathlib import Path
from filled_warehouses import fill
for number in range(12):
    fill(Path(sys.argv[1]), f"essay-{sys.argv[2]}-{number}", page=f"The fare is five pounds. Day {number}.",
         minute=number + 1, publish=number % 3 == 0)
    print(number, flush=True)
"""


def test_backups_beside_writers_are_whole(filled: Path, tmp_path: Path) -> None:
    writer = start(WRITER, str(filled), "a")
    assert writer.stdout is not None
    made = []
    try:
        for _ in range(2):
            writer.stdout.readline()
            made.append(make_backup(filled, tmp_path / "backups").backup)
    finally:
        _, err = writer.communicate()
    assert writer.returncode == 0, err
    for number, one in enumerate(made):
        other = tmp_path / f"other{number}"
        restore_backup(other, one.path)
        assert verify(other).faults == [], number
