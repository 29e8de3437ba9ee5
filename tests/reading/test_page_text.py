"""Source pages: main text, blocks outside it, and the one outcome that the page's own evidence gives."""

import codecs
import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.model import SourceOutcome, from_json, to_json
from factdesk.reading.page_text import PAGE_TEXT_VERSION, PageText, read_page

PARAGRAPHS = (
    "Seats on every direct flight from the capital to the coast were gone by noon, the sites showed.",
    "A fare that cost 40,000 a week ago was on offer for more than 300,000, a seller said by telephone.",
    "People who queued at the counters since the morning were told to come back at the end of the month.",
    "The carrier said in a statement that it had no plans for larger planes before the winter timetable.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
SHELL = "<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def page(body: str, *, title: str = "Seats gone by noon", head: str = "") -> bytes:
    return SHELL.format(title=title, head=head, body=body).encode()


def read(
    content: bytes, media_type: str | None = "text/html", charset: str | None = None, url: str | None = None
) -> PageText:
    return read_page(content, media_type=media_type, charset=charset, url=url)


def block_words(read_text: PageText) -> list[tuple[str, str]]:
    return [(block.form, block.span.cut(read_text.text)) for block in read_text.blocks]


def test_the_main_text_comes_first_then_what_stands_outside_it() -> None:
    rows = "<tr><th>City</th><th>Fare</th></tr><tr><td>Baku</td><td>5,000</td></tr>"
    table = f"<table><caption>Fares</caption>{rows}</table>"
    caption = (
        "<figure><img src=q.jpg><figcaption>The queue at counter nine, before dawn</figcaption></figure>"
    )
    read_text = read(
        page(f"<nav><a href=/>Home page</a></nav><article><h1>Seats</h1>{STORY}{table}{caption}</article>")
    )
    blocks = block_words(read_text)
    assert blocks[0][0] == "main"
    assert all(paragraph in blocks[0][1] for paragraph in PARAGRAPHS)
    assert ("table", "Fares\n\nCity | Fare\nBaku | 5,000") in blocks
    assert ("The queue at counter nine, before dawn" in blocks[0][1]) != (
        ("caption", "The queue at counter nine, before dawn") in blocks
    )
    assert "Home page" not in read_text.text
    assert "Home page" in read_text.full_text
    assert (read_text.outcome, read_text.language, read_text.charset) == (
        SourceOutcome.FETCHED,
        "en",
        "utf-8",
    )
    assert read_text.extractor.startswith("trafilatura ")
    assert read_text.extractor.endswith(f"; page_text {PAGE_TEXT_VERSION}")


def test_a_page_without_main_text_is_read_whole_and_says_so() -> None:
    read_text = read(page("<form><div>A fare of 300,000 was paid.</div></form>"))
    assert "A fare of 300,000 was paid." in read_text.text
    deep = read(b"<html><body>" + b"<div>" * 3_000 + b"A fare of 300,000 was paid.")
    assert deep.text == "A fare of 300,000 was paid."
    assert deep.notes == ("full_page_text",)
    assert deep.extractor.startswith("beautifulsoup4 ")


def test_a_stray_nul_makes_no_picture_of_a_page() -> None:
    whole = page("<article>" + "<p>The ferry to Hvar costs 14 euros this summer.</p>" * 30 + "</article>")
    assert read(whole.replace(b"ferry", b"fer\0ry", 1)).text == read(whole).text
    assert read(b"\0".join(whole.split(b" "))).outcome is SourceOutcome.UNSUPPORTED_TYPE


SUBSCRIBERS = (
    '<script type="application/ld+json">'
    '{"@type":"NewsArticle","hasPart":{"isAccessibleForFree":"False"}}</script>'
)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (page(f"<article>{STORY}</article>"), SourceOutcome.FETCHED),
        (page(""), SourceOutcome.EMPTY_TEXT),
        (b"   ", SourceOutcome.EMPTY_TEXT),
        (page("<img src=a.png>"), SourceOutcome.EMPTY_TEXT),
        (page("<h1>Page not found</h1><p>Try the search.</p>", title="Oops"), SourceOutcome.SOFT_404),
        (
            page("<p>Sorry, the page you asked for no longer exists.</p>", title="Daily"),
            SourceOutcome.SOFT_404,
        ),
        (page("<h1>404</h1><p>Back to the start.</p>", title="404 - Daily"), SourceOutcome.SOFT_404),
        (page(f"<article>{STORY}</article>", head=SUBSCRIBERS), SourceOutcome.PAYWALLED),
        (
            page(f"<article><p>{PARAGRAPHS[0]}</p></article><div>Subscribe to continue reading</div>"),
            SourceOutcome.PAYWALLED,
        ),
        (
            page("<h1>Before you continue</h1><p>We and our 812 partners use cookies.</p><p>Accept all</p>"),
            SourceOutcome.CONSENT_WALL,
        ),
        (page("<div id=root></div><script src=app.js></script>"), SourceOutcome.NEEDS_JAVASCRIPT),
        (
            page("<noscript>You need to enable JavaScript to run this app.</noscript><script>x</script>"),
            SourceOutcome.NEEDS_JAVASCRIPT,
        ),
        (page("<p>Please turn on JavaScript to see this page.</p>"), SourceOutcome.NEEDS_JAVASCRIPT),
    ],
)
def test_the_pages_own_evidence_gives_its_outcome(content: bytes, outcome: SourceOutcome) -> None:
    assert read(content).outcome is outcome


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{STORY}<p>We use cookies. Accept all cookies?</p></article>" + STORY,
        f"<article><h1>The agency could not be found in any register</h1>{STORY * 3}</article>",
        f"<noscript>Please enable JavaScript for comments</noscript><article>{STORY}</article>",
        f"<div id=app><article>{STORY}</article></div><script>1</script>",
        "<article><p>Fares rose to 300,000.</p></article>",
    ],
)
def test_words_of_a_notice_do_not_make_a_page_a_notice(body: str) -> None:
    assert read(page(body)).outcome is SourceOutcome.FETCHED


