"""Every page and every refusal is in the words of people who check facts, not of those who built the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from desk_homes import ServedDesk
from desk_pages import text_of
from desk_routes import ADDRESSES, find_ids
from factdesk.desk.users import add_user
from factdesk.model import Role
from factdesk.warehouse.reports import REPORTS

WORKSHOP = re.compile(
    r"\b(spool\w*|keeper|facets?|idf|tf-idf|fold(ed|ing)?|blobs?|boolean|null|traceback|checkworth\w*|uuid|"
    r"csrf|asgi|http error|errno|not_\w+|partially_supported|no_linked_source|to_review|second_check)\b",
    re.IGNORECASE,
)
"""Words of the program, and values of its records that have words of their own on a page."""

EXPLAINED = re.compile(r"<d[lt].*?</d[lt]>|<code.*?</code>|<textarea.*?</textarea>|<pre.*?</pre>", re.DOTALL)
"""Where a word is explained, or somebody writes SQL."""

EDITORS_NAMES = ("/sql", "/reports/")
"""Pages whose tables have the names of columns and values that queries use; their own words are looked at."""


def words_of(answer: httpx.Response) -> str:
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return answer.text
    page = EXPLAINED.sub("", answer.text)
    if answer.url.path.startswith(EDITORS_NAMES):
        page = re.sub(r"<table.*?</table>|<svg.*?</svg>|<details.*?</details>", "", page, flags=re.DOTALL)
    return text_of(page)


@pytest.fixture(scope="module")
def pages(shared_desk: ServedDesk) -> list[httpx.Response]:
    """Every page that is read, of each thing that is there."""
    return list(read_pages(shared_desk))


def read_pages(desk: ServedDesk) -> Iterator[httpx.Response]:
    visitor, ids = desk.visitor("Ann"), find_ids(desk)
    ids.of["name"] = list(REPORTS)
    for method, path in ADDRESSES:
        if method != "GET" or path in ("/metrics", "/reports/style.css"):
            continue
        parts = [values for name, values in ids.of.items() if f"{{{name}}}" in path]
        for number in range(len(parts[0]) if parts else 1):
            yield visitor.get(ids.fill(path, number))


def refusals(desk: ServedDesk) -> Iterator[httpx.Response]:
    """What one is told when something cannot be, by each way that leads there."""
    ann, stranger = desk.visitor("Ann"), desk.stranger()
    add_user(desk.desk.home.warehouse, "Operator", Role.OPERATOR, "a long pass phrase")
    operator, claim = desk.visitor("Operator"), find_ids(desk).of["claim_id"][0]
    place, seen = f"/claims/{claim}", ann.seen(claim)
    for path in ("/nowhere", "/claims/x", "/essays/x", "/sources/x", "/reports/x", "/sql?saved=x"):
        yield ann.get(path)
    yield ann.get("/reports/corrections?since=x")
    yield ann.get("/reports/corrections?kind=x")
    for rating in ("", "refuted", "nothing"):
        yield ann.post(f"{place}/decide", seen=seen, rating=rating)
    yield ann.post(f"{place}/decide", seen="old", rating="refuted", conclusion="No.", reason="other")
    yield ann.post(f"{place}/decide", seen=seen, rating="refuted", conclusion="x" * 5_000, reason="other")
    yield ann.post(f"{place}/wait", until="2001-01-01")
    yield ann.post(f"{place}/note", note=" ")
    yield ann.post(f"{place}/assign", to="x")
    yield ann.post(f"{place}/undo")
    yield operator.post(f"{place}/decide", seen=seen, rating="refuted")
    yield stranger.post(f"{place}/decide", seen=seen, rating="refuted")
    yield stranger.get("/enter/x")
    yield stranger.post("/signin", name="x", password="x")
    for sql in ("", "DROP TABLE x", "SELECT x", "SELECT 1; SELECT 2"):
        yield ann.post("/sql", sql=sql)
    yield ann.post("/sql/save", sql="SELECT 1")
    yield ann.client.post("/me/keys", data={"keys": "off"}, headers={"Origin": "https://evil.example"})
    yield ann.client.get("/queue", headers={"Host": "evil.example"})
    yield ann.client.put("/queue")
    yield ann.post("/queue")
    yield ann.post("/me/keys", keys="x" * 300_000)
    yield ann.get("/queue?q=" + "x" * 9_000)


def test_no_page_speaks_of_the_workshop(pages: list[httpx.Response]) -> None:
    for answer in pages:
        assert answer.status_code in (200, 303, 403, 404), answer.url
        found = WORKSHOP.search(words_of(answer))
        assert not found, f"{answer.url.path} says {found[0]}"


def test_a_share_of_agreement_by_chance_is_explained_where_it_is_named(pages: list[httpx.Response]) -> None:
    named = 0
    for answer in pages:
        if re.search(r"\bkappa\b", answer.text, re.IGNORECASE):
            named += 1
            assert re.search(r"<dt>.*?kappa.*?</dt>\s*<dd>\s*\S+ \S+", answer.text, re.DOTALL | re.IGNORECASE)
    assert named, "no report names it any more, and this test can go"


def test_no_refusal_speaks_of_the_workshop(shared_desk: ServedDesk) -> None:
    for answer in refusals(shared_desk):
        assert answer.status_code < 500, answer.url
        said = words_of(answer)
        found = WORKSHOP.search(said)
        assert not found, (
            f"{answer.request.method} {answer.url.path}, {answer.status_code}, says {found[0]}: {said[:300]}"
        )
        if answer.status_code >= 400:
            assert re.search(r"\w{2,} \w+.*[.!?]", said), said


@pytest.mark.parametrize(
    "path", ["/queue", "/reports", "/ops", "/me", "/help", "/sql", "/admin/users", "/signin", "/nowhere"]
)
def test_every_page_has_a_title_of_its_own_and_one_heading(shared_desk: ServedDesk, path: str) -> None:
    page = shared_desk.visitor("Ann").get(path).text
    title = re.search(r"<title>(.+?) · Factdesk</title>", page)
    assert title
    assert title[1] != "Factdesk"
    assert len(re.findall(r"<h1\b", page)) == 1
    assert '<link rel="icon" href="/static/icon.svg"' in page
