"""Checks of backups, holds and erasures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factdesk.config import Home
from factdesk.errors import WarehouseError
from factdesk.ops.doctor.checks import Check, Finding, nearest_folder, say_age
from factdesk.reports.words import count_words
from factdesk.sources.erasures import read_tombstones
from factdesk.sources.manifests import manifest_days
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.holds import read_holds

DAY_SECONDS = 86_400.0


def check_housekeeping(home: Home, now: datetime) -> Iterator[Check]:
    """Check the last backup and its disk, what was stopped half way, and what is held."""
    folder = WarehouseFolder(home.warehouse)
    yield _check_backup(home, folder, now)
    if (folder.root / ".restoring" / "ready.json").exists():
        yield Check("restore", Finding.FAIL, "one was stopped half way", "factdesk publish ends it")
    if folder.erasing.exists():
        yield Check("erasure", Finding.FAIL, "one was stopped half way", "factdesk publish ends it")
    yield from _check_erased(folder)
    yield from _check_holds(home)


def _check_backup(home: Home, folder: WarehouseFolder, now: datetime) -> Check:
    last = _read_last(folder)
    days = home.settings.backups.warn_after_days
    if last is None:
        return _without_backup(folder, now, days)
    path, made_at = Path(str(last["path"])), datetime.fromisoformat(str(last["made_at"]))
    age = (now - made_at).total_seconds()
    said = f"{say_age(age)} old, {int(last['bytes']) / 1e6:,.1f} MB: {path}"
    if not path.is_dir():
        mend = "factdesk backup makes another; look why this one is gone"
        return Check("backup", Finding.FAIL, f"the last one is not there any more: {path}", mend)
    if int(last["faults"]):
        said = f"{said}; {count_words(int(last['faults']), 'archived file')} damaged and not in it"
        return Check("backup", Finding.WARN, said, "factdesk verify names them and how to mend each")
    if age > days * DAY_SECONDS:
        return Check("backup", Finding.WARN, said, "factdesk backup makes one; let a timer do it each night")
    free = shutil.disk_usage(nearest_folder(path.parent)).free
    if free < int(last["bytes"]):
        said = f"{said}; {free / 1e6:,.1f} MB free there, less than a whole backup"
        mend = "free some space there, keep fewer (keep_daily of [backups]), or name another disk with -o"
        return Check("backup", Finding.WARN, said, mend)
    return Check("backup", Finding.OK, said)


def _read_last(folder: WarehouseFolder) -> dict[str, Any] | None:
    try:
        last: dict[str, Any] = json.loads(folder.last_backup.read_bytes())
        datetime.fromisoformat(str(last["made_at"]))
        return {name: last[name] for name in ("path", "made_at", "bytes", "faults")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _without_backup(folder: WarehouseFolder, now: datetime, days: int) -> Check:
    """A warehouse of some days without one is at risk; the first manifest says how old it is."""
    first = next(iter(manifest_days(folder.root / "snapshots")), None)
    began = datetime.fromisoformat(first).replace(tzinfo=UTC) if first else now
    if (now - began).total_seconds() > (days + 1) * DAY_SECONDS:
        return Check("backup", Finding.WARN, f"there is none, and data since {first}", "factdesk backup")
    return Check("backup", Finding.OK, "none yet; factdesk backup makes one")


def _check_erased(folder: WarehouseFolder) -> Iterator[Check]:
    try:
        erasures = [one for one in read_tombstones(folder.root / "snapshots") if one.kind != "retention"]
    except WarehouseError as error:
        yield Check("erasures", Finding.FAIL, str(error), "put it back from a backup")
        return
    if not erasures:
        return
    last = max(datetime.fromisoformat(one.erased_at) for one in erasures)
    said = f"{len(erasures):,}, the last on {last:%Y-%m-%d}"
    older = _older_copies(folder, last)
    if older:
        said = (
            f"{said}; {count_words(len(older), 'older copy', 'older copies')} may still hold what was erased"
        )
        names = ", ".join(str(one) for one in older[:3])
        yield Check("erasures", Finding.WARN, said, f"remove them when you may: {names}")
        return
    yield Check("erasures", Finding.OK, said)


def _older_copies(folder: WarehouseFolder, last: datetime) -> list[Path]:
    """Return backups and what was set aside from before the last erasure."""
    from factdesk.warehouse.holders import backup_places

    copies = [
        path
        for place in backup_places(folder.root)
        if place.is_dir()
        for path in place.iterdir()
        if not path.name.startswith(".")
    ]
    copies += folder.set_aside.glob("replaced-*")
    return sorted(one for one in copies if one.stat().st_mtime < last.timestamp())


def _check_holds(home: Home) -> Iterator[Check]:
    try:
        holds = read_holds(home.warehouse)
    except WarehouseError as error:
        yield Check("holds", Finding.FAIL, str(error), "put the file back from a backup")
        return
    if holds:
        named = "; ".join(f"{one.kind} {one.target} since {one.at:%Y-%m-%d}" for one in holds[:3])
        said = f"{count_words(len(holds), 'thing')} held: {named}"
        yield Check("holds", Finding.OK, f"{said}; factdesk hold lists all")