@pytest.mark.parametrize(
    ("content", "media_type", "outcome", "media"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "text/html", SourceOutcome.UNSUPPORTED_TYPE, "image/png"),
        (
            b"PK\x03\x04" + b"x" * 99,
            "text/html; charset=utf-8",
            SourceOutcome.UNSUPPORTED_TYPE,
            "application/zip",
        ),
        (
            b"a\0b" * 99,
            "application/octet-stream",
            SourceOutcome.UNSUPPORTED_TYPE,
            "application/octet-stream",
        ),
        (b'{"fare": 5}', "application/json", SourceOutcome.UNSUPPORTED_TYPE, "application/json"),
        (b"body {color: red}", "text/css", SourceOutcome.UNSUPPORTED_TYPE, "text/css"),
        (bytes(range(128, 256)) * 20, "text/html", SourceOutcome.UNDECODABLE, "text/html"),
        (page(STORY), "image/png", SourceOutcome.FETCHED, "text/html"),
        (page(STORY), "application/octet-stream", SourceOutcome.FETCHED, "text/html"),
        (page(STORY), None, SourceOutcome.FETCHED, "text/html"),
        (PARAGRAPHS[0].encode(), "text/plain", SourceOutcome.FETCHED, "text/plain"),
        (PARAGRAPHS[0].encode(), None, SourceOutcome.FETCHED, "text/plain"),
        (
            PARAGRAPHS[0].encode(),
            "application/octet-stream",
            SourceOutcome.UNSUPPORTED_TYPE,
            "application/octet-stream",
        ),
    ],
)
def test_the_bytes_decide_and_not_the_header(
    content: bytes, media_type: str | None, outcome: SourceOutcome, media: str
) -> None:
    read_text = read(content, media_type)
    assert (read_text.outcome, read_text.media_type) == (outcome, media)


