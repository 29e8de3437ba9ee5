"""PDF pages by pypdf: the text of every page, one block a page; scans without text are empty."""

from __future__ import annotations

import io
import logging
import re
from importlib.metadata import version

from factdesk.model import Block, SourceOutcome, Span
from factdesk.reading.language import guess_language
from factdesk.reading.page_text import PAGE_TEXT_VERSION, PageText

MAX_PAGES = 400
_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_WRAPPED = re.compile(r"[ \t]*\n[ \t]*(?=\S)")


def read_pdf(content: bytes) -> PageText:
    """Read a PDF. Encrypted or broken ones are undecodable, scans are empty_text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages: list[str] = []
    title = author = None
    outcome = SourceOutcome.FETCHED
    notes: tuple[str, ...] = ()
    try:
        reader = PdfReader(io.BytesIO(content))
        pages = [_page_text(page.extract_text()) for page in reader.pages[:MAX_PAGES]]
        about = reader.metadata
        title, author = (about.title, about.author) if about else (None, None)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as error:
        # A broken file makes pypdf raise whatever the broken object leads to.
        outcome, notes = SourceOutcome.UNDECODABLE, (f"pdf: {type(error).__name__}",)
    text, blocks = _join(pages)
    if outcome is SourceOutcome.FETCHED and not text:
        outcome = SourceOutcome.EMPTY_TEXT
    return PageText(
        text=text,
        blocks=blocks,
        full_text=text,
        title=_words(title),
        author=_words(author),
        published_on=None,
        published_rule=None,
        canonical_url=None,
        language=guess_language(text),
        charset=None,
        media_type="application/pdf",
        extractor=f"pypdf {version('pypdf')}; page_text {PAGE_TEXT_VERSION}",
        notes=notes,
        outcome=outcome,
    )


def _page_text(written: str) -> str:
    joined = _HYPHENATED.sub("", written.replace("\r", "").replace("\x00", ""))
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


def _words(written: object) -> str | None:
    folded = " ".join(written.split()) if isinstance(written, str) else ""
    return folded or None
