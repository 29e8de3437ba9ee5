"""Tells which sentences of two texts a finder reads in the very same way, so that one reading does for both.

A source is judged as it is written and as what it asserts: with a denied sentence blanked out, and all other
characters in their places. Far from what was blanked out, the findings of both are the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from factdesk.claims.contexts import Document
from factdesk.model import Span
from factdesk.text.places import Place

_EARLIER = 6
"""A finder looks at three sentences before its own; what those name may lean on three more."""

_LATER = 1
_PLACES_BEFORE, _PLACES_AFTER = 24, 6
"""Twice as many places as decide which country's dollars are meant."""


def same_sentence(document: Document, index: int, other: Document) -> int | None:
    """Return the index in ``other`` of the sentence that is the same, with all that a finder sees around it.

    None where there is none: its words, its place, its neighbours, their lines, or the places named near it
    are others.
    """
    span = document.sentences[index]
    at = bisect_left(other.sentences, span.start, key=_start_of)
    near = _near(document, index)
    if near != _near(other, at) or other.sentences[at] != span:
        return None
    low = document.text.rfind("\n", 0, near[0].start) + 1
    high = _line_end(document.text, near[-1].end)
    if low and other.text[low - 1] != "\n":
        return None
    if document.text[low : high + 1] != other.text[low : high + 1]:
        return None
    return at if _places_near(document, near) == _places_near(other, near) else None


def _near(document: Document, index: int) -> Sequence[Span]:
    return document.sentences[max(0, index - _EARLIER) : index + _LATER + 1]


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return end if end >= 0 else len(text)


def _places_near(document: Document, near: Sequence[Span]) -> Sequence[Place]:
    first = bisect_left(document.places, near[0].start, key=_start_of_place)
    last = bisect_left(document.places, near[-1].end, key=_start_of_place)
    return document.places[max(0, first - _PLACES_BEFORE) : last + _PLACES_AFTER]


def _start_of(span: Span) -> int:
    return span.start


def _start_of_place(place: Place) -> int:
    return place.span.start