def test_plain_pages_keep_their_lines() -> None:
    read_text = read(b"\xef\xbb\xbfFirst.\r\nSecond <b>.\r\n", "text/plain")
    assert read_text.text == "First.\nSecond <b>."
    assert block_words(read_text) == [("main", read_text.text)]


RUSSIAN = (
    "Билеты на все прямые рейсы распроданы к полудню, сообщили продавцы, а цены выросли втрое за день. " * 3
)


@pytest.mark.parametrize(
    ("content", "header", "words"),
    [
        (f'<meta charset="windows-1251"><p>{RUSSIAN}</p>'.encode("cp1251"), None, RUSSIAN),
        (f"<p>{RUSSIAN}</p>".encode("cp1251"), "windows-1251", RUSSIAN),
        (f"<p>{RUSSIAN}</p>".encode("koi8-r"), "koi8-r", RUSSIAN),
        (codecs.BOM_UTF16_LE + f"<p>{RUSSIAN}</p>".encode("utf-16-le"), "windows-1251", RUSSIAN),
        (codecs.BOM_UTF16_BE + f"<html><p>{RUSSIAN}</p>".encode("utf-16-be"), None, RUSSIAN),
        (
            "<p>A fare of £300 – “cheap” – he said.</p>".encode("cp1252"),
            None,
            "A fare of £300 – “cheap” – he said.",
        ),
        ("<p>A fare of €300 – “cheap”.</p>".encode("cp1252"), "iso-8859-1", "A fare of €300 – “cheap”."),
        ("<meta charset=iso-8859-1><p>A fare of €300.</p>".encode(), "iso-8859-1", "A fare of €300."),
    ],
)
def test_the_charset_is_right(content: bytes, header: str | None, words: str) -> None:
    assert words.strip() in read(content, charset=header).text


@pytest.mark.parametrize(
    "bomb",
    [
        b"<html><body>" + b"<div>" * 50_000 + b"words",
        b"<html><body>" + b"<table><tr><td>" * 10_000 + b"words",
        b"<a " * 100_000,
        b"<html><div " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">words</div>",
        b'<html><script type="application/ld+json">' + b"[" * 300_000 + b"</script><p>words",
        b'<html><script type="application/ld+json">' + b'{"a":' * 40_000 + b"</script><p>words",
        b"<html><p>words<img src='data:image/png;base64," + b"A" * 1_000_000 + b"'><p>after",
        b"<html>" + b"<![CDATA[" * 20_000,
        b"<!-- x -->" * 50_000 + b"<p>words",
        b"<p>words" + b"<sup><a href='#n'>1</a></sup>" * 50_000,
        b"<p>words" + b"<b></b>" * 200_000,
        b"<title>" + b"sorry the 404 page " * 11 + b"</title><p>words",
    ],
    ids=lambda bomb: bomb[:24].decode(),
)
def test_bombs_are_read_in_seconds(bomb: bytes) -> None:
    begun = time.process_time()
    assert read(bomb).outcome in SourceOutcome
    assert time.process_time() - begun < 8


PIECES = [
    b"<html>", b"<p>", b"</p>", b"<table><tr><td>a<td>b<tr><td>c<td>d</table>", b"<article>", b"</div>",
    b"<h1>404</h1>",
    b'<script type="application/ld+json">{"datePublished":"2022-01-02","author":[1,"\\ud800"]}</script>',
    b"<meta name=date content='x'>", b"<time datetime=2022-13-01>",
    b"<link rel=canonical href='http://['>",
    b"<figcaption>caption words</figcaption>", b"words that fill a paragraph. ", b"\xff\xfe", b"&#xD800;",
    b"<body>",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=30),
    st.sampled_from(["text/html", "text/plain", None]),
)
def test_any_bytes_are_read_and_every_block_lies_in_the_text(
    pieces: list[bytes], media_type: str | None
) -> None:
    read_text = read(b"".join(pieces), media_type, url="http://[")
    ends = 0
    for block in read_text.blocks:
        assert ends <= block.span.start < block.span.end <= len(read_text.text)
        ends = block.span.end
    assert from_json(PageText, json.loads(json.dumps(to_json(read_text)).encode())) == read_text
    if read_text.published_on is not None:
        assert read_text.published_on <= datetime.now(UTC).date()


