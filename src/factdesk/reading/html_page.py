"""A source page in HTML: main text by trafilatura, tables and captions outside it, outcome by evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from bs4 import BeautifulSoup, Tag
from lxml.etree import LxmlError

from factdesk.model import Block, Span
from factdesk.reading.decode import Decoded, as_unix_lines
from factdesk.reading.html import (
    SURROUNDINGS,
    holds_element,
    is_layout_row,
    parse_html,
    shorten_tags,
    write_tree,
)
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.language import guess_language
from factdesk.reading.page_about import MAX_JSON_LD_CHARACTERS, read_about
from factdesk.reading.page_outcomes import PageEvidence, tell_outcome
from factdesk.reading.page_text import PAGE_TEXT_VERSION, PageText
from factdesk.reading.prose import ProseWriter

EXTRACTOR = f"trafilatura {version('trafilatura')}; page_text {PAGE_TEXT_VERSION}"
FALLBACK_EXTRACTOR = f"beautifulsoup4 {version('beautifulsoup4')}; page_text {PAGE_TEXT_VERSION}"

_MAX_TABLES = 60
_MAX_CAPTIONS = 60
_SHORT_CHARACTERS = 600
_SMALL_PART = 0.4
_LIST_DASH = re.compile(r"^- (?=\S)")
_LONG_SCRIPT = re.compile(
    r"(<script\b[^>]{0,500}>)([^<]*(?:<(?!/script)[^<]*)*)(</script\s*>)", re.IGNORECASE
)


def read_html_page(decoded: Decoded, url: str | None) -> PageText:
    """Read a page whose text has been decoded. Never raises for bad input."""
    html = _without_long_scripts(as_unix_lines(decoded.text))
    soup = parse_html(html)
    tags = TagIndex(soup)
    full_text = _full_text(soup)
    main = _main_text(html, len(full_text), tags.first("table") is not None)
    notes: list[str] = []
    extractor = EXTRACTOR
    if not main and full_text:
        main, extractor = _full_text(soup, SURROUNDINGS) or full_text, FALLBACK_EXTRACTOR
        notes.append("full_page_text")
    extra = list(_extra_blocks(tags, main))
    text, blocks = _join(main, extra)
    if decoded.replaced:
        notes.append("bytes_replaced")
    evidence = PageEvidence.of(tags, main, full_text, url)
    about = read_about(tags, url, guess=True)  # last: guessing a date takes the scripts out
    return PageText(
        text=text,
        blocks=blocks,
        full_text=full_text,
        title=about.title,
        author=about.author,
        published_on=about.published_on,
        published_rule=about.published_rule,
        canonical_url=about.canonical_url,
        language=guess_language(text) or about.language,
        charset=decoded.charset,
        media_type="text/html",
        extractor=extractor,
        notes=tuple(notes),
        outcome=tell_outcome(evidence, about),
    )


def _without_long_scripts(html: str) -> str:
    """Empty scripts that would cost a parser hundreds of megabytes."""
    if len(html) <= MAX_JSON_LD_CHARACTERS:
        return html
    return _LONG_SCRIPT.sub(
        lambda found: found[0] if len(found[2]) <= MAX_JSON_LD_CHARACTERS else found[1] + found[3], html
    )


def _main_text(html: str, full_length: int, has_tables: bool) -> str:
    """Return the main text by trafilatura; empty when it finds none.

    A very short text is asked for again the slow way, and one that is a small part of a page with tables
    with the tables' text, because old pages are laid out in tables.
    """
    html = shorten_tags(html)
    main = _extract(html)
    if len(main) < _SHORT_CHARACTERS and main:
        slow = _extract(html, fast=False)
        main = slow if len(slow) > 2 * len(main) else main
    if has_tables and len(main) < full_length * _SMALL_PART:
        tabled = _extract(html, include_tables=True)
        main = tabled if len(tabled) > len(main) * 3 // 2 else main
    return main


def _extract(html: str, *, fast: bool = True, include_tables: bool = False) -> str:
    """Return what trafilatura extracts, its blocks separated by blank lines."""
    from trafilatura import extract

    try:
        found = extract(html, fast=fast, include_comments=False, include_tables=include_tables)
    except (ValueError, RecursionError, LxmlError, AttributeError, TypeError):  # broken trees raise these
        return ""
    lines = (_LIST_DASH.sub("", line.strip()) for line in (found or "").splitlines())
    return "\n\n".join(line for line in lines if line)


def _full_text(soup: BeautifulSoup, leave_out: frozenset[str] = frozenset()) -> str:
    writer = ProseWriter()
    write_tree(soup.body or soup, writer, leave_out)
    return writer.text


def _extra_blocks(tags: TagIndex, main: str) -> Iterator[tuple[str, str]]:
    """Yield the form and text of tables and captions whose words are not in the main text."""
    known = _squeeze(main)
    captions = _captions(tags)
    for form, found in (("table", _tables(tags)), ("caption", captions)):
        for tag in found:
            if tag.find_parent(["nav", "footer", "aside"]) is not None:
                continue
            writer = ProseWriter()
            write_tree(tag, writer)
            squeezed = _squeeze(writer.text)
            if squeezed and squeezed not in known:
                known += squeezed
                yield form, writer.text


def _captions(tags: TagIndex) -> list[Tag]:
    """Return the captions of the page's article, or of a page that has none; teasers have captions too."""
    captions = tags.named("figcaption", _MAX_CAPTIONS)
    inside = [tag for tag in captions if tag.find_parent(["article", "main"]) is not None]
    return inside or captions


def _tables(tags: TagIndex) -> list[Tag]:
    return [table for table in tags.named("table", _MAX_TABLES) if _is_figures(table)]


def _is_figures(table: Tag) -> bool:
    """Whether a table has rows of two cells or more that lay out nothing."""
    if table.get("role") == "presentation" or holds_element(table, ("table",)):
        return False
    rows = table.find_all("tr", limit=400)
    wide = [row for row in rows if _cells(row) >= 2 and not is_layout_row(row)]
    return len(wide) >= 2 and len(wide) * 2 >= len(rows)


def _cells(row: Tag) -> int:
    return sum(1 for child in row.contents if isinstance(child, Tag) and child.name in ("td", "th"))


def _squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _join(main: str, extra: Sequence[tuple[str, str]]) -> tuple[str, tuple[Block, ...]]:
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for form, words in [("main", main), *extra]:
        if not words:
            continue
        start = at + (2 if pieces else 0)
        at = start + len(words)
        pieces.append(words)
        blocks.append(Block(form, Span(start, at)))
    return "\n\n".join(pieces), tuple(blocks)
