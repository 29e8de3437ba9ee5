"""Sources, essays and claims that people add at the desk: gathered by a child, stored with who added them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from factdesk.config import open_home
from factdesk.desk.long_work import LongWork
from factdesk.desk.waiting_claims import is_blind
from factdesk.pipeline import check_once
from local_site import Page, Site
from office_files import make_docx, paragraph

PATIENCE_SECONDS = 120
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
TAKEN: set[UUID] = set()
"""Claims that a test of this file has taken for itself."""

FARES = (
    "<html><head><title>Winter fares</title></head><body><main><p>The office has put up its winter table.</p>"
    "<p>A single ticket from Zadar to Ancona costs 60 euros, the clerk at the counter said.</p></main>"
    "</body></html>"
)
ESSAY = (
    "Notes from the queue, [the fares](http://{host}/fares).\n\n"
    "A single ticket from Zadar to Ancona costs 45 euros. "
    "I had thought it would be less.\n\nThe night boat carried 212 people and a dog. Nobody slept.\n"
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site(pages={"/fares": Page(FARES)})
    yield site
    site.close()


@pytest.fixture(scope="module")
def desk(desk_root: Path, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """A desk that may fetch from the site."""
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("adding") / "home")
    config = home.root / "config" / "factdesk.toml"
    config.write_text(
        config.read_text("utf-8").replace("allow_hosts = [", f'allow_hosts = ["{site.host}", '), "utf-8"
    )
    essay = home.root / "essays" / "queue.md"
    essay.write_text(ESSAY.format(host=site.host), "utf-8")
    home = open_home(home.root)
    check_once([str(essay)], home)
    with serve(home) as served:
        yield served


@pytest.fixture(scope="module")
def ann(desk: ServedDesk) -> Visitor:
    return desk.visitor("Ann")


def send(
    visitor: Visitor, path: str, files: dict[str, tuple[str, bytes]] | None = None, **fields: str
) -> httpx.Response:
    """Send a form as a browser does that has a field for a file."""
    parts = files or {"file": ("", b"")}
    return visitor.client.post(path, data=fields, files=parts, headers=SAME_ORIGIN)


def follow(visitor: Visitor, answer: httpx.Response) -> httpx.Response:
    """Go where a work leads, looking again until it is over."""
    assert answer.status_code == 303, answer.text
    place, ends = answer.headers["location"], time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        answer = visitor.get(place)
        if answer.status_code != 200 or "Refresh" not in answer.headers:
            return answer
        assert "Being gathered" in answer.text
    raise AssertionError("the work did not end")


def arrive(visitor: Visitor, answer: httpx.Response) -> str:
    """Return the page at the end of a work that was done."""
    answer = follow(visitor, answer)
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.headers["location"]).text


def fault(visitor: Visitor, answer: httpx.Response) -> str:
    answer = follow(visitor, answer)
    assert answer.status_code == 422
    found = re.search(r'role="alert">([^<]+)<', answer.text)
    assert found
    return found[1]


def claim(desk: ServedDesk, words: str) -> UUID:
    rows = desk.ask("SELECT claim_id FROM reports.claims WHERE contains(claim, ?)", [words])
    found: UUID = rows[0][0]
    return found


def test_a_work_that_is_not_known_is_said(ann: Visitor) -> None:
    assert ann.get("/works/zebra").status_code == 404


def unsourced(desk: ServedDesk) -> UUID:
    """A claim without a source that no test of this file has had, and that is not decided blind."""
    for one in sorted(desk.desk.waiting.all(), key=lambda one: str(one.claim_id)):
        if not one.has_source and not is_blind(one.claim_id) and one.claim_id not in TAKEN:
            TAKEN.add(one.claim_id)
            return one.claim_id
    raise AssertionError("no claim is left")


# --- sources


def test_a_page_that_is_added_is_gathered_compared_and_stays_with_who_added_it(
    desk: ServedDesk, ann: Visitor, site: Site
) -> None:
    claim_id = unsourced(desk)
    before = desk.ask("SELECT verdict_id FROM reports.verdicts WHERE claim_id = ?", [claim_id])
    answer = send(ann, f"/claims/{claim_id}/sources", url=site.url("fares"), note="from the <window>")
    place = answer.headers["location"]
    assert desk.visitor("Bob").get(place).status_code == 404, "a work is shown to nobody else"
    assert desk.stranger().get(place).status_code == 303
    page = arrive(ann, answer)
    assert "The source was added, and the claim was compared with it." in page
    assert "Added by <bdi>Ann</bdi>" in page
    assert "from the &lt;window&gt;" in page
    rows = desk.ask(
        "SELECT source_url, source_outcome, basis FROM reports.claim_sources WHERE claim_id = ?", [claim_id]
    )
    assert rows == [(site.url("fares"), "fetched", "given")]
    assert desk.ask("SELECT verdict_id FROM reports.verdicts WHERE claim_id = ?", [claim_id]) != before


def test_a_pasted_passage_is_never_called_archived_or_fetched(desk: ServedDesk, ann: Visitor) -> None:
    claim_id = claim(desk, "Ancona costs 45")
    passage = "A single ticket from Zadar to Ancona costs 45 euros this winter, the harbour master said."
    origin = "print edition of 3 May, page 4"
    page = arrive(ann, send(ann, f"/claims/{claim_id}/sources", passage=passage, origin=origin))
    card = page[page.index("Pasted passage: print edition of 3 May, page 4", page.index("Its sources")) :]
    card = card[: card.index("</li>")]
    assert "A person pasted these words; nothing was fetched" in card
    assert "Kept as" in card
    assert "Archived" not in card
    assert "Last fetched" not in card
    outcomes = desk.ask(
        "SELECT source_outcome FROM reports.claim_sources WHERE claim_id = ? AND basis = 'given'", [claim_id]
    )
    assert outcomes == [("given_file",)]


def test_a_file_that_is_added_is_read(desk: ServedDesk, ann: Visitor) -> None:
    claim_id = unsourced(desk)
    word = make_docx(paragraph("A boat to Vis costs 9 euros, the harbour master wrote."))
    page = arrive(ann, send(ann, f"/claims/{claim_id}/sources", {"file": ("../../notice.docx", word)}))
    assert "The source was added" in page
    assert desk.ask("SELECT source_url FROM reports.claim_sources WHERE claim_id = ?", [claim_id]) == [
        ("notice.docx",)
    ]


def test_the_guard_holds_for_what_people_add(desk: ServedDesk, ann: Visitor) -> None:
    claim_id, url = claim(desk, "Ancona costs 45"), "http://127.0.0.1:9/latest"
    answer = send(ann, f"/claims/{claim_id}/sources", source="1", url=url, note="keep me")
    place = answer.headers["location"]
    assert "The address is refused" in fault(ann, answer)
    back = ann.get(f"/claims/{claim_id}?again={place.rpartition('/')[2]}").text
    assert f'value="{url}"' in back
    assert 'value="keep me"' in back


@pytest.mark.parametrize(
    ("fields", "files", "said"),
    [
        ({}, None, "Give one source at a time"),
        ({"url": "https://a.example/", "passage": "x", "origin": "y"}, None, "Give one source at a time"),
        ({"url": "javascript:alert(1)"}, None, "no address of a page"),
        ({"url": "file:///etc/passwd"}, None, "no address of a page"),
        ({"passage": "some words"}, None, "Say where the passage is from"),
        ({"passage": "some words", "origin": "\u202e"}, None, "Say where the passage is from"),
        ({"passage": "x" * 200_001, "origin": "y"}, None, "at most 200000"),
        ({"passage": "some words", "origin": "z" * 101}, None, "at most 100"),
        ({}, {"file": ("empty.txt", b"")}, "is empty"),
    ],
)
def test_a_wrong_source_is_refused_in_one_sentence_and_what_was_typed_is_kept(
    desk: ServedDesk,
    ann: Visitor,
    fields: dict[str, str],
    files: dict[str, tuple[str, bytes]] | None,
    said: str,
) -> None:
    claim_id = claim(desk, "Ancona costs 45")
    refused = send(ann, f"/claims/{claim_id}/sources", files, source="1", **fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert fields.get("url", "")[:30] in refused.text


# --- essays


def test_a_pasted_essay_is_checked_and_leads_to_its_page(desk: ServedDesk, ann: Visitor, site: Site) -> None:
    head = "---\r\ntitle: Old\r\ntags: [sea]\r\n---\r\n"
    text = f"{head}A single ticket from Zadar to Ancona costs 99 euros, [they say]({site.url('fares')}).\r\n"
    page = arrive(ann, send(ann, "/add", text=text, title='My "own" essay', author="A: B", date="2026-05-03"))
    assert "The essay was checked: 1 claim." in page
    assert "My &#34;own&#34; essay" in page
    rows = desk.ask(
        "SELECT essay_title, author, published_on::VARCHAR FROM reports.essays WHERE author = 'A: B'"
    )
    assert rows == [('My "own" essay', "A: B", "2026-05-03")]
    assert desk.ask("SELECT count(*) FROM reports.claims WHERE contains(claim, '99 euros')") == [(1,)]
    assert (
        desk.ask("SELECT count(*) FROM reports.runs WHERE contains(parameters::VARCHAR, 'asked_by')")[0][0]
        >= 1
    )


def test_what_the_form_says_of_a_pasted_web_page_holds(desk: ServedDesk, ann: Visitor) -> None:
    page = "<!doctype html><title>Old</title><p>A single ticket to Lissa costs 47 euros.</p>"
    arrive(
        ann, send(ann, "/add", text=page, form="html", title="Boats & <b>", author="Eva", date="2026-05-04")
    )
    rows = desk.ask("SELECT essay_title, published_on::VARCHAR FROM reports.essays WHERE author = 'Eva'")
    assert rows == [("Boats & <b>", "2026-05-04")]


def test_an_essay_that_is_here_already_leads_to_its_page(desk: ServedDesk, ann: Visitor, site: Site) -> None:
    answer = follow(ann, send(ann, "/add", text=ESSAY.format(host=site.host)))
    assert answer.headers["location"].startswith(f"/essays/{essay(desk)}?")
    assert "is here already" in ann.get(answer.headers["location"]).text


def test_an_essay_comes_as_a_file_with_sources_to_compare(desk: ServedDesk, ann: Visitor, site: Site) -> None:
    word = make_docx(paragraph("A boat to Lastovo costs 31 euros."))
    page = arrive(ann, send(ann, "/add", {"file": ("lastovo.docx", word)}, sources=site.url("fares")))
    assert "costs 31 euros" in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("broken.pdf", b"%PDF-1.7\nnothing more", "cannot be|no text"),
        (
            "deutsch.txt",
            "Der Hafen war am Abend leer, und die Fähre nach Triest fuhr ohne uns ab. ".encode() * 20,
            "language",
        ),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(
    desk: ServedDesk, ann: Visitor, name: str, content: bytes, said: str
) -> None:
    words = fault(ann, send(ann, "/add", {"file": (name, content)}))
    assert re.search(said, words), words
    assert words.endswith(".")


@pytest.mark.parametrize(
    ("fields", "files", "said"),
    [
        ({}, None, "Give one essay"),
        ({"text": "x", "url": "https://a.example/"}, None, "Give one essay"),
        ({"url": "/etc/passwd"}, None, "no address of a page"),
        ({"text": "x", "sources": "ftp://a.example/"}, None, "no address of a page"),
        ({"text": "x", "date": "3 May"}, None, "must be written as"),
        ({"text": "x", "title": "t" * 301}, None, "300 characters"),
        ({"text": "---\ntitle: [a\n---\nx", "title": "T"}, None, "head of the text cannot be read: it is"),
        ({}, {"file": ("x.exe", b"MZ")}, "of a kind that is not read"),
        ({}, {"file": ("big.txt", b"a" * 20_000_001)}, "at most 20,000,000 are read"),
    ],
)
def test_a_wrong_form_is_refused_and_keeps_what_was_typed(
    ann: Visitor, fields: dict[str, str], files: dict[str, tuple[str, bytes]] | None, said: str
) -> None:
    refused = send(ann, "/add", files, **fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'value="{fields.get("title", "")}"' in refused.text


def test_too_much_and_damaged_forms_are_refused(desk: ServedDesk, ann: Visitor) -> None:
    assert send(ann, "/add", {"file": ("big.txt", b"a" * 20_400_000)}).status_code == 413
    headers = {**SAME_ORIGIN, "Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x", b"--x\r\n\r\nno name\r\n--x--\r\n", b"--y--\r\n", b"--x\r\n" * 200 + b"--x--"):
        assert ann.client.post("/add", content=body, headers=headers).status_code in (400, 422), body
    assert ann.client.post("/me/keys", content=b"--x--\r\n", headers=headers).status_code == 415
    over = send(desk.stranger(), "/add", text="my long essay")
    assert over.status_code == 401
    assert "my long essay" in over.text


# --- claims that were missed


def essay(desk: ServedDesk) -> UUID:
    rows = desk.ask("SELECT essay_id FROM reports.essays WHERE contains(essay_uri, 'queue.md')")
    found: UUID = rows[0][0]
    return found


def test_a_claim_that_was_missed_is_added_judged_queued_and_kept(
    desk: ServedDesk, ann: Visitor, site: Site
) -> None:
    essay_id, words = essay(desk), "The night boat carried 212 people and a dog."
    assert not desk.ask(
        "SELECT 1 FROM reports.claims WHERE essay_id = ? AND contains(claim, 'dog')", [essay_id]
    )
    listed = ann.get(f"/essays/{essay_id}/mark").text
    assert "and a dog." in listed
    chosen = ann.get(f"/essays/{essay_id}/mark?words={quote(words)}").text
    form = dict(re.findall(r'name="(text_sha256|start|end)" value="([^"]+)"', chosen))
    part = "The night boat carried 212 people and a dog"
    page = arrive(ann, ann.post(f"/essays/{essay_id}/mark", words=part, kind="count", **form))
    assert "The claim was added and compared" in page
    assert "added the claim, which the machine had missed" in page
    claim_id = claim(desk, "and a dog")
    rows = desk.ask(
        "SELECT origin, kind, claim_status, stage, claim_start FROM reports.claims WHERE claim_id = ?",
        [claim_id],
    )
    text = ESSAY.format(host=site.host)
    assert rows[0][:3] == ("person", "count", "current")
    assert rows[0][3] in ("to_review", "first_check")
    cited = desk.ask("SELECT source_url, distance FROM reports.claim_sources WHERE claim_id = ?", [claim_id])
    assert cited == [(site.url("fares"), "essay")], "it is compared with what the essay links"
    assert desk.desk.waiting.find(claim_id) is not None
    again = ann.post(f"/essays/{essay_id}/mark", words=part, kind="count", **form)
    assert "on the list already" in fault(ann, again)

    place = desk.desk.home.root / "essays" / "queue.md"
    place.write_text(f"A new beginning.\n\n{text}", "utf-8")
    desk.desk.publish()
    check_once([str(place)], desk.desk.home)
    desk.desk.take_in()
    moved = desk.ask("SELECT claim_status, claim_start FROM reports.claims WHERE claim_id = ?", [claim_id])
    assert moved == [("current", rows[0][4] + len("A new beginning.\n\n"))]
    stale = ann.post(f"/essays/{essay_id}/mark", words=part, kind="count", **form)
    assert stale.status_code == 422
    assert "read anew" in stale.text

    place.write_text(text.replace(words, "The night boat was full."), "utf-8")
    desk.desk.publish()
    check_once([str(place)], desk.desk.home)
    desk.desk.take_in()
    gone = desk.ask("SELECT claim_status FROM reports.claims WHERE claim_id = ?", [claim_id])
    assert gone[0][0] in ("withdrawn", "replaced")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": "words that are not there"}, "do not stand in the sentence"),
        ({"words": " "}, "do not stand in the sentence"),
        ({"words": "x" * 2_000}, "at most|may have 1000"),
        ({"kind": "gossip"}, "Choose what the claim is about"),
        ({"text_sha256": "0" * 64}, "read anew"),
        ({"start": "-1"}, "read anew"),
        ({"end": "999999999"}, "read anew"),
    ],
)
def test_what_cannot_be_marked_is_said(
    desk: ServedDesk, ann: Visitor, fields: dict[str, str], said: str
) -> None:
    essay_id = essay(desk)
    chosen = ann.get(f"/essays/{essay_id}/mark?words=Nobody+slept.").text
    form = dict(re.findall(r'name="(text_sha256|start|end)" value="([^"]+)"', chosen))
    refused = ann.post(
        f"/essays/{essay_id}/mark", **{"words": "Nobody slept.", "kind": "poll", **form, **fields}
    )
    assert refused.status_code == 422
    assert re.search(said, refused.text)
    for path in ("/essays/zebra/mark", f"/essays/{'0' * 8}-0000-4000-8000-{'0' * 12}/mark"):
        assert ann.get(path).status_code == 404


# --- the child


def test_a_child_that_takes_too_long_is_ended_and_says_so(desk: ServedDesk, ann: Visitor, site: Site) -> None:
    usual, desk.desk.work = desk.desk.work, LongWork(deadline_seconds=0.01)
    try:
        words = fault(
            ann, send(ann, f"/claims/{claim(desk, 'Ancona costs 45')}/sources", url=site.url("fares"))
        )
    finally:
        desk.desk.work.close()
        desk.desk.work = usual
    assert "was stopped; nothing was stored" in words
