from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factdesk.errors import WarehouseError
from factdesk.model import Essay, Rating, Record, uuid7
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import FoldReport, fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import Review, make_claim, make_essay, small_essay

LIMIT = 16_000_000
TESTS = Path(__file__).parents[1]

WRITER = """
import sys
from pathlib import Path
from small_records import small_essay
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
warehouse, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(rounds):
    write_batches(small_essay(f"{name}-{number}"), warehouse, 16_000_000)
    report = fold_and_publish(warehouse)
    assert report.waiting == 0 or report.lock_holder or report.waiting
"""

SLOW_KEEPER = """
import sys, time
from pathlib import Path
from factdesk.warehouse.keeper import open_keeper
keeper = open_keeper(Path(sys.argv[1]), wait_seconds=10)
keeper.fold(); keeper.publish(now=True)
print("published", flush=True)
time.sleep(60)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )  # fmt: skip


def count_rows(warehouse: Path) -> dict[str, int]:
    return {
        name: run_query(warehouse, f"SELECT count(*) FROM records.{name}").rows[0][0]
        for name in TABLES.values()
    }


def waiting(warehouse: Path) -> int:
    folder = WarehouseFolder(warehouse)
    return len(batch_files(folder.pending)) + len(batch_files(folder.claimed))


def test_what_is_written_is_folded_published_and_gone_from_the_spool(
    warehouse: Path, store: Callable[..., FoldReport]
) -> None:
    assert store(small_essay()) == FoldReport(
        folded=1, waiting=0, rejected=0, published=True, lock_holder=None
    )
    assert run_query(warehouse, "SELECT claim FROM reports.claims").rows == [("the ferry costs £5",)]
    folder = WarehouseFolder(warehouse)
    assert [batch_files(one) for one in (folder.pending, folder.claimed, folder.folded)] == [[], [], []]


def test_an_empty_folder_stays_empty(warehouse: Path) -> None:
    assert fold_and_publish(warehouse) == FoldReport(0, 0, 0, published=False, lock_holder=None)
    assert not warehouse.exists()


def test_nothing_new_publishes_nothing(warehouse: Path, store: Callable[..., FoldReport]) -> None:
    store(small_essay())
    before = WarehouseFolder(warehouse).published.stat().st_ino
    assert not fold_and_publish(warehouse).published
    assert WarehouseFolder(warehouse).published.stat().st_ino == before


def test_a_missing_copy_is_published_again(warehouse: Path, store: Callable[..., FoldReport]) -> None:
    store(small_essay())
    WarehouseFolder(warehouse).published.unlink()
    assert fold_and_publish(warehouse).published
    assert count_rows(warehouse)["claims"] == 1


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(["quay", "pier", "dock"]), min_size=1, max_size=4), twice=st.data())
def test_a_batch_folded_twice_adds_nothing(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], twice: st.DataObject
) -> None:
    warehouse = tmp_path_factory.mktemp("twice")
    for name in names:
        write_batches(small_essay(name), warehouse, LIMIT)
    folder = WarehouseFolder(warehouse)
    batches = batch_files(folder.pending)
    again = twice.draw(st.sampled_from(batches))
    kept = again.read_bytes()
    fold_and_publish(warehouse)
    rows = count_rows(warehouse)

    again.write_bytes(kept)  # the same batch, as after a crash between CHECKPOINT and removal
    write_batches(small_essay(names[0]), warehouse, LIMIT)  # the same records in another batch
    report = fold_and_publish(warehouse)

    assert (report.folded, report.rejected) == (2, 0)
    assert count_rows(warehouse) == rows
    assert rows["essays"] == len(set(names))


def test_a_row_is_appended_only_when_the_body_is_news(
    warehouse: Path, store: Callable[..., FoldReport], ask: Callable[..., list[tuple[object, ...]]]
) -> None:
    first, second = make_essay(title="First"), make_essay(title="Second")
    store([first], [first], [second], [second], [first, second, second, first])
    titles = ask("SELECT title FROM records.essays ORDER BY fold_sequence")
    assert titles == [("First",), ("Second",), ("First",), ("Second",), ("First",)]
    assert ask("SELECT essay_title FROM reports.essays") == [("First",)]
    assert ask("SELECT count(DISTINCT (id, fold_sequence)) = count(*) FROM records.essays") == [(True,)]


def test_a_second_writer_cannot_write_after_a_publish(warehouse: Path) -> None:
    """A copy made inside the keeper would drop DuckDB's lock, and this writer would get in."""
    write_batches(small_essay(), warehouse, LIMIT)
    keeper = start(SLOW_KEEPER, str(warehouse))
    try:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "published\n"
        with pytest.raises(duckdb.IOException, match="lock"):
            duckdb.connect(str(WarehouseFolder(warehouse).database))
        assert open_keeper(warehouse) is None
    finally:
        keeper.kill()
        keeper.communicate()


