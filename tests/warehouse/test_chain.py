from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from factdesk.model import Rating, Record
from factdesk.warehouse.chain import find_chain_break
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import Review, make_claim, make_essay

LIMIT = 16_000_000


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
    review = Review(make_claim(make_essay(), "a claim").id)
    write_batches([review.decide() for _ in range(4)], warehouse, LIMIT)
    fold_and_publish(warehouse)
    with duckdb.connect(str(WarehouseFolder(warehouse).database)) as database:
        assert find_chain_break(database) is None
        database.execute("UPDATE keeper.event_chain SET payload_sha256 = repeat('0', 64) WHERE position = 3")
        assert find_chain_break(database) == 3
