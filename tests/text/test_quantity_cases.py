"""The table of amounts, shares, odds, ranges and bounds, and marks that only a price tag has."""

import tomllib
from pathlib import Path

import pytest

from factdesk.text.quantities import find_quantities
from quality.quantity_sets import line_of

TABLE = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "cases" / "quantities.toml").read_text(encoding="utf-8")
)


def read(text):
    return [line_of(text, quantity) for quantity in find_quantities(text)]


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["text"])
def test_quantities_are_read_as_the_table_says(case):
    assert read(case["text"]) == case["read"]


@pytest.mark.xfail(strict=True, reason="known miss")
@pytest.mark.parametrize("case", TABLE["known_miss"], ids=lambda case: case["reason"])
def test_a_known_miss_is_read(case):
    assert read(case["text"]) == case["read"]


TAGS = {
    "1 Ks": "MMK",
    "200 MK": "MWK",
    "1 RF": "RWF",
    "1 Rf": "MVR",
    "1 500 دج": "DZD",
    "12,5 د.ك": "KWD",
    "1 so'm": "UZS",
    '1 ש"ח': "ILS",
    "FG 50,000": "GNF",
    "Nu.1,500": "BTN",
}


@pytest.mark.parametrize("text", TAGS)
def test_a_text_that_is_a_price_tag_is_money(text):
    (quantity,) = find_quantities(text)
    assert (quantity.form, quantity.unit) == ("money", TAGS[text])
    assert quantity.whole.cut(text).startswith(text.removesuffix("."))


IN_PROSE = {
    "He lifted 200 MK crates.": "letters that are a name",
    "An ID 5 was seen by the gate.": "a label",
    "The Q 4 of that year was poor.": "a quarter",
    "An 18 AWG cable is enough.": "a gauge",
    "It holds 5 L of water.": "litres",
    "We sat in row 12 E by the window.": "a seat",
    "See CVE 2021 for more.": "a list of holes",
    "In Vt 500 people came.": "a state",
}


@pytest.mark.parametrize("text", IN_PROSE, ids=IN_PROSE.values())
def test_short_marks_are_no_money_in_prose(text):
    assert [quantity for quantity in find_quantities(text) if quantity.form == "money"] == []
