"""Figures that a source implies without saying them: differences and ratios of two amounts or shares.

A claim that "the share rose by 19 points" is shown by a passage that gives 63 per cent now and 44 a year
ago. Which of the two came first is told by the words around them; where nothing tells, a claim that
says "rose" or "fell" is not matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from factdesk.model import Bound, Value

MOST_VALUES = 14
"""Passages with more figures are tables; what two of their figures imply is chance."""

_RATIO_DIGITS = Decimal("0.0001")
_LOOK_BACK = 80
_LOOK_AHEAD = 50
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_LONG_PAST = re.compile(
    r"\b(?:ago|earlier|previous(?:ly)?|last\s+(?:year|autumn|fall|spring|summer|winter|month|week|time)|before|from"
    r"|compared\s+(?:with|to)|compares\s+with|normal(?:ly)?|usual(?:ly)?|originally|former(?:ly)?|instead\s+of|against|used\s+to"
    r"|at\s+the\s+(?:beginning|start)|the\s+(?:year|month|week|summer|winter)\s+before"
    rf"|(?:since|in)\s+(?:{_MONTHS}|spring|summer|autumn|winter)|(?:19|20)\d\d|estimated?|expected)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|then)\b", re.IGNORECASE)
_OF_NEXT = re.compile(
    r"[,;(]|\b(?:from|instead\s+of|rather\s+than|compared\s+(?:with|to)|against|up\s+from|down\s+from|used\s+to|that|which)\b",
    re.IGNORECASE,
)
"""Where the words that follow a figure begin to speak of the next one."""

_STOP = re.compile(r"[.;:!?]\s|\n")
_NOW = re.compile(r"\b(?:now|today|current(?:ly)?|this\s+(?:year|month|week|time))\b", re.IGNORECASE)
_PRESENT = re.compile(r"\b(?:being|is|are|stands?|(?<!used\s)to|has|have|come\s+to)\b", re.IGNORECASE)
SURE = 2
"""What a word like "ago" or "now" counts beside one like "was" or "is"."""


@dataclass(frozen=True, slots=True)
class Implied:
    """A value that two found values imply; ``has_order`` says whether its sign is known."""

    value: Value
    has_order: bool


def implied_values(claimed: Value, found: Sequence[Value], text: str) -> list[Implied]:
    """Return the values of the claimed role and unit that pairs of found values imply."""
    plain = [one for one in found if one.low is not None and one.low == one.high][:MOST_VALUES]
    if claimed.unit == "ratio":
        return list(_ratios([one for one in plain if one.unit not in ("count", "ratio")], text))
    unit = "percent" if claimed.unit == "points" else claimed.unit
    return list(_differences([one for one in plain if one.unit == unit], claimed.unit, text))


_SAID_MORE = re.compile(r"\s*(?:more|higher|dearer|up|above|over)\b", re.IGNORECASE)
_SAID_LESS = re.compile(r"\s*(?:less|lower|cheaper|fewer|down|below|under)\b", re.IGNORECASE)
_ADDS = re.compile(
    r"\b(?:adds?|(?:rose|risen|rises|climbed|jumped|up)\s+by|increases?\s+(?:of|by)|rise\s+of)\s+(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(?:(?:fell|fallen|falls|dropped|down)\s+by|cut\s+(?:of|by)|(?:fall|drop)\s+of)\s+(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)


def earlier_values(unit: str, found: Sequence[Value], text: str) -> list[Value]:
    """Return what something was before, where a source gives what it is and by how much it moved.

    "182 cedis, 12 less than in December" was 194 in December.
    """
    as_unit = "percent" if unit == "points" else unit
    plain = [one for one in found if one.low is not None and one.low == one.high and one.span]
    implied = []
    for moved in plain[:MOST_VALUES]:
        sign = direction_of(moved, text)
        if not sign or moved.unit not in (unit, "points") or moved.low is None:
            continue
        for now in plain[:MOST_VALUES]:
            if now is not moved and now.unit == as_unit and now.low is not None and now.span != moved.span:
                before = now.low - sign * abs(moved.low)
                implied.append(Value("amount", as_unit, before, before, Bound.EXACT, now.precision, now.span))
    return implied


def direction_of(value: Value, text: str) -> int:
    """Return 1 or -1 where a figure tells how much more or less something is, else 0."""
    assert value.span is not None
    if _SAID_MORE.match(text, value.span.end):
        return 1
    if _SAID_LESS.match(text, value.span.end):
        return -1
    before = text[max(0, value.span.start - 40) : value.span.start]
    return 1 if _ADDS.search(before) else -1 if _TAKES.search(before) else 0


def _differences(found: Sequence[Value], as_unit: str, text: str) -> Iterator[Implied]:
    for one, other in combinations(found, 2):
        before, after, has_order = in_order(one, other, text)
        assert before.low is not None
        assert after.low is not None
        gap = after.low - before.low
        if gap:
            yield Implied(Value("diff", as_unit, gap, gap, Bound.EXACT, one.precision, after.span), has_order)


def _ratios(found: Sequence[Value], text: str) -> Iterator[Implied]:
    for one, other in combinations(found, 2):
        before, after, has_order = in_order(one, other, text)
        if one.unit != other.unit or not before.low or not after.low:
            continue
        ratio = (abs(after.low) / abs(before.low)).quantize(_RATIO_DIGITS)
        yield Implied(Value("ratio", "ratio", ratio, ratio, Bound.EXACT, None, after.span), has_order)


def in_order(one: Value, other: Value, text: str) -> tuple[Value, Value, bool]:
    """Return the earlier value, the later value, and whether the text tells which is which."""
    first, second = _pastness(one, other, text), _pastness(other, one, text)
    if first == second:
        return one, other, False
    return (one, other, True) if first > second else (other, one, True)


def _pastness(value: Value, other: Value, text: str) -> int:
    """Return how many words around a value put it in the past, less those that put it in the present."""
    if value.span is None or other.span is None:
        return 0
    start, end = value.span.start - _LOOK_BACK, value.span.end + _LOOK_AHEAD
    if other.span.end <= value.span.start:
        start = max(start, other.span.end)
    elif other.span.start >= value.span.end:
        end = min(end, other.span.start)
        if moved := _OF_NEXT.search(text, value.span.end, end):
            end = moved.start()
    before, after = text[max(0, start) : value.span.start], text[value.span.end : end]
    around = _STOP.split(before)[-1] + text[value.span.start : value.span.end] + _STOP.split(after)[0]
    past = SURE * len(_LONG_PAST.findall(around)) + len(_PAST.findall(around))
    return past - SURE * len(_NOW.findall(around)) - len(_PRESENT.findall(around))
