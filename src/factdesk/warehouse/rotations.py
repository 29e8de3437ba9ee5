"""Which backups are kept when a new one is made: the last few, and one of each of the last days and weeks.

The newest good backup always stays. Only finished backups are looked at; what else lies in the folder, and
copies of the database alone, are for a person to remove.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from factdesk.errors import WarehouseError
from factdesk.warehouse.durable_files import fsync_folder
from factdesk.warehouse.inventories import Backup, list_backups


@dataclass(frozen=True, slots=True)
class KeptBackups:
    """How many backups are kept: the ``last`` ones, and the newest of so many days and weeks (UTC)."""

    last: int
    daily: int
    weekly: int


def choose_surplus(backups: Sequence[Backup], kept: KeptBackups) -> list[Backup]:
    """Return the backups that need not be kept, the oldest first. A backup with faults counts for no day."""
    by_age = sorted(backups, key=lambda one: one.made_at, reverse=True)
    good = [one for one in by_age if one.is_good]
    stays = {one.path for one in by_age[: kept.last]} | {one.path for one in good[:1]}
    stays |= {one.path for one in _newest_of_each(good, _day_of)[: kept.daily]}
    stays |= {one.path for one in _newest_of_each(good, _week_of)[: kept.weekly]}
    return [one for one in reversed(by_age) if one.path not in stays]


def _newest_of_each(
    newest_first: Sequence[Backup], span_of: Callable[[datetime], tuple[int, ...]]
) -> list[Backup]:
    found: dict[tuple[int, ...], Backup] = {}
    for one in newest_first:
        found.setdefault(span_of(one.made_at), one)
    return list(found.values())


def _day_of(moment: datetime) -> tuple[int, ...]:
    return (moment.year, moment.month, moment.day)


def _week_of(moment: datetime) -> tuple[int, ...]:
    return tuple(moment.isocalendar()[:2])


def rotate(place: Path, kept: KeptBackups) -> list[Backup]:
    """Remove the backups in a folder that need not be kept and return them.

    One that is being removed is no backup any more, so that a stop leaves none that looks whole. Raises
    WarehouseError.
    """
    surplus = choose_surplus(list_backups(place), kept)
    for one in surplus:
        remove_backup(one)
    return surplus


def remove_backup(backup: Backup) -> None:
    """Remove one backup; files that others share with it stay theirs. Raises WarehouseError."""
    doomed = backup.path.with_name(f".removed-{backup.path.name}")
    try:
        backup.path.rename(doomed)
        fsync_folder(doomed.parent)
        shutil.rmtree(doomed)
    except OSError as error:
        raise WarehouseError(
            f"the old backup {backup.path} cannot be removed ({error.strerror}); remove it by hand"
        ) from error
