"""Putting a full backup in the place of what a warehouse holds, or into an empty folder.

All files are copied and hashed beside the warehouse first, and nothing has changed until then. Then what is
there is moved aside, name by name, and the copy is moved in. A stop in the middle of that is made good by the
next keeper: what still lies in the folder of the restore has not been moved yet.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.chain import chain_end, find_chain_break
from factdesk.warehouse.copying import CHUNK_BYTES
from factdesk.warehouse.durable_files import (
    OWNER_ONLY,
    fsync_file,
    fsync_folder,
    make_folder_durably,
    move_durably,
    write_durably,
)
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.inventories import DATABASE, Backup, count_tables, read_backup, read_sums
from factdesk.warehouse.migrate import compare_applied, list_migrations, read_applied
from factdesk.warehouse.opening import first_line, set_logs_aside

RESTORING = ".restoring"
READY = "ready.json"
SHOWN_EVERY = 200
PREFIX = "warehouse/"

DERIVED = ("reports.duckdb", "published.json", "search.sqlite", "search.sqlite-wal", "search.sqlite-shm")
"""Made anew from what is restored; those of before are set aside with the rest."""

REPLACED = (
    *("factdesk.duckdb", "spool", "snapshots", "people.json", "desk-users.json", "holds.jsonl"),
    *("desk-users-log.jsonl", "attempts", *DERIVED),
)
"""What a restore replaces; what the backup has none of is set aside all the same."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup whose copy lies, hashed, beside the warehouse. ``settings`` are its files of settings."""

    backup: Backup
    sums: Mapping[str, str]


