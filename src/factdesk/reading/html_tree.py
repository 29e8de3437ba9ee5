"""A source page's tree: parsed once by lxml, read by everything here and handed to trafilatura."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction

from factdesk.reading.html import shorten_tags

# One class for all elements: lxml.html's own lookup is a call in Python for each element that is touched,
# a tenth of the time of reading a page, and tells apart only forms and their inputs.
_ELEMENTS = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)


@dataclass(frozen=True, slots=True)
class PageTree:
    """The root of a page. ``is_cut``: the parser gave up in the middle (nested beyond 255 levels, or one
    run of characters beyond 10 MB), and what comes after is not in the tree."""

    root: HtmlElement
    is_cut: bool


def parse_tree(text: str) -> PageTree:
    """Parse text as HTML. Never raises: what the parser rejects is an empty document."""
    parser = _new_parser()
    try:
        root = etree.fromstring(shorten_tags(text).encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        root = None
    is_cut = any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)
    if root is None:
        root = etree.fromstring(b"<html><body></body></html>", _new_parser())
    return PageTree(root, is_cut)


def _new_parser() -> etree.HTMLParser:
    """``huge_tree`` stays off: trafilatura's copies recurse in C. Comments are no words."""
    parser = etree.HTMLParser(
        encoding="utf-8",
        collect_ids=False,
        default_doctype=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    parser.set_element_class_lookup(_ELEMENTS)
    return parser
