"""A desk's database takes little memory, and what does not fit is done again with more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import duckdb
import pytest

from factdesk.warehouse.keeper import Keeper, open_keeper
from factdesk.warehouse.memory import LEAST_BYTES, MOST_BYTES, Memory, low_limit
from factdesk.warehouse.spool import write_batches
from factdesk.warehouse.standing import find_standing_faults
from small_records import Review, make_claim, make_essay, small_essay

FERRY = make_claim(make_essay("harbour"), "the ferry costs £5")

LITTLE = 20_000_000
WIDE = "SELECT len(list(range)) FROM range(4_000_000)"
"""It needs more than `LITTLE`, and cannot write it beside the database."""


@pytest.fixture
def keeper(warehouse: Path) -> Iterator[Keeper]:
    opened = open_keeper(warehouse)
    assert opened is not None
    with opened:
        yield opened


@pytest.fixture
def database(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "some.duckdb"), config={"memory_limit": f"{MOST_BYTES}B"}) as opened:
        yield opened


def set_limit(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    return str(row[0])


def test_what_is_little_grows_with_the_file_and_has_an_end() -> None:
    assert low_limit(0) == LEAST_BYTES
    assert LEAST_BYTES < low_limit(1_600_000_000) < 2 * LEAST_BYTES
    assert low_limit(10**12) == MOST_BYTES


def test_a_keeper_takes_as_much_as_it_may_until_it_is_told_to_take_little(keeper: Keeper) -> None:
    before = set_limit(keeper._connection)
    keeper.take_little_memory()
    with keeper.read() as known:
        ((after,),) = known.ask("SELECT current_setting('memory_limit')")
    assert before == "953.6 MiB"
    assert after.startswith("16")


def test_what_does_not_fit_is_tried_again_and_the_limit_is_low_again(
    database: duckdb.DuckDBPyConnection,
) -> None:
    memory = Memory(database.cursor)
    memory.keep_within(LITTLE)
    with pytest.raises(duckdb.OutOfMemoryException):
        database.execute(WIDE)
    assert memory.tried(lambda: database.execute(WIDE).fetchall()) == [(4_000_000,)]
    assert set_limit(database) == "19.0 MiB"


class Crowded:
    """A connection whose memory others hold for some statements more."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, refusals: list[str]) -> None:
        self._connection = connection
        self._refusals = refusals

    def __enter__(self) -> Crowded:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        if self._refusals:
            raise duckdb.OutOfMemoryException(self._refusals.pop())
        return self._connection.execute(sql)


def test_more_is_waited_for_where_others_hold_all_that_there_is(database: duckdb.DuckDBPyConnection) -> None:
    refusals: list[str] = []
    memory = Memory(lambda: cast(duckdb.DuckDBPyConnection, Crowded(database.cursor(), refusals)))
    memory.keep_within(LITTLE)
    refusals += ["failed to allocate"] * 3
    with memory.ample(2):
        assert (set_limit(database), refusals) == ("38.1 MiB", [])
        refusals += ["more is in use"]
    assert set_limit(database) == "38.1 MiB", "it could not be lowered"
    memory.keep_within(LITTLE)
    assert set_limit(database) == "19.0 MiB"


def test_what_fits_nowhere_is_said(database: duckdb.DuckDBPyConnection) -> None:
    memory = Memory(database.cursor)
    memory.keep_within(LITTLE)
    with pytest.raises(duckdb.OutOfMemoryException):
        memory.tried(lambda: database.execute("SELECT len(list(range)) FROM range(200_000_000)"))
    assert set_limit(database) == "19.0 MiB"


def test_people_who_ask_at_once_are_all_answered_where_only_one_answer_fits(keeper: Keeper) -> None:
    keeper._drain.memory.keep_within(LITTLE)

    def ask(_: int) -> object:
        with keeper.read() as known:
            return known.ask(WIDE)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(18))) == [[(4_000_000,)]] * 18


def test_batches_and_acts_are_folded_and_published_whole_with_almost_no_memory(keeper: Keeper) -> None:
    keeper._drain.memory.keep_within(4_000_000)
    essays = [small_essay(name) for name in ("harbour", "pier", "quay")]
    for records in essays:
        write_batches(records, keeper.folder.root, MOST_BYTES)
    assert keeper.fold(checkpoint=False) == (3, 0)
    write_batches([Review(FERRY.id).decide()], keeper.folder.root, MOST_BYTES)
    assert keeper.fold_acts().folded == 1
    keeper.checkpoint()
    assert keeper.publish(now=True)
    with keeper.read() as known:
        assert known.ask(
            "SELECT count(*) FILTER (decision_row IS NOT NULL), count(*) FROM standing.claims"
        ) == [(1, 3)]
    with keeper._drain.memory.ample():
        assert find_standing_faults(keeper._connection) == []


def test_a_compacted_database_takes_little_again(keeper: Keeper) -> None:
    keeper.take_little_memory()
    keeper.compact()
    assert set_limit(keeper._connection).startswith("16")
