"""What one currency was worth in another, on a day of the past: a bundled table, never a stale rate.

The table is the European Central Bank's history of euro reference rates, a working day of each week (see
its head and ``tools/make_exchange_rates.py``). A rate is given only where both currencies have one within
`NEAR_DAYS` of the day that is asked for, on one day of the table; before, after and between there is none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

RATES_TABLE = Path(__file__).resolve().parent / "tables" / "exchange_rates.csv"

NEAR_DAYS = 4
"""So far from the day that is asked for a rate may stand; the table has a day in each week."""

EURO = "EUR"


@dataclass(frozen=True, slots=True)
class Rate:
    """``value`` units of the one currency for one of the other, on the day ``on`` of the table."""

    value: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class _Table:
    days: tuple[date, ...]
    per_euro: Mapping[str, Sequence[Decimal | None]]

    def at(self, place: int, currency: str) -> Decimal | None:
        """Return the units of a currency for one euro on a day of the table."""
        if currency == EURO:
            return Decimal(1)
        column = self.per_euro.get(currency)
        return None if column is None else column[place]

    def rate(self, place: int, wanted: str, of: str) -> Rate | None:
        """Return the rate of one day of the table."""
        over, under = self.at(place, wanted), self.at(place, of)
        return None if over is None or under is None else Rate(over / under, self.days[place])


def find_rate(wanted: str, of: str, on: date) -> Rate | None:
    """Return how many ``wanted`` one unit of ``of`` was worth (ISO 4217 codes), or None: there is no rate.

    Of the days of the table that are near enough the nearest with both currencies counts, the earlier first.
    """
    table = _load()
    found = [table.rate(place, wanted, of) for place in _near(table, on, on)]
    return min(
        (one for one in found if one is not None and abs(one.on - on) <= timedelta(NEAR_DAYS)),
        key=lambda one: (abs(one.on - on), one.on),
        default=None,
    )


def list_rates(wanted: str, of: str, first: date, last: date) -> list[Rate]:
    """Return the rates from ``first`` to ``last``, one a week; [] where either end or a week has none."""
    table = _load()
    if find_rate(wanted, of, first) is None or find_rate(wanted, of, last) is None:
        return []
    found = [table.rate(place, wanted, of) for place in _near(table, first, last)]
    return [] if None in found else [one for one in found if one is not None]


def _near(table: _Table, first: date, last: date) -> range:
    start = bisect_left(table.days, first - timedelta(NEAR_DAYS))
    return range(start, bisect_right(table.days, last + timedelta(NEAR_DAYS)))


@cache
def _load() -> _Table:
    lines = [line for line in RATES_TABLE.read_text(encoding="ascii").splitlines() if line[0] != "#"]
    _, *currencies = lines[0].split(",")
    rows = [line.split(",") for line in lines[1:]]
    columns = zip(*(row[1:] for row in rows), strict=True)
    return _Table(
        tuple(date.fromisoformat(row[0]) for row in rows),
        {
            currency: tuple(Decimal(value) if value else None for value in column)
            for currency, column in zip(currencies, columns, strict=True)
        },
    )
