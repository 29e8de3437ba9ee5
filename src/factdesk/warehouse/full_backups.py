"""A full backup: database, waiting batches, archive, people, holds, erasures and settings in one folder.

What it needs is copied in an order in which nothing can be missed while others write: the spool and the
database first, then the manifests of the archive, then its files. So the archive has all that the records
rest on. Where another process keeps the database, the published copy and the batches that it lacks take its
place. The folder has another name until its inventory is on the disk: nothing half looks whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import duckdb

from factdesk import __version__
from factdesk.errors import WarehouseError
from factdesk.warehouse.archive_backups import add_archive
from factdesk.warehouse.backup_writing import BackupWriter, OtherBytesError
from factdesk.warehouse.chain import chain_end
from factdesk.warehouse.copying import copy_in_child
from factdesk.warehouse.durable_files import (
    OWNER_ONLY_FOLDER,
    fsync_folder,
    make_folder_durably,
    write_durably,
)
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.inventories import (
    DATABASE,
    Backup,
    count_tables,
    list_backups,
    read_sums,
    sums_text,
    write_inventory,
)
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.locks import kept_by_another, lock_holder, try_lock
from factdesk.warehouse.opening import first_line
from factdesk.warehouse.publish import read_publication

WAIT_SECONDS = 10.0
"""How long a run that stores its records just now is waited for, before the published copy is taken."""

COPY_TRIES = 5
"""The published copy may be replaced while it is copied; it is so at most every few seconds."""

Progress = Callable[[str, int, int], None]
Extras = Mapping[str, Path]
"""Name in the backup -> a file beside the warehouse: settings."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and the archived files that are damaged in the backup before."""

    backup: Backup
    renewed: tuple[str, ...]


