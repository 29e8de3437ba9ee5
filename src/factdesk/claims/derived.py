"""Figures that a source implies without saying them: differences and ratios of two amounts or shares.

A claim that "the share rose by 19 points" is shown by a passage that gives 63 and 44 per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from factdesk.model import Bound, Value

_DIFFERENCE_UNITS = {"points": "percent"}
MOST_VALUES = 14
"""Passages with more figures are tables; what two of their figures imply is chance."""


def derived_values(claimed: Value, found: Sequence[Value]) -> list[Value]:
    """Return the values of the claimed role and unit that pairs of found values imply."""
    plain = [one for one in found if one.low is not None and one.low == one.high][:MOST_VALUES]
    if claimed.unit == "ratio":
        return list(_ratios(plain))
    unit = _DIFFERENCE_UNITS.get(claimed.unit)
    if unit is not None:
        return list(_differences(plain, unit, claimed.unit))
    if claimed.role == "diff":
        return list(_differences(plain, claimed.unit, claimed.unit))
    return []


def _differences(found: Sequence[Value], unit: str, as_unit: str) -> Iterator[Value]:
    for one, other in combinations([value for value in found if value.unit == unit], 2):
        assert one.low is not None
        assert other.low is not None
        gap = abs(one.low - other.low)
        if gap:
            yield Value("diff", as_unit, gap, gap, Bound.EXACT, one.precision, other.span)
            yield Value("diff", as_unit, -gap, -gap, Bound.EXACT, one.precision, other.span)


def _ratios(found: Sequence[Value]) -> Iterator[Value]:
    for one, other in combinations(found, 2):
        if one.unit != other.unit or one.unit == "ratio" or not one.low or not other.low:
            continue
        low, high = sorted((abs(one.low), abs(other.low)))
        for ratio in (high / low, low / high):
            rounded = ratio.quantize(Decimal("0.0001"))
            yield Value("ratio", "ratio", rounded, rounded, Bound.EXACT, None, other.span)
