from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.health import read_health
from factdesk.warehouse.keeper import FoldReport, fold_and_publish
from factdesk.warehouse.migrate import apply_migrations, list_migrations
from factdesk.warehouse.policies import read_policy, write_policy
from factdesk.warehouse.query import run_query
from small_records import make_essay, small_essay

Store = Callable[..., FoldReport]


def test_a_policy_set_after_the_clock_went_back_is_in_force() -> None:
    with duckdb.connect(":memory:") as database:
        apply_migrations(database, list_migrations())
        assert read_policy(database, "second_check") is None
        write_policy(database, "second_check", "all")
        database.execute("UPDATE keeper.policies SET set_at = set_at + INTERVAL 3 DAY")
        write_policy(database, "second_check", "never")
        assert read_policy(database, "second_check") == "never"
        write_policy(database, "other", "x")
        assert read_policy(database, "second_check") == "never"


def test_the_last_publish_is_that_of_the_last_batch_and_not_of_the_latest_clock(
    store: Store, warehouse: Path
) -> None:
    store(small_essay())
    with duckdb.connect(str(WarehouseFolder(warehouse).database)) as database:
        database.execute("UPDATE keeper.publications SET published_at = published_at + INTERVAL 3 DAY")
    store([make_essay("quay")])
    assert run_query(warehouse, "SELECT last_sequence, published_at <= now() FROM reports.about").rows == [
        (2, True)
    ]


@pytest.mark.parametrize(
    "change", [{"published_at": "yesterday"}, {"published_at": "2026-01-01"}, {"seconds": "x"}, {"more": 1}]
)
def test_a_note_on_the_copy_that_says_nonsense_is_as_good_as_none(
    store: Store, warehouse: Path, change: dict[str, object]
) -> None:
    store(small_essay())
    note = WarehouseFolder(warehouse).publication
    note.write_text(json.dumps({**json.loads(note.read_text()), **change}))
    assert read_health(warehouse).published_at is None
    assert fold_and_publish(warehouse).published
    assert read_health(warehouse).published_at is not None
