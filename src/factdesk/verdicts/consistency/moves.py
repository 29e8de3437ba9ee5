"""Changes told twice: "from £800 to £1,000, a rise of 30 percent"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from factdesk.model import Bound, Span
from factdesk.text.changes import find_changes
from factdesk.text.figures import Quantity
from factdesk.verdicts.consistency.sayings import Fault, Saying, departs, half_step, listed, plain, single

POINTS_SLACK = Decimal("0.3")
"""Points by which a change in points may differ beyond the rounding of its ends."""

PERCENT_SLACK = Decimal("0.06")
"""Share of a change by which a percentage may differ beyond rounding: writers round 24.6 to 25."""

ABOUT_SLACK = Decimal("0.25")
"""The same for "about", "nearly"; also for doubled, tripled and the like said flatly, by half of it."""


NEAR_CHARACTERS = 60
"""So far before "from" its verb is looked for."""

BOUND_SLACK = Decimal("0.04")
"""Share by which "more than doubled" may be less than double."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A figure before and after, both exact, above nothing and in one unit."""

    saying: Saying
    before: Quantity
    after: Quantity
    start: Decimal
    end: Decimal

    @property
    def rounding(self) -> Decimal:
        """How far the difference of the ends may be from the true one."""
        return half_step(self.before) + half_step(self.after)

    @property
    def percent(self) -> Decimal:
        """The change in percent of the start, without its direction."""
        return abs(self.end / self.start - 1) * 100

    @property
    def words(self) -> str:
        """The ends in the essay's words."""
        was, now = self.saying.said(self.before, self.after)
        return f"From {was} to {now}"


def find_moves(saying: Saying) -> Iterator[Fault]:
    """Yield the changes whose ends do not give what the sentence says of their size or direction."""
    for change in find_changes(saying.text, saying.figures):
        move = _move(saying, change.before, change.after)
        if move is None:
            continue
        yield from _turned(move)
        by = _size(move, change.by)
        size = single(by) if by is not None else None
        if by is not None and size is not None and (told := _size_fault(move, by, abs(size))):
            code, sentence = told
            yield Fault(code, sentence, (move.before.span, move.after.span, by.span))


def _size(move: _Move, by: Quantity | None) -> Quantity | None:
    """Return what is said of the size; "fall to 64% from 80%" says nothing of it."""
    ends = (move.before.span, move.after.span)
    near = by if by is not None and _is_joined(move, by) else None
    said = (one for one in (near, _size_behind(move), _size_before(move)) if one is not None)
    return next((one for one in said if one.span not in ends), None)


_TO_OR_FROM = re.compile(r"\s*,?\s*(?:to|from)\s+")


def _is_joined(move: _Move, by: Quantity) -> bool:
    """Whether nothing but words of change stands between a size and the ends: not "while wages rose by"."""
    first, last = sorted((move.before, move.after), key=lambda one: one.span.start)
    if by.span.end <= first.span.start:
        return _TO_OR_FROM.fullmatch(move.saying.gap(by, first)) is not None
    return _behind().fullmatch(move.saying.gap(last, by)) is not None


def _move(saying: Saying, before: Quantity | None, after: Quantity | None) -> _Move | None:
    if before is None or after is None or before.unit != after.unit:
        return None
    start, end = single(before), single(after)
    if start is None or end is None or not before.bound is after.bound is Bound.EXACT:
        return None
    return _Move(saying, before, after, start, end) if start > 0 and end > 0 else None


def _turned(move: _Move) -> Iterator[Fault]:
    """Yield "rose from 45% to 30%"."""
    start = move.before.span.start
    verb = _verb_before_from().search(move.saying.text, max(0, start - NEAR_CHARACTERS), start)
    if verb is None or move.start == move.end or verb.lastgroup is None:
        return
    if (verb.lastgroup == "up") == (move.end > move.start):
        return
    was, now = move.saying.said(move.before, move.after)
    word = " ".join(verb.group(verb.lastgroup).split())
    lower = "less" if move.end < move.start else "more"
    spans = (Span(*verb.span(verb.lastgroup)), move.before.span, move.after.span)
    yield Fault("change_turned", f"“{word}” from {was} to {now}: {now} is {lower} than {was}.", spans)


@cache
def _verb_before_from() -> re.Pattern[str]:
    up, down = listed("change", "up"), listed("change", "down")
    return re.compile(rf"\b(?:(?P<up>{up})|(?P<down>{down}))\s+(?:\w+ly\s+)?from\s+\Z", re.IGNORECASE)


