"""The elements of a parsed page that tell something of it, found by lxml's own search and kept."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import XPath
from lxml.html import HtmlElement

_NAMES = (
    "html", "body", "title", "meta", "link", "script", "noscript", "h1", "h2", "time", "table", "figcaption",
    "article", "form", "input", "app-root",
)  # fmt: skip
"""What is asked for by name; anything else is found by its marks."""

_MARKED = {mark: XPath(f"descendant::*[@{mark}]") for mark in ("rel", "itemprop")}
_CLASSED = XPath("descendant::*[@class]")
_BY_ID = XPath("boolean(descendant::*[@id=$name])", smart_strings=False)


class TagIndex:
    """The elements of a page by name, and by words of ``rel``, ``itemprop`` and ``class``."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self._names: dict[str, list[HtmlElement]] = {}
        for element in root.iter(*_NAMES):
            self._names.setdefault(element.tag, []).append(element)
        self._marks: dict[str, dict[str, HtmlElement]] = {}

    def named(self, name: str, limit: int | None = None) -> list[HtmlElement]:
        """Return the elements of a name, in reading order."""
        return self._names.get(name, [])[:limit]

    def first(self, name: str) -> HtmlElement | None:
        """Return the first element of a name."""
        return next(iter(self._names.get(name, ())), None)

    def marked(self, mark: str, word: str) -> HtmlElement | None:
        """Return the first element with ``rel`` or ``itemprop`` of a word, whatever its case."""
        if mark not in self._marks:
            self._marks[mark] = _first_by_word(_MARKED[mark](self.root), mark)
        return self._marks[mark].get(word)

    def of_class(self, names: Iterable[str]) -> HtmlElement | None:
        """Return the first element of the first class that is there."""
        if "class" not in self._marks:
            self._marks["class"] = _first_by_word(_CLASSED(self.root), "class")
        known = self._marks["class"]
        return next((known[name] for name in names if name in known), None)

    def has_id(self, *names: str) -> bool:
        """Whether any element has one of the ids."""
        return any(_BY_ID(self.root, name=name) for name in names)


def attribute(element: HtmlElement, name: str) -> str | None:
    """Return an attribute with its white space folded, or None."""
    value = element.get(name)
    return None if value is None else " ".join(value.split())


def _first_by_word(elements: Iterable[HtmlElement], mark: str) -> dict[str, HtmlElement]:
    found: dict[str, HtmlElement] = {}
    for element in elements:
        for word in element.get(mark, "").lower().split():
            found.setdefault(word, element)
    return found