def test_with_the_lock_held_the_batch_waits_and_the_report_says_who_holds_it(warehouse: Path) -> None:
    write_batches(small_essay("quay"), warehouse, LIMIT)
    keeper = start(SLOW_KEEPER, str(warehouse))
    try:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "published\n"
        write_batches(small_essay("pier"), warehouse, LIMIT)
        report = fold_and_publish(warehouse)
        assert (report.folded, report.waiting, report.published) == (0, 1, False)
        assert f"process {keeper.pid}" in str(report.lock_holder)
    finally:
        keeper.kill()
        keeper.communicate()
    assert fold_and_publish(warehouse).folded == 1
    assert count_rows(warehouse)["essays"] == 2


def test_two_commands_at_the_same_time_lose_nothing_and_double_nothing(warehouse: Path) -> None:
    writers = [start(WRITER, str(warehouse), name, "6") for name in ("east", "west")]
    ends = [(writer.communicate(timeout=120), writer.returncode) for writer in writers]
    assert [code for _, code in ends] == [0, 0], ends
    report = fold_and_publish(warehouse)
    assert report.waiting == report.rejected == 0
    assert count_rows(warehouse)["essays"] == 12
    assert run_query(warehouse, "SELECT count(*), count(DISTINCT essay_uri) FROM reports.verdicts").rows == [
        (12, 12)
    ]


@pytest.mark.parametrize("log", ["as_it_is", "torn", "altered", "missing"])
def test_a_keeper_killed_in_the_middle_loses_and_doubles_nothing(warehouse: Path, log: str) -> None:
    """Commit without CHECKPOINT, kill -9, damage the log: the spool is folded again."""
    written = [write_batches(small_essay(f"essay-{number}"), warehouse, LIMIT)[0] for number in range(6)]
    program = """
import os, signal, sys
from pathlib import Path
from factdesk.warehouse.folding import fold_batch
from factdesk.warehouse.keeper import open_keeper
keeper = open_keeper(Path(sys.argv[1]))
for path in keeper._claim()[:4]:
    fold_batch(keeper._connection, path, int(path.name.split("-", 1)[0]))
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = start(program, str(warehouse))
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    folder = WarehouseFolder(warehouse)
    wal = folder.database.with_name("factdesk.duckdb.wal")
    damage(wal, log)

    report = fold_and_publish(warehouse)

    assert (report.folded, report.waiting, report.rejected) == (len(written), 0, 0)
    assert count_rows(warehouse)["essays"] == len(written)
    assert run_query(warehouse, "SELECT count(*) FROM keeper.batches").rows == [(len(written),)]
    assert len(list(folder.set_aside.glob("*.wal"))) == (0 if log == "missing" else 1)


def damage(wal: Path, how: str) -> None:
    content = wal.read_bytes()
    assert content
    if how == "torn":
        wal.write_bytes(content[: len(content) * 2 // 3])
    elif how == "altered":
        middle = len(content) // 2
        wal.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif how == "missing":
        wal.unlink()


def test_keepers_killed_at_any_moment_lose_and_double_nothing(warehouse: Path) -> None:
    acknowledged = 0
    program = """
