from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from factdesk.model import Record
from factdesk.warehouse.keeper import FoldReport, fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches

MAX_BYTES = 16_000_000


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse"


@pytest.fixture
def store(warehouse: Path) -> Callable[..., FoldReport]:
    """Write each list of records as a batch of its own, then fold and publish them all."""

    def store_batches(*batches: Iterable[Record], **settings: Any) -> FoldReport:
        for records in batches:
            write_batches(records, warehouse, MAX_BYTES)
        return fold_and_publish(warehouse, **settings)

    return store_batches


@pytest.fixture
def ask(warehouse: Path) -> Callable[..., list[tuple[Any, ...]]]:
    def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return run_query(warehouse, sql, parameters).rows

    return rows
