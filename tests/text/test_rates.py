"""The bundled exchange rates: what was a rate, and above all what was none."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from factdesk.text.rates import NEAR_DAYS, RATES_TABLE, find_rate, list_rates


@pytest.mark.parametrize(
    ("wanted", "of", "on", "about"),
    [
        ("RUB", "GBP", date(2021, 5, 12), "104"),
        ("USD", "EUR", date(2000, 10, 25), "0.83"),
        ("EUR", "USD", date(2000, 10, 25), "1.21"),
        ("JPY", "USD", date(2011, 10, 26), "76"),
        ("GBP", "GBP", date(2015, 1, 1), "1"),
    ],
)
def test_a_rate_is_what_it_was(wanted: str, of: str, on: date, about: str) -> None:
    rate = find_rate(wanted, of, on)
    assert rate is not None
    assert abs(rate.value / Decimal(about) - 1) < Decimal("0.01")
    assert abs(rate.on - on) <= timedelta(NEAR_DAYS)


@pytest.mark.parametrize(
    ("wanted", "of", "on"),
    [
        ("RUB", "GBP", date(2022, 3, 6)),
        ("RUB", "GBP", date(2022, 9, 21)),
        ("RUB", "EUR", date(2026, 1, 7)),
        ("GEL", "EUR", date(2020, 1, 8)),
        ("USD", "GBP", date(1998, 12, 1)),
        ("USD", "GBP", date(2199, 1, 1)),
        ("SKK", "EUR", date(2009, 6, 3)),
    ],
)
def test_there_is_no_stale_rate(wanted: str, of: str, on: date) -> None:
    assert find_rate(wanted, of, on) is None
    assert find_rate(of, wanted, on) is None


def test_every_day_of_the_history_has_a_dollar() -> None:
    lines = [line for line in RATES_TABLE.read_text().splitlines() if not line.startswith("#")][1:]
    days = [date.fromisoformat(line.split(",")[0]) for line in lines]
    assert max(after - before for before, after in pairwise(days)) <= timedelta(2 * NEAR_DAYS + 1)
    day = days[0]
    while day <= days[-1]:
        assert find_rate("USD", "EUR", day) is not None, day
        day += timedelta(1)


def test_a_span_of_time_has_rates_only_where_all_of_it_has() -> None:
    whole = list_rates("RUB", "GBP", date(2020, 6, 1), date(2021, 6, 1))
    assert 50 <= len(whole) <= 56
    assert all(Decimal(80) < one.value < Decimal(110) for one in whole)
    assert list_rates("RUB", "GBP", date(2021, 12, 1), date(2022, 6, 1)) == []


def test_the_table_says_where_it_comes_from_and_is_small() -> None:
    head = RATES_TABLE.read_text().split("date,")[0]
    assert "European Central Bank" in head
    assert "rounded to four digits" in head
    assert RATES_TABLE.stat().st_size < 400_000
