"""PDF sources: one block a page, and an outcome for what is not readable."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from factdesk.model import SourceOutcome, Span
from factdesk.reading.essay_text import read_essay_text
from factdesk.reading.locators import find_page
from factdesk.reading.page_text import PageText, read_page
from pdf_files import Link, Words, courier, make_pdf

WIDE = "The office said on Friday that all the tickets to Hvar and to Vis had"


def read(content: bytes) -> PageText:
    return read_page(content, media_type="text/html", charset=None, url=None)


def test_each_page_is_a_block() -> None:
    read_text = read(make_pdf([Words("The fare was 300,000.")], [], [Words("Seats were gone.")]))
    assert read_text.outcome is SourceOutcome.FETCHED
    assert [block.span.cut(read_text.text) for block in read_text.blocks] == [
        "The fare was 300,000.",
        "",
        "Seats were gone.",
    ]
    assert read_text.media_type == "application/pdf"
    assert read_text.extractor.startswith("pypdf ")


def test_a_scan_without_text_is_empty() -> None:
    assert read(make_pdf([])).outcome is SourceOutcome.EMPTY_TEXT


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"%PDF-1.4\n%%EOF", make_pdf([Words("words")])[:300], b"%PDF-" + b"<<" * 5_000]
)
def test_a_broken_file_is_undecodable(content: bytes) -> None:
    assert read(content).outcome is SourceOutcome.UNDECODABLE


def test_a_locked_file_is_undecodable() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf([Words("secret")]))))
    writer.encrypt("word", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    assert read(locked.getvalue()).outcome is SourceOutcome.UNDECODABLE


def column(*texts: str, top: float = 700) -> list[Words | Link]:
    return [Words(text, y=top - 15 * at) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("last", "then", "joined"),
    [
        ("sold out com-", "pletely.", "sold out completely."),
        ("sold out at a well-", "known office.", "sold out at a well-known office."),
        ("cost sixty-", "one euros.", "cost sixty-one euros."),
        ("been sold pre-", "and post-war.", "been sold pre- and post-war."),
    ],
)
def test_lines_are_joined_as_those_of_essays_are(last: str, then: str, joined: str) -> None:
    for pages in ([column(f"{WIDE} {last}", then)], [column(f"{WIDE} {last}"), column(then)]):
        content = make_pdf(*pages)
        assert read(content).text == read_essay_text(content, "pdf").text == f"{WIDE} {joined}"


def test_ligatures_are_the_letters_that_they_are() -> None:
    mapped = make_pdf([Words("The oXce sold Yve.")])
    plain = mapped.replace(b"/Encoding /WinAnsiEncoding", b"/Encoding << /Differences [88 /ffi /fi] >>")
    assert "The office sold five." in read(plain).text


def test_running_heads_and_notes_split_no_sentence_and_pages_are_known() -> None:
    head = Words("The Ferry Review, May 2026", y=770, size=9)
    note = Words("1. A note on the pier.", y=60, size=8)
    mark = Words("1", x=570, y=705, size=7)
    pages = [
        [head, *column(WIDE), mark, note],
        [head, *column("been sold by noon.", "Later there were more.")],
    ]
    source = read(make_pdf(*pages))
    assert source.text.startswith(f"{WIDE} been sold by noon.")
    assert "Ferry Review" not in source.text
    assert "Ferry Review" in source.full_text

    def page_of(words: str) -> str | None:
        start = source.text.index(words)
        return find_page(source.blocks, Span(start, start + len(words)))

    assert (page_of("The office"), page_of("been sold"), page_of("Later")) == ("page 1", "page 2", "page 2")
    assert page_of("A note") is None
    assert [block.form for block in source.blocks] == ["main", "main", "note"]


def test_the_words_of_a_link_are_those_of_the_page() -> None:
    words = f"{WIDE} been sold."
    content = make_pdf([Words(words), Link("http://a.example/one", courier("The office"))])
    assert read(content).text == words
