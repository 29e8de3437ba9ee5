"""Joins two limits of one thing: "more than 10 but under 20", "10 < x < 20", "over 5 but under 10 euros"."""

from __future__ import annotations

from decimal import Decimal

from factdesk.model import Bound
from factdesk.text.figures import Figure
from factdesk.text.ranges import share_unit
from factdesk.text.tokens import Tokens, listed

_JOINTS: tuple[list[str], ...] = (
    *([], ["and"], ["but"], ["yet"]),
    *([","], [",", "and"], [",", "but"]),
)
_LOWER = (Bound.MORE_THAN, Bound.AT_LEAST)
_UPPER = (Bound.LESS_THAN, Bound.AT_MOST)
_PLURALS = listed("units", "year", "plurals") - {"more"}
_NO_NOUNS = frozenset({"was", "has", "does", "this", "plus", "minus", "times", "years", "others"})


def join_limits(tokens: Tokens, figures: list[Figure]) -> list[Figure]:
    """Return bounded figures with "more than 10 and less than 20" as one between."""
    joined: list[Figure] = []
    for figure in figures:
        pair = _join(tokens, joined[-1], figure) if joined else None
        if pair is None:
            joined.append(figure)
        else:
            joined[-1] = pair
    return joined


def _join(tokens: Tokens, last: Figure, figure: Figure) -> Figure | None:
    is_rising = last.bound in _LOWER and figure.bound in _UPPER
    if not (is_rising or (last.bound in _UPPER and figure.bound in _LOWER)):
        return None
    if not _are_limits_joined(tokens, last, figure):
        return None
    if last.unit != figure.unit:
        shared = share_unit(last, figure, is_open=True) if last.is_bare else None
        if shared is None:
            return None
        last, figure = shared
    low, high = (last.low, figure.high) if is_rising else (figure.low, last.high)
    return _between(last, figure, low, high) if low < high else None


def _are_limits_joined(tokens: Tokens, first: Figure, second: Figure) -> bool:
    """Whether two limits bound one thing: "10 < x < 20", "over 10 cars and under 20"."""
    words = tokens.lowered[first.whole_after : second.whole_first]
    if words in _JOINTS:
        return True
    if len(words) == 2 and words[1] in ("and", "but"):
        is_plural = len(words[0]) > 2 and words[0].endswith("s") and words[0] not in _NO_NOUNS
        return (is_plural or words[0] in _PLURALS) and (
            tokens.kind(second.after) != "word" or tokens.word(second.after) == words[0]
        )
    is_unknown = len(words) in (1, 3) and len(words[0]) == 1 and words[0].isalpha()
    return is_unknown and (len(words) == 1 or (words[1] in ("and", ",") and words[2] == words[0]))


def _between(first: Figure, second: Figure, low: Decimal, high: Decimal) -> Figure:
    return first._replace(
        low=low, high=high, bound=Bound.BETWEEN, after=second.after, whole_after=second.whole_after
    )
