"""What a stop left unfinished goes away when it is stale, and verifying stays green."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import UNFINISHED
from factdesk.sources.leftovers import STALE_SECONDS, clear_leftovers, find_leftovers
from factdesk.sources.verification import verify_archive
from sources.archive_records import blobs, fetch_files, keep


def leave(archive: Archive, path: Path, age_seconds: float) -> Path:
    """Leave a file unfinished as a stop between writing and placing does."""
    folder = archive.folder / UNFINISHED
    folder.mkdir(exist_ok=True)
    left = folder / f"{path.name}.0123456789abcdef0123456789abcdef"
    shutil.copy(path, left)
    then = time.time() - age_seconds
    os.utime(left, (then, then))
    return left


def test_only_what_is_stale_goes(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    keep(archive, "first")
    old, young = (leave(archive, blobs(archive)[0], age) for age in (2 * STALE_SECONDS, 10.0))
    young = young.rename(young.with_name("young"))
    shutil.copy2(young, old)
    os.utime(old, (1.0, 1.0))
    assert find_leftovers(archive.folder).paths == (old,)
    cleared = clear_leftovers(archive.folder)
    assert (cleared.paths, cleared.bytes) == ((old,), len(b"first"))
    assert list((archive.folder / UNFINISHED).iterdir()) == [young]
    assert clear_leftovers(archive.folder).paths == ()


def test_a_listed_fetch_that_was_never_placed_is_not_missed_afterwards(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    keep(archive, "first")
    keep(archive, "second", hours=1)
    (_, second) = fetch_files(archive)
    left = leave(archive, second, 2 * STALE_SECONDS)
    second.unlink()
    clear_leftovers(archive.folder)
    assert not left.exists()
    found = verify_archive(archive.folder, (), lambda stage, done, total: None)
    assert found.is_green
    assert [fault.said for fault in found.faults] == ["it is gone, as a person has noted"]


def test_an_archive_without_leftovers_has_nothing_to_clear(tmp_path: Path) -> None:
    assert clear_leftovers(tmp_path / "nowhere").paths == ()
