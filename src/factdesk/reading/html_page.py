"""A source page in HTML: main text by trafilatura, tables and captions outside it, outcome by evidence.

The page is parsed once. Everything that it says of itself and all its words are read from that tree first;
then what no words are (scripts, styles, drawings) is taken out of it, and trafilatura gets what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import islice

from lxml.html import HtmlElement

from factdesk.model import Block, Span
from factdesk.reading.decode import Decoded, as_unix_lines
from factdesk.reading.html import SURROUNDINGS, parse_html, write_tree
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.html_tree import PageTree, parse_tree
from factdesk.reading.json_ld import MAX_JSON_LD_CHARACTERS
from factdesk.reading.language import guess_language
from factdesk.reading.page_about import read_about
from factdesk.reading.page_main import extract_main
from factdesk.reading.page_outcomes import PageEvidence, tell_outcome
from factdesk.reading.page_text import PAGE_TEXT_VERSION, PageText, decoding_notes
from factdesk.reading.page_words import is_layout_row, page_words
from factdesk.reading.prose import ProseWriter

EXTRACTOR = f"trafilatura {version('trafilatura')}; page_text {PAGE_TEXT_VERSION}"
WHOLE_PAGE_EXTRACTOR = f"lxml {version('lxml')}; page_text {PAGE_TEXT_VERSION}"
CUT_PAGE_EXTRACTOR = f"beautifulsoup4 {version('beautifulsoup4')}; page_text {PAGE_TEXT_VERSION}"

_MAX_TABLES = 60
_MAX_CAPTIONS = 60
_MAX_ROWS = 400
_LONG_SCRIPT = re.compile(
    r"(<script\b[^>]{0,500}>)([^<]*(?:<(?!/script)[^<]*)*)(</script\s*>)", re.IGNORECASE
)


def read_html_page(decoded: Decoded, url: str | None) -> PageText:
    """Read a page whose text has been decoded. Never raises for bad input."""
    html = _without_long_scripts(as_unix_lines(decoded.text))
    tree = parse_tree(html)
    tags = TagIndex(tree.root)
    full_text = _full_text(tree, html)
    about = read_about(tags, url, visible=full_text)
    extra = _extra_blocks(tags)
    main, notes = _main_text(tree, tags, full_text)
    text, blocks = _join(main, _outside(extra, main))
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
        extractor=_extractor(tree, notes),
        notes=(*notes, *decoding_notes(decoded)),
        outcome=tell_outcome(PageEvidence(tags, main, full_text, url), about),
        reviews=about.reviews,
    )


def _without_long_scripts(html: str) -> str:
    """Empty scripts that would cost a parser hundreds of megabytes."""
    if len(html) <= MAX_JSON_LD_CHARACTERS:
        return html
    return _LONG_SCRIPT.sub(
        lambda found: found[0] if len(found[2]) <= MAX_JSON_LD_CHARACTERS else found[1] + found[3], html
    )


def _full_text(tree: PageTree, html: str) -> str:
    """Return all that a page shows. Where lxml gave up in the middle, BeautifulSoup reads the page."""
    if not tree.is_cut:
        return page_words(_body(tree))
    soup = parse_html(html)
    writer = ProseWriter()
    write_tree(soup.body or soup, writer)
    return writer.text


def _main_text(tree: PageTree, tags: TagIndex, full_text: str) -> tuple[str, tuple[str, ...]]:
    """Return the main text, and the note that says so where it had to be the whole page's."""
    if not full_text:
        return "", ()
    if tree.is_cut:
        return full_text, ("full_page_text",)
    if main := extract_main(tags, len(full_text)):
        return main, ()
    return page_words(_body(tree), SURROUNDINGS) or full_text, ("full_page_text",)


def _extractor(tree: PageTree, notes: tuple[str, ...]) -> str:
    if tree.is_cut:
        return CUT_PAGE_EXTRACTOR
    return WHOLE_PAGE_EXTRACTOR if notes else EXTRACTOR


def _body(tree: PageTree) -> HtmlElement:
    body = tree.root.find("body")
    return tree.root if body is None else body


def _extra_blocks(tags: TagIndex) -> list[tuple[str, str]]:
    """Return the form and text of the page's tables of figures and of its captions."""
    found = [("table", table) for table in tags.named("table", _MAX_TABLES) if _is_figures(table)]
    found += [("caption", caption) for caption in _captions(tags)]
    return [(form, page_words(element)) for form, element in found if not _lies_in(element, *SURROUNDINGS)]


def _outside(extra: list[tuple[str, str]], main: str) -> Iterator[tuple[str, str]]:
    """Yield the blocks whose words are not in the main text, nor in a block before."""
    known = _squeeze(main) if extra else ""
    for form, words in extra:
        squeezed = _squeeze(words)
        if squeezed and squeezed not in known:
            known += squeezed
            yield form, words


def _captions(tags: TagIndex) -> list[HtmlElement]:
    """Return the captions of the page's article, or of a page that has none; teasers have captions too."""
    captions = tags.named("figcaption", _MAX_CAPTIONS)
    inside = [caption for caption in captions if _lies_in(caption, "article", "main")]
    return inside or captions


def _lies_in(element: HtmlElement, *names: str) -> bool:
    return next(element.iterancestors(*names), None) is not None


def _is_figures(table: HtmlElement) -> bool:
    """Whether a table has rows of two cells or more that lay out nothing."""
    if table.get("role") == "presentation" or next(table.iterdescendants("table"), None) is not None:
        return False
    rows = list(islice(table.iterdescendants("tr"), _MAX_ROWS))
    wide = [row for row in rows if _cells(row) >= 2 and not is_layout_row(row)]
    return len(wide) >= 2 and len(wide) * 2 >= len(rows)


def _cells(row: HtmlElement) -> int:
    return sum(1 for _ in row.iterchildren("td", "th"))


def _squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _join(main: str, extra: Iterable[tuple[str, str]]) -> tuple[str, tuple[Block, ...]]:
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
