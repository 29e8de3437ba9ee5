"""The names of files in an archive, and what lies there. Nothing is written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

FETCH_NAME_FORM = "%Y%m%dT%H%M%S.%fZ"
UNFINISHED = "unfinished"
"""The folder of files that are being written; what a crash leaves there was never acknowledged."""

TOMBSTONES = "erasures"
"""The folder of what says which files were erased."""

_HEX_DIGITS = frozenset("0123456789abcdef")


def is_sha256(name: str) -> bool:
    """Whether a name is a sha256 as we write it: 64 small hexadecimal digits."""
    return len(name) == 64 and set(name) <= _HEX_DIGITS


def blob_name(sha256: str) -> str:
    """Return the name of a blob below the archive's folder."""
    return f"blobs/{sha256[:2]}/{sha256}"


def fetch_name(source_id: object, fetched_at: datetime) -> str:
    """Return the name of a fetch file below the archive's folder."""
    return f"fetches/{source_id}/{fetched_at.astimezone(UTC).strftime(FETCH_NAME_FORM)}.json"


def fetch_moment(name: str) -> datetime | None:
    """Return when a fetch was made, as the last part of its file's name says; None for another name."""
    try:
        return datetime.strptime(name.removesuffix(".json"), FETCH_NAME_FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def list_names(archive: Path, kind: str) -> Iterator[str]:
    """Yield the names, below the archive's folder, of all files of a kind: ``blobs`` or ``fetches``."""
    for folder in entries(archive / kind):
        if not folder.is_dir(follow_symlinks=False):
            yield f"{kind}/{folder.name}"
            continue
        for entry in entries(folder.path):
            yield f"{kind}/{folder.name}/{entry.name}"


def file_sha256(path: Path) -> str:
    """Return the sha256 (hex) of a file's bytes. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """Return what lies in a folder; nothing when it is not there or may not be read."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
