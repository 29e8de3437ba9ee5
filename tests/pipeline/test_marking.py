"""A claim that a person marks: what is made of it, and what later readings of its essay do with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.config import Home, open_home
from factdesk.errors import UsageError
from factdesk.model import Judgement
from factdesk.pipeline import check_once, store_batch
from factdesk.pipeline.marking import Marked, mark_claim
from factdesk.pipeline.replaying import replay
from factdesk.warehouse.known import open_known
from factdesk.warehouse.query import run_query

GOATS = "The boat carried 300 goats and a dog."
TEXT = f"A ticket to Rila costs €14. {GOATS} Will it rain? It may cost €20 by May. Nobody slept.\n"
FRONT = "---\nsources: [source.txt]\n---\n\n"
SOURCE = "A ticket to Rila costs €14, the office says.\n\nThe boat carried 300 goats and a dog on Monday.\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one essay, which names a file beside it as its source."""
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text("", encoding="utf-8")
    (tmp_path / "source.txt").write_text(SOURCE, encoding="utf-8")
    home = open_home(tmp_path)
    write(home, TEXT)
    return home


def write(home: Home, text: str) -> None:
    """Write the essay and check it."""
    (home.root / "essay.md").write_text(FRONT + text, encoding="utf-8")
    check_once([str(home.root / "essay.md")], home)


def last(home: Home) -> tuple[UUID, str, str]:
    """The essay, the hash of its text and the text."""
    from factdesk.sources.archive import Archive

    ((essay, sha256),) = run_query(home.warehouse, "SELECT essay_id, text_sha256 FROM reports.essays").rows
    return essay, sha256, Archive(home.warehouse / "snapshots").get_text(sha256)


def mark(home: Home, words: str, kind: str) -> Marked:
    essay, sha256, text = last(home)
    at = text.index(words)
    with open_known(home.warehouse) as known:
        marked = mark_claim(home, known, essay, sha256, (at, at + len(words)), kind)
    judgement = Judgement(marked.claim_id, datetime.now(UTC), marked.judged.verdict.id)
    store_batch([*marked.records(), judgement], home)
    return marked


def row(home: Home, marked: Marked) -> tuple[object, ...]:
    query = "SELECT claim, claim_status, origin FROM reports.claims WHERE claim_id = ?"
    (found,) = run_query(home.warehouse, query, [marked.claim_id]).rows
    return tuple(found)


def test_it_is_compared_with_the_essays_sources_and_replays_the_same(home: Home) -> None:
    marked = mark(home, GOATS, "count")
    assert marked.judged.verdict.rating == "supported"
    assert row(home, marked) == (GOATS, "current", "person")
    query = """
        SELECT machine_rating, basis, c.checkworthiness >= 0.5 FROM reports.verdicts JOIN reports.claims AS c
        USING (claim_id) WHERE claim_id = ?
    """
    assert run_query(home.warehouse, query, [marked.claim_id]).rows == [("supported", "given", True)]
    with open_known(home.warehouse) as known:
        assert replay(home, known).is_green
    with pytest.raises(UsageError, match="on the list already"):
        mark(home, "300 goats", "count")
    with pytest.raises(UsageError, match="on the list already"):
        mark(home, "A ticket to Rila costs €14.", "price")


def test_what_was_set_aside_or_is_read_by_no_kind_can_be_marked(home: Home) -> None:
    forecast = mark(home, "It may cost €20 by May.", "price")
    assert [value.low for value in forecast.claim.values] == [20]
    plain = mark(home, "Nobody slept.", "poll")
    assert (plain.claim.values, plain.judged.verdict.rating) == ((), "not_enough_evidence")


def test_a_later_reading_keeps_it_as_long_as_its_words_stand(home: Home) -> None:
    marked = mark(home, GOATS, "count")
    write(home, f"A line before.\n\n{TEXT.replace('300 goats', f'300{chr(10)}goats')}")
    assert row(home, marked)[1:] == ("current", "person")
    _, _, text = last(home)
    query = "SELECT claim_start, claim_end FROM reports.claims WHERE claim_id = ?"
    ((start, end),) = run_query(home.warehouse, query, [marked.claim_id]).rows
    assert text[start:end].split() == GOATS.split()
    with open_known(home.warehouse) as known:
        assert replay(home, known).is_green
    write(home, TEXT.replace(GOATS, "The boat was full."))
    assert row(home, marked)[1:] == ("withdrawn", "person")
    write(home, TEXT)
    assert row(home, marked) == (GOATS, "current", "person")


@pytest.mark.parametrize(
    ("place", "said"),
    [((5, 5), "not in the essay"), ((0, 10_000), "not in the essay"), ((-3, 4), "not in the")],
)
def test_a_place_that_cannot_be_is_refused(home: Home, place: tuple[int, int], said: str) -> None:
    essay, sha256, _ = last(home)
    with open_known(home.warehouse) as known:
        with pytest.raises(UsageError, match=said):
            mark_claim(home, known, essay, sha256, place, "price")
        with pytest.raises(UsageError, match="read anew"):
            mark_claim(home, known, essay, "0" * 64, (0, 5), "price")
