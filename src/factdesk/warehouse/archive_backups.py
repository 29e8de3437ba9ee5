"""The archive's part of a backup: only what is new is copied, for a file of the archive never changes.

The manifests are copied first, whole lines of them; then what they name, and the blobs that came since. A
fetch that came since is left for the next backup: the copied manifests do not name it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from factdesk.sources.archive_files import TOMBSTONES, is_sha256, list_names
from factdesk.sources.listings import Listing, read_listing
from factdesk.sources.manifests import CURRENT, manifest_days, manifest_path
from factdesk.sources.verification import BEING_WRITTEN_SECONDS
from factdesk.warehouse.backup_writing import BackupWriter, OtherBytesError

SHOWN_EVERY = 200
PREFIX = "warehouse/snapshots/"


@dataclass(frozen=True, slots=True)
class ArchiveAdded:
    """``faults`` are files that are damaged, or cannot be read, and in no backup before; ``renewed`` were
    damaged in the backup before and are copied again."""

    faults: tuple[str, ...]
    renewed: tuple[str, ...]


def add_archive(
    archive: Path, writer: BackupWriter, progress: Callable[[str, int, int], None]
) -> ArchiveAdded:
    """Add the archive in a folder to a backup. Raises OSError when the backup cannot be written."""
    _add_manifests(archive, writer)
    listing = read_listing(writer.folder / PREFIX)
    names = sorted({*_there(archive, listing), *_named(listing)})
    faults: list[str] = []
    renewed: list[str] = []
    for done, name in enumerate(names, start=1):
        if done % SHOWN_EVERY == 0 or done == len(names):
            progress("backing up", done, len(names))
        _add(archive, name, listing, writer, faults)
    for name in writer.damaged_links():
        inner = name.removeprefix(PREFIX)
        _copy(archive, inner, _expected(inner, listing), writer, faults)
        if inner not in faults:
            renewed.append(inner)
    return ArchiveAdded(tuple(faults), tuple(renewed))


def _add_manifests(archive: Path, writer: BackupWriter) -> None:
    with _manifests_at_rest(archive):
        for day in manifest_days(archive):
            content = manifest_path(archive, day).read_bytes()
            writer.add_bytes(f"{PREFIX}manifests/{day}.jsonl", content[: content.rfind(b"\n") + 1])
        with suppress(FileNotFoundError):
            told = (archive / "manifests" / CURRENT).read_bytes()
            writer.add_bytes(f"{PREFIX}manifests/{CURRENT}", told)


@contextmanager
def _manifests_at_rest(archive: Path) -> Iterator[None]:
    try:
        current = os.open(archive / "manifests" / CURRENT, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        fcntl.flock(current, fcntl.LOCK_SH)
        yield
    finally:
        os.close(current)


def _there(archive: Path, listing: Listing) -> Iterator[str]:
    """Yield what lies there, but for fetches that were listed after the manifests were copied."""
    yield from list_names(archive, "blobs")
    yield from (name for name in list_names(archive, TOMBSTONES) if name in listing.tombstones)
    for name in list_names(archive, "fetches"):
        if name in listing.fetches or not listing.read_to or _is_old(archive / name):
            yield name


def _is_old(path: Path) -> bool:
    """A fetch that no manifest names and that nobody wrote just now is a fault that verify tells."""
    try:
        return time.time() - path.stat().st_mtime > BEING_WRITTEN_SECONDS
    except FileNotFoundError:
        return False


def _named(listing: Listing) -> Iterator[str]:
    gone = listing.lost | listing.erased
    return (name for name in listing.names() if name not in gone)


def _expected(name: str, listing: Listing) -> str | None:
    if name.startswith("blobs/"):
        last = name.rpartition("/")[2]
        return last if is_sha256(last) else None
    return listing.fetches.get(name) or listing.tombstones.get(name)


def _add(archive: Path, name: str, listing: Listing, writer: BackupWriter, faults: list[str]) -> None:
    if writer.knows(PREFIX + name) and writer.link(PREFIX + name):
        return
    _copy(archive, name, _expected(name, listing), writer, faults)


def _copy(archive: Path, name: str, expected: str | None, writer: BackupWriter, faults: list[str]) -> None:
    try:
        writer.add_file(PREFIX + name, archive / name, expected)
    except FileNotFoundError:
        # It is listed and was never placed, or verify says that it is missing: nothing is lost by a backup.
        return
    except (PermissionError, IsADirectoryError, OtherBytesError):
        faults.append(name)
