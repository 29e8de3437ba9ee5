"""Opening the database: logs that are not trusted, a first database, migrations and views.

Only the keeper calls this, with the flock in its hands.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.model import uuid7
from factdesk.warehouse.copying import STORAGE_VERSION, copy_in_child
from factdesk.warehouse.durable_files import make_folder_durably, move_durably
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.folding import count_rows
from factdesk.warehouse.memory import MOST_BYTES
from factdesk.warehouse.migrate import apply_migrations, list_migrations
from factdesk.warehouse.standing import bring_standing_up_to_date
from factdesk.warehouse.views import apply_views

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": STORAGE_VERSION,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "checkpoint_threshold": "1GB",
    "memory_limit": f"{MOST_BYTES}B",
}


def open_database(folder: WarehouseFolder, *, is_backed_up: bool = False) -> duckdb.DuckDBPyConnection:
    """Return the database, made or brought up to date; it is backed up before a migration unless it is.

    Raises WarehouseError when it cannot be opened, SchemaError when a newer Factdesk made it.
    """
    try:
        for place in (folder.pending, folder.claimed, folder.folded, folder.rejected):
            make_folder_durably(place)
        set_logs_aside(folder)
        if not folder.database.exists():
            _require_new(folder)
            _create_database(folder)
        connection = duckdb.connect(str(folder.database), config=_CONFIG)
    except (OSError, duckdb.Error) as error:
        said = f"the database {folder.database} cannot be opened ({first_line(error)})"
        raise WarehouseError(f"{said}; {find_mend(folder, error)}") from error
    try:
        _bring_up_to_date(connection, folder, is_backed_up=is_backed_up)
    except (OSError, duckdb.Error) as error:
        connection.close()
        said = f"the database {folder.database} cannot be prepared ({first_line(error)})"
        raise WarehouseError(f"{said}; {find_mend(folder, error)}") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _require_new(folder: WarehouseFolder) -> None:
    """Refuse to begin anew where a database was: the copy made from it would be overwritten."""
    if folder.published.exists() or folder.publication.exists():
        raise WarehouseError(
            f"the database {folder.database} is missing although {folder.published} was made from it; put it "
            "back, or move reports.duckdb and published.json elsewhere to begin anew"
        )


_NOT_WRITABLE = ("permission denied", "read-only", "read only", "no space", "could not write", "too large")


def find_mend(folder: WarehouseFolder, error: Exception) -> str:
    """Return what helps against an error of the database, in words that begin a clause."""
    said = str(error).lower()
    if "could not set lock" in said:
        return f"close the program that has it open, which can read {folder.published} instead"
    if isinstance(error, OSError) or any(words in said for words in _NOT_WRITABLE):
        return "free some space or make the folder writable"
    if folder.backups.is_dir():
        return f"restore a copy from {folder.backups}; batches that wait in the spool are kept"
    if folder.published.is_file():
        return f"put an undamaged copy there; {folder.published} still holds what was published"
    return "put an undamaged copy there, or move it away to begin anew; batches in the spool are kept"


def set_logs_aside(folder: WarehouseFolder) -> None:
    """Move the write-ahead log of a keeper that ended uncleanly away, unread. The caller holds the lock.

    One flipped byte in it makes DuckDB open the database silently with half of its rows.
    """
    for path in folder.root.glob(f"{folder.database.name}.*"):
        if path.name == f"{folder.database.name}.tmp" and path.is_dir():
            shutil.rmtree(path)  # what DuckDB had put there for lack of memory
            continue
        make_folder_durably(folder.set_aside)
        move_durably(path, folder.set_aside / f"{uuid7()}-{path.name}")


def _create_database(folder: WarehouseFolder) -> None:
    """Make the first database under another name, so that a crash leaves none or a whole one."""
    part = folder.root / ".factdesk.duckdb.part"
    for leftover in folder.root.glob(f"{part.name}*"):
        leftover.unlink()
    with duckdb.connect(str(part), config=_CONFIG) as connection:
        apply_migrations(connection, list_migrations())
        connection.execute("CHECKPOINT")
    move_durably(part, folder.database)


def _bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, folder: WarehouseFolder, *, is_backed_up: bool
) -> None:
    def back_up(label: str) -> None:
        rows = count_rows(connection)
        copy_in_child(folder.database, backup_path(folder, label), rows, for_readers=False)

    migrated = apply_migrations(connection, list_migrations(), None if is_backed_up else back_up)
    has_new_views = apply_views(connection, anew=migrated > 0)
    if bring_standing_up_to_date(connection, anew=migrated > 0) or has_new_views:
        connection.execute("CHECKPOINT")


def backup_path(folder: WarehouseFolder, label: str) -> Path:
    """Return where a copy of the database with this label goes."""
    return folder.backups / f"factdesk-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{label}.duckdb"


def first_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__
