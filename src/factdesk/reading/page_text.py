"""Reads the bytes of a source page: main text, tables and captions outside it, and what became of it.

Runs inside the killable reading worker. What the bytes are is told by the bytes; the header's media type
decides only where they do not tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from factdesk.model import Block, PublishedReview, SourceOutcome, Span
from factdesk.reading.decode import BINARY, Decoded, as_unix_lines, decode_text, sniff_media_type
from factdesk.reading.page_body import with_body
from factdesk.reading.page_limits import within_limit

PAGE_TEXT_VERSION = 3
"""Raised by hand when the same bytes give another text."""

# A comment ends at its first "-->". With ".*?" n comments could be shared out in 2 ** n ways; all were tried.
_HTML_HEAD = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|script|article|main|div|p|h1|table|link|section)\b",
    re.IGNORECASE | re.DOTALL,
)
_STRAY_SHARE = 0.001
"""A program's file has a NUL in every few bytes."""

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_NOT_PROSE_TYPES = ("text/css", "text/javascript", "text/calendar", "text/x-", "text/vnd.")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's text and what the page says of itself.

    ``text`` is the main text followed by the tables and captions outside it; ``blocks`` mark which is which.
    ``full_text`` is all that the page shows. ``extractor`` names what made the text, with versions.
    """

    text: str
    blocks: tuple[Block, ...]
    full_text: str
    title: str | None
    author: str | None
    published_on: date | None
    published_rule: str | None
    canonical_url: str | None
    language: str | None
    charset: str | None
    media_type: str
    extractor: str
    notes: tuple[str, ...]
    outcome: SourceOutcome
    reviews: tuple[PublishedReview, ...] = ()


def read_page(
    content: bytes, *, media_type: str | None, charset: str | None, url: str | None, status: int | None = None
) -> PageText:
    """Read one page. ``media_type`` and ``charset`` are the header's; ``status`` that of the answer.

    Never raises for bad input: every page has one outcome. A text that is longer than any article is cut.
    """
    return within_limit(_read_whole(content, media_type, charset, url))


def _read_whole(content: bytes, media_type: str | None, charset: str | None, url: str | None) -> PageText:
    said = (media_type or "").split(";")[0].strip().lower()
    if not content.strip():
        return no_text(SourceOutcome.EMPTY_TEXT, said or "text/plain")
    content = _without_stray_nuls(content)
    sniffed = sniff_media_type(content)
    if sniffed == "application/pdf":
        from factdesk.reading.pdf import read_pdf

        return read_pdf(content)
    if sniffed is not None:
        return no_text(SourceOutcome.UNSUPPORTED_TYPE, sniffed if sniffed != BINARY else said or BINARY)
    decoded = decode_text(content, declared=charset, markup=True)
    if decoded is None:
        return no_text(SourceOutcome.UNDECODABLE, said or BINARY)
    if _is_html(decoded.text, said):
        from factdesk.reading.html_page import read_html_page

        return read_html_page(replace(decoded, text=with_body(decoded.text)), url)
    if is_prose_type(said):
        return read_plain_page(decoded, said or "text/plain")
    return no_text(SourceOutcome.UNSUPPORTED_TYPE, said, charset=decoded.charset)


def _without_stray_nuls(content: bytes) -> bytes:
    """Return a page without the few NUL bytes that a careless program has put into it; browsers ignore them.

    What has more of them, or does not begin like a page, is no text.
    """
    nuls = content.count(b"\0")
    if not 0 < nuls <= len(content) * _STRAY_SHARE or content.lstrip()[:1] != b"<":
        return content
    return content.replace(b"\0", b"")


def is_prose_type(media_type: str) -> bool:
    """Whether text of this media type is words for people."""
    return not media_type or (media_type.startswith("text/") and not media_type.startswith(_NOT_PROSE_TYPES))


def _is_html(text: str, said: str) -> bool:
    if _HTML_HEAD.match(text[:4096]):
        return True
    return said in _HTML_TYPES


def decoding_notes(decoded: Decoded) -> tuple[str, ...]:
    """Return what a person should know of how bytes became this text."""
    noted = (("bytes_replaced", decoded.replaced > 0), ("double_encoded", decoded.is_mended))
    return tuple(note for note, is_so in noted if is_so)


def read_plain_page(decoded: Decoded, media_type: str) -> PageText:
    """Read a page of plain text: its text is the text."""
    text = as_unix_lines(decoded.text).strip()
    outcome = SourceOutcome.FETCHED if text else SourceOutcome.EMPTY_TEXT
    return no_text(outcome, media_type, text=text, charset=decoded.charset, replaced=decoded.replaced)


def no_text(
    outcome: SourceOutcome, media_type: str, *, text: str = "", charset: str | None = None, replaced: int = 0
) -> PageText:
    """Return a page that is ``text`` and says nothing of itself."""
    from factdesk.reading.language import guess_language

    return PageText(
        text=text,
        blocks=(Block("main", Span(0, len(text))),) if text else (),
        full_text=text,
        title=None,
        author=None,
        published_on=None,
        published_rule=None,
        canonical_url=None,
        language=guess_language(text),
        charset=charset,
        media_type=media_type,
        extractor=f"page_text {PAGE_TEXT_VERSION}",
        notes=("bytes_replaced",) if replaced else (),
        outcome=outcome,
    )
