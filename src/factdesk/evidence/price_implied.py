"""Says whether a claimed amount follows from prices of a source by arithmetic.

"Both twins cost 18,600" is not contradicted by 9,300 for each, nor "1,300 less" by 6,200 and 4,900.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from factdesk.evidence.price_entries import PriceLedger
from factdesk.evidence.price_entry import Entry
from factdesk.model import Value

NEAR_SENTENCES = 3
"""Two prices farther apart are not added or subtracted."""

MOST_TIMES = 12
"""A price is multiplied or divided by no more: a dozen, the months of a year."""

MOST_PRICES = 24


def is_implied(value: Value, ledger: PriceLedger) -> bool:
    """Whether a claimed amount is a sum, a difference, a multiple or a part of prices of the source."""
    if value.low is None or not value.low:
        return False
    entries = [one for one in ledger.entries if one.unit == value.unit and one.value.low][:MOST_PRICES]
    if any(one.value.low == value.low for one in entries):
        return False
    return any(figure == abs(value.low) for figure in _figures(entries))


def _figures(entries: list[Entry]) -> Iterator[Decimal]:
    for one in entries:
        assert one.value.low is not None
        for times in range(2, MOST_TIMES + 1):
            yield one.value.low * times
            yield one.value.low / times
    for one, other in combinations(entries, 2):
        if abs(one.number - other.number) <= NEAR_SENTENCES:
            assert one.value.low is not None
            assert other.value.low is not None
            yield abs(one.value.low - other.value.low)
            yield one.value.low + other.value.low
