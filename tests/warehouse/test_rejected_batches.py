from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from factdesk.model import Verdict, canonical_json, to_json, uuid7
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.headers import MAX_BATCH_BYTES
from factdesk.warehouse.health import read_health
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.loading import load_records
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import Review, judge, make_claim, make_essay, make_mention, make_version, small_essay
from warehouse_processes import count_rows

LIMIT = 16_000_000


def alter(line: int, old: bytes, new: bytes) -> Callable[[list[bytes]], None]:
    def change(lines: list[bytes]) -> None:
        assert old in lines[line]
        lines[line] = lines[line].replace(old, new)

    return change


BROKEN: dict[str, tuple[Callable[[list[bytes]], None], str]] = {
    "no header": (lambda lines: lines.pop(0), "not a batch header"),
    "not JSON": (alter(0, b"{", b"["), "not a batch header"),
    "a record altered": (alter(1, b"harbour", b"harvest"), "altered or cut off"),
    "cut off": (lambda lines: lines.pop(), "altered or cut off"),
    "future schema": (alter(0, b'"schema":"4"', b'"schema":"5"'), "schema version 5 is newer than 4"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_batch_is_rejected_with_its_reason_and_blocks_nobody(warehouse: Path, name: str) -> None:
    change, reason = BROKEN[name]
    (broken,) = write_batches(small_essay(), warehouse, LIMIT)
    path = WarehouseFolder(warehouse).pending / f"{broken}.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    change(lines)
    path.write_bytes(b"".join(lines))
    write_batches(small_essay("pier"), warehouse, LIMIT)

    report = fold_and_publish(warehouse)

    assert (report.folded, report.rejected, report.waiting) == (1, 1, 0)
    rejected = WarehouseFolder(warehouse).rejected
    assert (rejected / path.name).read_bytes() == b"".join(lines)
    assert reason in (rejected / f"{path.name}.reason").read_text()
    assert count_rows(warehouse)["essays"] == 1


@pytest.mark.parametrize("part", ["batch", "records", "sha256", "counts", "seal"])
def test_a_header_with_one_other_bit_is_refused(warehouse: Path, part: str) -> None:
    (batch,) = write_batches(small_essay(), warehouse, LIMIT)
    path = WarehouseFolder(warehouse).pending / f"{batch}.ndjson"
    content = bytearray(path.read_bytes())
    at = content.index(f'"{part}":'.encode()) + len(part) + 5
    content[at] ^= 1
    path.write_bytes(content)
    report = fold_and_publish(warehouse)
    assert (report.folded, report.rejected, report.waiting) == (0, 1, 0)


def test_a_batch_without_a_seal_of_an_older_factdesk_is_folded(warehouse: Path) -> None:
    essay = make_essay()
    line = {"record": "Essay", "id": essay.id, "body": to_json(essay), "body_sha256": "0" * 64}
    write_batch(warehouse, 4, {"Essay": 1}, canonical_json(line) + "\n")
    assert fold_and_publish(warehouse).rejected == 0


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to nothing"])
def test_what_is_no_file_is_set_aside_and_blocks_nobody(warehouse: Path, kind: str) -> None:
    write_batches(small_essay(), warehouse, LIMIT)
    odd = WarehouseFolder(warehouse).pending / "odd.ndjson"
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "folder":
        odd.mkdir()
    else:
        odd.symlink_to(warehouse / "nothing.ndjson")
    report = fold_and_publish(warehouse)
    assert (report.folded, report.rejected, report.waiting) == (1, 1, 0)
    (one,) = read_health(warehouse).rejected
    assert (one.reason, one.mend) == (
        "it is no plain file",
        "move it away; the spool holds batches alone",
    )


def test_a_batch_over_the_size_is_refused_and_says_how_large_one_may_be(warehouse: Path) -> None:
    (batch,) = write_batches(small_essay(), warehouse, LIMIT)
    os.truncate(WarehouseFolder(warehouse).pending / f"{batch}.ndjson", MAX_BATCH_BYTES + 1)
    write_batches([make_essay()], warehouse, LIMIT)
    report = fold_and_publish(warehouse)
    assert (report.folded, report.rejected) == (1, 1)
    (one,) = read_health(warehouse).rejected
    assert one.reason.endswith(f"bytes and a batch at most {MAX_BATCH_BYTES}")
    assert "smaller batches" in one.mend


def test_a_batch_of_a_newer_factdesk_comes_back_after_the_upgrade(warehouse: Path) -> None:
    """The mend of the reason: move it back to spool/pending."""
    (batch,) = write_batches(small_essay(), warehouse, LIMIT)
    folder = WarehouseFolder(warehouse)
    path = folder.pending / f"{batch}.ndjson"
    ours = path.read_bytes()
    path.write_bytes(ours.replace(b'"schema":"4"', b'"schema":"9"', 1))
    assert fold_and_publish(warehouse).rejected == 1
    (one,) = read_health(warehouse).rejected
    assert one.mend == "upgrade Factdesk, then move it back to spool/pending"
    one.path.unlink()
    path.write_bytes(ours)
    assert fold_and_publish(warehouse).folded == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"title": "x"}, "do not fit"),
        ({"essay_key": None}, "do not fit"),
        ({"published_on": "yesterday"}, "do not fit"),
    ],
)
def test_a_record_that_does_not_fit_refuses_its_batch(
    warehouse: Path, body: dict[str, str | None], reason: str
) -> None:

    essay = make_essay()
    whole = to_json(essay)
    new = {**whole, **body} if body != {"title": "x"} else {"title": "x"}
    line = canonical_json({"record": "Essay", "id": essay.id, "body": new, "body_sha256": "0" * 64}) + "\n"
    header = {
        "batch": uuid7(), "schema": 1, "counts": {"Essay": 1}, "keys": {},
        "sha256": hashlib.sha256(line.encode()).hexdigest(),
    }  # fmt: skip
    folder = WarehouseFolder(warehouse)
    write_batches([make_essay("pier")], warehouse, LIMIT)
    (folder.pending / f"{header['batch']}.ndjson").write_text(canonical_json(header) + "\n" + line)
    report = fold_and_publish(warehouse)
    assert (report.folded, report.rejected) == (1, 1)
    (said,) = folder.rejected.glob("*.reason")
    assert reason in said.read_text()


