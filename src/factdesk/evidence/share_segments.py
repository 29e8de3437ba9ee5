"""Cuts a sentence into the stretches that speak of its shares, one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from factdesk.claims.aligning import times_in
from factdesk.claims.alike import EMPTY, LIGHT_WEIGHT, Terms, gather_terms, read_terms
from factdesk.claims.phrases import load_phrases
from factdesk.model import Bound, Span, Value

_SEPARATOR = re.compile(
    r"[;:–—]|,\s(?!which\b|who\b|where\b|\w+ed\s+by\b)"
    r"|\s(?=(?:and|but|while|whereas|whilst|against|although|though|compared|than|versus|or|yet)\s)"
)
_SHARE_SIGN = re.compile(r"%|cent|\bin\b|\bout\b|half|third|quarter|fifth|majority|most", re.IGNORECASE)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_NO_SHARE_BEFORE = re.compile(
    rf"\b(?:under|over|above|below|aged?|age\s+of|between|{_MONTH}|no|number|page)\.?\s+(?:\d+\s+(?:and|to)\s+)?\Z"
)
_NO_SHARE_AFTER = re.compile(
    rf"\s*(?:(?:and|to|–|-)\s*\d+\s+)?(?:{_MONTH}|years?|months?|weeks?|days?|a\.?m|p\.?m|o'clock)\b"
)
_AGE = re.compile(r"(?:under|over)\b")
_PAIR = re.compile(r"\s*(?:per\s?cent|percent|%)?\s*(?:to|[-–])\s*\Z")
_RESTATED = re.compile(r"\s*(?:of\s+[\w\s’'-]{1,40})?[,(]\s*(?:or\s+)?\Z")


def is_share(value: Value, text: str) -> bool:
    """Whether a figure is a share: neither an age, a day of a month nor a converted amount."""
    if value.unit != "percent" or value.low is None or value.span is None or value.role == "also":
        return False
    said = value.span.cut(text)
    if _SHARE_SIGN.search(said):
        return True
    before = _NO_SHARE_BEFORE.search(text, max(0, value.span.start - 24), value.span.start)
    return not (before or _NO_SHARE_AFTER.match(text, value.span.end) or _AGE.match(said))


def cut_segments(text: str, sentence: Span, values: Sequence[Value]) -> list[tuple[list[Value], Span]]:
    """Return the figures of a sentence in rows that share one stretch, each row with its stretch."""
    ordered = sorted((one for one in values if one.span), key=_start)
    rows: list[tuple[list[Value], Span]] = []
    start, row = sentence.start, [ordered[0]]
    for one, other in pairwise(ordered):
        assert one.span is not None
        assert other.span is not None
        is_close = _gap(one, other) <= MOST_RESTATED or _is_bound_of(one, other)
        cut = _cut(text, one.span.end, other.span.start, is_close=is_close)
        if cut is None:
            row.append(other)
            continue
        rows.append((row, Span(start, cut)))
        start, row = cut, [other]
    last = row[-1].span
    assert last is not None
    turn = text.find(";", last.end, sentence.end)
    rows.append((row, Span(start, turn if turn >= 0 else sentence.end)))
    return rows


def _gap(one: Value, other: Value) -> Decimal:
    return abs((one.low or Decimal(0)) - (other.low or Decimal(0)))


def _is_bound_of(one: Value, other: Value) -> bool:
    """Whether a figure only bounds the one that follows: "a majority, 57 per cent"."""
    if one.low is None or other.low is None or other.bound is not Bound.EXACT:
        return False
    if one.bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        return other.low >= one.low
    return one.bound in (Bound.LESS_THAN, Bound.AT_MOST) and other.low <= one.low


def _start(value: Value) -> int:
    return value.span.start if value.span else 0


MOST_RESTATED = 5
"""Points between a share and the round figure that says it again ("just under half, 48 per cent")."""


def _cut(text: str, low: int, high: int, *, is_close: bool) -> int | None:
    """Return where the words of the second figure begin; a bracket belongs to the words before it."""
    gap = text[low:high]
    if _PAIR.match(gap):
        return None
    if is_close and _RESTATED.match(gap) and gap.strip(" ,(") and " and " not in gap:
        return None
    end = high - 1 if gap.endswith("(") else high
    cuts = [match.start() for match in _SEPARATOR.finditer(text, low, end)]
    return cuts[-1] if cuts else None


def are_pair(row: Sequence[Value], text: str) -> bool:
    """Whether a row is a pair like "52 to 48"."""
    if len(row) != 2:
        return False
    first, second = row[0].span, row[1].span
    return bool(first and second and _PAIR.match(text[first.end : second.start]))


def tail_of_list(text: str, sentence: Span, rows: Sequence[tuple[list[Value], Span]]) -> int:
    """Return where the words begin that bracketed shares have in common: "(41%) ... (18%) as the issues"."""
    spans = [one.span for row, _ in rows for one in row if one.span]
    if len(spans) < FEWEST_LISTED or any(text[one.start - 1 : one.start] != "(" for one in spans[-2:]):
        return sentence.end
    close = text.find(")", spans[-1].end, sentence.end)
    return close + 1 if close >= 0 else sentence.end


FEWEST_LISTED = 2
_LEAD_END = re.compile(r"[;:–—]\s|,\s")


def lead_end(text: str, sentence: Span, figure: int) -> int:
    """Return where the clause of the first figure begins: what stands before it leads to all figures."""
    cuts = [match.end() for match in _LEAD_END.finditer(text, sentence.start, figure)]
    return cuts[-1] if cuts else sentence.start


def words_around(text: str, segment: Span, value: Value, row: Sequence[Value]) -> str:
    """Return the words that tell when a figure is; in a shared stretch those up to its neighbours."""
    assert value.span is not None
    spans = [one.span for one in row if one.span]
    start = max((one.end for one in spans if one.end <= value.span.start), default=segment.start)
    end = min((one.start for one in spans if one.start >= value.span.end), default=segment.end)
    return text[start:end]


_THE_REST = re.compile(
    r",?\s+(?:and|while|but)?\s*(?:the\s+(?:rest|others?|remainder|remaining)|others)\b", re.IGNORECASE
)


def without_rest(text: str, segment: Span, row: Sequence[Value]) -> Span:
    """Return a stretch without what its end says of the rest of the people."""
    last = row[-1].span
    assert last is not None
    rest = _THE_REST.search(text, last.end, segment.end)
    return Span(segment.start, rest.start()) if rest else segment


_MOVE = re.compile(
    r"(?:,|\s[(–—-])\s*(?:(?:which|that)\s+(?:is|was)\s+)?(?:some\s+|about\s+|just\s+)?"
    r"(?:(?P<up>up|plus|(?:an?\s+)?(?:rise|gain|increase)\s+of)"
    r"|(?P<down>down|minus|(?:an?\s+)?(?:fall|drop|decline|loss)\s+of))?"
    r"\s*(?:by\s+)?(?P<by>a\s+point\s+and\s+a\s+half|half\s+a\s+point|[\w.½-]+)"
    r"(?:\s+(?:percentage\s+)?points?)?"
    r"\s*(?P<after>up|higher|more|above|down|lower|less|fewer|below)?\b",
    re.IGNORECASE,
)
_NUMBERS = {
    word: Decimal(number)
    for number, word in enumerate(
        (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
} | {"a": Decimal(1), "a point and a half": Decimal("1.5"), "half a point": Decimal("0.5")}
_UPWARD = frozenset({"up", "higher", "more", "above"})


def without_move(
    text: str, segment: Span, row: Sequence[Value], moves: Sequence[Value]
) -> tuple[Span, Value | None]:
    """Return a stretch up to where it says by how much its figure moved, and that ("five points down")."""
    last = row[-1].span
    assert last is not None
    for match in _MOVE.finditer(text, last.end, segment.end):
        by = _points_of(match, moves)
        if by is not None:
            value = Value("points", "points", by, by, Bound.EXACT, Decimal(1), Span(*match.span("by")))
            return Span(segment.start, match.start()), value
    return segment, None


def _points_of(match: re.Match[str], moves: Sequence[Value]) -> Decimal | None:
    """Return by how many points a share moved, less than nothing where it fell; None where untold."""
    told = next((one for one in moves if one.span and one.span.overlaps(Span(*match.span()))), None)
    said = " ".join(match["by"].lower().split())
    is_of_points = told is not None or "point" in match.group().lower()
    if not (match["up"] or match["down"] or (match["after"] and is_of_points)):
        return None
    by = told.low if told is not None and "half" not in said else _NUMBERS.get(said)
    if by is None and re.fullmatch(r"\d+(?:\.\d+)?", said):
        by = Decimal(said)
    if by is None or abs(by) > MOST_MOVED:
        return None
    is_up = match["up"] or (match["after"] or "").lower() in _UPWARD
    return abs(by) if is_up else -abs(by)


MOST_MOVED = 40
"""Points beyond which "up 52" is a level and no move."""

_WHERE = re.compile(
    r"\A\W*(?:(?:and|but|while|though|whereas|although)\s+)?(?:in|at|across|on)\s+(?:the\s+)?"
    r"(?P<where>[\w’' -]{3,30}?)\s*,?\s*(?:(?:the\s+)?[\w-]+,\s*)?"
    r"(?:it\s+was\s+|only\s+|just\s+|some\s+|the\s+(?:figure|share)\s+was\s+)*\Z",
    re.IGNORECASE,
)
_OPENING_WHERE = re.compile(
    r"\W*(?:in|at|across|among)\s+(?:the\s+)?(?P<where>(?:[\w’'-]+\s+){0,5}[\w’'-]+),\s", re.IGNORECASE
)
_IN_THE = re.compile(r"\W*in\s+the\s+(?P<where>[a-z-]+)\b", re.IGNORECASE)
_PLACE_WORD = re.compile(
    rf"\b(?:{'|'.join(str(load_phrases('poll_sides')['places']).split())})\b", re.IGNORECASE
)
_POLLED = re.compile(
    r"\b(?:polls?|surveys?|study|tracker|barometer|questionnaire|ballot|vote|election)\b", re.IGNORECASE
)
_WHERE_BEFORE_BRACKET = re.compile(r"\b(?:in|at)\s+(?:the\s+)?(?P<where>[\w’-]+)\s+\(\Z", re.IGNORECASE)


def opening_place(text: str, sentence: Span) -> Terms:
    """Return the place with which a sentence opens: "In the suburban wards north of the river, ..."."""
    match = _OPENING_WHERE.match(text, sentence.start, sentence.end)
    match = match or _IN_THE.match(text, sentence.start, sentence.end)
    return _place(match["where"]) if match else EMPTY


def place_of(text: str, segment: Span, row: Sequence[Value]) -> Terms:
    """Return the place of a figure that opens its stretch: "in the western suburbs 55 percent"."""
    figure = row[0].span
    assert figure is not None
    said = text[segment.start : figure.start]
    match = _WHERE.search(said) or _WHERE_BEFORE_BRACKET.search(said)
    return _place(match["where"]) if match else EMPTY


def _place(said: str) -> Terms:
    is_place = said[:1].isupper() or _PLACE_WORD.search(said) is not None
    if not is_place or times_in(said) or _POLLED.search(said):
        return EMPTY
    return gather_terms([one for one in read_terms(said).terms if one.weight > LIGHT_WEIGHT])
