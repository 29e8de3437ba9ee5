"""Pounds, shillings and pence, in pounds."""

from decimal import Decimal

import pytest

from factdesk.model import Bound
from factdesk.text.old_money import find_old_money


@pytest.mark.parametrize(
    ("text", "amount", "said"),
    [
        ("a bed for a shilling, and clean", "0.05", "a shilling"),
        ("a supper for eighteenpence", "0.075", "eighteenpence"),
        ("issued at 6d. in 1938", "0.025", "6d."),
        ("it cost 2s 6d then", "0.125", "2s 6d"),
        ("sold at £3 10s. 6d. the lot", "3.525", "£3 10s. 6d."),
        ("two and sixpence a pound", "0.125", "two and sixpence"),
        ("half a crown", "0.125", "half a crown"),
        ("two guineas a yard", "2.1", "two guineas"),
        ("reissued at 25 new pence", "0.25", "25 new pence"),
        ("only a pound more than a single", "1", "a pound"),
        ("put a penny on a pint", "0.01", "a penny"),
    ],
)
def test_old_coins_are_read_in_pounds(text: str, amount: str, said: str) -> None:
    (found,) = find_old_money(text)
    assert found.low == found.high == Decimal(amount)
    assert found.unit == "GBP"
    assert found.span.cut(text) == said


def test_a_word_before_bounds_the_amount() -> None:
    (found,) = find_old_money("relieved us of at least another tenner")
    assert found.bound is Bound.AT_LEAST
    assert found.low == 10


@pytest.mark.parametrize(
    "text",
    [
        "in the 1960s and 70s",
        "a 3d model of the bridge",
        "they were filmed in 3D",
        "1,150 shillings in Gulu",
        "a pound of butter",
        "nobody in Guinea said so",
    ],
)
def test_what_only_looks_like_old_money_is_none(text: str) -> None:
    assert find_old_money(text) == []


def test_a_shilling_in_kenya_is_kenyas() -> None:
    assert find_old_money("ten shillings", country="KE") == []
    assert [one.low for one in find_old_money("ten shillings", country="GB")] == [Decimal("0.5")]
