"""How the archive is: a sample of its blobs hashed anew, and the time of its newest fetch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_FETCH_NAME = "%Y%m%dT%H%M%S.%fZ"

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
    blobs = [Path(entry.path) for folder in _entries(archive / "blobs") for entry in _entries(folder.path)]
    hashed = size = 0
    damaged = []
    for path in choose(blobs, min(most, len(blobs))):
        try:
            size += path.stat().st_size
            if hashed and size > most_bytes:
                break
            if _sha256(path) != path.name:
                damaged.append(path)
        except FileNotFoundError:
            continue
        except OSError:
            damaged.append(path)
        hashed += 1
    return BlobSample(len(blobs), hashed, tuple(damaged))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def newest_fetch_at(archive: Path) -> datetime | None:
    """Return when the newest fetch was made, as its name says; None when there is none.

    Only the folder that was written last is listed.
    """
    sources = _entries(archive / "fetches")
    if not sources:
        return None
    last = max(sources, key=lambda entry: entry.stat().st_mtime)
    moments = [moment for entry in _entries(last.path) if (moment := _moment(entry.name))]
    return max(moments, default=None)


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name.removesuffix(".json"), _FETCH_NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