@cache
def _behind() -> re.Pattern[str]:
    nouns, adjectives = listed("change", "nouns"), listed("change", "adjectives")
    hedge = listed("gap", "hedge")
    noun = rf"(?:an?\s+)?(?:{hedge}\s+)?(?:{adjectives}\s+)?{nouns}\s+of|up(?:\s+by)?|down(?:\s+by)?|by|or"
    return re.compile(rf"\s*[,(–—-]?\s*(?:{noun})\s+(?:{hedge}\s+)*", re.IGNORECASE)


_BARE_GAP = re.compile(r"\s*[,(–—]\s*(?:an?\s+)?\Z")


@cache
def _noun_after() -> re.Pattern[str]:
    adjectives, nouns = listed("change", "adjectives"), listed("change", "nouns")
    return re.compile(rf"[\s-]*(?:{adjectives}\s+)?{nouns}\b", re.IGNORECASE)


def _size_behind(move: _Move) -> Quantity | None:
    """Return the size that follows: ", a rise of 30%", "(up 30%)", ", a 30% increase"."""
    saying = move.saying
    place = saying.figures.index(move.after)
    following = saying.figures[place + 1] if place + 1 < len(saying.figures) else None
    if following is None or not _is_size(following, move):
        return None
    gap = saying.gap(move.after, following)
    if _behind().fullmatch(gap):
        return following
    is_named = _noun_after().match(saying.text, following.span.end)
    return following if _BARE_GAP.fullmatch(gap) and is_named else None


_FROM = re.compile(r"\s*,?\s+from\s+")


def _size_before(move: _Move) -> Quantity | None:
    """Return the size that stands before: "doubled from 40", "rose 30% from £800"."""
    place = move.saying.figures.index(move.before)
    earlier = move.saying.figures[place - 1] if place else None
    if earlier is None or not _is_size(earlier, move):
        return None
    return earlier if _FROM.fullmatch(move.saying.gap(earlier, move.before)) else None


def _is_size(figure: Quantity, move: _Move) -> bool:
    return figure.unit in ("percent", "points", "ratio") or figure.unit == move.before.unit


def _size_fault(move: _Move, by: Quantity, size: Decimal) -> tuple[str, str] | None:
    """Return code and sentence where the size cannot be that of the move."""
    said = by.span.cut(move.saying.text)
    if by.unit == "percent":
        return _percent_fault(move, by, size, said)
    if by.unit == "ratio":
        return _ratio_fault(move, by, size, said)
    is_points = by.unit == "points"
    if is_points and move.before.unit != "percent":
        return None
    moved = abs(move.end - move.start)
    slack = move.rounding + half_step(by) + POINTS_SLACK * is_points
    if not departs(size, moved, by.bound, slack, slack + ABOUT_SLACK * size):
        return None
    return "change_differs", f"{move.words} is a change of {plain(moved, 2)}, not {said}."


def _percent_fault(move: _Move, by: Quantity, size: Decimal, said: str) -> tuple[str, str] | None:
    # The ends may be rounded: each shifts the change by its half step over the start.
    rounding = (half_step(move.before) * move.end / move.start + half_step(move.after)) / move.start * 100
    slack = rounding + half_step(by) + PERCENT_SLACK * size + Decimal("0.2")
    if not departs(size, move.percent, by.bound, slack, slack + ABOUT_SLACK * size):
        return None
    change = f"{move.words} is a change of {plain(move.percent)}%"
    if move.before.unit != "percent":
        return "change_differs", f"{change}, not {said}."
    points = abs(move.end - move.start)
    if abs(points - size) <= move.rounding + half_step(by):
        return "points_not_percent", f"{change}, or {plain(points)} points: “{said}” are points."
    return "change_differs", f"{change}, or {plain(points)} points, not {said}."


def _ratio_fault(move: _Move, by: Quantity, size: Decimal, said: str) -> tuple[str, str] | None:
    if size <= 1:
        return None
    times = max(move.start, move.end) / min(move.start, move.end)
    slack = size * (ABOUT_SLACK / 2 if by.bound is Bound.EXACT else BOUND_SLACK)
    if not departs(size, times, by.bound, slack, size * ABOUT_SLACK):
        return None
    return "change_differs", f"{move.words} is {plain(times, 2)} times, not “{said}”."
