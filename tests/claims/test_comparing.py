"""Values as intervals: what a found value says of a claimed one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.claims.comparing import allowed_by, compare_values
from factdesk.model import Bound, Value

ROWS = [
    # unit, claimed bound, low, high, found bound, low, high, outcome, note, why
    ("GBP", "exact", 4, 4, "exact", 4, 4, "match", "", "the same"),
    ("GBP", "exact", 5, 5, "exact", 4, 4, "conflict", "", "another amount"),
    ("GBP", "more_than", 300, None, "exact", 350, 350, "match", "understated", "an entailed bound"),
    ("GBP", "more_than", 300, None, "exact", 300, 300, "weaker", "", "equal is not more"),
    ("GBP", "at_least", 300, None, "exact", 300, 300, "match", "", "equal is at least"),
    ("GBP", "more_than", 300, None, "more_than", 300, None, "match", "", "the same bound"),
    ("GBP", "at_least", 300, None, "more_than", 300, None, "match", "", "more is at least"),
    ("GBP", "more_than", 300, None, "exact", 900, 900, "weaker", "", "three times as much is another figure"),
    ("GBP", "more_than", 300, None, "exact", 250, 250, "conflict", "", "below the bound"),
    ("GBP", "exact", 350, 350, "more_than", 300, None, "weaker", "", "the source only gives a bound"),
    ("GBP", "about", 300, 300, "exact", 310, 310, "match", "rounded", "within a twentieth"),
    ("GBP", "about", 300, 300, "exact", 400, 400, "conflict", "", "not about"),
    ("GBP", "between", 30, 40, "exact", 36, 36, "match", "rounded", "inside the range"),
    ("GBP", "between", 30, 40, "between", 30, 40, "match", "", "the same range"),
    ("GBP", "between", 30, 40, "between", 30, 60, "conflict", "", "another upper end"),
    ("GBP", "between", 30, 40, "exact", 30, 30, "weaker", "", "one end alone"),
    ("percent", "exact", 66, 66, "exact", "66.4", "66.4", "match", "rounded", "rounds to it"),
    ("percent", "exact", 66, 66, "exact", 61, 61, "conflict", "", "another share"),
    ("percent", "less_than", 70, None, "exact", 78, 78, "conflict", "", "above the bound"),
    ("ratio", "about", 2, 2, "exact", "1.92", "1.92", "match", "rounded", "almost double"),
    ("ratio", "exact", 5, 5, "exact", "2.1", "2.1", "conflict", "", "not five times"),
]


def _value(unit, bound, low, high):
    low = Decimal(str(low))
    high = low if high is None else Decimal(str(high))
    return Value("amount", unit, low, high, Bound(bound), Decimal(1), None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[-1]}")
def test_compare_values(row):
    unit, *rest = row
    claimed, found = _value(unit, *rest[:3]), _value(unit, *rest[3:6])
    comparison = compare_values(claimed, found)

    assert comparison.outcome == rest[6]
    assert comparison.note in (rest[7], "understated" if rest[6] == "match" else "")


def test_units_are_not_converted():
    assert (
        compare_values(_value("GBP", "exact", 4, 4), _value("EUR", "exact", 4, 4)).outcome == "incomparable"
    )


def test_a_fraction_allows_a_point_and_a_half():
    third = Value("percent", "percent", Decimal("66.67"), Decimal("66.67"), Bound.EXACT, None)

    assert compare_values(third, _value("percent", "exact", 66, 66)).outcome == "match"
    assert compare_values(third, _value("percent", "exact", 60, 60)).outcome == "conflict"


@given(st.decimals(1, 10**9, places=2), st.sampled_from(list(Bound)))
def test_a_value_matches_itself(figure, bound):
    value = Value("amount", "EUR", figure, figure, bound, Decimal("0.01"))

    assert compare_values(value, value).outcome == "match"
    assert allowed_by(value) is not None


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_exact_amounts_match_only_themselves(said, shown):
    claimed, found = _value("EUR", "exact", said, said), _value("EUR", "exact", shown, shown)

    assert (compare_values(claimed, found).outcome == "match") == (said == shown)
