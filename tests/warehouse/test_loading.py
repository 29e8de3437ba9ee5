from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from factdesk.model import RECORDS, Essay, Mention, Record
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.known import open_known
from factdesk.warehouse.loading import load_records, load_rows
from record_strategies import records_of
from small_records import make_claim, make_essay, make_mention, make_version


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_what_was_stored_comes_back_equal(
    record: type[Any], warehouse: Path, store: Callable[..., FoldReport]
) -> None:
    made: dict[UUID, Record] = {}

    @settings(max_examples=60, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(records_of(record))
    def collect(one: Any) -> None:
        made[one.id] = one

    collect()
    assert store(list(made.values())).rejected == 0
    with open_known(warehouse) as known:
        assert load_records(known, record, made) == made


def test_the_last_row_of_an_id_comes_back(warehouse: Path, store: Callable[..., FoldReport]) -> None:
    old, other = make_essay(), make_essay("lighthouse")
    new = replace(old, title="The harbour, again")
    store([old, other], [new])
    with open_known(warehouse) as known:
        assert load_records(known, Essay, [old.id, UUID(int=1)]) == {old.id: new}
        assert load_rows(known, Essay, []) == {}


def test_an_empty_warehouse_has_no_records(warehouse: Path) -> None:
    with open_known(warehouse) as known:
        assert load_records(known, Essay, [make_essay().id]) == {}


def test_a_copy_of_an_older_factdesk_has_no_locators(
    warehouse: Path, store: Callable[..., FoldReport]
) -> None:
    essay = make_essay()
    mention = make_mention(make_claim(essay, "five pounds"), make_version(essay, "five pounds."))
    store([replace(mention, locator="page 3")])
    with duckdb.connect(str(warehouse / "reports.duckdb")) as copy:
        copy.execute("DROP SCHEMA derived CASCADE; ALTER TABLE records.mentions DROP COLUMN locator")
    with open_known(warehouse) as known:
        assert load_records(known, Mention, [mention.id]) == {mention.id: mention}