def make_backup(
    warehouse: Path,
    place: Path | None = None,
    *,
    extras: Extras | None = None,
    label: str = "by-hand",
    wait_seconds: float = WAIT_SECONDS,
    progress: Progress = lambda stage, done, total: None,
) -> Made:
    """Make a full backup in the folder ``place`` (else backups/) and return it. Flows may run meanwhile.

    Raises WarehouseError when there is nothing to back up, another backup is being made there, or it cannot
    be written; nothing of it is left then.
    """
    folder = WarehouseFolder(warehouse)
    place = place or folder.backups
    if not (folder.database.exists() or folder.published.exists() or batch_files(folder.pending)):
        raise WarehouseError(f"nothing is stored in {warehouse} yet; there is nothing to back up")
    with _only_backup(place):
        made_at = datetime.now(UTC)
        path = place / f"factdesk-{made_at:%Y%m%dT%H%M%S.%fZ}-{label}"
        part = path.with_name(f".{path.name}.part")
        try:
            part.mkdir(mode=OWNER_ONLY_FOLDER)
            return _fill(folder, part, path, made_at, label, extras or {}, wait_seconds, progress)
        except (OSError, duckdb.Error) as error:
            raise WarehouseError(
                f"the backup {path} cannot be written ({first_line(error)}); nothing of it was kept: free "
                "some space or mend the permissions, or name another folder with -o"
            ) from error
        except OtherBytesError as error:
            raise WarehouseError(
                f"the backup's file {error} reads back with other bytes than were written; check the disk"
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _only_backup(place: Path) -> Iterator[None]:
    """Hold the lock of a folder of backups, and clear what a stop left in it."""
    try:
        make_folder_durably(place)
    except OSError as error:
        raise WarehouseError(
            f"the folder {place} cannot be made ({error.strerror}); name another with -o"
        ) from error
    lock = try_lock(place / ".lock")
    if lock is None:
        holder = lock_holder(place / ".lock") or "another process"
        raise WarehouseError(f"{holder} makes a backup in {place}; wait for it to end")
    with lock:
        for pattern in (".*.part", ".removed-*"):
            for left in place.glob(pattern):
                shutil.rmtree(left, ignore_errors=True)
        yield


def _fill(
    folder: WarehouseFolder,
    part: Path,
    path: Path,
    made_at: datetime,
    label: str,
    extras: Extras,
    wait_seconds: float,
    progress: Progress,
) -> Made:
    before = next(iter(reversed(list_backups(path.parent))), None)
    writer = BackupWriter(part, before.path if before else None, read_sums(before) if before else {})
    database_from = _add_records(folder, writer, wait_seconds)
    rows, chain = _look_into(part / DATABASE)
    _add_beside(folder, writer, extras)
    found = add_archive(folder.root / "snapshots", writer, progress)
    writer.flush_and_read_back()
    backup = Backup(
        path=path,
        made_at=made_at,
        label=label,
        factdesk=__version__,
        database_from=database_from,
        rows=rows,
        chain_sha256=chain,
        files=len(writer.sums),
        bytes=writer.size(),
        new_bytes=writer.new_bytes,
        faults=found.faults,
        sums_sha256=sha256(sums_text(writer.sums)).hexdigest(),
    )
    write_inventory(backup, part, writer.sums)
    part.rename(path)
    fsync_folder(path.parent)
    return Made(backup, found.renewed)


def _add_records(folder: WarehouseFolder, writer: BackupWriter, wait_seconds: float) -> str:
    """Add the database and the batches that it lacks; return where it came from."""
    target = writer.folder / DATABASE
    target.parent.mkdir(mode=OWNER_ONLY_FOLDER)
    keeper = open_keeper(folder.root, wait_seconds=wait_seconds)
    if keeper is not None:
        with keeper:
            keeper.fold()
            keeper.back_up("full", target)
            _add_batches(folder.pending, "pending", writer)
        writer.adopt(DATABASE)
        return "keeper"
    if not folder.published.exists():
        raise kept_by_another(folder.lock)
    # In the order in which batches move on: one that is gone by then is in the copy that is taken last.
    for place, name in ((folder.pending, "pending"), (folder.claimed, "claimed"), (folder.folded, "claimed")):
        _add_batches(place, name, writer)
    _drop_doubles(writer)
    _copy_published(folder, target)
    writer.adopt(DATABASE)
    return "published copy"


def _add_batches(place: Path, name: str, writer: BackupWriter) -> None:
    for path in batch_files(place):
        target = f"warehouse/spool/{name}/{path.name}"
        if target not in writer.sums:
            with suppress(FileNotFoundError):
                writer.add_file(target, path)


def _drop_doubles(writer: BackupWriter) -> None:
    """A batch that was claimed while we looked was met twice; the name with a sequence says more."""
    claimed = {name.rpartition("/")[2].split("-", 1)[1] for name in writer.sums if "/claimed/" in name}
    for name in [one for one in writer.sums if "/pending/" in one]:
        if name.rpartition("/")[2] in claimed:
            writer.drop(name)


def _copy_published(folder: WarehouseFolder, target: Path) -> None:
    for _ in range(COPY_TRIES):
        made = copy_in_child(folder.published, target, {}, for_readers=False)
        publication = read_publication(folder)
        if publication is not None and publication.sha256 == made.sha256:
            return
    raise WarehouseError(
        f"the published copy {folder.published} is not what was published; run factdesk publish, then again"
    )


def _look_into(database: Path) -> tuple[dict[str, int], str]:
    """Return the rows of each table and the end of the chain of review events."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return count_tables(connection), chain_end(connection)[1]


def _add_beside(folder: WarehouseFolder, writer: BackupWriter, extras: Extras) -> None:
    for path in folder.kept_beside():
        with suppress(FileNotFoundError):
            writer.add_file(f"warehouse/{path.relative_to(folder.root)}", path)
    for name, path in extras.items():
        with suppress(FileNotFoundError):
            writer.add_file(name, path)


def _places_before(path: Path) -> list[str]:
    try:
        return [str(one) for one in json.loads(path.read_bytes())["places"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def note_backup(warehouse: Path, backup: Backup) -> None:
    """Write down where the last backup of a warehouse lies, for doctor. Raises WarehouseError."""
    path = WarehouseFolder(warehouse).last_backup
    body = {
        "path": str(backup.path),
        "made_at": backup.made_at.isoformat(),
        "bytes": backup.bytes,
        "faults": len(backup.faults),
        "places": sorted({str(backup.path.parent), *_places_before(path)}),
    }
    try:
        write_durably(path, json.dumps(body).encode("utf-8"))
    except OSError as error:
        raise WarehouseError(
            f"{path} cannot be written ({error.strerror}), though the backup {backup.path} is whole; mend "
            "its permissions"
        ) from error