import sys
from pathlib import Path
from factdesk.warehouse.keeper import fold_and_publish
print("start", flush=True)
fold_and_publish(Path(sys.argv[1]), wait_seconds=10)
"""
    for delay in (0.0, 0.05, 0.1, 0.2, 0.3):
        for _ in range(8):
            acknowledged += 1
            write_batches(small_essay(f"essay-{acknowledged}"), warehouse, LIMIT)
        keeper = start(program, str(warehouse))
        assert keeper.stdout is not None
        keeper.stdout.readline()
        time.sleep(delay)
        keeper.kill()
        keeper.communicate()
    report = fold_and_publish(warehouse, wait_seconds=10)
    assert report.waiting == report.rejected == 0
    assert count_rows(warehouse)["essays"] == acknowledged
    assert run_query(warehouse, "SELECT count(*) FROM reports.verdicts").rows == [(acknowledged,)]


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
    "future schema": (alter(0, b'"schema":"1"', b'"schema":"2"'), "schema version 2 is newer than 1"),
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
    import hashlib

    from factdesk.model import canonical_json, to_json

    essay = make_essay()
    whole = to_json(essay)
    new = {**whole, **body} if body != {"title": "x"} else {"title": "x"}
    line = canonical_json({"record": "Essay", "id": essay.id, "body": new}) + "\n"
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


def test_a_review_event_that_changes_its_words_is_refused(warehouse: Path) -> None:
    from dataclasses import replace

    claim = make_claim(make_essay(), "a claim")
    event = Review(claim.id).decide(conclusion="So it is.")
    write_batches([event], warehouse, LIMIT)
    write_batches([replace(event, conclusion="It never was.")], warehouse, LIMIT)
    report = fold_and_publish(warehouse)
    assert (report.folded, report.rejected) == (1, 1)
    assert run_query(warehouse, "SELECT conclusion FROM records.review_events").rows == [("So it is.",)]


def test_an_open_reader_keeps_the_old_copy(warehouse: Path, store: Callable[..., FoldReport]) -> None:
    store(small_essay("quay"))
    path = str(WarehouseFolder(warehouse).published)
    with duckdb.connect(path, read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM reports.essays").fetchall() == [(1,)]
        store(small_essay("pier"))
        assert reader.execute("SELECT count(*) FROM reports.essays").fetchall() == [(1,)]
    with duckdb.connect(path, read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM reports.essays").fetchall() == [(2,)]


def test_the_files_have_the_storage_format_that_todays_tools_open(
    warehouse: Path, store: Callable[..., FoldReport]
) -> None:
    store(small_essay())
    for path in (WarehouseFolder(warehouse).database, WarehouseFolder(warehouse).published):
        with duckdb.connect(str(path), read_only=True) as reader:
            tags = reader.execute("SELECT tags FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
            assert [one["storage_version"] for (one,) in tags] == ["v1.5.0+"]


def test_the_copy_is_what_published_json_says(warehouse: Path, store: Callable[..., FoldReport]) -> None:
    from factdesk.warehouse.copying import file_sha256

    store(small_essay())
    folder = WarehouseFolder(warehouse)
    said = json.loads(folder.publication.read_text())
    assert said["sha256"] == file_sha256(folder.published)
    assert said["size"] == folder.published.stat().st_size


def test_publishing_is_paced_by_its_own_duration(warehouse: Path) -> None:
    write_batches(small_essay("quay"), warehouse, LIMIT)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        keeper.fold()
        assert keeper.publish()
        write_batches(small_essay("pier"), warehouse, LIMIT)
        keeper.fold()
        assert not keeper.publish()
        assert keeper.publish(now=True)


def test_what_is_folded_and_not_yet_published_is_known(warehouse: Path) -> None:
    from factdesk.warehouse.known import open_known

    write_batches(small_essay("quay"), warehouse, LIMIT)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        keeper.fold()
        with open_known(warehouse) as known:
            assert known.essay_at("check", "quay.md") is not None


def read_chain(warehouse: Path) -> list[tuple[object, ...]]:
    return run_query(
        warehouse,
        "SELECT position, event_id, payload_sha256, chain_sha256, stale FROM keeper.event_chain ORDER BY 1",
    ).rows


def test_the_hash_chain_is_the_same_after_every_refold(warehouse: Path, tmp_path: Path) -> None:
    claims = [make_claim(make_essay(), f"claim {number}") for number in range(3)]
    batches: list[list[Record]] = []
    for claim in claims:
        review = Review(claim.id)
        batches.append([review.decide(), review.decide(Rating.REFUTED, "bob")])
        batches.append([review.decide(Rating.SUPPORTED, "cleo", previous_event=None)])
    for batch in batches:
        write_batches(batch, warehouse, LIMIT)
    shutil.copytree(warehouse / "spool", tmp_path / "again" / "spool")
    fold_and_publish(warehouse)
    fold_and_publish(tmp_path / "again")
    chain = read_chain(warehouse)
    assert len(chain) == 9
    assert [row[4] for row in chain] == [False, False, True] * 3
    assert read_chain(tmp_path / "again") == chain


def test_the_chain_shows_an_altered_event(warehouse: Path) -> None:
    from factdesk.warehouse.chain import find_chain_break

    review = Review(make_claim(make_essay(), "a claim").id)
    write_batches([review.decide() for _ in range(4)], warehouse, LIMIT)
    fold_and_publish(warehouse)
    with duckdb.connect(str(WarehouseFolder(warehouse).database)) as database:
        assert find_chain_break(database) is None
        database.execute("UPDATE keeper.event_chain SET payload_sha256 = repeat('0', 64) WHERE position = 3")
        assert find_chain_break(database) == 3


def test_a_warehouse_that_is_a_file_gives_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "warehouse"
    place.write_text("no folder")
    with pytest.raises(
        WarehouseError, match=r"^the lock .* cannot be made .*; make the warehouse folder writable$"
    ):
        open_keeper(place)


def test_a_database_that_is_no_database_gives_one_sentence(warehouse: Path) -> None:
    write_batches(small_essay(), warehouse, LIMIT)
    WarehouseFolder(warehouse).database.write_bytes(b"this is not a database" * 1000)
    with pytest.raises(WarehouseError, match=r"^the database .* cannot be opened .* restore a copy from .*$"):
        fold_and_publish(warehouse)
    assert waiting(warehouse) == 1
    assert not WarehouseFolder(warehouse).lock.read_bytes()


def test_a_disk_that_fills_while_folding_keeps_every_batch(warehouse: Path) -> None:
    """A file size limit stands for the full disk; afterwards there is room again."""
    write_batches([Essay("key", "uri", None, None, None, None, None, None)], warehouse, LIMIT)
    fold_and_publish(warehouse)
    words = [
        f"the crossing number {number} costs £{number} " + os.urandom(300).hex() for number in range(3000)
    ]
    write_batches(small_essay(quotes=words), warehouse, LIMIT)
    size = WarehouseFolder(warehouse).database.stat().st_size
    program = (
        "import signal, sys; from pathlib import Path\n"
        "from factdesk.errors import WarehouseError; from factdesk.warehouse.keeper import fold_and_publish\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: fold_and_publish(Path(sys.argv[1]))\n"
        "except WarehouseError as error: print(error)\n"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f "$1"; shift; exec "$@"', "sh", str(size // 512 + 200), sys.executable,
         "-c", program, str(warehouse)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.startswith(f"the database {warehouse}/factdesk.duckdb cannot be written"), done
    assert done.stdout.count("\n") == 1
    report = fold_and_publish(warehouse)
    assert report.waiting == report.rejected == 0
    assert count_rows(warehouse)["claims"] == len(words)
