from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import FoldReport, Keeper, fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import make_essay, small_essay
from warehouse_processes import count_rows, count_waiting_batches, start

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
    assert report.rejected == 0
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


@contextmanager
def keeper_with_a_batch(warehouse: Path) -> Iterator[Keeper]:
    """Stay the keeper of a warehouse in which one essay waits to be folded."""
    write_batches(small_essay("quay"), warehouse, LIMIT)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        yield keeper


def test_a_keeper_that_stays_sees_that_its_copy_was_damaged_or_taken_away(warehouse: Path) -> None:
    with keeper_with_a_batch(warehouse) as keeper:
        keeper.fold()
        assert keeper.publish()
        assert not keeper.publish(now=True)
        published = keeper.folder.published
        whole = published.read_bytes()
        published.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert keeper.publish(now=True)
        published.unlink()
        assert keeper.publish(now=True)
        assert count_rows(warehouse)["essays"] == 1


def test_publishing_is_paced_by_its_own_duration(warehouse: Path) -> None:
    with keeper_with_a_batch(warehouse) as keeper:
        keeper.fold()
        assert keeper.publish()
        write_batches(small_essay("pier"), warehouse, LIMIT)
        keeper.fold()
        assert not keeper.publish()
        assert keeper.publish(now=True)


def test_what_is_written_while_a_keeper_folds_waits_for_its_next_turn(warehouse: Path) -> None:
    """Else writers who never pause would keep it from publishing."""
    with keeper_with_a_batch(warehouse) as keeper:
        drain = keeper._drain
        real = drain._commit

        def write_and_commit(connection: Any, claimed: list[Path], together: Any) -> Any:
            if claimed:
                write_batches(small_essay(f"pier-{claimed[0].name}"), warehouse, LIMIT)
            return real(connection, claimed, together)

        drain._commit = write_and_commit  # type: ignore[method-assign]
        assert keeper.fold() == (1, 0)
        drain._commit = real  # type: ignore[method-assign]
        assert keeper.fold() == (1, 0)


def test_after_a_clock_was_set_back_publishing_goes_on(warehouse: Path) -> None:
    write_batches(small_essay("quay"), warehouse, LIMIT)
    fold_and_publish(warehouse)
    folder = WarehouseFolder(warehouse)
    said = json.loads(folder.publication.read_text())
    folder.publication.write_text(json.dumps({**said, "published_at": "2999-01-01T00:00:00+00:00"}))
    write_batches(small_essay("pier"), warehouse, LIMIT)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        keeper.fold()
        assert keeper.publish()


def test_what_is_folded_and_not_yet_published_is_known(warehouse: Path) -> None:
    from factdesk.warehouse.known import open_known

    with keeper_with_a_batch(warehouse) as keeper:
        keeper.fold()
        with open_known(warehouse) as known:
            assert known.essay_at("check", "quay.md") is not None


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
    with pytest.raises(WarehouseError, match=r"cannot be opened .* put an undamaged copy there"):
        fold_and_publish(warehouse)
    assert count_waiting_batches(warehouse) == 1
    assert not WarehouseFolder(warehouse).lock.read_bytes()