def test_a_batch_that_an_older_factdesk_left_in_the_spool_is_folded(warehouse: Path) -> None:
    essay = make_essay()
    mention = make_mention(make_claim(essay, "five pounds"), make_version(essay, "five pounds."))
    body = to_json(mention)
    del body["locator"]
    line = {"record": "Mention", "id": mention.id, "body": body, "body_sha256": "0" * 64}
    write_batch(warehouse, 1, {"Mention": 1}, canonical_json(line) + "\n")
    assert fold_and_publish(warehouse).rejected == 0
    asked = run_query(warehouse, "SELECT sentence, locator FROM records.mentions")
    assert asked.rows == [("five pounds.", None)]


def test_a_verdict_of_an_older_factdesk_is_folded_and_read_with_no_notes(warehouse: Path) -> None:
    verdict = judge(make_claim(make_essay(), "five pounds")).verdict
    body = {name: value for name, value in to_json(verdict).items() if name not in ("notes", "unsupported")}
    line = {"record": "Verdict", "id": verdict.id, "body": body, "body_sha256": "0" * 64}
    write_batch(warehouse, 3, {"Verdict": 1}, canonical_json(line) + "\n")
    assert fold_and_publish(warehouse).rejected == 0
    with open_known(warehouse) as known:
        assert load_records(known, Verdict, [verdict.id]) == {verdict.id: verdict}


def test_a_batch_of_now_must_have_every_field(warehouse: Path) -> None:
    essay = make_essay()
    mention = make_mention(make_claim(essay, "five pounds"), make_version(essay, "five pounds."))
    body = to_json(mention)
    del body["locator"]
    line = {"record": "Mention", "id": mention.id, "body": body, "body_sha256": "0" * 64}
    write_batch(warehouse, 2, {"Mention": 1}, canonical_json(line) + "\n")
    assert fold_and_publish(warehouse).rejected == 1


def write_batch(warehouse: Path, schema: int, counts: dict[str, int], lines: str) -> None:
    """Put a batch of a version of the schema into the spool."""
    header = {
        "batch": uuid7(), "schema": schema, "counts": counts, "keys": {},
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }  # fmt: skip
    pending = WarehouseFolder(warehouse).pending
    pending.mkdir(parents=True, exist_ok=True)
    (pending / f"{header['batch']}.ndjson").write_text(canonical_json(header) + "\n" + lines)


def test_a_review_event_that_changes_its_words_is_refused(warehouse: Path) -> None:
    claim = make_claim(make_essay(), "a claim")
    event = Review(claim.id).decide(conclusion="So it is.")
    write_batches([event], warehouse, LIMIT)
    write_batches([replace(event, conclusion="It never was.")], warehouse, LIMIT)
    report = fold_and_publish(warehouse)
    assert (report.folded, report.rejected) == (1, 1)
    assert run_query(warehouse, "SELECT conclusion FROM records.review_events").rows == [("So it is.",)]
