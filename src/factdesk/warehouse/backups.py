"""Backups put back, copies of the database alone, and migrating behind one; full backups: `full_backups`.

Whoever calls these becomes the keeper for that time. Every copy is made by a child process, see `copying`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.sources.erasures import read_tombstones
from factdesk.warehouse.copying import copy_in_child
from factdesk.warehouse.durable_files import fsync_folder, make_folder_durably, move_durably
from factdesk.warehouse.erasing_again import erase_again
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.full_restores import Progress, prepare_restore, put_back, swap_in
from factdesk.warehouse.inventories import ABOUT
from factdesk.warehouse.keeper import Keeper, open_keeper
from factdesk.warehouse.locks import KeeperLock, kept_by_another, try_lock
from factdesk.warehouse.migrate import compare_applied, list_migrations, read_applied
from factdesk.warehouse.opening import backup_path, first_line, set_logs_aside

UUID_LENGTH = 36

LOCK_SECONDS = 30.0
"""How long a run that stores its records just now is waited for."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. ``lacking`` counts batches that only the database before has, None when it could
    not be read; ``refolded`` those that came back from the spool; ``set_aside`` is the database before;
    ``erased`` says what had been erased since the backup and was erased again."""

    lacking: int | None
    refolded: int
    set_aside: Path | None
    erased: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Migrated:
    """What an upgrade did to the database; ``backup`` is None when there was no database."""

    backup: Path | None
    applied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Content:
    """What a database file holds: its batches, and the migrations that it lacks."""

    batches: frozenset[str]
    due: tuple[str, ...]


def back_up_database(
    warehouse: Path, target: Path | None = None, *, wait_seconds: float = LOCK_SECONDS
) -> Path:
    """Fold what waits, copy the database to ``target`` (else to backups/) and return the copy.

    Raises WarehouseError when another process keeps the warehouse, there is nothing to copy, ``target`` is
    there already or the copy fails.
    """
    folder = WarehouseFolder(warehouse)
    if target is not None and target.exists():
        raise WarehouseError(f"{target} is there already; name another file with -o")
    if not folder.database.exists() and not batch_files(folder.pending):
        raise WarehouseError(f"nothing is stored in {warehouse} yet; there is nothing to back up")
    keeper = open_keeper(warehouse, wait_seconds=wait_seconds)
    if keeper is None:
        raise kept_by_another(folder.lock)
    with keeper:
        keeper.fold()
        return keeper.back_up("by-hand", target)


def list_due_migrations(warehouse: Path, *, wait_seconds: float = LOCK_SECONDS) -> tuple[str, ...]:
    """Return the names of the migrations that an upgrade would apply; changes nothing.

    Raises WarehouseError (another process keeps the warehouse) and SchemaError (a newer Factdesk made it).
    """
    folder = WarehouseFolder(warehouse)
    if not folder.database.exists():
        return ()
    with _locked(folder, wait_seconds):
        return _read(folder.database).due


def migrate_database(warehouse: Path, *, wait_seconds: float = LOCK_SECONDS) -> Migrated:
    """Back the database up, bring it up to date, fold what waits and publish. Raises WarehouseError."""
    folder = WarehouseFolder(warehouse)
    if not folder.database.exists():
        return Migrated(None, ())
    with _locked(folder, wait_seconds) as lock:
        set_logs_aside(folder)
        due = _read(folder.database).due
        backup = backup_path(folder, "before-upgrade")
        # An older database may lack tables that we would count: that it opens is checked all the same.
        copy_in_child(folder.database, backup, {}, for_readers=False)
        with Keeper(folder, lock, is_backed_up=True) as keeper:
            keeper.fold()
            keeper.publish(now=True)
    return Migrated(backup, due)


def restore_database(warehouse: Path, backup: Path, *, wait_seconds: float = LOCK_SECONDS) -> Restored:
    """Put a backup in the place of the database, which is set aside, and publish it.

    Batches that the database before had and its published copy not yet are folded again from the spool.
    Raises WarehouseError when another process keeps the warehouse, the backup cannot be read, or a newer
    Factdesk made it (SchemaError); the database is then as it was.
    """
    folder = WarehouseFolder(warehouse)
    _check_is_backup(folder, backup)
    with _locked(folder, wait_seconds) as lock:
        kept = _read(backup)
        set_logs_aside(folder)
        before = _read_if_whole(folder.database)
        part = folder.root / ".restored.duckdb.part"
        copy_in_child(backup, part, {}, for_readers=False)
        refolded = _unfold(folder)
        set_aside = _replace(folder, part)
        with Keeper(folder, lock) as keeper:
            keeper.fold()
            keeper.publish(now=True)
    lacking = None if before is None else len(before.batches - kept.batches - refolded)
    return Restored(lacking, len(refolded - kept.batches), set_aside)


def restore_backup(
    warehouse: Path,
    path: Path,
    *,
    wait_seconds: float = LOCK_SECONDS,
    progress: Progress = lambda stage, done, total: None,
) -> Restored:
    """Put a full backup, or what an earlier restore set aside, in the place of all that the warehouse holds.

    All of that is set aside. Raises WarehouseError as `prepare_restore` does (nothing has changed then), and
    when another process keeps the warehouse.
    """
    folder = WarehouseFolder(warehouse)
    with _locked(folder, wait_seconds) as lock:
        is_backup = (path / ABOUT).exists() or path.parent.resolve() != folder.set_aside.resolve()
        if is_backup:
            prepare_restore(folder, path, progress)
        before = _read_if_whole(folder.database)
        waiting = _spooled(folder)
        buried = read_tombstones(folder.root / "snapshots")
        set_aside = swap_in(folder) if is_backup else put_back(folder, path)
        with Keeper(folder, lock) as keeper:
            keeper.fold()
            erased = erase_again(keeper, buried)
            keeper.publish(now=True)
        kept = _read(folder.published).batches
    if before is None and set_aside is not None and (set_aside / folder.database.name).exists():
        return Restored(None, 0, set_aside, erased)
    lacking = (before.batches if before else frozenset()) | waiting
    return Restored(len(lacking - kept), 0, set_aside, erased)


def _spooled(folder: WarehouseFolder) -> frozenset[str]:
    """Return the ids of the batches that are acknowledged and perhaps in no database yet."""
    names = [path.name for path in (*batch_files(folder.pending), *batch_files(folder.claimed))]
    names += [path.name for path in batch_files(folder.folded)]
    return frozenset(name.split(".", 1)[0][-UUID_LENGTH:] for name in names)


def _check_is_backup(folder: WarehouseFolder, backup: Path) -> None:
    if not backup.is_file():
        raise WarehouseError(f"{backup} is no file; the backups of this warehouse lie in {folder.backups}")
    if folder.database.exists() and backup.samefile(folder.database):
        raise WarehouseError(f"{backup} is the database itself; name a backup, as in {folder.backups}")
    if backup.with_name(f"{backup.name}.wal").exists():
        raise WarehouseError(
            f"{backup} has a write-ahead log beside it: it was copied from a database in use; name a copy "
            "that factdesk backup made"
        )


@contextmanager
def _locked(folder: WarehouseFolder, wait_seconds: float) -> Iterator[KeeperLock]:
    lock = try_lock(folder.lock, wait_seconds)
    if lock is None:
        raise kept_by_another(folder.lock)
    with lock:
        yield lock


def _read(path: Path) -> _Content:
    """Read what a database holds. Raises WarehouseError when it is none of ours, SchemaError when newer."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            due = compare_applied(read_applied(connection), list_migrations())
            batches = _read_batches(connection)
    except duckdb.Error as error:
        raise WarehouseError(
            f"{path} is damaged or no database of Factdesk ({first_line(error)}); name another"
        ) from error
    return _Content(batches, tuple(f"{one.number:04}_{one.name}" for one in due))


