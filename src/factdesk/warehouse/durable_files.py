"""Files that are wholly there after a power cut, or not at all.

A new file is written under another name, flushed to the disk, renamed, and then its folder is flushed,
because a rename is only durable when the folder is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600
"""The mode of a file that holds names, secrets or what may not get out."""

OWNER_ONLY_FOLDER = 0o700


def write_durably(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write ``content`` to ``path``, replacing what stood there. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write_flushed(part, content, mode)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def _write_flushed(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def move_durably(old: Path, new: Path) -> None:
    """Rename ``old`` to ``new`` on one file system and flush both folders. Raises OSError."""
    old.replace(new)
    fsync_folder(new.parent)
    if old.parent != new.parent:
        fsync_folder(old.parent)


def make_folder_durably(folder: Path) -> None:
    """Make a folder and its parents, each flushed into the one above. Raises OSError."""
    if folder.is_dir():
        return
    make_folder_durably(folder.parent)
    folder.mkdir(exist_ok=True)
    fsync_folder(folder.parent)


def fsync_file(path: Path) -> None:
    """Flush a file that another has written to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
