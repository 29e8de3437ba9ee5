"""Finds the place in an essay's file that a character of its canonical text comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from factdesk.model import Locator


def find_label(locators: Sequence[Locator], offset: int) -> str | None:
    """Return the label of the place that holds the character at ``offset``, or None where none is known.

    ``locators`` are ordered by their start; each holds until the next one.
    """
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
