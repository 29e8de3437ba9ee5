"""Reads the bytes of an essay into one canonical text with the exact span of every link.

Runs inside the killable reading worker. Parsers of HTML, Markdown, Word files and PDF are imported
only for the essays that need them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from factdesk.model import EssayOutcome, Locator
from factdesk.reading.decode import as_unix_lines, decode_text, sniff_media_type
from factdesk.reading.front_matter import FrontMatter, read_front_matter
from factdesk.reading.language import guess_language
from factdesk.reading.links import FoundLink as FoundLink
from factdesk.reading.links import clean_url, complete_links
from factdesk.reading.locators import locate_lines

if TYPE_CHECKING:
    from factdesk.reading.documents import DocumentText

FORMS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "plain",
    ".docx": "docx",
    ".pdf": "pdf",
}
"""Suffixes of essay files and the form that they are read as."""

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")


@dataclass(frozen=True, slots=True)
class EssayText:
    """What one attempt to read an essay gave. Without text unless ``outcome`` is read or duplicate.

    ``essay_key`` is the front matter's ``id``; ``sources`` are its ``sources``, as written; ``detail`` is one
    sentence about what was wrong with the bytes or the front matter. ``locators`` say, in the order of
    the text, where in the file it stands; there are none for HTML.
    """

    outcome: EssayOutcome
    detail: str | None = None
    text: str = ""
    links: tuple[FoundLink, ...] = ()
    essay_key: str | None = None
    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    publish_at: datetime | None = None
    sources: tuple[str, ...] = field(default=())
    canonical_url: str | None = None
    language: str | None = None
    locators: tuple[Locator, ...] = ()


def read_essay_text(content: bytes, form: str, *, url: str | None = None) -> EssayText:
    """Read an essay's bytes as ``markdown``, ``html``, ``plain``, ``docx`` or ``pdf``.

    Never raises for bad input. A Word file or a PDF is known by its bytes, whatever the form says; what is
    neither is read as text. ``url`` is where the essay was fetched from, the base of its relative links.
    """
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        return EssayText(EssayOutcome.EMPTY)
    media_type = sniff_media_type(content)
    if media_type is not None:
        return _read_document(content, media_type)
    decoded = decode_text(content, markup=form == "html")
    if decoded is None:
        return EssayText(EssayOutcome.UNDECODABLE, "no character set reads this file; save it as UTF-8")
    text = as_unix_lines(decoded.text)
    if not text.strip():
        return EssayText(EssayOutcome.EMPTY)
    essay = _READERS.get(form, _read_plain)(text, url)
    replaced = f"{decoded.replaced} broken bytes were replaced" if decoded.replaced else None
    return _with_language(essay, replaced)


def _read_document(content: bytes, media_type: str) -> EssayText:
    """Read what is no text: a Word file or a PDF, else the reason why it is none of them."""
    from factdesk.reading.documents import RefusedEssayError

    try:
        document = _parse_document(content, media_type)
    except RefusedEssayError as refused:
        return EssayText(refused.outcome, refused.detail)
    if document is None:
        return EssayText(EssayOutcome.BINARY, f"the file is {media_type}, not text; save the essay as text")
    essay = EssayText(
        EssayOutcome.READ,
        text=document.text,
        links=document.links,
        title=document.title,
        author=document.author,
        published_on=document.published_on,
        locators=document.locators,
    )
    return _with_language(essay, document.fault)


def _parse_document(content: bytes, media_type: str) -> DocumentText | None:
    if media_type == "application/zip":
        from factdesk.reading.docx import read_docx

        return read_docx(content)
    if media_type == "application/x-ole-storage":
        from factdesk.reading.packages import refuse_ole

        raise refuse_ole(content)
    if media_type == "application/pdf":
        from factdesk.reading.essay_pdf import read_essay_pdf

        return read_essay_pdf(content)
    return None


def _read_plain(text: str, url: str | None) -> EssayText:
    from factdesk.reading.plain import find_plain_links

    head = read_front_matter(text)
    return replace(_essay(text, find_plain_links(text, head), head), locators=locate_lines(text))


def _read_markdown(text: str, url: str | None) -> EssayText:
    from factdesk.reading.markdown import write_markdown
    from factdesk.reading.prose import ProseWriter

    head = read_front_matter(text)
    writer = ProseWriter(url)
    write_markdown(text[head.end :], writer, text.count("\n", 0, head.end) + 1)
    links = complete_links(writer.text, writer.links, writer.entries)
    return replace(_essay(writer.text, links, head, writer.title), locators=tuple(writer.locators))


def _read_html(text: str, url: str | None) -> EssayText:
    from factdesk.reading.html_essay import read_html_essay

    page = read_html_essay(text, url)
    return EssayText(
        EssayOutcome.READ,
        text=page.text,
        links=page.links,
        title=page.about.title,
        author=page.about.author,
        published_on=page.about.published_on,
        canonical_url=page.about.canonical_url,
    )


_READERS = {"plain": _read_plain, "markdown": _read_markdown, "html": _read_html}


def _essay(text: str, links: tuple[FoundLink, ...], head: FrontMatter, title: str | None = None) -> EssayText:
    urls = (clean_url(source) for source in head.sources if _SCHEME.match(source))
    given = tuple(FoundLink(url, None, "front_matter") for url in urls if url is not None)
    return EssayText(
        EssayOutcome.READ,
        f"the front matter {' and '.join(head.faults)}" if head.faults else None,
        text=text,
        links=links + given,
        essay_key=head.essay_key,
        title=head.title or title,
        author=head.author,
        published_on=head.published_on,
        publish_at=head.publish_at,
        sources=head.sources,
    )


def _with_language(essay: EssayText, fault: str | None) -> EssayText:
    """Decide the outcome of an essay whose bytes could be read."""
    detail = "; ".join(part for part in (essay.detail, fault) if part) or None
    if not essay.text.strip():
        return replace(essay, outcome=EssayOutcome.NO_TEXT, detail=detail)
    language = guess_language(essay.text)
    if language not in (None, "en"):
        outcome = EssayOutcome.LANGUAGE_UNSUPPORTED
        detail = "; ".join(part for part in ("the text is not English", detail) if part)
        return replace(essay, outcome=outcome, detail=detail, language=language)
    return replace(essay, detail=detail, language=language)
