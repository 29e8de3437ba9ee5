"""Finding archived texts by their words; the index is derived and is made anew whenever it must be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.model import Essay, Record, Run, text_sha256, uuid7
from factdesk.sources.archive import Archive
from factdesk.sources.suggestions import ESSAY_EXTRACTOR, essay_as_source
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.known import open_known
from factdesk.warehouse.search import TextSearch
from factdesk.warehouse.search_index import TEXTS_PER_COMMIT, OwnedText, Owner, SearchIndex

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HVAR = "Tickets from Split to Hvar were sold out on Friday."
OSLO = "A tram ticket in Oslo costs 42 kroner."
BERGEN = "The ferry from Bergen was late, and nobody in Oslo minded."

Store = Callable[..., FoldReport]


@pytest.fixture
def archive(warehouse: Path) -> Archive:
    return Archive(warehouse / "snapshots")


def page(archive: Archive, name: str, text: str, at: datetime = NOON) -> list[Record]:
    """Return the records of a page that was fetched, its text put into the archive."""
    archive.put_text(text)
    source, fetch, snapshot = essay_as_source(
        Essay(name, f"http://press.example/{name}", None, None, None, None, None, None), text, at
    )
    source = replace(source, url_key=source.url)
    return [
        source,
        replace(fetch, source_id=source.id),
        replace(snapshot, source_id=source.id, extractor="page 1"),
    ]


def find(warehouse: Path, archive: Archive, *stems: str, run: Sequence[OwnedText] = ()) -> list[str]:
    with open_known(warehouse) as known, TextSearch(warehouse, known, archive, lambda: run) as search:
        return [one.sha256 for one in search.find(stems, 10)]


def shas(*texts: str) -> list[str]:
    return [text_sha256(text) for text in texts]


def test_published_texts_are_found_the_nearest_first(warehouse: Path, store: Store, archive: Archive) -> None:
    store([*page(archive, "hvar", HVAR), *page(archive, "oslo", OSLO), *page(archive, "bergen", BERGEN)])
    assert find(warehouse, archive, "hvar", "ticket") == shas(HVAR, OSLO)
    assert find(warehouse, archive, "bergen", "oslo") == shas(BERGEN, OSLO)
    assert find(warehouse, archive, "nowhere") == []
    assert find(warehouse, archive) == []


def test_what_is_stored_later_and_what_the_run_has_is_found_too(
    warehouse: Path, store: Store, archive: Archive
) -> None:
    assert find(warehouse, archive, "oslo") == []
    store(page(archive, "oslo", OSLO))
    assert find(warehouse, archive, "oslo") == shas(OSLO)
    archive.put_text(BERGEN)
    run = [OwnedText(Owner("essay", "b"), text_sha256(BERGEN))]
    assert find(warehouse, archive, "bergen", run=run) == shas(BERGEN)
    assert find(warehouse, archive, "bergen") == shas(BERGEN)


def test_a_source_has_the_text_that_it_has_now(warehouse: Path, store: Store, archive: Archive) -> None:
    store(page(archive, "news", HVAR))
    assert find(warehouse, archive, "hvar") == shas(HVAR)
    store(page(archive, "news", OSLO, NOON + timedelta(hours=1)))
    assert find(warehouse, archive, "hvar", "oslo") == shas(OSLO)


def test_an_essay_that_served_as_a_source_is_no_page(warehouse: Path, store: Store, archive: Archive) -> None:
    records = page(archive, "news", HVAR)
    essay = Essay("id:a", "a.md", None, None, None, None, None, None)
    archive.put_text(OSLO)
    served = essay_as_source(essay, OSLO, NOON)
    assert served[2].extractor == ESSAY_EXTRACTOR
    store([*records, *served])
    assert find(warehouse, archive, "hvar", "oslo") == shas(HVAR)


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to look like one " * 200)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:8192])


def _other_tables(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE owners")


def _another_make(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")


def test_a_damaged_index_is_made_anew(warehouse: Path, store: Store, archive: Archive) -> None:
    store([*page(archive, "hvar", HVAR), *page(archive, "oslo", OSLO)])
    assert find(warehouse, archive, "hvar") == shas(HVAR)
    for damage in (_garbage, _cut, _other_tables, _another_make, Path.unlink):
        damage(WarehouseFolder(warehouse).search)
        assert find(warehouse, archive, "hvar") == shas(HVAR), damage
        assert find(warehouse, archive, "oslo") == shas(OSLO), damage


def test_the_index_of_another_warehouse_is_made_anew(
    warehouse: Path, store: Store, archive: Archive, tmp_path: Path
) -> None:
    store(page(archive, "hvar", HVAR), [_run()])
    assert find(warehouse, archive, "hvar") == shas(HVAR)
    folder = WarehouseFolder(warehouse)
    for path in (folder.database, folder.published, folder.publication):
        path.unlink()
    store(page(archive, "oslo", OSLO))
    assert find(warehouse, archive, "hvar", "oslo") == shas(OSLO)


def _run() -> Run:
    return Run(uuid7(), "check", (), (), "0", NOON, NOON)


def test_a_run_with_an_older_copy_leaves_the_index_as_later_runs_made_it(
    warehouse: Path, store: Store, archive: Archive
) -> None:
    store(page(archive, "oslo", OSLO))
    with open_known(warehouse) as older:
        store(page(archive, "hvar", HVAR))
        assert find(warehouse, archive, "hvar") == shas(HVAR)
        archive.put_text(BERGEN)
        run = [OwnedText(Owner("essay", "b"), text_sha256(BERGEN))]
        with TextSearch(warehouse, older, archive, lambda: run) as search:
            assert [one.sha256 for one in search.find(["oslo", "bergen"], 10)] == shas(BERGEN, OSLO)
            assert [one.sha256 for one in search.find(["hvar"], 10)] == shas(HVAR)
    assert find(warehouse, archive, "hvar") == shas(HVAR)


def test_a_text_that_the_archive_has_lost_is_not_found(
    warehouse: Path, store: Store, archive: Archive
) -> None:
    store([*page(archive, "hvar", HVAR), *page(archive, "oslo", OSLO)])
    sha256 = text_sha256(HVAR)
    (warehouse / "snapshots" / "blobs" / sha256[:2] / sha256).unlink()
    assert find(warehouse, archive, "hvar", "oslo") == shas(OSLO)


def test_many_may_search_and_write_at_once(warehouse: Path, store: Store, archive: Archive) -> None:
    store(page(archive, "hvar", HVAR))
    texts = [f"Tickets to island number {number} were sold out." for number in range(8)]
    for text in texts:
        archive.put_text(text)
    runs = [[OwnedText(Owner("essay", str(at)), text_sha256(text))] for at, text in enumerate(texts)]
    with ThreadPoolExecutor(8) as crew:
        found = list(crew.map(lambda run: find(warehouse, archive, "hvar", "island", run=run), runs))
    for run, hits in zip(runs, found, strict=True):
        assert run[0].sha256 in hits
    assert set(find(warehouse, archive, "island")) == set(shas(*texts))


def test_the_index_of_many_texts_tells_how_far_it_is(warehouse: Path) -> None:
    warehouse.mkdir()
    told: list[tuple[int, int]] = []
    index = SearchIndex(WarehouseFolder(warehouse).search)
    index.prepare()
    for number in (1, TEXTS_PER_COMMIT + 1):
        texts = [OwnedText(Owner("source", str(at)), f"{number}-{at}") for at in range(number)]
        index.add(texts, lambda sha256: f"ticket {sha256}", lambda *done: told.append(done))
    index.close()
    total = TEXTS_PER_COMMIT + 1
    assert told == [(0, total), (TEXTS_PER_COMMIT, total), (total, total)]
