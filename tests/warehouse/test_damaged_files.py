"""A file that somebody damaged or removed: the truth is told, nothing that is left is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import FoldReport, fold_and_publish
from factdesk.warehouse.query import run_query
from small_records import small_essay

Store = Callable[..., FoldReport]
COUNT = "SELECT count(*) FROM reports.claims"


@pytest.mark.parametrize("damage", [b"junk", None, b""])
def test_a_damaged_copy_is_published_again(store: Store, warehouse: Path, damage: bytes | None) -> None:
    store(small_essay())
    copy = WarehouseFolder(warehouse).published
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    assert fold_and_publish(warehouse).published
    assert run_query(warehouse, COUNT).rows == [(1,)]
    assert not fold_and_publish(warehouse).published


def test_a_missing_database_is_not_replaced_by_an_empty_one(store: Store, warehouse: Path) -> None:
    store(small_essay())
    folder = WarehouseFolder(warehouse)
    kept = folder.database.rename(warehouse / "kept.duckdb")
    with pytest.raises(WarehouseError, match="is missing although"):
        store(small_essay("other"))
    assert run_query(warehouse, COUNT).rows == [(1,)]
    kept.rename(folder.database)
    assert fold_and_publish(warehouse).folded == 1
    assert run_query(warehouse, COUNT).rows == [(2,)]
