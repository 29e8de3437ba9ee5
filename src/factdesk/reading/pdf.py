"""PDF pages by pypdf, read as essays are: lines joined to paragraphs; scans without text are empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from factdesk.model import Block, Locator, SourceOutcome, Span
from factdesk.reading.essay_pdf import choose_title, read_pages, write_pages
from factdesk.reading.language import guess_language
from factdesk.reading.locators import page_label
from factdesk.reading.page_text import PAGE_TEXT_VERSION, PageText
from factdesk.reading.pdf_file import BROKEN, clean_words, open_pdf
from factdesk.reading.pdf_lines import Page

NOTE_FORM = "note"
"""The form of a block that is a note at the foot of a page; notes stand at the end of the text."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What pypdf gave: the pages, title and author, or what broke them."""

    pages: list[Page]
    title: str | None = None
    author: str | None = None
    fault: str | None = None


def read_pdf(content: bytes) -> PageText:
    """Read a PDF. Encrypted or broken ones are undecodable, scans are empty_text.

    ``blocks`` are ``main``, one a page, so that block n is page n, and after them one for each note.
    """
    parsed = _parse(content)
    writer, layout = write_pages(parsed.pages)
    text = writer.text
    outcome = SourceOutcome.FETCHED if text else SourceOutcome.EMPTY_TEXT
    if parsed.fault is not None:
        outcome = SourceOutcome.UNDECODABLE
    return PageText(
        text=text,
        blocks=tuple(_blocks(text, writer.locators, len(parsed.pages))) if text else (),
        full_text="\n\n".join("\n".join(line.text for line in page.lines) for page in parsed.pages).strip(),
        title=choose_title(parsed.title, layout),
        author=parsed.author,
        published_on=None,
        published_rule=None,
        canonical_url=None,
        language=guess_language(text),
        charset=None,
        media_type="application/pdf",
        extractor=f"pypdf {version('pypdf')}; page_text {PAGE_TEXT_VERSION}",
        notes=tuple(_notes(parsed)),
        outcome=outcome,
    )


def _parse(content: bytes) -> _Parsed:
    from pypdf.errors import PyPdfError

    try:
        reader = open_pdf(content)
        pages = read_pages(reader)
        about = reader.metadata
        return _Parsed(pages, clean_words(about and about.title), clean_words(about and about.author))
    except (PyPdfError, *BROKEN) as error:
        return _Parsed([], fault=type(error).__name__)


def _notes(parsed: _Parsed) -> Iterator[str]:
    if parsed.fault is not None:
        yield f"pdf: {parsed.fault}"
    broken = [str(page.number) for page in parsed.pages if page.is_broken]
    if broken:
        yield f"pdf: broken pages {', '.join(broken)}"


def _blocks(text: str, locators: Sequence[Locator], pages: int) -> Iterator[Block]:
    """Yield a block for each page, empty ones too, and for each note; ``locators`` say where each begins."""
    ends = [*(one.start for one in locators[1:]), len(text)]
    spans = [
        (one.label, Span(one.start, _trim(text, one.start, end)))
        for one, end in zip(locators, ends, strict=True)
    ]
    by_page = {label: span for label, span in spans if "," not in label}
    last = 0
    for number in range(1, pages + 1):
        span = by_page.get(page_label(number), Span(last, last))
        last = span.end
        yield Block("main", span)
    yield from (Block(NOTE_FORM, span) for label, span in spans if "," in label)


def _trim(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())