def prepare_restore(folder: WarehouseFolder, path: Path, progress: Progress) -> Prepared:
    """Copy a backup's files beside the warehouse and check every one. The caller holds the lock.

    Raises WarehouseError when the backup is damaged, was altered, or cannot be copied (nothing is left of it
    then), and SchemaError when a newer Factdesk made it.
    """
    backup = read_backup(path)
    sums = read_sums(backup)
    if DATABASE not in sums:
        raise WarehouseError(f"the backup {path} holds no database; name another")
    part = folder.root / RESTORING
    finish_restore(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        _require_space(folder.root, backup)
        names = sorted(name for name in sums if name.startswith(PREFIX))
        made: set[Path] = set()
        for done, name in enumerate(names, start=1):
            if done % SHOWN_EVERY == 0 or done == len(names):
                progress("restoring", done, len(names))
            _copy(path / name, part / name.removeprefix(PREFIX), sums[name], made)
        for one in made:
            fsync_folder(one)
        _check_database(part / "factdesk.duckdb", backup)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise WarehouseError(
            f"the backup {path} cannot be copied to {folder.root} ({first_line(error)}); nothing was "
            "changed: free some space or mend the permissions"
        ) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return Prepared(backup, sums)


def _require_space(root: Path, backup: Backup) -> None:
    free = shutil.disk_usage(root).free
    if free < backup.bytes:
        raise WarehouseError(
            f"the backup takes {backup.bytes / 1e6:,.0f} MB and {root} has {free / 1e6:,.0f}; free some space"
        )


def _copy(source: Path, target: Path, expected: str, made: set[Path]) -> None:
    if target.parent not in made:
        target.parent.mkdir(parents=True, exist_ok=True)
        made.add(target.parent)
    digest = sha256()
    try:
        with source.open("rb") as old, target.open("xb") as new:
            while chunk := old.read(CHUNK_BYTES):
                digest.update(chunk)
                new.write(chunk)
    except FileNotFoundError:
        raise WarehouseError(
            f"the backup lacks its file {source}; nothing was changed: name another backup"
        ) from None
    if digest.hexdigest() != expected:
        raise WarehouseError(
            f"the backup's file {source} is damaged or was altered; nothing was changed: name another backup"
        )
    target.chmod(source.stat().st_mode & 0o777)
    fsync_file(target)


def _check_database(database: Path, backup: Backup) -> None:
    """Open the copy and compare its rows and its chain with what the backup says."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            compare_applied(read_applied(connection), list_migrations())
            rows = {name: count for name, count in count_tables(connection).items() if name in backup.rows}
            end, broken = chain_end(connection)[1], find_chain_break(connection)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the database of the backup {backup.path} cannot be read ({first_line(error)}); nothing was "
            "changed: name another backup"
        ) from error
    if rows != dict(backup.rows) or end != backup.chain_sha256:
        raise WarehouseError(
            f"the database of the backup {backup.path} is not the one that was backed up; nothing was "
            "changed: name another backup"
        )
    if broken is not None:
        raise WarehouseError(
            f"the chain of review events in the backup {backup.path} is broken at event {broken}; nothing "
            "was changed: name another backup"
        )


def swap_in(folder: WarehouseFolder) -> Path | None:
    """Move what is there aside and the prepared copy in; return where the old things are, None without any.

    Raises WarehouseError; what was not moved then is moved by the next keeper.
    """
    try:
        set_logs_aside(folder)
        for path in (folder.holds, folder.users_log):
            _keep_later_lines(folder, path)
        _make_ready(folder, folder.root / RESTORING)
        return finish_restore(folder)
    except OSError as error:
        raise _stopped(folder, error) from error


def _keep_later_lines(folder: WarehouseFolder, path: Path) -> None:
    """Holds that came after the backup hold on, and acts on people stay known: lines are only appended."""
    copy = folder.root / RESTORING / path.name
    now = path.read_bytes() if path.exists() else b""
    before = copy.read_bytes() if copy.exists() else b""
    if now and now.startswith(before):
        write_durably(copy, now, OWNER_ONLY)


def put_back(folder: WarehouseFolder, aside: Path) -> Path | None:
    """Move what an earlier restore set aside back in, and what is there aside in its turn.

    Returns where that is. Raises WarehouseError when ``aside`` holds no database.
    """
    if not (aside / "factdesk.duckdb").is_file():
        raise WarehouseError(f"{aside} is neither a backup nor what a restore set aside; name another")
    try:
        set_logs_aside(folder)
        shutil.rmtree(folder.root / RESTORING, ignore_errors=True)
        _make_ready(folder, aside)
        move_durably(aside, folder.root / RESTORING)
        return finish_restore(folder)
    except OSError as error:
        raise _stopped(folder, error) from error


def _stopped(folder: WarehouseFolder, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"the restore in {folder.root} was stopped half way ({first_line(error)}); free some space or mend "
        "the permissions, then run factdesk publish, which ends it"
    )


def _make_ready(folder: WarehouseFolder, part: Path) -> None:
    """Write down what is to be moved; from here on the restore is ended and not undone."""
    aside = f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    names = [name for name in REPLACED if (part / name).exists()]
    body = {"aside": aside, "names": names}
    write_durably(part / READY, json.dumps(body).encode("ascii"))
    make_folder_durably(folder.set_aside)


def finish_restore(folder: WarehouseFolder) -> Path | None:
    """Make the moves of a restore that are left; does nothing where none was begun. Raises OSError."""
    part = folder.root / RESTORING
    if not is_restoring(folder):
        return None
    order = json.loads((part / READY).read_bytes())
    aside = folder.set_aside / str(order["aside"])
    for name in REPLACED:
        is_moved_in = name in order["names"] and not (part / name).exists()
        if not is_moved_in:
            _move_aside(folder.root / name, aside)
        if (part / name).exists():
            move_durably(part / name, folder.root / name)
    (part / READY).unlink()
    shutil.rmtree(part)
    fsync_folder(folder.root)
    return aside if aside.exists() else None


def _move_aside(path: Path, aside: Path) -> None:
    """What came there after a stop goes beside what was moved aside before it."""
    if not path.exists():
        return
    make_folder_durably(aside)
    target = aside / path.name
    while target.exists():
        target = target.with_name(f"{target.name}-later")
    move_durably(path, target)


def is_restoring(folder: WarehouseFolder) -> bool:
    """Whether a restore was stopped half way, after its copy was complete."""
    return (folder.root / RESTORING / READY).exists()
