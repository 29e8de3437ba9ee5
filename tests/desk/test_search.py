"""Search finds claims, essays and sources in any state, and tells nothing of what is to be decided blind."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest

from desk_homes import ServedDesk, Visitor, serve
from desk_pages import blind_claims, seen_claims, text_of
from factdesk.config import open_home
from factdesk.desk.search_page import LAST_ROW, ROWS_A_PAGE
from factdesk.warehouse.spool import write_batches
from small_records import small_essay


def found(page: str) -> list[UUID]:
    return [UUID(one) for one in re.findall(r'data-row>.*?href="/claims/([0-9a-f-]{36})"', page, re.DOTALL)]


def search_for(visitor: Visitor, **fields: str) -> str:
    answer = visitor.get(f"/search?{urlencode(fields)}")
    assert answer.status_code == 200
    return answer.text


def column(desk: ServedDesk, claim_id: UUID, name: str) -> str:
    return str(desk.ask(f"SELECT {name} FROM reports.verdicts WHERE claim_id = ?", [claim_id])[0][0])


def test_words_of_claim_title_author_and_source_find_it(shared_desk: ServedDesk) -> None:
    ann = shared_desk.visitor()
    told = "source_url IS NOT NULL AND author IS NOT NULL AND essay_title IS NOT NULL"
    one = seen_claims(shared_desk, told)[0]
    claim, title = column(shared_desk, one, "claim"), column(shared_desk, one, "essay_title")
    author, url = column(shared_desk, one, "author"), column(shared_desk, one, "source_url")
    long = sorted(re.findall(r"\w{4,}", claim), key=len)[-2:]
    for search in (
        " ".join(long).upper(),
        f"{long[-1]} {title.split()[0]}",
        f"{author.split()[-1]} {long[-1]}",
        f"{url.rpartition('/')[2]} {long[-1]}",
        str(one),
        str(one)[:8],
    ):
        assert one in found(search_for(ann, q=search)), search
    page = text_of(search_for(ann, q=title))
    assert "Essays" in page
    assert title in page
    assert "Sources" in text_of(search_for(ann, q=url))
    assert found(search_for(ann, q=f"{long[-1]} zzzqqq")) == []


def test_a_decided_claim_is_found_and_can_be_told_from_others(shared_desk: ServedDesk) -> None:
    ann, one = shared_desk.visitor(), seen_claims(shared_desk)[-1]
    assert ann.decide(one, "not_checkable").status_code == 303
    assert one not in found(search_for(ann, q=str(one), state="undecided"))
    page = search_for(ann, q=str(one), state="decided")
    assert found(page) == [one]
    assert "Cannot be checked decided" in text_of(page)
    assert found(search_for(ann, q=str(one), state="former")) == []
    assert "among those that are chosen" in text_of(search_for(ann, q=str(one), state="former"))


def test_a_blind_claim_is_found_without_what_the_machine_says(shared_desk: ServedDesk) -> None:
    zoe = shared_desk.visitor("Zoe")
    for one in blind_claims(shared_desk):
        page = text_of(search_for(zoe, q=str(one)))
        assert "hidden until you have decided it" in page
        assert "says the machine" not in page


@pytest.mark.parametrize(
    "search", ["", "   ", "zzzqqq", "%z%", "_z_", "'; DROP", "\u202e", "a" * 500, "$1", "{}"]
)
def test_what_is_found_nowhere_is_said(shared_desk: ServedDesk, search: str) -> None:
    page = search_for(shared_desk.visitor(), q=search)
    assert not found(page)
    assert "Write words" in page or "No claim has all of these words" in page


def test_more_than_a_page_is_turned(shared_desk: ServedDesk) -> None:
    ann = shared_desk.visitor()
    total = shared_desk.ask("SELECT count(*) FROM standing.claims")[0][0]
    first = search_for(ann, q="a")
    assert len(found(first)) == min(40, total)
    if total > 40:
        further = re.search(r'href="(/search[^"]*from=40[^"]*)"', first)
        assert further
        second = ann.get(html.unescape(further[1])).text
        assert found(second)
        assert not set(found(second)) & set(found(first))
    assert found(ann.get("/search?q=a&from=99999999999").text) == found(first)


def test_who_finds_more_than_can_be_leafed_through_is_told_so(tmp_path: Path) -> None:
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text("", encoding="utf-8")
    home = open_home(tmp_path)
    quotes = [f"cabin {number} costs £5" for number in range(LAST_ROW + 1)]
    write_batches(small_essay(quotes=quotes), home.warehouse, 16_000_000)
    with serve(home) as desk:
        ann, last = desk.visitor(), str(LAST_ROW - ROWS_A_PAGE)
        before = search_for(ann, q="cabin", **{"from": str(LAST_ROW - 2 * ROWS_A_PAGE)})
        assert f"from={last}" in before
        page = search_for(ann, q="cabin", **{"from": last})
    assert len(found(page)) == ROWS_A_PAGE
    assert "These are the last of the first 4,000, and there are more." in text_of(page)
    assert 'rel="next"' not in page, "it would lead to the first page again"
    assert 'rel="prev"' in page
