"""The manifests: for each day (UTC) one file that names every blob and fetch that was written on it.

``manifests/2026-03-01.jsonl`` begins with a line that holds the sha256 of the manifest before it, then has
one line a file: ``{"blob": sha256}`` or ``{"fetch": name, "sha256": sha256}``. What is gone is noted in
lines of its own: ``lost``, and ``erased`` with a ``tombstone``. So a file that was removed, or replaced by
another whose name still fits, is noticed, and so is a manifest that was changed afterwards. A manifest never
changes once there is a later one: who appends holds the lock of ``manifests/current``, which names the day
that is written to, and a clock that went back writes to that day on.

Only whole lines count: one that a crash cut short was not acknowledged, and the next write takes it away.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from factdesk.sources.archive_files import UNFINISHED, entries, file_sha256, list_names
from factdesk.sources.whole_files import Draft, flush_folders, make_folder, write_all, written_drafts

SUFFIX = ".jsonl"
CURRENT = "current"
_TAIL_BYTES = 65_536


def blob_entry(blob: str) -> bytes:
    """Return the line that names a blob."""
    return _line({"blob": blob})


def fetch_entry(draft: Draft) -> bytes:
    """Return the line that names a fetch file and its sha256."""
    name = f"fetches/{draft.path.parent.name}/{draft.path.name}"
    return _line({"fetch": name, "sha256": sha256(draft.content).hexdigest()})


def loss_entry(name: str) -> bytes:
    """Return the line by which a person notes that a file is gone."""
    return _line({"lost": name})


def erased_entry(name: str) -> bytes:
    """Return the line by which an erasure notes that it took a file away."""
    return _line({"erased": name})


def tombstone_entry(name: str, of_bytes: str) -> bytes:
    """Return the line that names the tombstone of an erasure and its sha256."""
    return _line({"tombstone": name, "sha256": of_bytes})


def _line(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode("ascii") + b"\n"


def manifest_days(archive: Path) -> list[str]:
    """Return the days that have a manifest, as ``2026-03-01``, the oldest first."""
    names = (entry.name for entry in entries(archive / "manifests"))
    return sorted(name.removesuffix(SUFFIX) for name in names if is_day(name.removesuffix(SUFFIX)))


def is_day(text: str) -> bool:
    """Whether a text is a day as manifests are named by it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def has_begun(archive: Path) -> bool:
    """Whether a manifest has been written, be it still there or not."""
    try:
        return (archive / "manifests" / CURRENT).stat().st_size > 0
    except OSError:
        return False


def manifest_path(archive: Path, day: str) -> Path:
    """Return where the manifest of a day lies."""
    return archive / "manifests" / f"{day}{SUFFIX}"


@dataclass(slots=True)
class _Asked:
    """Lines that a thread wants written, and what became of them."""

    lines: Sequence[bytes]
    is_done: bool = False
    fault: OSError | None = None


class Manifests:
    """Appends to the manifests of one archive; threads and processes may do so at the same time."""

    def __init__(self, archive: Path, today: Callable[[], date]) -> None:
        self._archive = archive
        self._today = today
        self._waiting: list[_Asked] = []
        self._queueing = threading.Lock()
        self._writing = threading.Lock()

    def append(self, lines: Sequence[bytes]) -> None:
        """Append lines to the manifest of the day; they are on disk when this returns. Raises OSError.

        What threads ask for while the disk is busy is written together by the next of them.
        """
        asked = _Asked(lines)
        with self._queueing:
            self._waiting.append(asked)
        with self._writing:
            if not asked.is_done:
                self._write_waiting()
        if asked.fault is not None:
            raise asked.fault

    def _write_waiting(self) -> None:
        with self._queueing:
            group, self._waiting = self._waiting, []
        fault: OSError | None = InterruptedError(errno.EINTR, os.strerror(errno.EINTR))
        try:
            self._write([line for asked in group for line in asked.lines])
            fault = None
        except OSError as error:
            fault = error
        finally:
            for asked in group:
                asked.is_done, asked.fault = True, fault

    def _write(self, lines: Sequence[bytes]) -> None:
        with self._locked() as current:
            path = manifest_path(self._archive, self._day(current))
            manifest = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
            try:
                _append_whole(manifest, b"".join(lines))
            except OSError:
                os.close(manifest)
                raise
        try:
            os.fsync(manifest)  # other processes need not wait for this
        finally:
            os.close(manifest)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        folder = self._archive / "manifests"
        make_folder(folder)
        current = os.open(folder / CURRENT, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(current, fcntl.LOCK_EX)
            yield current
        finally:
            os.close(current)

    def _day(self, current: int) -> str:
        """Return the day to write to, and begin its manifest where there is none."""
        told = os.pread(current, 10, 0).decode("ascii", "replace")
        today = self._today().isoformat()
        if is_day(told) and told >= today and manifest_path(self._archive, told).is_file():
            return told
        days = manifest_days(self._archive)
        day = max([today, *days, *([told] if is_day(told) else [])])
        if not days:
            self._begin(day, None, lost=told if is_day(told) else None)
        # Told before the next is begun: after a crash in between no clock that went back writes to this one.
        os.pwrite(current, day.encode("ascii"), 0)
        if days and day not in days:
            self._begin(day, days[-1])
        return day

    def _begin(self, day: str, before: str | None, lost: str | None = None) -> None:
        """Write the first line of a manifest; the first manifest of all names what is there already.

        ``lost`` is the day of one that was written and is not there any more: the line says so for ever.
        """
        head = {"manifest": day, "before": before or lost, "before_sha256": None}
        lines: list[bytes] = []
        if before is None:
            lines = list(self._entries_there())
        else:
            head["before_sha256"] = _closed_sha256(manifest_path(self._archive, before))
        draft = Draft(manifest_path(self._archive, day), b"".join([_line(head), *lines]))
        with written_drafts([draft], self._archive / UNFINISHED, mode=0o644) as (path,):
            path.replace(draft.path)
            flush_folders([draft.path.parent])

    def _entries_there(self) -> Iterator[bytes]:
        """An archive of a Factdesk that kept no manifests is taken over as it is."""
        for name in list_names(self._archive, "blobs"):
            yield blob_entry(name.rpartition("/")[2])
        for name in list_names(self._archive, "fetches"):
            yield fetch_entry(Draft(self._archive / name, (self._archive / name).read_bytes()))


def _closed_sha256(manifest: Path) -> str:
    """Return the hash of a manifest that nobody appends to any more, flushed, so that it stays the hash."""
    descriptor = os.open(manifest, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return file_sha256(manifest)


def _append_whole(manifest: int, lines: bytes) -> None:
    size = _end_of_lines(manifest)
    try:
        write_all(manifest, lines)
    except OSError:
        os.ftruncate(manifest, size)
        raise


def _end_of_lines(manifest: int) -> int:
    """Return the size of a manifest, after a line that a crash cut short was taken away."""
    size = os.fstat(manifest).st_size
    if size == 0 or os.pread(manifest, 1, size - 1) == b"\n":
        return size
    start = max(0, size - _TAIL_BYTES)
    whole = start + os.pread(manifest, size - start, start).rfind(b"\n") + 1
    os.ftruncate(manifest, whole)
    return whole
