"""A backup is whole, a restore loses nothing without a word, and neither works against a keeper."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factdesk.errors import SchemaError, WarehouseError
from factdesk.warehouse.backups import (
    back_up_database,
    list_due_migrations,
    migrate_database,
    restore_database,
)
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import FoldReport, fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from older_databases import LAST_MIGRATION, LAST_MIGRATION_NAME, take_back_last_migration
from small_records import small_essay

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]
ESSAYS = "SELECT essay_title FROM reports.essays ORDER BY 1"
LIMIT = 16_000_000


@pytest.fixture
def folder(warehouse: Path) -> WarehouseFolder:
    return WarehouseFolder(warehouse)


def rows_in(database: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("SELECT title FROM records.essays ORDER BY 1").fetchall()


def test_a_backup_holds_also_what_waited(store: Store, warehouse: Path, folder: WarehouseFolder) -> None:
    store(small_essay("harbour"))
    write_batches(small_essay("quay"), warehouse, LIMIT)
    backup = back_up_database(warehouse)
    assert backup.parent == folder.backups
    assert rows_in(backup) == [("Harbour",), ("Quay",)]


def test_a_backup_goes_where_it_is_wanted_and_replaces_nothing(
    store: Store, warehouse: Path, tmp_path: Path
) -> None:
    store(small_essay())
    target = tmp_path / "new" / "copy.duckdb"
    assert back_up_database(warehouse, target) == target
    assert rows_in(target) == [("Harbour",)]
    with pytest.raises(WarehouseError, match="is there already"):
        back_up_database(warehouse, target)


def test_nothing_stored_is_nothing_to_back_up(warehouse: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing is stored"):
        back_up_database(warehouse)
    assert not warehouse.exists()


def test_a_restore_goes_back_and_keeps_what_it_replaces(store: Store, warehouse: Path, ask: Ask) -> None:
    store(small_essay("harbour"))
    backup = back_up_database(warehouse)
    store(small_essay("quay"), small_essay("pier"))
    done = restore_database(warehouse, backup)
    assert (done.lacking, done.refolded) == (2, 0)
    assert ask(ESSAYS) == [("Harbour",)]
    assert done.set_aside is not None
    assert rows_in(done.set_aside) == [("Harbour",), ("Pier",), ("Quay",)]

    again = restore_database(warehouse, done.set_aside)
    assert again.lacking == 0
    assert ask(ESSAYS) == [("Harbour",), ("Pier",), ("Quay",)]


def test_after_a_restore_work_goes_on(store: Store, warehouse: Path, ask: Ask) -> None:
    store(small_essay("harbour"))
    backup = back_up_database(warehouse)
    store(small_essay("quay"))
    restore_database(warehouse, backup)
    assert store(small_essay("quay"), small_essay("pier")).rejected == 0
    assert ask(ESSAYS) == [("Harbour",), ("Pier",), ("Quay",)]


def test_what_was_folded_and_not_yet_published_comes_back(
    store: Store, warehouse: Path, folder: WarehouseFolder, ask: Ask
) -> None:
    store(small_essay("harbour"))
    backup = back_up_database(warehouse)
    write_batches(small_essay("quay"), warehouse, LIMIT)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        keeper.fold()
    assert len(batch_files(folder.folded)) == 1
    write_batches(small_essay("pier"), warehouse, LIMIT)
    done = restore_database(warehouse, backup)
    assert (done.lacking, done.refolded) == (0, 1)
    assert ask(ESSAYS) == [("Harbour",), ("Pier",), ("Quay",)]


@pytest.mark.parametrize("damage", [b"junk", b""])
def test_a_damaged_database_is_replaced(
    store: Store, warehouse: Path, folder: WarehouseFolder, ask: Ask, damage: bytes
) -> None:
    store(small_essay())
    backup = back_up_database(warehouse)
    folder.database.write_bytes(damage)
    done = restore_database(warehouse, backup)
    assert done.lacking is None
    assert done.set_aside is not None
    assert done.set_aside.read_bytes() == damage
    assert ask(ESSAYS) == [("Harbour",)]


def test_a_missing_database_is_put_back(
    store: Store, warehouse: Path, folder: WarehouseFolder, ask: Ask
) -> None:
    store(small_essay())
    backup = back_up_database(warehouse)
    folder.database.unlink()
    assert restore_database(warehouse, backup).set_aside is None
    assert ask(ESSAYS) == [("Harbour",)]


def test_a_warehouse_is_made_from_a_backup_alone(store: Store, warehouse: Path, tmp_path: Path) -> None:
    store(small_essay())
    backup = back_up_database(warehouse, tmp_path / "copy.duckdb")
    elsewhere = tmp_path / "elsewhere"
    restore_database(elsewhere, backup)
    assert run_query(elsewhere, ESSAYS).rows == [("Harbour",)]


def test_the_published_copy_will_do_as_a_backup(
    store: Store, warehouse: Path, folder: WarehouseFolder, ask: Ask
) -> None:
    store(small_essay("harbour"))
    folder.database.write_bytes(b"junk")
    restore_database(warehouse, folder.published)
    store(small_essay("quay"))
    assert ask(ESSAYS) == [("Harbour",), ("Quay",)]
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        assert connection.execute(ESSAYS).fetchall() == [("Harbour",), ("Quay",)]


def test_what_is_no_backup_changes_nothing(
    store: Store, warehouse: Path, folder: WarehouseFolder, tmp_path: Path, ask: Ask
) -> None:
    store(small_essay())
    text, other = tmp_path / "notes.txt", tmp_path / "other.duckdb"
    text.write_text("notes")
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE one (x INTEGER)")
    live = Path(shutil.copy(folder.database, tmp_path / "live.duckdb"))
    live.with_name("live.duckdb.wal").write_bytes(b"log")
    before = folder.database.read_bytes()
    for path, why in (
        (tmp_path / "nowhere", "is no file"),
        (folder.database, "is the database itself"),
        (text, "damaged or no database of Factdesk"),
        (other, "damaged or no database of Factdesk"),
        (live, "write-ahead log beside it"),
    ):
        with pytest.raises(WarehouseError, match=why):
            restore_database(warehouse, path)
    assert folder.database.read_bytes() == before
    assert not folder.set_aside.exists()


def test_a_backup_of_a_newer_factdesk_is_refused(
    store: Store, warehouse: Path, folder: WarehouseFolder, ask: Ask
) -> None:
    store(small_essay())
    backup = back_up_database(warehouse)
    with duckdb.connect(str(backup)) as connection:
        connection.execute("INSERT INTO keeper.migrations VALUES (9999, 'of_tomorrow', 'x', now())")
    with pytest.raises(SchemaError, match=r"9999 \(of_tomorrow\), made by a newer Factdesk; upgrade"):
        restore_database(warehouse, backup)
    assert ask(ESSAYS) == [("Harbour",)]


def test_a_keeper_is_named_and_left_alone(store: Store, warehouse: Path) -> None:
    store(small_essay())
    backup = back_up_database(warehouse)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        for work in (
            lambda: back_up_database(warehouse, wait_seconds=0.1),
            lambda: restore_database(warehouse, backup, wait_seconds=0.1),
            lambda: list_due_migrations(warehouse, wait_seconds=0.1),
            lambda: migrate_database(warehouse, wait_seconds=0.1),
        ):
            with pytest.raises(WarehouseError, match=r"\(process \d+\) since .* keeps the warehouse"):
                work()
        assert not keeper.publish()


def make_old(folder: WarehouseFolder) -> None:
    """Take the last migration and what it made back: an older database."""
    with duckdb.connect(str(folder.database)) as database:
        take_back_last_migration(database)


def test_an_upgrade_says_what_is_due_and_does_it_behind_one_backup(
    store: Store, warehouse: Path, folder: WarehouseFolder
) -> None:
    store(small_essay())
    assert list_due_migrations(warehouse) == ()
    make_old(folder)
    assert list_due_migrations(warehouse) == (LAST_MIGRATION_NAME,)
    done = migrate_database(warehouse)
    assert done.applied == (LAST_MIGRATION_NAME,)
    assert done.backup is not None
    assert [path.name for path in folder.backups.iterdir()] == [done.backup.name]
    with duckdb.connect(str(done.backup), read_only=True) as old:
        assert old.execute("SELECT count(*) FROM keeper.migrations").fetchall() == [(LAST_MIGRATION - 1,)]
    assert list_due_migrations(warehouse) == ()


def test_an_upgrade_folds_and_publishes_what_waited(store: Store, warehouse: Path, ask: Ask) -> None:
    store(small_essay("harbour"))
    write_batches(small_essay("quay"), warehouse, LIMIT)
    assert migrate_database(warehouse).applied == ()
    assert ask(ESSAYS) == [("Harbour",), ("Quay",)]
    assert fold_and_publish(warehouse).folded == 0


def test_an_upgrade_of_nothing_makes_nothing(warehouse: Path) -> None:
    assert list_due_migrations(warehouse) == ()
    assert migrate_database(warehouse).backup is None
    assert not warehouse.exists()
