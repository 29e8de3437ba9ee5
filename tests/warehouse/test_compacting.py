"""Compacting changes the file and nothing in it, and a fault on the way leaves what was there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factdesk.errors import WarehouseError
from factdesk.warehouse.chain import find_chain_break
from factdesk.warehouse.compacting import sum_tables
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import FoldReport, Keeper, open_keeper
from small_records import Review, make_claim, make_essay, small_essay

Store = Callable[..., FoldReport]


def keep(warehouse: Path) -> Keeper:
    keeper = open_keeper(warehouse)
    assert keeper is not None
    return keeper


def sums_in(database: Path) -> dict[str, tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        assert find_chain_break(connection) is None
        sums = sum_tables(connection, database.stem)
    return {name: row for name, row in sums.items() if name.startswith(("records.", "keeper.event_chain"))}


@pytest.fixture
def grown(store: Store, warehouse: Path) -> WarehouseFolder:
    """A warehouse with a chain of events, and a database file that has gaps."""
    review = Review(make_claim(make_essay(), "the ferry costs £5").id)
    store(small_essay(), [review.decide()], [review.decide(reviewer="bob", conclusion="It is so.")])
    with keep(warehouse) as keeper:
        connection = keeper._connection
        connection.execute("CREATE TABLE gap AS SELECT random()::VARCHAR AS x FROM range(300000); CHECKPOINT")
        connection.execute("DROP TABLE gap; CHECKPOINT")
    return WarehouseFolder(warehouse)


def test_it_takes_the_gaps_away_and_no_row(
    grown: WarehouseFolder, store: Store, ask: Callable[..., list[tuple[Any, ...]]]
) -> None:
    before = sums_in(grown.database)
    assert before["keeper.event_chain"][0] == 2
    with keep(grown.root) as keeper:
        done = keeper.compact()
        assert done.before > done.after == grown.database.stat().st_size
        assert not keeper.publish(now=True)
    assert sums_in(grown.database) == before
    assert store(small_essay("quay")).rejected == 0
    assert ask("SELECT count(*) FROM reports.essays") == [(2,)]


def test_what_is_left_of_one_that_was_killed_is_no_hindrance(grown: WarehouseFolder) -> None:
    part = grown.root / ".compacted.duckdb.part"
    part.write_bytes(b"half a database")
    part.with_name(f"{part.name}.wal").write_bytes(b"log")
    with keep(grown.root) as keeper:
        keeper.compact()
    assert not list(grown.root.glob(f"{part.name}*"))


def test_a_copy_that_cannot_be_written_leaves_the_database(grown: WarehouseFolder, store: Store) -> None:
    before = sums_in(grown.database)
    (grown.root / ".compacted.duckdb.part").mkdir()
    with keep(grown.root) as keeper:
        with pytest.raises(WarehouseError, match=r"cannot be written .*; the database is as it was: free"):
            keeper.compact()
        assert keeper.fold() == (0, 0)
    (grown.root / ".compacted.duckdb.part").rmdir()
    assert sums_in(grown.database) == before
    assert store(small_essay("quay")).folded == 1


def test_the_old_file_is_gone(grown: WarehouseFolder) -> None:
    inode = grown.database.stat().st_ino
    with keep(grown.root) as keeper:
        keeper.compact()
    assert inode not in {entry.stat().st_ino for entry in os.scandir(grown.root)}
