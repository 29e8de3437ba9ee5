"""Compares asserted values as intervals.

"More than 300,000" is everything above 300,000; "66" said to the last point is everything that rounds
to 66. A claim's value is matched when all that the source allows lies inside what the claim allows; it
conflicts when nothing does; otherwise the source says something weaker.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from factdesk.model import Bound, FacetOutcome, Value

INFINITE = Decimal("Infinity")

ABOUT_SHARE = Decimal("0.05")
"""How far from the figure an "about" may be: a twentieth, as newsrooms round."""

ABOUT_POINTS = Decimal("3")
"""How far an "about" percentage may be, in points."""

FRACTION_POINTS = Decimal("1.5")
"""How far a share said as a fraction ("two thirds") may be, in points."""

RATIO_SHARE = Decimal("0.1")
"""How far "doubled" may be from the ratio of the two amounts, as a share of the change; about: twice that."""

SLACK_SHARE = Decimal("0.03")
"""Differences below this share of the figure are no conflict: they may come from rounding."""

UNDERSTATED_LIMIT = Decimal("2")
"""A bound further than this factor from the source's figure speaks of something else."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that a statement allows, ends included."""

    low: Decimal
    high: Decimal

    def covers(self, other: Interval) -> bool:
        """Whether every value of ``other`` is allowed."""
        return self.low <= other.low and other.high <= self.high

    def meets(self, other: Interval) -> bool:
        """Whether some value is allowed by both."""
        return self.low <= other.high and other.low <= self.high

    def widened(self, by: Decimal) -> Interval:
        """Return the interval with both ends moved outward."""
        return Interval(self.low - by, self.high + by)


@dataclass(frozen=True, slots=True)
class ValueComparison:
    """What a found value says of a claimed one; ``note`` is understated, rounded, restated or ""."""

    outcome: FacetOutcome
    note: str = ""


def allowed_by(value: Value) -> Interval | None:
    """Return what a value allows, or None when it names no figure."""
    if value.low is None and value.high is None:
        return None
    low = value.low if value.low is not None else value.high
    high = value.high if value.high is not None else value.low
    assert low is not None
    assert high is not None
    if value.bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        return Interval(low, INFINITE)
    if value.bound in (Bound.LESS_THAN, Bound.AT_MOST):
        return Interval(Decimal(0) if high > 0 else -INFINITE, high)
    if value.bound is Bound.BETWEEN:
        return Interval(min(low, high), max(low, high))
    slack = slack_of(value, max(abs(low), abs(high)))
    return Interval(min(low, high) - slack, max(low, high) + slack)


def slack_of(value: Value, figure: Decimal) -> Decimal:
    """Return how far the true figure may lie from the one said."""
    rounding = (value.precision or Decimal(0)) / 2
    if value.unit == "ratio":
        change = abs(figure - 1) * RATIO_SHARE
        return change * 2 if value.bound is Bound.ABOUT else change
    if value.unit in ("percent", "points"):
        about = ABOUT_POINTS if value.unit == "percent" else Decimal(1)
        if value.unit == "percent" and figure < 20:
            about = Decimal("1.5")
        said = FRACTION_POINTS if is_fraction(value) else rounding
        return max(rounding, said, about if value.bound is Bound.ABOUT else Decimal(0))
    if value.bound is Bound.ABOUT:
        return max(rounding, figure * ABOUT_SHARE)
    return min(rounding, figure * ABOUT_SHARE)  # nobody says two dollars of $2.50


def is_fraction(value: Value) -> bool:
    """Whether a share was said as a fraction ("two thirds", "half"), which nobody says to a point."""
    return value.unit == "percent" and value.precision is None


