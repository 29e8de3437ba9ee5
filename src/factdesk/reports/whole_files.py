"""Files that a person asked for: there wholly, or not at all.

A file is written beside its place under another name, flushed and renamed. What stood there before stays
until then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from factdesk.errors import UsageError


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes stand at ``path`` when the block ends, and nowhere if it fails.

    A link is followed. Raises UsageError when the place cannot be written.
    """
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            raise UsageError(f"{path} is no regular file and is not replaced; name another file with -o")
        part = place.with_name(f".{place.name}.{os.getpid()}.part")
        with _removed_on_failure(part):
            with part.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(place)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        raise cannot_write(path, error) from error


@contextmanager
def _removed_on_failure(part: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def make_output_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def cannot_write(path: Path, error: Exception) -> UsageError:
    """Return the error that names a place that cannot be written."""
    why = getattr(error, "strerror", None) or str(error)
    return UsageError(f"{path} cannot be written ({why}); name another place with -o")
