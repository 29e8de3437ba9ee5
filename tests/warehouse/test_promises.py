"""What the published copy says that the archive has; decisions that were changed behind the chain's back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from factdesk.errors import WarehouseError
from factdesk.model import Rating
from factdesk.sources.archive_files import blob_name, fetch_name
from factdesk.sources.faults import FaultKind
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.promises import read_promises
from small_records import Review, make_claim, make_essay, make_fetch, make_snapshot, make_source, make_version

Store = Callable[..., FoldReport]


@pytest.fixture
def stored(warehouse: Path, store: Store) -> Path:
    source, essay = make_source(), make_essay()
    review = Review(make_claim(essay, "a claim").id)
    events = [review.decide(rating) for rating in (Rating.SUPPORTED, Rating.REFUTED, Rating.SUPPORTED)]
    records = [source, make_fetch(source, "page"), make_snapshot(source, "page")]
    store([*records, essay, make_version(essay, "words"), *events])
    return warehouse


def change(warehouse: Path, sql: str) -> None:
    """Change the published copy as a hand would."""
    with duckdb.connect(str(WarehouseFolder(warehouse).published)) as connection:
        connection.execute(sql)


def test_nothing_is_promised_before_a_copy_is_published(warehouse: Path) -> None:
    assert read_promises(warehouse) is None


def test_the_texts_and_bytes_of_fetches_snapshots_and_essays_are_promised(stored: Path) -> None:
    promises = read_promises(stored)
    assert promises is not None
    source, fetch = make_source(), make_fetch(make_source(), "page")
    version = make_version(make_essay(), "words")
    assert fetch.text_sha256 is not None
    assert {need.name for need in promises.needs} == {
        fetch_name(source.id, fetch.fetched_at),
        blob_name(fetch.text_sha256),
        *([blob_name(fetch.blob_sha256)] if fetch.blob_sha256 else []),
        blob_name(version.text_sha256),
    }
    said = {need.name: need.by for need in promises.needs}
    assert said[blob_name(version.text_sha256)] == f"the essay {make_essay().essay_key}"
    assert (promises.events, promises.faults) == (3, ())


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE records.review_events SET rating = 'refuted' WHERE rating = 'supported'", "something else"),
        ("DELETE FROM records.review_events WHERE rating = 'refuted'", "it was removed"),
        ("DELETE FROM keeper.event_chain WHERE position = 2", "does not follow"),
        ("DELETE FROM keeper.event_chain WHERE position = 3", "it was slipped in"),
        (
            "UPDATE keeper.event_chain SET chain_sha256 = repeat('0', 64) WHERE position = 2",
            "does not follow",
        ),
    ],
)
def test_a_decision_that_was_changed_is_named(stored: Path, sql: str, said: str) -> None:
    change(stored, sql)
    promises = read_promises(stored)
    assert promises is not None
    assert {fault.kind for fault in promises.faults} == {FaultKind.REVIEWS}
    assert any(said in fault.said for fault in promises.faults)
    assert all(fault.name.startswith("review event ") for fault in promises.faults)


def test_a_copy_of_another_shape_is_told_in_one_sentence(stored: Path) -> None:
    change(stored, "DROP TABLE records.fetches CASCADE")
    with pytest.raises(WarehouseError, match=r"cannot be read .*; run factdesk publish"):
        read_promises(stored)
