from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from factdesk.errors import WarehouseError
from factdesk.model import Source, text_sha256
from factdesk.sources.archive import Archive, ArchivedFetch
from factdesk.sources.verification import verify_archive
from sources.archive_records import FETCH, SNAPSHOT, SOURCE, blobs, fetch_files, keep, spoil


@given(st.binary(max_size=3000))
@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
def test_what_is_put_comes_back(archive: Archive, content: bytes) -> None:
    sha256 = archive.put(content)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert archive.get(sha256) == content
    assert archive.has(sha256)


def test_a_text_is_stored_under_its_own_hash(archive: Archive) -> None:
    assert archive.put_text("“Ünïcode”\n") == text_sha256("“Ünïcode”\n")
    assert archive.get_text(text_sha256("“Ünïcode”\n")) == "“Ünïcode”\n"


def test_the_same_bytes_are_written_once(archive: Archive) -> None:
    archive.put(b"words")
    (blob,) = blobs(archive)
    before = blob.stat()
    archive.put(b"words")
    after = blob.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not before.st_mode & 0o222
    assert blob.parent.name == blob.name[:2]


def test_damage_is_found_and_mended_by_the_same_bytes(archive: Archive) -> None:
    sha256 = archive.put(b"words")
    (blob,) = blobs(archive)
    spoil(blob, b"wards")
    with pytest.raises(WarehouseError, match=r"is damaged; restore it from a backup"):
        archive.get(sha256)
    archive.put(b"words")
    assert archive.get(sha256) == b"words"


def test_what_is_missing_or_no_hash_is_told_in_one_sentence(archive: Archive) -> None:
    with pytest.raises(WarehouseError, match="the archive lacks the blob"):
        archive.get("0" * 64)
    for name in ("../../etc/passwd", "", "G" * 64, "a" * 63):
        with pytest.raises(WarehouseError, match="is no sha256"):
            archive.get(name)
    with pytest.raises(WarehouseError, match="is no text"):
        archive.get_text(archive.put(b"\xff\xfe\xfd"))


def test_an_archive_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot be written"):
        Archive(tmp_path / "file" / "snapshots").put(b"words")


def test_a_fetch_comes_back_as_it_was(archive: Archive) -> None:
    archive.put_fetch(FETCH, SNAPSHOT, SOURCE)
    assert archive.latest_fetch(SOURCE.id) == ArchivedFetch(FETCH, SNAPSHOT, SOURCE)
    (path,) = (archive.folder / "fetches" / str(SOURCE.id)).iterdir()
    assert path.name == "20260304T050607.891234Z.json"


def test_a_fetch_is_there_with_all_that_it_brought(archive: Archive) -> None:
    fetch = keep(archive, "words", more=[b"other words", b"words"])
    assert archive.get(fetch.blob_sha256 or "") == b"words"
    assert len(blobs(archive)) == 2
    assert len(fetch_files(archive)) == 1
    assert not fetch_files(archive)[0].stat().st_mode & 0o222
    assert archive.has_whole(fetch.blob_sha256 or "")
    spoil(archive.folder / "blobs" / (fetch.blob_sha256 or "")[:2] / (fetch.blob_sha256 or ""), b"wards")
    assert not archive.has_whole(fetch.blob_sha256 or "")
    assert list((archive.folder / "unfinished").iterdir()) == []


def test_a_fetch_whose_blob_cannot_be_written_is_not_there(archive: Archive) -> None:
    archive.put(b"words")
    (archive.folder / "blobs" / text_sha256("other")[:2]).write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot be written"):
        keep(archive, "other")
    assert fetch_files(archive) == []
    assert list((archive.folder / "unfinished").iterdir()) == []


def test_the_newest_readable_fetch_is_the_latest(archive: Archive) -> None:
    for days in (2, 0, 1):
        archive.put_fetch(replace(FETCH, fetched_at=FETCH.fetched_at + timedelta(days=days)), None, SOURCE)
    folder = archive.folder / "fetches" / str(SOURCE.id)
    newest = max(folder.iterdir())
    spoil(newest, b'{"fetch": ')
    latest = archive.latest_fetch(SOURCE.id)
    assert latest is not None
    assert latest.fetch.fetched_at == FETCH.fetched_at + timedelta(days=1)
    assert archive.latest_fetch(Source(url="x", url_key="x").id) is None


def test_threads_may_put_the_same_bytes(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as threads:
        hashes = list(threads.map(lambda number: archive.put(b"%d" % (number % 5)), range(80)))
    assert len(set(hashes)) == len(blobs(archive)) == 5
    assert list((archive.folder / "unfinished").iterdir()) == []


WRITER = """
import sys
from pathlib import Path
from factdesk.sources.archive import Archive
from sources.archive_records import keep
archive = Archive(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(100_000):
    fetch = keep(archive, f"{sys.argv[2]} {number} " * 10_000, hours=int(sys.argv[2]) * 1_000 + number)
    print(fetch.blob_sha256, fetch.fetched_at.isoformat(), flush=True)
"""


def test_a_crash_leaves_whole_blobs_or_none(archive: Archive) -> None:
    """kill -9 at odd moments, some of them between the temporary file and its rename."""
    acknowledged: list[list[str]] = []
    for milliseconds in (5, 40, 70, 95, 130):
        command = [sys.executable, "-c", WRITER, str(archive.folder), str(milliseconds)]
        paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(milliseconds / 1000)
            writer.kill()
            lines = writer.stdout.read().split("\n")
            acknowledged += [line.split() for line in lines[:-1]]
    for blob in blobs(archive):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    assert acknowledged
    assert all(archive.has(sha256) for sha256, _ in acknowledged)
    kept = {one.fetch.fetched_at.isoformat(): one.fetch.blob_sha256 for one in archive.fetches(SOURCE.id)}
    assert all(kept[moment] == sha256 for sha256, moment in acknowledged)
    assert all(archive.has(sha256) for sha256 in kept.values() if sha256)
    assert verify_archive(archive.folder, (), lambda *_: None).is_green
    unfinished = len(list((archive.folder / "unfinished").iterdir()))
    archive.put(b"after the crash")
    assert len(list((archive.folder / "unfinished").iterdir())) == unfinished


LATE_WRITER = """
import sys, threading
from pathlib import Path
from factdesk.sources.archive import Archive
from sources.archive_records import keep

def write():
    threading.main_thread().join()
    for number in range(10):
        keep(archive, f"late {number}", hours=number, more=[b"more %d" % number])

archive = Archive(Path(sys.argv[1]))
threading.Thread(target=write).start()
"""


def test_what_a_thread_writes_while_the_program_ends_is_kept(archive: Archive) -> None:
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", LATE_WRITER, str(archive.folder)]
    ended = subprocess.run(command, env=paths, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(fetch_files(archive)) == 10
    assert verify_archive(archive.folder, (), lambda *_: None).faults == []


def test_a_file_left_between_writing_and_renaming_is_not_a_blob(archive: Archive) -> None:
    sha256 = hashlib.sha256(b"words").hexdigest()
    (archive.folder / "unfinished").mkdir(parents=True)
    (archive.folder / "unfinished" / f"{sha256}.0").write_bytes(b"wor")
    assert not archive.has(sha256)
    archive.put(b"words")
    assert archive.get(sha256) == b"words"
    assert [path.name for path in (archive.folder / "unfinished").iterdir()] == [f"{sha256}.0"]
