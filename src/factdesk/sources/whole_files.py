"""Files that are wholly there after a crash, or not at all; several of them for hardly more than one.

A file is written under another name, flushed to the disk and renamed, and its folder is flushed, because a
rename is only durable when the folder is. A flush is nearly all that this costs, and the disk answers many
that are asked for at the same time in the time of one: so what may be flushed together is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

_READ_ONLY = 0o444

FLUSHES_AT_ONCE = 8
"""Threads that wait for the disk, in a process: as many as one fetch has files and folders to flush."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is to be: where, and its bytes."""

    path: Path
    content: bytes


@contextmanager
def written_drafts(
    drafts: Sequence[Draft], unfinished: Path, *, mode: int = _READ_ONLY
) -> Iterator[list[Path]]:
    """Write drafts into the folder ``unfinished`` and flush them; give their paths there, in order.

    Their folders are made. Who places one takes it out of the list; those left at the end are removed. Raises
    OSError.
    """
    for folder in {unfinished, *(draft.path.parent for draft in drafts)} if drafts else ():
        make_folder(folder)
    paths = [unfinished / f"{draft.path.name}.{uuid4().hex}" for draft in drafts]
    opened: list[int] = []
    try:
        for path, draft in zip(paths, drafts, strict=True):
            opened.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
            write_all(opened[-1], draft.content)
        flush_together(opened)
        yield paths
    finally:
        for descriptor in opened:
            os.close(descriptor)
        for path in paths:
            path.unlink(missing_ok=True)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all bytes, however many calls that takes. Raises OSError."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def open_folder(folder: Path) -> int:
    """Return a descriptor of a folder, by which it is flushed. Raises OSError."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def flush_together(descriptors: Sequence[int], meanwhile: Callable[[], None] | None = None) -> None:
    """Flush files and folders to the disk, at the same time, and do what ``meanwhile`` does.

    Without that the caller flushes the first. Raises OSError when any could not be flushed.
    """
    mine = meanwhile or (partial(os.fsync, descriptors[0]) if descriptors else None)
    others = descriptors if meanwhile else descriptors[1:]
    waiting = [_begin_flush(one) for one in others]
    try:
        if mine is not None:
            mine()
    finally:
        faults = [fault for one in waiting if (fault := one.exception()) is not None]
    if faults:
        raise faults[0]


def _begin_flush(descriptor: int) -> Future[None]:
    try:
        return _flushers(os.getpid()).submit(os.fsync, descriptor)
    except (
        RuntimeError
    ):  # the interpreter is ending and begins no more work elsewhere; what we began ends whole
        done: Future[None] = Future()
        os.fsync(descriptor)
        done.set_result(None)
        return done


@cache
def _flushers(_process: int) -> ThreadPoolExecutor:
    """A process of its own threads: those of a parent do not live on in a fork."""
    return ThreadPoolExecutor(FLUSHES_AT_ONCE, thread_name_prefix="flush")


def flush_folders(folders: Iterable[Path], meanwhile: Callable[[], None] | None = None) -> None:
    """Flush the names in folders, all at the same time as ``meanwhile`` is done. Raises OSError."""
    opened: list[int] = []
    try:
        for folder in set(folders):
            opened.append(open_folder(folder))
        flush_together(opened, meanwhile)
    finally:
        for descriptor in opened:
            os.close(descriptor)


_making = threading.Lock()


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each flushed into the folder that holds it. Raises OSError.

    One thread at a time, so that nobody takes a folder for durable that another has only just made.
    """
    with _making:
        _make_folder(folder)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folders([folder.parent])
