from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from factdesk.model import text_sha256
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import blob_name, file_sha256
from factdesk.sources.faults import FaultKind
from factdesk.sources.losses import note_losses
from factdesk.sources.verification import BEING_WRITTEN_SECONDS, Need, Verification, verify_archive
from sources.archive_records import blobs, fetch_files, keep, spoil


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three fetches of three days with a text each; the first two manifests are closed."""
    for day, text in enumerate(("first", "second", "third"), start=1):
        made = Archive(tmp_path / "snapshots", today=lambda day=day: date(2026, 3, day))
        keep(made, text, hours=24 * day)
    return made


def verify(archive: Archive, *needs: Need) -> Verification:
    return verify_archive(archive.folder, needs, lambda stage, done, total: None)


def found(archive: Archive, *needs: Need) -> list[tuple[FaultKind, str, bool]]:
    return [(fault.kind, fault.name, fault.is_damage) for fault in verify(archive, *needs).faults]


def place(archive: Archive, text: str) -> Path:
    return archive.folder / blob_name(text_sha256(text))


def grow_old(path: Path) -> None:
    then = time.time() - 2 * BEING_WRITTEN_SECONDS
    os.utime(path, (then, then))


def test_an_archive_as_it_was_written_is_green(archive: Archive) -> None:
    seen: list[tuple[str, int, int]] = []
    verification = verify_archive(archive.folder, (), lambda *told: seen.append(told))
    assert verification.is_green
    assert (verification.blobs, verification.fetches, verification.manifests) == (3, 3, 3)
    assert verification.faults == []
    assert seen == [("fetches", 3, 3), ("blobs", 3, 3)]
    sizes = sum(path.stat().st_size for path in (*blobs(archive), *fetch_files(archive)))
    assert verification.bytes == sizes


def test_an_archive_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert verify(Archive(tmp_path / "none")) == Verification()


def test_an_archive_that_never_had_manifests_is_green_and_says_so(archive: Archive) -> None:
    folder = archive.folder / "manifests"
    for path in folder.glob("*.jsonl"):
        path.unlink()
    assert found(archive) == [(FaultKind.MANIFEST, "manifests", True)]
    (folder / "current").unlink()
    assert found(archive) == [(FaultKind.MANIFEST, "manifests", True)]
    for path in fetch_files(archive):  # an older Factdesk's fetches tell less of themselves
        path.unlink()
    assert found(archive) == [(FaultKind.MANIFEST, "manifests", False)]
    archive.put_text("the next write lists all that is there")
    assert verify(archive).faults == []


def test_manifests_that_were_removed_are_missed_after_the_next_write_too(archive: Archive) -> None:
    for path in (archive.folder / "manifests").glob("*.jsonl"):
        path.unlink()
    archive.put_text("the next write lists all that is there")
    (fault,) = verify(archive).faults
    assert (fault.kind, fault.is_damage) == (FaultKind.MANIFEST, True)
    assert "is missing" in fault.said


def test_one_flipped_byte_is_named(archive: Archive) -> None:
    content = bytearray(place(archive, "second").read_bytes())
    content[2] ^= 1
    spoil(place(archive, "second"), bytes(content))
    assert found(archive) == [(FaultKind.DAMAGED, blob_name(text_sha256("second")), True)]
    archive.put_text("second")
    assert verify(archive).is_green


def test_a_changed_fetch_is_named_although_it_still_reads(archive: Archive) -> None:
    path = fetch_files(archive)[0]
    spoil(path, path.read_bytes().replace(b'"status":"200"', b'"status":"203"'))
    name = path.relative_to(archive.folder).as_posix()
    assert found(archive) == [(FaultKind.DAMAGED, name, True)]
    spoil(path, b"{}")
    assert found(archive) == [(FaultKind.DAMAGED, name, True)]


def remove_blob(archive: Archive) -> Path:
    path = place(archive, "first")
    path.unlink()
    return path


def remove_fetch(archive: Archive) -> Path:
    path = fetch_files(archive)[0]
    path.unlink()
    return path


@pytest.mark.parametrize("remove", [remove_blob, remove_fetch])
def test_what_was_removed_is_named_until_a_person_notes_it(
    archive: Archive, remove: Callable[[Archive], Path]
) -> None:
    name = remove(archive).relative_to(archive.folder).as_posix()
    assert found(archive) == [(FaultKind.MISSING, name, True)]
    noted = note_losses(archive, verify(archive).faults)
    assert [fault.name for fault in noted] == [name]
    assert found(archive) == [(FaultKind.MISSING, name, False)]
    keep(archive, "first", hours=24)
    assert verify(archive).faults == []


def test_a_blob_and_its_line_removed_together_are_missed_by_the_fetch(archive: Archive) -> None:
    place(archive, "third").unlink()
    path = archive.folder / "manifests" / "2026-03-03.jsonl"
    kept = [line for line in path.read_bytes().splitlines(True) if text_sha256("third").encode() not in line]
    path.write_bytes(b"".join(kept))
    (fault,) = verify(archive).faults
    assert (fault.kind, fault.name) == (FaultKind.MISSING, blob_name(text_sha256("third")))
    assert "the fetch of https://example.com/A" in fault.said


def test_what_others_need_and_is_not_there_is_named(archive: Archive) -> None:
    need = Need(blob_name(text_sha256("never kept")), "the essay e")
    (fault,) = verify(archive, need).faults
    assert (fault.name, fault.is_damage) == (need.name, True)
    assert fault.said == "it is not there, and the essay e needs it"


def change_a_line(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"blob":"', b'"blob":"0'))


def cut_a_line(path: Path) -> None:
    path.write_bytes(b"\n".join(path.read_bytes().splitlines()[:-1]) + b"\n")


@pytest.mark.parametrize("tamper", [Path.unlink, change_a_line, cut_a_line])
@pytest.mark.parametrize("day", [1, 2])
def test_a_closed_manifest_that_was_changed_breaks_the_chain(
    archive: Archive, tamper: Callable[[Path], None], day: int
) -> None:
    tamper(archive.folder / "manifests" / f"2026-03-{day:02}.jsonl")
    faults = found(archive)
    assert (FaultKind.MANIFEST, f"manifests/2026-03-{day + 1:02}.jsonl", True) in faults


def test_a_line_of_today_that_cannot_be_read_is_named(archive: Archive) -> None:
    path = archive.folder / "manifests" / "2026-03-03.jsonl"
    path.write_bytes(path.read_bytes().replace(b'{"fetch"', b'["fetch"'))
    kinds = {fault.kind for fault in verify(archive).faults}
    assert FaultKind.MANIFEST in kinds


def test_a_fetch_that_was_slipped_in_is_named(archive: Archive) -> None:
    path = fetch_files(archive)[0]
    forged = path.with_name("20260301T000000.000000Z.json")
    forged.write_bytes(path.read_bytes())
    grow_old(forged)
    name = forged.relative_to(archive.folder).as_posix()
    assert found(archive) == [(FaultKind.DAMAGED, name, True)]
    forged.write_bytes(
        path.read_bytes().replace(b"2026-03-05T05:06:07.891234Z", b"2026-03-01T00:00:00.000000Z")
    )
    grow_old(forged)
    assert found(archive) == [(FaultKind.UNLISTED, name, True)]
    note_losses(archive, verify(archive).faults)
    assert verify(archive).faults == []


def test_a_blob_that_a_stop_left_unlisted_harms_nobody(archive: Archive) -> None:
    path = place(archive, "stopped")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"stopped")
    assert verify(archive).faults == []
    grow_old(path)
    assert found(archive) == [(FaultKind.UNLISTED, blob_name(text_sha256("stopped")), False)]
    assert verify(archive).is_green


def test_a_fetch_that_a_stop_cut_short_harms_nobody(archive: Archive) -> None:
    """As it lies between the manifest and the rename."""
    path = fetch_files(archive)[2]
    path.rename(archive.folder / "unfinished" / f"{path.name}.0123")
    name = path.relative_to(archive.folder).as_posix()
    assert found(archive) == [(FaultKind.UNFINISHED, name, False)]
    spoil(archive.folder / "unfinished" / f"{path.name}.0123", b"cut")
    assert found(archive) == [(FaultKind.MISSING, name, True)]


def test_a_strange_file_is_named(archive: Archive) -> None:
    (archive.folder / "blobs" / "notes.txt").write_text("a hand was here")
    assert found(archive) == [(FaultKind.UNLISTED, "blobs/notes.txt", True)]
    assert note_losses(archive, verify(archive).faults) == []


def test_the_head_is_the_hash_of_the_last_closed_manifest(archive: Archive) -> None:
    closed = archive.folder / "manifests" / "2026-03-02.jsonl"
    assert verify(archive).head == file_sha256(closed)