def _read_batches(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    there = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'keeper' AND table_name = 'batches'"
    ).fetchone()
    if there is None:
        return frozenset()
    rows = connection.execute("SELECT batch_id::VARCHAR FROM keeper.batches").fetchall()
    return frozenset(row[0] for row in rows)


def _read_if_whole(database: Path) -> _Content | None:
    """A database that is damaged, or newer than this Factdesk, is just the one that is replaced."""
    if not database.exists():
        return None
    try:
        return _read(database)
    except WarehouseError:
        return None


def _unfold(folder: WarehouseFolder) -> frozenset[str]:
    """Let batches that are not in the published copy yet be folded again; a known batch adds nothing."""
    ids = set()
    for path in batch_files(folder.folded):
        name = path.name.split("-", 1)[1]
        move_durably(path, folder.pending / name)
        ids.add(name.split(".", 1)[0])
    return frozenset(ids)


def _replace(folder: WarehouseFolder, part: Path) -> Path | None:
    """Put the copy in the database's place; at no moment is there none."""
    if not folder.database.exists():
        move_durably(part, folder.database)
        return None
    make_folder_durably(folder.set_aside)
    kept = folder.set_aside / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.duckdb"
    try:
        os.link(folder.database, kept)
    except OSError:
        folder.database.replace(kept)  # a file system without hard links
    fsync_folder(folder.set_aside)
    move_durably(part, folder.database)
    return kept
