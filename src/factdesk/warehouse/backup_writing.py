"""Writing the files of a full backup: what the one before has is linked, the rest is copied and hashed."""

from __future__ import annotations

import errno
import hashlib
import os
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from factdesk.warehouse.copying import CHUNK_BYTES, file_sha256
from factdesk.warehouse.durable_files import OWNER_ONLY_FOLDER

SAMPLED_FILES = 500
SAMPLED_BYTES = 268_435_456
"""Of the files shared with the backup before, so many are hashed anew, as far as these bytes go."""


class OtherBytesError(Exception):
    """A file whose bytes are not those that they ought to be."""


class BackupWriter:
    """Fills the folder of a backup. ``before`` is the folder of the one before, ``known`` its hashes."""

    def __init__(self, folder: Path, before: Path | None, known: Mapping[str, str]) -> None:
        self.folder = folder
        self.sums: dict[str, str] = {}
        self.new_bytes = 0
        self._before = before
        self._known = known
        self._linked: list[str] = []
        self._new: list[str] = []
        self._folders: set[Path] = set()

    def knows(self, name: str) -> bool:
        """Whether the backup before has a file of this name."""
        return name in self._known

    def add_bytes(self, name: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file. Raises OSError."""
        path = self._place(name)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        self._note(name, hashlib.sha256(content).hexdigest(), len(content))

    def add_file(self, name: str, source: Path, expected: str | None = None) -> None:
        """Copy a file with its mode. Raises OSError; OtherBytesError when its hash is not ``expected``."""
        path = self._place(name)
        digest, size = hashlib.sha256(), 0
        try:
            with source.open("rb") as old:
                mode = os.fstat(old.fileno()).st_mode & 0o777
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
                with os.fdopen(descriptor, "wb") as new:
                    while chunk := old.read(CHUNK_BYTES):
                        digest.update(chunk)
                        new.write(chunk)
                        size += len(chunk)
            if expected not in (None, digest.hexdigest()):
                raise OtherBytesError(str(source))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._note(name, digest.hexdigest(), size)

    def link(self, name: str) -> bool:
        """Share a file with the backup before; False where that has none, or the disk shares no files."""
        if self._before is None or name not in self._known:
            return False
        try:
            os.link(self._before / name, self._place(name))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
                raise
            return False
        self.sums[name] = self._known[name]
        self._linked.append(name)
        return True

    def adopt(self, name: str) -> None:
        """Take a file that another has written into the folder."""
        path = self.folder / name
        self._note(name, file_sha256(path), path.stat().st_size)

    def drop(self, name: str) -> None:
        """Take a file out again."""
        (self.folder / name).unlink()
        del self.sums[name]
        self._new.remove(name)

    def damaged_links(self) -> list[str]:
        """Hash a sample of the shared files anew; take out those that are damaged and return their names."""
        size = 0
        damaged = []
        for name in random.sample(self._linked, min(SAMPLED_FILES, len(self._linked))):
            path = self.folder / name
            size += path.stat().st_size
            if size > SAMPLED_BYTES:
                break
            if file_sha256(path) != self.sums[name]:
                path.unlink()
                del self.sums[name]
                self._linked.remove(name)
                damaged.append(name)
        return damaged

    def flush_and_read_back(self) -> None:
        """Put all on the disk and hash what was written again, from there. Raises OtherBytesError."""
        os.sync()
        for name in self._new:
            path = self.folder / name
            with path.open("rb") as stream:
                # What the disk has, and not what memory remembers of the writing.
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                if hashlib.file_digest(stream, "sha256").hexdigest() != self.sums[name]:
                    raise OtherBytesError(str(path))

    def size(self) -> int:
        """Return the bytes of all files."""
        return sum((self.folder / name).stat().st_size for name in self.sums)

    def _place(self, name: str) -> Path:
        path = self.folder / name
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
            self._folders.add(path.parent)
        return path

    def _note(self, name: str, sha256: str, size: int) -> None:
        self.sums[name] = sha256
        self.new_bytes += size
        self._new.append(name)


def bytes_of(paths: Iterable[Path]) -> int:
    """Return how many bytes files take; what is gone takes none."""
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