def compare_values(claimed: Value, found: Value) -> ValueComparison:
    """Compare two values of one unit; other units are incomparable.

    A conflict needs more than rounding between the two.
    """
    if claimed.unit != found.unit:
        return ValueComparison(FacetOutcome.INCOMPARABLE, "unit")
    claim, source = allowed_by(claimed), allowed_by(found)
    if claim is None or source is None:
        return ValueComparison(FacetOutcome.INCOMPARABLE, "no_figure")
    if _is_said_alike(claimed, found):
        return ValueComparison(FacetOutcome.MATCH)
    core = _core(found, source)
    if Bound.BETWEEN in (claimed.bound, found.bound) and (ranged := _compare_ranges(claimed, found)):
        return ranged
    if found.bound is Bound.ABOUT and found.low is not None and claim.covers(Interval(found.low, found.low)):
        return ValueComparison(FacetOutcome.MATCH, "rounded")
    if claim.covers(core):
        return _entailed(claimed, found)
    if not claim.meets(core.widened(_conflict_slack(claimed, found))):
        return ValueComparison(FacetOutcome.CONFLICT)
    return ValueComparison(FacetOutcome.WEAKER)


def _compare_ranges(claimed: Value, found: Value) -> ValueComparison | None:
    """Compare two ranges by their ends; None where only one of the two is a range of its own.

    A range asserts both ends: one that agrees at one end and not at the other contradicts it.
    """
    if claimed.bound is not Bound.BETWEEN:
        return None
    if found.bound is not Bound.BETWEEN:
        is_end = found.bound is Bound.EXACT and found.low in (claimed.low, claimed.high)
        return ValueComparison(FacetOutcome.WEAKER) if is_end else None
    alike = [_are_close(claimed.low, found.low, claimed), _are_close(claimed.high, found.high, claimed)]
    if all(alike):
        return ValueComparison(FacetOutcome.MATCH)
    return ValueComparison(FacetOutcome.CONFLICT if any(alike) else FacetOutcome.WEAKER)


def _are_close(one: Decimal | None, other: Decimal | None, value: Value) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max((value.precision or Decimal(0)) / 2, abs(one) * SLACK_SHARE / 3)


def _is_said_alike(claimed: Value, found: Value) -> bool:
    if (claimed.low, claimed.high) != (found.low, found.high):
        return False
    strict = {Bound.MORE_THAN: Bound.AT_LEAST, Bound.LESS_THAN: Bound.AT_MOST}
    same = strict.get(claimed.bound, claimed.bound) == strict.get(found.bound, found.bound)
    return same or {claimed.bound, found.bound} <= {Bound.ABOUT, Bound.EXACT}


def _core(found: Value, source: Interval) -> Interval:
    """Return the figure said by the source, without the rounding that is not the claim's business."""
    if found.bound is Bound.EXACT and found.low is not None and found.high is not None:
        return Interval(min(found.low, found.high), max(found.low, found.high))
    return source


def _entailed(claimed: Value, found: Value) -> ValueComparison:
    if claimed.bound in (Bound.MORE_THAN, Bound.AT_LEAST, Bound.LESS_THAN, Bound.AT_MOST):
        if claimed.bound in (Bound.MORE_THAN, Bound.LESS_THAN) and _touches(claimed, found):
            return ValueComparison(FacetOutcome.WEAKER)
        if _is_far(claimed, found):
            return ValueComparison(FacetOutcome.WEAKER)
        return ValueComparison(FacetOutcome.MATCH, "understated")
    if (claimed.low, claimed.high) == (found.low, found.high):
        return ValueComparison(FacetOutcome.MATCH)
    return ValueComparison(FacetOutcome.MATCH, "rounded")


def _touches(claimed: Value, found: Value) -> bool:
    """Whether "more than 50" meets a source that says 50: equal is not more."""
    return found.bound is Bound.EXACT and claimed.low == found.low


def _is_far(claimed: Value, found: Value) -> bool:
    said, shown = claimed.low or claimed.high, found.low or found.high
    if not said or not shown:
        return True
    small, large = sorted((abs(said), abs(shown)))
    return large > small * UNDERSTATED_LIMIT


def _conflict_slack(claimed: Value, found: Value) -> Decimal:
    figures = [abs(one) for one in (claimed.low, claimed.high, found.low, found.high) if one is not None]
    figure = max(figures)
    if claimed.unit in ("percent", "points"):
        if claimed.bound in (Bound.MORE_THAN, Bound.LESS_THAN) and not is_fraction(found):
            return Decimal("0.5")
        return Decimal(4) if is_fraction(claimed) or is_fraction(found) else Decimal("0.5")
    if claimed.unit == "ratio":
        return abs(figure - 1) * Decimal("0.3")
    return figure * SLACK_SHARE
