"""The scorers of the sets outside the repository, on small examples made by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from factdesk.text.quantities import find_quantities
from quality.backing import count_tokens, places_of_tokens
from quality.pages import count_strings, f1
from quality.quantity_sets import money_is_right, percent_is_right, range_is_right
from quality.retrieval import recall_of
from quality.seeds import COLUMN_FLIGHTS, ESSAY_TICKETS, essay_outcomes
from quality.triggers import count_sentence


def only_quantity(text: str):
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "resolution", "expected"),
    [
        ("It cost $5.", {"value": "5", "unit": "Dollar"}, True),
        ("It cost $5.", {"value": "5", "unit": "Canadian dollar", "isoCurrency": "CAD"}, False),
        ("It cost $5.", {"value": "6", "unit": "Dollar"}, False),
        ("It cost 210 pence.", {"value": "210", "unit": "Pence"}, True),
        ("It cost $5.", {"value": "5", "unit": "Unheard-of coin"}, False),
    ],
)
def test_money_needs_value_and_unit(text, resolution, expected):
    assert money_is_right(resolution, only_quantity(text)) is expected


def test_a_fraction_is_a_percentage():
    assert percent_is_right({"value": "25%"}, only_quantity("a quarter of the town"))
    assert not percent_is_right({"value": "26%"}, only_quantity("25% of the town"))


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("between 20 and 30 boats", "[20,30)", True),
        ("between 20 and 30 boats", "[20,31)", False),
        ("more than 20 boats", "(20,)", True),
        ("more than 20 boats", "(,20)", False),
        ("more than half of the town", "(0.5,)", True),
    ],
)
def test_a_range_is_compared_by_its_ends(text, value, expected):
    assert range_is_right({"value": value}, only_quantity(text)) is expected


def test_strings_of_a_page_are_counted():
    row = {"with": ["tea", "boats"], "without": ["cookie banner", "menu"]}
    counts = count_strings(row, "tea and a menu")
    assert counts == {"found": 1, "missed": 1, "unwanted": 1}
    assert f1(counts) == 0.5
    assert f1(Counter()) == 1.0


def test_recall_is_that_of_the_best_gold_set():
    row = {"gold_evidence_sets": [[1, 2], [7, 8, 9]]}
    assert recall_of(row, [1, 7, 8]) == pytest.approx(2 / 3)
    assert recall_of(row, []) == 0.0


TICKETS = {
    "kind": "sellout",
    "claim_start": ESSAY_TICKETS[0],
    "claim_end": ESSAY_TICKETS[1],
    "machine_rating": "partially_supported",
    "missing": ["Georgia"],
    "evidence_start": COLUMN_FLIGHTS[0],
    "evidence_end": COLUMN_FLIGHTS[1],
}


def test_the_essay_is_as_expected_when_every_facet_of_the_ticket_claim_is():
    assert all(essay_outcomes([TICKETS]).values())


@pytest.mark.parametrize(
    ("lines", "unmet"),
    [
        (
            [],
            {
                "tickets_found_once",
                "tickets_partially_supported",
                "tickets_missing_georgia",
                "tickets_evidence",
            },
        ),
        ([{**TICKETS, "missing": ["Georgia", "Turkey"]}], {"tickets_missing_georgia"}),
        ([{**TICKETS, "machine_rating": "supported"}], {"tickets_partially_supported"}),
        ([{**TICKETS, "evidence_start": None, "evidence_end": None}], {"tickets_evidence"}),
        (
            [TICKETS, {**TICKETS, "kind": "poll", "claim_start": 1200, "claim_end": 1300}],
            {"no_claim_from_searches", "no_claim_from_forecasts"},
        ),
    ],
)
def test_what_is_not_met_is_named(lines, unmet):
    assert {name for name, met in essay_outcomes(lines).items() if not met} == unmet


PRICE_LABEL = {"kind": "price", "start": 10, "end": 30, "amount": 7, "amount_max": None, "currency": "CAD"}
PRICE_LINE = {"kind": "price", "start": 0, "end": 30, "amount": 7, "amount_max": None, "currency": "CAD"}


@pytest.mark.parametrize(
    ("label", "line", "expected"),
    [
        ({}, {}, {"right": 1, "found": 1, "gold": 1}),
        ({}, {"amount": 8}, {"right": 0, "found": 1, "gold": 1}),
        ({}, {"start": 0, "end": 12}, {"right": 0, "found": 1, "gold": 1}),
        ({}, {"currency": "USD"}, {"right": 0, "found": 1, "gold": 1}),
        ({"currency_ok": ["CAD", "USD"]}, {"currency": "USD"}, {"right": 1, "found": 1, "gold": 1}),
        ({"also_ok": [{"amount_max": 9}]}, {"amount_max": 9}, {"right": 1, "found": 1, "gold": 1}),
        ({"doubtful": True}, {}, {"right": 0, "found": 0, "gold": 0}),
        ({"doubtful": True}, {"amount": 8}, {"right": 0, "found": 1, "gold": 0}),
        ({"kind": "poll", "percent": 7}, {}, {"right": 0, "found": 1, "gold": 1}),
    ],
)
def test_a_found_claim_of_a_drawn_sentence_counts_by_its_label(label, line, expected):
    assert count_sentence([PRICE_LABEL | label], [PRICE_LINE | line]) == expected


FIGURES = {
    "claim": "On 4 May 14 boats left, 4 came back.",
    "numbers": [
        {"text": "4", "unsupported": False},
        {"text": "14", "unsupported": True},
        {"text": "4", "unsupported": True},
    ],
}


def test_marked_figures_are_found_in_reading_order():
    assert [FIGURES["claim"][start:end] for start, end in places_of_tokens(FIGURES)] == ["4", "14", "4"]
    assert places_of_tokens(FIGURES)[2][0] > places_of_tokens(FIGURES)[1][0]


@pytest.mark.parametrize(
    ("unbacked", "expected"),
    [([(9, 11), (24, 25)], (2, 2)), ([(3, 4)], (0, 1)), ([], (0, 0)), ([(0, 36)], (2, 3))],
)
def test_figures_that_are_not_backed_are_counted_by_token(unbacked, expected):
    tally = count_tokens(FIGURES, unbacked)
    assert (tally.right, tally.found, tally.gold) == (*expected, 2)
