"""How the archive is: a sample of its blobs hashed anew, and the time of its newest fetch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from factdesk.sources.archive_files import entries, fetch_moment, file_sha256, list_names

Choose = Callable[[Sequence[Path], int], Sequence[Path]]
"""Chooses so many of the blobs: ``random.sample``."""


@dataclass(frozen=True, slots=True)
class BlobSample:
    """How many blobs there are, how many of them were hashed, and which of these are damaged."""

    there: int
    hashed: int
    damaged: tuple[Path, ...]


def sample_blobs(archive: Path, most: int, most_bytes: int, choose: Choose) -> BlobSample:
    """Hash at most ``most`` blobs, of at most ``most_bytes`` together. One that cannot be read is damaged."""
    blobs = [archive / name for name in list_names(archive, "blobs")]
    hashed = size = 0
    damaged = []
    for path in choose(blobs, min(most, len(blobs))):
        try:
            size += path.stat().st_size
            if hashed and size > most_bytes:
                break
            if file_sha256(path) != path.name:
                damaged.append(path)
        except FileNotFoundError:
            continue
        except OSError:
            damaged.append(path)
        hashed += 1
    return BlobSample(len(blobs), hashed, tuple(damaged))


def newest_fetch_at(archive: Path) -> datetime | None:
    """Return when the newest fetch was made, as its name says; None when there is none.

    Only the folder that was written last is listed.
    """
    sources = entries(archive / "fetches")
    if not sources:
        return None
    last = max(sources, key=lambda entry: entry.stat().st_mtime)
    moments = [moment for entry in entries(last.path) if (moment := fetch_moment(entry.name))]
    return max(moments, default=None)
