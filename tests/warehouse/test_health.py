from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.health import read_health
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
from factdesk.warehouse.spool import write_batches
from small_records import small_essay


def test_an_empty_warehouse_is_healthy(warehouse: Path) -> None:
    health = read_health(warehouse)
    assert (health.waiting, health.rejected, health.lock_holder, health.published_at) == (0, (), None, None)
    assert health.published_age_seconds(datetime.now(UTC)) is None


def test_health_says_what_waits_what_was_refused_and_how_old_the_copy_is(warehouse: Path) -> None:
    write_batches(small_essay(), warehouse, 16_000_000)
    (WarehouseFolder(warehouse).pending / "nonsense.ndjson").write_text("nonsense\n")
    fold_and_publish(warehouse)
    write_batches(small_essay("quay"), warehouse, 16_000_000)

    health = read_health(warehouse)

    assert health.waiting == 1
    assert health.waiting_bytes > 1000
    assert health.oldest_waiting_seconds is not None
    assert [(one.path.name, "batch header" in one.reason) for one in health.rejected] == [
        ("nonsense.ndjson", True)
    ]
    age = health.published_age_seconds(datetime.now(UTC))
    assert age is not None
    assert 0 <= age < 60
    assert health.lock_holder is None


def test_health_names_the_keeper(warehouse: Path) -> None:
    keeper = open_keeper(warehouse)
    assert keeper is not None
    with keeper:
        assert "process" in str(read_health(warehouse).lock_holder)
    assert read_health(warehouse).lock_holder is None
