from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from factdesk.model import text_sha256
from factdesk.sources.archive import Archive
from factdesk.sources.listings import read_listing
from sources.archive_records import blobs, fetch_files, keep


class Calendar:
    """A day that stands until it is moved."""

    def __init__(self, day: int = 1) -> None:
        self.day = day

    def __call__(self) -> date:
        return date(2026, 3, self.day)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def archive(tmp_path: Path, calendar: Calendar) -> Archive:
    return Archive(tmp_path / "snapshots", today=calendar)


def manifest(archive: Archive, day: int) -> Path:
    return archive.folder / "manifests" / f"2026-03-{day:02}.jsonl"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_blob_and_fetch_is_listed_on_the_day_that_it_is_written(
    archive: Archive, calendar: Calendar
) -> None:
    keep(archive, "first")
    calendar.day = 2
    keep(archive, "second", hours=24)
    archive.put_text("an essay")
    first, second = (lines(manifest(archive, day)) for day in (1, 2))
    assert {"blob": text_sha256("first")} in first
    old, new = fetch_files(archive)
    name = new.relative_to(archive.folder).as_posix()
    assert second[1:] == [
        {"blob": text_sha256("second")},
        {"fetch": name, "sha256": hashlib.sha256(new.read_bytes()).hexdigest()},
        {"blob": text_sha256("an essay")},
    ]
    assert old.name in str(first)


def test_each_manifest_holds_the_hash_of_the_one_before(archive: Archive, calendar: Calendar) -> None:
    for calendar.day in (1, 3, 4):
        archive.put(b"%d" % calendar.day)
    heads = [lines(manifest(archive, day))[0] for day in (1, 3, 4)]
    assert heads[0] == {"manifest": "2026-03-01", "before": None, "before_sha256": None}
    for head, day in ((heads[1], 1), (heads[2], 3)):
        closed = hashlib.sha256(manifest(archive, day).read_bytes()).hexdigest()
        assert (head["before"], head["before_sha256"]) == (f"2026-03-{day:02}", closed)
    assert read_listing(archive.folder).faults == []


def test_a_clock_that_goes_back_never_writes_to_a_closed_manifest(
    archive: Archive, calendar: Calendar
) -> None:
    archive.put(b"1")
    calendar.day = 2
    archive.put(b"2")
    closed = manifest(archive, 1).read_bytes()
    calendar.day = 1
    archive.put(b"3")
    (archive.folder / "manifests" / "current").write_text("")
    archive.put(b"4")
    assert manifest(archive, 1).read_bytes() == closed
    assert len(lines(manifest(archive, 2))) == 4
    assert read_listing(archive.folder).faults == []


def test_a_line_that_a_crash_cut_short_is_taken_away_by_the_next_write(archive: Archive) -> None:
    archive.put(b"1")
    whole = manifest(archive, 1).read_bytes()
    manifest(archive, 1).write_bytes(whole + b'{"blob":"12')
    assert read_listing(archive.folder).faults == []
    archive.put(b"2")
    assert manifest(archive, 1).read_bytes() == whole + b'{"blob":"%s"}\n' % text_sha256("2").encode()


def test_an_archive_without_manifests_is_taken_over(archive: Archive, tmp_path: Path) -> None:
    keep(archive, "words")
    archive.put(b"more")
    for path in (archive.folder / "manifests").iterdir():
        path.unlink()
    archive.put(b"new")
    listing = read_listing(archive.folder)
    assert listing.blobs == {path.relative_to(archive.folder).as_posix() for path in blobs(archive)}
    assert set(listing.fetches) == {
        path.relative_to(archive.folder).as_posix() for path in fetch_files(archive)
    }


WRITER = """
import sys
from pathlib import Path
from factdesk.sources.archive import Archive
archive = Archive(Path(sys.argv[1]))
for number in range(25):
    archive.put(b"%s %d" % (sys.argv[2].encode(), number))
"""


def test_threads_and_processes_share_the_manifest(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "snapshots")
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(archive.folder), name]) for name in ("a", "b")
    ]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: archive.put(b"c %d" % number), range(25)))
    assert [writer.wait(60) for writer in writers] == [0, 0]
    (path, *_) = sorted((archive.folder / "manifests").glob("*.jsonl"))
    listed = Counter(line["blob"] for line in lines(path) if "blob" in line)
    assert set(listed) == {path.name for path in blobs(archive)}
    assert len(listed) == 75
    assert read_listing(archive.folder).faults == []
