"""``factdesk backup`` and ``restore``: a home's data, settings and Prefect's own file, and back."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from factdesk.commands.progress import progress_bars
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.ops.deployment_notes import insist_on_wishes
from factdesk.ops.home_version import note_version
from factdesk.ops.prefect_backups import back_up_prefect, pair_of, restore_prefect
from factdesk.ops.upgrade import require_that_up_is_down
from factdesk.reports.words import count_words

Say = Callable[[str], None]

DATABASE_SUFFIX = ".duckdb"
PREFECT = "prefect.db"
"""Prefect's file in a full backup."""

EXIT_FAILED = 1
MOST_SHOWN = 5


def back_up(home: Home, output: Path | None, *, say: Say) -> int:
    """Back the home up, remove what the settings no longer keep, and say where the backup lies.

    An ``output`` that ends with ``.duckdb`` gets a copy of the database alone. Works while ``factdesk up``
    runs. Returns 1 when archived files are damaged and in no earlier backup. Raises WarehouseError.
    """
    if output is not None and output.suffix == DATABASE_SUFFIX:
        from factdesk.warehouse.backups import back_up_database

        say(f"backup of the database alone: {back_up_database(home.warehouse, output)}")
        return 0
    if output is not None and output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file; name a folder with -o, or a new file that ends with .duckdb")
    from factdesk.warehouse.full_backups import make_backup, note_backup
    from factdesk.warehouse.rotations import KeptBackups, rotate

    with progress_bars() as progress, _extras(home) as extras:
        made = make_backup(home.warehouse, output and output.resolve(), extras=extras, progress=progress)
    one = made.backup
    note_backup(home.warehouse, one)
    say(
        f"backup: {one.path}  {count_words(one.files, 'file')}, {one.bytes / 1e6:,.1f} MB, "
        f"{one.new_bytes / 1e6:,.1f} MB of them new; every hash compared"
    )
    if made.renewed:
        say(f"{count_words(len(made.renewed), 'file')} damaged in the backup before; copied again")
    if one.faults:
        more = f" and {len(one.faults) - MOST_SHOWN} more" if len(one.faults) > MOST_SHOWN else ""
        say(f"NOT in it, for they are damaged (factdesk verify): {', '.join(one.faults[:MOST_SHOWN])}{more}")
        return EXIT_FAILED
    kept = home.settings.backups
    for old in rotate(one.path.parent, KeptBackups(kept.keep_last, kept.keep_daily, kept.keep_weekly)):
        say(f"removed: {old.path}")
    return 0


@contextmanager
def _extras(home: Home) -> Iterator[dict[str, Path]]:
    """Give the files beside the warehouse: those of config/, and a copy of Prefect's."""
    own = home.config_path.parent if home.config_path.is_relative_to(home.root) else None
    files = sorted(path for path in own.rglob("*") if path.is_file()) if own else []
    extras = {f"config/{path.relative_to(home.config_path.parent)}": path for path in files}
    with tempfile.TemporaryDirectory(prefix="factdesk-") as folder:
        kept = back_up_prefect(home, Path(folder) / PREFECT)
        yield extras if kept is None else {**extras, PREFECT: kept}


def restore(home: Home, backup: Path, *, say: Say) -> int:
    """Put a backup in the place of what the home holds: all data, or the database alone.

    What operators paused and resumed since with ``factdesk schedules`` holds all the same.
    Raises UsageError while ``factdesk up`` runs, and WarehouseError.
    """
    require_that_up_is_down(home, "restore")
    if backup.is_dir():
        _restore_all(home, backup, say)
    else:
        _restore_database(home, backup, say)
    note_version(home)
    return 0


def _restore_all(home: Home, backup: Path, say: Say) -> None:
    from factdesk.warehouse.backups import restore_backup

    has_hashes = (backup / "backup.json").is_file()
    with progress_bars() as progress:
        done = restore_backup(home.warehouse, backup, progress=progress)
    how = "every hash compared" if has_hashes else "moved back as it was set aside"
    say(f"restored: {home.warehouse} holds what {backup} held; {how}")
    for line in _lost_lines(done.lacking, done.set_aside):
        say(line)
    for one in done.erased:
        say(f"erased again: {one}")
    if home.warehouse != home.root / "warehouse":
        return  # --warehouse moves the data only
    _restore_settings(home, backup, say)
    if (backup / PREFECT).is_file():
        _restore_prefect(home, backup / PREFECT, say)


def _restore_settings(home: Home, backup: Path, say: Say) -> None:
    """Bring settings back where there are none; those that are there are a person's."""
    for path in sorted((backup / "config").rglob("*")):
        target = home.root / path.relative_to(backup)
        if not path.is_file():
            continue
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            say(f"restored: {target}")
        elif target.read_bytes() != path.read_bytes():
            say(f"kept: {target}; the backup has another: {path}")


def _restore_database(home: Home, backup: Path, say: Say) -> None:
    from factdesk.warehouse.backups import restore_database

    done = restore_database(home.warehouse, backup)
    say(f"restored: {home.warehouse / 'factdesk.duckdb'} is now {backup}")
    for line in _lost_lines(done.lacking, done.set_aside):
        say(line)
    if done.refolded:
        say(f"{count_words(done.refolded, 'newer batch')} came back from the spool")
    if pair_of(backup).is_file():
        _restore_prefect(home, pair_of(backup), say)


def _restore_prefect(home: Home, kept: Path, say: Say) -> None:
    # A schedule that was paused after the backup is active in it.
    insist_on_wishes(home, say)
    aside = restore_prefect(home, kept)
    say(f"restored: Prefect's runs and schedules from {kept.name}" + _aside_words(aside))


def _lost_lines(lacking: int | None, set_aside: Path | None) -> list[str]:
    if set_aside is None:
        return ["there was no database to set aside"]
    back = f"factdesk restore {shlex.quote(str(set_aside))} puts it back"
    if lacking is None:
        return [
            f"the database before cannot be read, nor what the backup lacks of it; it is kept: {set_aside}"
        ]
    if not lacking:
        return [f"the backup lacks nothing that was stored; what was there before is {set_aside}"]
    batches = count_words(lacking, "batch")
    return [f"NOT in the backup: {batches} stored after it; they are in {set_aside}; {back}"]


def _aside_words(aside: Path | None) -> str:
    return f"; those before are {aside}" if aside else ""
