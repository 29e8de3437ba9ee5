"""Files whose writing a stop cut short: nobody was told that they are there, and they are of no use."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from factdesk.errors import ArchiveError
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import UNFINISHED, entries, file_sha256
from factdesk.sources.listings import Listing, read_listing
from factdesk.sources.manifests import loss_entry

STALE_SECONDS = 86_400.0
"""A file is written and placed within seconds; one that nobody has touched for a day was left behind."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """The stale files below ``unfinished/``, and how many bytes they take."""

    paths: tuple[Path, ...]
    bytes: int


def find_leftovers(archive: Path, stale_seconds: float = STALE_SECONDS) -> Leftovers:
    """Return what lies unfinished for so long; what vanishes meanwhile was being written."""
    paths: list[Path] = []
    size = 0
    for entry in entries(archive / UNFINISHED):
        try:
            state = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if entry.is_file(follow_symlinks=False) and time.time() - state.st_mtime > stale_seconds:
            paths.append(Path(entry.path))
            size += state.st_size
    return Leftovers(tuple(sorted(paths)), size)


def clear_leftovers(archive: Path, stale_seconds: float = STALE_SECONDS) -> Leftovers:
    """Remove what lies unfinished for so long and return it.

    A fetch that was listed and not placed is put on record as lost first, so that nobody misses it later.
    Raises ArchiveError.
    """
    found = find_leftovers(archive, stale_seconds)
    lost = _listed_only(archive, found.paths)
    if lost:
        Archive(archive).list_in_manifest([loss_entry(name) for name in lost])
    try:
        for path in found.paths:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"{archive / UNFINISHED} cannot be cleared ({error.strerror}); mend its permissions"
        ) from error
    return found


def _listed_only(archive: Path, drafts: Sequence[Path]) -> list[str]:
    """Return the fetches that are listed, lie among the drafts, and nowhere else."""
    if not any(".json." in path.name for path in drafts):
        return []
    listing = read_listing(archive)
    names = _fetches_by_file(listing)
    lost = {
        name
        for path in drafts
        for name in names.get(path.name.rpartition(".")[0], ())
        if not (archive / name).exists() and listing.fetches[name] == file_sha256(path)
    }
    return sorted(lost)


def _fetches_by_file(listing: Listing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in listing.fetches:
        if name not in listing.lost:
            found.setdefault(name.rpartition("/")[2], []).append(name)
    return found
