"""Backups of Prefect's own SQLite file: its history of runs, and which schedules an operator paused."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.warehouse.durable_files import fsync_folder, make_folder_durably, move_durably

DATABASE_VARIABLE = "FACTDESK_DATABASE_URL"
"""The environment variable that takes the place of up.database_url, so that no file holds a password."""

_BESIDE = ("", "-wal", "-shm")


def prefect_database(home: Home) -> Path:
    """Return Prefect's SQLite file."""
    return home.prefect_home / "prefect.db"


def has_own_database(home: Home) -> bool:
    """Whether Prefect keeps its records elsewhere than in its SQLite file, as in PostgreSQL."""
    return bool(os.environ.get(DATABASE_VARIABLE) or home.settings.up.database_url)


def pair_of(backup: Path) -> Path:
    """Return where the backup of Prefect's file lies that belongs to a backup of the database.

    >>> pair_of(Path("backups/factdesk-2026-before-upgrade.duckdb")).name
    'prefect-2026-before-upgrade.db'
    """
    return backup.with_name(f"prefect-{backup.stem.removeprefix('factdesk-')}.db")


def back_up_prefect(home: Home, target: Path) -> Path | None:
    """Copy Prefect's file by SQLite's own means, also while a server runs; None when there is none.

    With PostgreSQL there is none to copy. Raises UsageError.
    """
    source = prefect_database(home)
    if not source.is_file() or has_own_database(home):
        return None
    part = target.with_name(f".{target.name}.part")
    try:
        make_folder_durably(target.parent)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
            live.backup(copy)
        move_durably(part, target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{source} cannot be copied to {target} ({error}); free some space") from error
    return target


def restore_prefect(home: Home, backup: Path) -> Path | None:
    """Put a copy in the place of Prefect's file and return where that was set aside, None if there was none.

    No server may run. Raises UsageError when the copy is damaged or cannot be made; nothing has changed then.
    """
    target = prefect_database(home)
    part = target.with_name(".restored.db.part")
    try:
        make_folder_durably(target.parent)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(backup)) as kept, closing(sqlite3.connect(part)) as copy:
            kept.backup(copy)
        aside = _set_aside(target)
        move_durably(part, target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{backup} cannot be put back as {target} ({error}); name another backup") from error
    return aside


def _set_aside(database: Path) -> Path | None:
    """Move the file with its log, which belong together."""
    folder = database.parent / "set-aside"
    aside = folder / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.db"
    if not database.is_file():
        return None
    make_folder_durably(folder)
    for suffix in _BESIDE:
        beside = database.with_name(f"{database.name}{suffix}")
        if beside.is_file():
            beside.replace(aside.with_name(f"{aside.name}{suffix}"))
    fsync_folder(folder)
    return aside
