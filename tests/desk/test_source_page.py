"""The page of a source: who leans on it, its texts over time, the difference between two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_pages import text_of
from factdesk.config import Home
from factdesk.model import ChangeKind, Fetch, Snapshot, SourceOutcome
from factdesk.pipeline import store_batch
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import open_known
from factdesk.warehouse.loading import load_records
from factdesk.warehouse.query import run_query
from small_records import make_change

LATER = datetime(2027, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("sources") / "home")
    change_source(home)
    with serve(home) as desk:
        yield desk


def change_source(home: Home) -> None:
    """Give the source that most claims lean on a second text, and let it be gone since."""
    ((source_id,),) = run_query(
        home.warehouse,
        "SELECT source_id FROM reports.claim_sources JOIN reports.sources USING (source_id) "
        "WHERE texts = 1 GROUP BY ALL ORDER BY count(*) DESC, source_id LIMIT 1",
    ).rows
    ids = {
        name: [row[0] for row in run_query(home.warehouse, f"{sql} WHERE source_id = ?", [source_id]).rows]
        for name, sql in (
            ("fetches", "SELECT id FROM derived.fetches"),
            ("texts", "SELECT id FROM derived.snapshots"),
        )
    }
    with open_known(home.warehouse) as known:
        fetch = next(iter(load_records(known, Fetch, ids["fetches"]).values()))
        text = next(iter(load_records(known, Snapshot, ids["texts"]).values()))
    archive = Archive(home.warehouse / "snapshots")
    old = archive.get_text(text.text_sha256)
    sha256 = archive.put_text(old + "\nCorrection: an earlier version gave another figure.\n")
    newer = replace(text, text_sha256=sha256)
    change = make_change(load_source(home, source_id), "", "", ChangeKind.TEXT)
    store_batch(
        [
            replace(fetch, fetched_at=LATER, text_sha256=sha256),
            newer,
            replace(change, noticed_at=LATER, before_snapshot_id=text.id, after_snapshot_id=newer.id),
            replace(
                fetch,
                fetched_at=LATER + timedelta(days=1),
                outcome=SourceOutcome.GONE,
                status=404,
                text_sha256=None,
                blob_sha256=None,
            ),
        ],
        home,
    )


def load_source(home: Home, source_id: UUID):  # type: ignore[no-untyped-def]
    from factdesk.model import Source

    with open_known(home.warehouse) as known:
        return load_records(known, Source, [source_id])[source_id]


def changed(served: ServedDesk) -> UUID:
    ((source_id,),) = served.ask("SELECT source_id FROM reports.source_changes")
    assert isinstance(source_id, UUID)
    return source_id


def test_it_says_what_became_of_the_source_and_who_leans_on_it(served: ServedDesk) -> None:
    source_id = changed(served)
    page = served.visitor().get(f"/sources/{source_id}").text
    words = text_of(page)
    assert "The page does not exist any more." in words
    assert "Its server has said that it is gone since 6 Jan 2027" in words
    leaning = served.ask("SELECT claim_id FROM reports.claim_sources WHERE source_id = ?", [source_id])
    assert leaning
    assert {str(one) for (one,) in leaning} == set(re.findall(r'href="/claims/([0-9a-f-]+)"', page))
    assert f"{len(leaning)} claim" in words
    assert "Fetched 3 times" in words


def test_the_last_two_texts_are_compared_unless_others_are_named(served: ServedDesk) -> None:
    source_id, visitor = changed(served), served.visitor()
    page = visitor.get(f"/sources/{source_id}").text
    assert "2 texts over time" in text_of(page)
    assert re.findall(r"<ins>(.*?)</ins>", page, re.DOTALL)[-1].strip().endswith("another figure.")
    assert "<del>" not in page
    first, second = dict.fromkeys(re.findall(r'name="before" value="([^"]+)"', page))
    turned = visitor.get(f"/sources/{source_id}?before={second}&after={first}").text
    assert "another figure." in "".join(re.findall(r"<del>(.*?)</del>", turned, re.DOTALL))
    same = visitor.get(f"/sources/{source_id}?before={first}&after={first}").text
    assert "The two texts are the same." in same
    assert visitor.get(f"/sources/{source_id}?before=zebra&after=%00").status_code == 200


def test_every_source_has_a_page(served: ServedDesk) -> None:
    visitor = served.visitor()
    sources = served.ask("SELECT source_id FROM reports.sources")
    assert len(sources) > 10
    for (source_id,) in sources:
        assert visitor.get(f"/sources/{source_id}").status_code == 200


@pytest.mark.parametrize("path", ["/sources/zebra", f"/sources/{'0' * 32}"])
def test_what_is_not_there_is_said(served: ServedDesk, path: str) -> None:
    answer = served.visitor().get(path)
    assert answer.status_code == 404
    assert "No source has this id" in answer.text


def test_a_text_that_the_archive_has_lost_is_said(served: ServedDesk) -> None:
    source_id = changed(served)
    (sha256,) = served.ask("SELECT text_sha256_before FROM reports.source_changes")[0]
    (blob,) = (served.desk.home.warehouse / "snapshots").rglob(f"*{sha256[4:]}*")
    kept = blob.read_bytes()
    blob.unlink()
    try:
        page = served.visitor().get(f"/sources/{source_id}")
        assert page.status_code == 200
        assert "One of the two texts is not in the archive any more" in text_of(page.text)
    finally:
        blob.write_bytes(kept)
