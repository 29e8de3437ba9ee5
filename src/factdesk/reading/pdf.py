"""PDF pages by pypdf: the text of every page, one block a page; scans without text are empty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version

from factdesk.model import Block, SourceOutcome, Span
from factdesk.reading.language import guess_language
from factdesk.reading.page_text import PAGE_TEXT_VERSION, PageText
from factdesk.reading.pdf_file import BROKEN, HYPHENATED, MAX_PAGES, clean_text, clean_words, open_pdf

_WRAPPED = re.compile(r"[ \t]*\n[ \t]*(?=\S)")


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What pypdf gave: the text of each page, title and author, or the kind of error that it met."""

    pages: list[str]
    title: str | None = None
    author: str | None = None
    fault: str | None = None


def read_pdf(content: bytes) -> PageText:
    """Read a PDF. Encrypted or broken ones are undecodable, scans are empty_text."""
    parsed = _parse(content)
    text, blocks = _join(parsed.pages)
    outcome = SourceOutcome.FETCHED if text else SourceOutcome.EMPTY_TEXT
    if parsed.fault is not None:
        outcome = SourceOutcome.UNDECODABLE
    return PageText(
        text=text,
        blocks=blocks,
        full_text=text,
        title=parsed.title,
        author=parsed.author,
        published_on=None,
        published_rule=None,
        canonical_url=None,
        language=guess_language(text),
        charset=None,
        media_type="application/pdf",
        extractor=f"pypdf {version('pypdf')}; page_text {PAGE_TEXT_VERSION}",
        notes=() if parsed.fault is None else (f"pdf: {parsed.fault}",),
        outcome=outcome,
    )


def _parse(content: bytes) -> _Parsed:
    from pypdf.errors import PyPdfError

    try:
        reader = open_pdf(content)
        pages = [_page_text(page.extract_text()) for page in reader.pages[:MAX_PAGES]]
        about = reader.metadata
        return _Parsed(pages, clean_words(about and about.title), clean_words(about and about.author))
    except (PyPdfError, *BROKEN) as error:
        return _Parsed([], fault=type(error).__name__)


def _page_text(written: str) -> str:
    joined = HYPHENATED.sub("", clean_text(written))
    paragraphs = re.split(r"\n\s*\n", joined)
    return "\n\n".join(_WRAPPED.sub(" ", part).strip() for part in paragraphs if part.strip())


def _join(pages: list[str]) -> tuple[str, tuple[Block, ...]]:
    """Join the pages; ``main`` blocks in page order, so that block n of a full PDF is its page n."""
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for page in pages:
        start = at + (2 if pieces else 0)
        at = start + len(page)
        pieces.append(page)
        blocks.append(Block("main", Span(start, at)))
    text = "\n\n".join(pieces)
    return (text, tuple(blocks)) if text.strip() else ("", ())
