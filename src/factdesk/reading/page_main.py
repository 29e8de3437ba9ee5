"""The main text of a source page, by trafilatura, out of the tree that is parsed already."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement

from factdesk.reading.html_tags import TagIndex

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

_TOO_SHORT = 250
"""trafilatura's own MIN_EXTRACTED_SIZE: a text below it is no loss when a longer one replaces it."""

_SHORT = 400
_SMALL_PART = 0.25
_TABLES_PART = 0.4
"""On pages laid out in tables these hold most of the words; other tables are read apart, as blocks."""

MAX_ELEMENTS = 100_000
"""Extraction takes 15 microseconds an element, and real pages have at most a few thousand of them. A page of
more is given as a whole rather than not at all."""

_LIST_DASH = re.compile(r"^- (?=\S)")
_NO_WORDS = (
    "style", "svg", "template", "canvas", "iframe", "object", "embed", "meta", "link", "noscript",
    "img", "video", "audio", "select",
)  # fmt: skip
"""trafilatura deletes these itself, after it has copied and searched the tree with them several times;
without them it is a tenth faster and finds the same text. Buttons stay: they tell a page's outcome."""


_STRUCK_OUT = ("del", "s", "strike")
"""What a page shows with a stroke through it is what it no longer says: "costs <del>14</del> 16 euros"."""

MAX_STRUCK_OUT = 300
"""Characters of a longer stretch, which is a fault of the page (a tag that was never closed)."""

_COUNT = etree.XPath("count(descendant::*)")


def extract_main(tags: TagIndex, full_length: int) -> str:
    """Return the main text, its blocks parted by blank lines; empty when there is none to be found.

    Takes scripts and what has no words out of the tree, so everything else must have been read before.
    A short text on a long page is asked for again the slow way, and one that is a small part of a page of
    tables with the tables' text, because old pages are laid out in tables.
    """
    if int(_COUNT(tags.root)) > MAX_ELEMENTS:
        return ""
    tables_length = _tables_length(tags)
    _strip(tags)
    main = _extract(tags.root)
    if main and len(main) < min(_SHORT, full_length * _SMALL_PART):
        slow = _extract(tags.root, fast=False)
        main = slow if len(slow) > 2 * len(main) and (len(main) < _TOO_SHORT or _holds(slow, main)) else main
    if len(main) < tables_length * _TABLES_PART and tables_length > full_length * _TABLES_PART:
        tabled = _extract(tags.root, tables=True)
        main = tabled if len(tabled) > len(main) * 3 // 2 else main
    return main


def _holds(longer: str, shorter: str) -> bool:
    """Whether a text goes on where another stopped, instead of telling something else."""
    parts = shorter.split("\n\n")
    return 2 * sum(len(part) for part in parts if part in longer) >= len(shorter)


def _tables_length(tags: TagIndex) -> int:
    outer = (table for table in tags.named("table") if next(table.iterancestors("table"), None) is None)
    return sum(len(" ".join(table.text_content().split())) for table in outer)


def _strip(tags: TagIndex) -> None:
    """Take out what holds no words. JSON-LD stays: trafilatura falls back to an article's body in it."""
    etree.strip_elements(tags.root, *_NO_WORDS, with_tail=False)
    for script in tags.named("script"):
        if "ld+json" not in script.get("type", "") and script.getparent() is not None:
            script.drop_tree()
    for element in list(tags.root.iter(*_STRUCK_OUT)):
        if element.getparent() is not None and len(element.text_content()) <= MAX_STRUCK_OUT:
            element.drop_tree()


def _extract(root: HtmlElement, *, fast: bool = True, tables: bool = False) -> str:
    from trafilatura import extract  # slow to load, and no worker needs it that reads essays

    try:
        found = extract(root, options=_options(fast, tables))
    except (ValueError, RecursionError, etree.LxmlError, AttributeError, TypeError):  # of broken trees
        return ""
    lines = (_LIST_DASH.sub("", line.strip()) for line in (found or "").splitlines())
    return "\n\n".join(line for line in lines if line)


@cache
def _options(fast: bool, tables: bool) -> Extractor:
    from trafilatura.settings import Extractor

    return Extractor(fast=fast, comments=False, tables=tables)