def test_reading_twice_gives_the_same() -> None:
    content = page(f"<article>{STORY}</article>")
    assert read(content) == read(content)


TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("head", "body", "url", "day", "rule"),
    [
        ('<script type="application/ld+json">{"@graph":[{"datePublished":"2022-09-22T01:00:00Z"}]}</script>',
         "", None, date(2022, 9, 22), "json_ld"),
        ("<meta property='article:published_time' content='2022-09-22'>",
         "", None, date(2022, 9, 22), "meta"),
        ("<meta name='DC.date.issued' content='22 Sep 2022'>", "", None, date(2022, 9, 22), "meta"),
        ("", "<article><time datetime='2022-09-22'>Thursday</time></article>",
         None, date(2022, 9, 22), "time"),
        ("", "", "http://example.org/2022/09/22/seats", date(2022, 9, 22), "url"),
        ("", "", "http://example.org/seats-2022-09-22.html", date(2022, 9, 22), "url"),
        ("", "<p>Published on 22 September 2022</p>", None, date(2022, 9, 22), "guess"),
        ("", "", None, None, None),
        ("", "<p>Copyright 2004</p>", None, None, None),
        (f"<meta name=date content='{TODAY + timedelta(days=3)}'>", "", None, None, None),
        ("<meta name=date content='1970-01-01'>",
         "", "http://example.org/2022/9/22/x", date(2022, 9, 22), "url"),
        ('<script type="application/ld+json">{"datePublished": 5}</script>'
         '<script type="application/ld+json">{bad</script>',
         "", None, None, None),
    ],
)  # fmt: skip
def test_the_day_of_publication_and_the_rule_that_found_it(
    head: str, body: str, url: str | None, day: date | None, rule: str | None
) -> None:
    read_text = read(page(f"<article>{STORY}</article>{body}", head=head), url=url)
    assert (read_text.published_on, read_text.published_rule) == (day, rule)


def test_title_author_canonical_address_and_language() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Seats, by noon",'
        '"author":[{"@type":"Person","name":"Ann  Bee"},{"name":"Cay Dee"}]}</script>'
        "<link rel='canonical' href='/seats'><meta property='og:title' content='Seats&#10;gone'>"
    )
    read_text = read(page(f"<article>{STORY}</article>", head=head), url="https://example.org/x?y=1")
    assert (read_text.title, read_text.author) == ("Seats gone", "Ann Bee, Cay Dee")
    assert read_text.canonical_url == "https://example.org/seats"
    plain = read(page(f"<article><h1>The heading</h1><p class=byline>By Ann Bee</p>{STORY}</article>"))
    assert (plain.title, plain.author) == ("The heading", "Ann Bee")


@pytest.mark.parametrize("name", ["del", "s", "strike"])
def test_what_is_struck_out_is_not_said(name: str) -> None:
    filler = (
        "<p>The office opens at nine and closes at five, and the queue is short in the winter months.</p>" * 4
    )
    fare = f"<p>A ticket to Hvar costs <{name}>14</{name}> <ins>16</ins> euros.</p>"
    struck = read(f"<html><body><article>{filler}{fare}</article></body></html>".encode())
    assert "costs 16 euros" in " ".join(struck.text.split())
    assert "14" not in struck.text
    never_closed = f"<html><body><article><{name}>{filler}{fare}</{name}></article></body></html>"
    assert "closes at five" in read(never_closed.encode()).text
