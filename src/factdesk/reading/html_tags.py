"""An index of a parsed page's elements, made in one pass: asking the tree a dozen times costs seconds."""

from __future__ import annotations

from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

_MARKS = ("rel", "itemprop", "role")


class TagIndex:
    """The elements of a page by name, id, class and by ``rel``, ``itemprop`` and ``role``."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        self.ids: dict[str, Tag] = {}
        self._names: dict[str, list[Tag]] = {}
        self._classes: dict[str, Tag] = {}
        self._marks: dict[tuple[str, str], Tag] = {}
        self._attributes: set[str] = set()
        for element in soup.descendants:
            if isinstance(element, Tag):
                self._add(element)

    def _add(self, tag: Tag) -> None:
        self._names.setdefault(tag.name, []).append(tag)
        attributes = tag.attrs
        if not attributes:
            return
        self._attributes.update(attributes)
        if "id" in attributes:
            self.ids.setdefault(str(attributes["id"]), tag)
        for name in _words(attributes.get("class")):
            self._classes.setdefault(name.lower(), tag)
        for mark in _MARKS:
            for word in _words(attributes.get(mark)):
                self._marks.setdefault((mark, word.lower()), tag)

    def named(self, name: str, limit: int | None = None) -> list[Tag]:
        """Return the elements of a name, in reading order."""
        return self._names.get(name, [])[:limit]

    def first(self, name: str) -> Tag | None:
        """Return the first element of a name."""
        return next(iter(self._names.get(name, ())), None)

    def marked(self, mark: str, word: str) -> Tag | None:
        """Return the first element with ``rel``, ``itemprop`` or ``role`` of a word."""
        return self._marks.get((mark, word))

    def of_class(self, names: Iterable[str]) -> Tag | None:
        """Return the first element of the first class that is there."""
        return next((self._classes[name] for name in names if name in self._classes), None)

    def has_attribute(self, *names: str) -> bool:
        """Whether any element has one of the attributes."""
        return not self._attributes.isdisjoint(names)


def attribute(tag: Tag, name: str) -> str | None:
    """Return an attribute as one string (some are lists), or None."""
    value = tag.attrs.get(name)
    return None if value is None else " ".join(_words(value))


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [str(word) for word in value] if isinstance(value, list) else []
