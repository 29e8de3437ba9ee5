"""The texts that a source has had, as the published copy and the spool tell them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from factdesk.model import ChangeKind, Fetch, Snapshot, SourceOutcome
from factdesk.resources import bundled
from factdesk.warehouse.columns import FIELDS_SINCE
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.source_texts import (
    list_noted_changes,
    list_same_pages,
    list_texts,
    load_snapshots,
)
from factdesk.warehouse.spool import write_batches
from small_records import make_change, make_fetch, make_snapshot, make_source

SOURCE, OTHER = make_source(), make_source("http://other.example/")
A, B = make_snapshot(SOURCE, "a"), make_snapshot(SOURCE, "b")
REREAD = make_change(SOURCE, "a", "b", ChangeKind.EXTRACTOR, minute=3)


def fetched(text: str, minute: int, pages: str | None) -> Fetch:
    return replace(make_fetch(SOURCE, text, minute), decoded_sha256=pages, full_text_sha256=pages)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source that said a, a, nothing, b, b (confirmed), a."""
    warehouse = tmp_path_factory.mktemp("texts")
    failure = replace(make_fetch(SOURCE, "", 2), outcome=SourceOutcome.GONE, text_sha256=None)
    fetches = [
        fetched("a", 0, "one"),
        fetched("a", 1, "two"),
        failure,
        fetched("b", 3, "three"),
        fetched("b", 4, None),
        fetched("a", 5, "four"),
        make_fetch(OTHER, "a"),
    ]
    write_batches([SOURCE, OTHER, *fetches, A, B, REREAD], warehouse, 16_000_000)
    fold_and_publish(warehouse)
    return warehouse


def test_a_run_of_fetches_is_one_text_and_one_that_comes_back_stands_twice(published: Path) -> None:
    with open_known(published) as known:
        found = list_texts(known, [SOURCE.id])
    assert list(found) == [SOURCE.id]
    assert [(one.text_sha256, one.since.minute, one.until.minute) for one in found[SOURCE.id]] == [
        (A.text_sha256, 0, 1),
        (B.text_sha256, 3, 4),
        (A.text_sha256, 5, 5),
    ]
    assert [one.decoded_sha256 for one in found[SOURCE.id]] == ["two", "three", "four"]
    assert [one.full_text_sha256 for one in found[SOURCE.id]] == ["two", "three", "four"]


def test_what_is_written_down_already_is_known_from_the_copy_and_from_the_spool(published: Path) -> None:
    waiting = make_change(SOURCE, "b", "a", minute=5)
    write_batches([waiting], published, 16_000_000)
    with open_known(published) as known:
        assert {REREAD.id, waiting.id} <= list_noted_changes(known, [SOURCE.id])
        assert REREAD.id not in list_noted_changes(known, [OTHER.id])
        assert list_same_pages(known, [SOURCE.id]) == [(SOURCE.id, A.text_sha256, B.text_sha256)]
        assert list_same_pages(known, [OTHER.id]) == []


def test_a_copy_that_an_older_factdesk_published_knows_of_no_changes(published: Path, tmp_path: Path) -> None:
    folder = WarehouseFolder(tmp_path)
    folder.published.parent.mkdir(parents=True, exist_ok=True)
    folder.published.write_bytes(WarehouseFolder(published).published.read_bytes())
    views = bundled("warehouse", "views").joinpath("01_latest.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(folder.published)) as database:
        database.execute("DROP SCHEMA derived CASCADE")
        database.execute("DROP TABLE records.source_changes")
        for record, table in ((Fetch, "fetches"), (Snapshot, "snapshots")):
            for name in FIELDS_SINCE[record]:
                database.execute(f"ALTER TABLE records.{table} DROP COLUMN {name}")
        database.execute("CREATE SCHEMA derived")
        for view in views.split(";"):
            if "VIEW derived.snapshots" in view:
                database.execute(view)
    with open_known(tmp_path) as known:
        assert [one.full_text_sha256 for one in list_texts(known, [SOURCE.id])[SOURCE.id]] == [None] * 3
        assert load_snapshots(known, {(SOURCE.id, A.text_sha256)}) == {(SOURCE.id, A.text_sha256): A}
        assert list_same_pages(known, [SOURCE.id]) == []
        assert list_noted_changes(known, [SOURCE.id]) == set()
        assert (known.has(SOURCE.id), known.has(REREAD.id)) == (True, False)
