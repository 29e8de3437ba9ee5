"""Finds the place in an essay's file that a character of its canonical text comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import takewhile

from factdesk.model import Block, Locator, Span


def find_label(locators: Sequence[Locator], span: Span) -> str | None:
    """Return the label of the place where a span begins, or None where none is known.

    ``locators`` are ordered by their start; each holds until the next one. A span over several cells of a
    row has the label of the row.
    """
    first, last = _label_at(locators, span.start), _label_at(locators, max(span.start, span.end - 1))
    if first is None or last is None or first == last:
        return first
    pairs = zip(first.split(", "), last.split(", "), strict=False)
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return ", ".join(shared) if shared and shared[-1].startswith("row ") else first


def _label_at(locators: Sequence[Locator], offset: int) -> str | None:
    at = bisect_right(locators, offset, key=lambda locator: locator.start)
    return locators[at - 1].label if at else None


def locate_lines(text: str, first: int = 1) -> tuple[Locator, ...]:
    """Return a locator for each line of a text that is its own file; ``first`` numbers the first line."""
    locators = []
    start = 0
    for number, line in enumerate(text.split("\n"), start=first):
        if line.strip():
            locators.append(Locator(start, f"line {number}"))
        start += len(line) + 1
    return tuple(locators)


def page_label(number: int) -> str:
    """Return the label of a page of a PDF."""
    return f"page {number}"


def find_page(blocks: Sequence[Block], span: Span) -> str | None:
    """Return the label of the page of a PDF source on which a span begins; None in notes.

    Its ``main`` blocks are its pages in order; empty ones are there too.
    """
    pages = (block.span for block in blocks if block.form == "main")
    numbered = enumerate(pages, start=1)
    return next(
        (page_label(number) for number, page in numbered if page.start <= span.start < page.end), None
    )
