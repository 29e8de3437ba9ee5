"""The scorers themselves, on small examples made by hand."""

from __future__ import annotations

import pytest

from quality.extraction import Passages, claim_fit, offsets_are_exact, score_passage, value_is_right
from quality.floors import Floor, read_floors, shown_change, write_last
from quality.pairs import is_right, is_wrongly, missing_is_named, quote_is_right, score_answers
from quality.scoring import (
    Measure,
    Tally,
    is_near,
    match_one_to_one,
    overlap,
    part_of,
    places_of,
    quote_overlap,
)

PRICE = {"kind": "price", "amount": 40, "amount_max": None, "currency": "EUR", "bounds": ["exact"]}
POLL = {"kind": "poll", "percent": 33.33, "percent_max": None, "bounds": ["exact", "about"]}
SELLOUT = {"kind": "sellout", "state": "sold_out", "state_ok": ["sold_out", "nearly_sold_out"]}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 10), (0, 10), 1.0),
        ((0, 10), (2, 4), 1.0),
        ((0, 10), (8, 12), 0.5),
        ((0, 10), (10, 12), 0.0),
        ((0, 10), (4, 4), 0.0),
    ],
)
def test_overlap_is_a_share_of_the_shorter(one, other, expected):
    assert overlap(one, other) == expected


def test_a_quote_that_stands_twice_counts_at_its_better_place():
    text = "Tea cost £2. Later, tea cost £2."
    assert places_of("cost £2", text) == [(4, 11), (24, 31)]
    assert quote_overlap("cost £2", text, (24, 31)) == 1.0
    assert quote_overlap("coffee", text, (24, 31)) == 0.0


def test_matching_is_one_to_one_and_as_large_as_it_can_be():
    fits = {(0, 0): 0.9, (0, 1): 0.8, (1, 0): 1.0}
    golds, founds = [{"n": 0}, {"n": 1}], [{"n": 0}, {"n": 1}, {"n": 2}]
    pairs = match_one_to_one(golds, founds, lambda gold, found: fits.get((gold["n"], found["n"]), 0.0))
    assert pairs == [(0, 1), (1, 0)]


def test_the_split_follows_the_first_hex_digit():
    # sha256("a") begins with ca, sha256("b") with 3e.
    assert part_of("a") == "held"
    assert part_of("b") == "tune"


@pytest.mark.parametrize(
    ("found", "gold", "expected"),
    [(None, None, True), (None, 1, False), (1, None, False), (2, 2.0, True), (2.1, 2.0, False)],
)
def test_numbers_are_near(found, gold, expected):
    assert is_near(found, gold) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"amount_max": 40}, True),  # a maximum that repeats the figure is none
        ({"amount_max": 50}, False),
        ({"amount": "40"}, True),  # JSON decimals may travel as strings
        ({"amount": 41}, False),
        ({"currency": "GBP"}, False),
    ],
)
def test_a_price_needs_amount_maximum_and_currency(changes, expected):
    assert value_is_right(PRICE, {**PRICE, **changes}) is expected


@pytest.mark.parametrize(
    ("gold", "found", "expected"),
    [
        ({"ratio": 5}, {"ratio": 5.04}, True),
        ({"ratio": 5}, {"ratio": 5.1}, False),
        ({"diff": -200}, {"diff": -200}, True),
        ({"diff": -200}, {"diff": 200}, False),
        ({"diff": -200}, {"ratio": 2}, False),
    ],
)
def test_a_price_without_amount_needs_ratio_or_difference(gold, found, expected):
    without = {"kind": "price", "amount": None, "amount_max": None, "currency": None}
    assert value_is_right({**without, **gold}, {**without, **found}) is expected


@pytest.mark.parametrize(("percent", "expected"), [("33.3333", True), (33, True), (34, False), (None, False)])
def test_a_share_is_right_within_half_a_point(percent, expected):
    assert value_is_right(POLL, {"percent": percent, "percent_max": None}) is expected


def test_a_lead_is_right_by_its_points():
    lead = {"kind": "poll", "percent": None, "percent_max": None, "points": -11}
    assert value_is_right(lead, {"percent": None, "points": -11})
    assert not value_is_right(lead, {"percent": None, "points": 11})


@pytest.mark.parametrize(("state", "expected"), [("nearly_sold_out", True), ("available", False)])
def test_a_sellout_may_have_any_accepted_state(state, expected):
    assert value_is_right(SELLOUT, {"state": state}) is expected


TEXT = "The museum ticket cost 40 euros, and a third of us liked it."


def line(quote: str, **values):
    start = TEXT.index(quote)
    sentence = {"sentence": TEXT, "sentence_start": 0, "sentence_end": len(TEXT)}
    return {"quote": quote, "start": start, "end": start + len(quote), "parts": [], **sentence, **values}


def test_a_right_value_under_another_quote_does_not_fit():
    gold = {**PRICE, "quote": "ticket cost 40 euros"}
    assert claim_fit(gold, line("cost 40 euros", **PRICE), TEXT) == 1.0
    assert claim_fit(gold, line("a third of us liked it", **PRICE), TEXT) == 0.0


def test_a_passage_is_tallied_by_kind():
    row = {
        "id": "x",
        "text": TEXT,
        "claims": [{**PRICE, "quote": "ticket cost 40 euros"}, {**POLL, "quote": "a third of us liked it"}],
    }
    found = [
        line("cost 40 euros", **PRICE, bound="about"),
        line("40 euros", **PRICE, bound="exact"),
        line("a third of us", kind="poll", percent=30, percent_max=None, bound="exact"),
    ]
    into = Passages()
    score_passage(row, found, into)
    tallies = {key: count for key, count in into.tallies.items() if count}
    assert tallies == {
        ("price", "right"): 1,
        ("price", "found"): 2,
        ("price", "gold"): 1,
        ("poll", "found"): 1,
        ("poll", "gold"): 1,
    }
    assert into.offsets == {True: 3}
    assert into.bounds == {False: 1}
    assert [error.split(" | ")[0] for error in into.errors] == [
        "x price false: amount=40 currency=EUR",
        "x price bound: about, not ['exact']",
        "x poll missed: percent=33.33",
        "x poll false: percent=30",
    ]


def test_offsets_must_cut_out_the_quote_the_sentence_and_the_parts():
    good = line("40 euros", **PRICE)
    assert offsets_are_exact(good, TEXT)
    assert not offsets_are_exact({**good, "start": good["start"] + 1}, TEXT)
    assert not offsets_are_exact({**good, "sentence_end": 3}, TEXT)
    assert not offsets_are_exact({**good, "parts": [{"text": "us", "start": 0, "end": 2}]}, TEXT)


def test_precision_and_recall():
    tally = Tally(right=1, found=2, gold=4) + Tally(right=1, found=0, gold=0)
    assert (tally.precision, tally.recall) == (1.0, 0.5)
    assert Tally().precision is None


PAIR = {
    "id": "p",
    "article": "a",
    "kind": "sellout",
    "claim": "Boats to Rhodes and Kos were full.",
    "verdict": "partially_supported",
    "evidence": ["every boat to Rhodes was full"],
    "missing": ["Kos"],
}
ANSWER = {
    "kind": "sellout",
    "rating": "partially_supported",
    "evidence": [{"quote": "By noon every boat to Rhodes was full."}],
    "missing": ["kos (entity)"],
    "reasons": [{"code": "part_absent"}],
}


def test_a_rating_is_right_or_accepted_too():
    assert is_right(PAIR, ANSWER)
    assert not is_right(PAIR, {"rating": "supported"})
    assert is_right({**PAIR, "also_ok": ["supported"]}, {"rating": "supported"})
    assert is_wrongly("supported")(PAIR, {"rating": "supported"})
    assert not is_wrongly("refuted")(PAIR, {"rating": "supported"})


@pytest.mark.parametrize(
    ("quote", "expected"),
    [("boat to Rhodes was full", True), ("The hotels were full", False), ("  ", False)],
)
def test_one_quote_contains_the_other(quote, expected):
    assert quote_is_right(PAIR, {"evidence": [{"quote": quote}]}) is expected


def test_every_missing_part_must_be_named():
    assert missing_is_named(PAIR, ANSWER)
    assert not missing_is_named({**PAIR, "missing": ["Kos", "Crete"]}, ANSWER)
    assert not missing_is_named(PAIR, {"missing": []})


def test_pairs_are_measured_over_all_pairs_and_split_by_article():
    pairs = [PAIR, {**PAIR, "id": "q"}, {**PAIR, "id": "r", "article": "b"}]
    wrong = {**ANSWER, "rating": "supported", "missing": []}
    scored = score_answers(pairs, {"p": ANSWER, "q": {**wrong, "kind": None}, "r": wrong})
    figures = {one.name: (one.held, one.tune, one.count) for one in scored.measures}
    assert figures == {
        "pairs.kind_read": (0.5, 1.0, 2),
        "pairs.accuracy": (0.5, 0.0, 2),
        "pairs.wrong_supported": (0.5, 1.0, 2),
        "pairs.wrong_refuted": (0.0, 0.0, 2),
        "pairs.quote": (1.0, None, 1),
        "pairs.missing": (0.5, 0.0, 2),
    }
    assert len(scored.errors) == 1  # those of the held part are never shown
    assert scored.errors[0].startswith("r supported (part_absent), not partially_supported")


@pytest.mark.parametrize(
    ("floor", "figure", "expected"),
    [
        (Floor(), None, False),
        (Floor(floor=0.8), 0.8, False),
        (Floor(floor=0.8), 0.79, True),
        (Floor(floor=0.8), None, True),
        (Floor(ceiling=0.05), 0.05, False),
        (Floor(ceiling=0.05), 0.06, True),
    ],
)
def test_a_floor_is_broken(floor, figure, expected):
    assert floor.is_broken_by(figure) is expected


def test_a_gain_is_a_plus_for_floors_and_ceilings():
    assert shown_change(0.9, Floor(floor=0.8, last=0.85)) == "+0.050"
    assert shown_change(0.01, Floor(ceiling=0.05, last=0.02)) == "+0.010"
    assert shown_change(0.9, Floor(floor=0.8, last=0.9)) == "="
    assert shown_change(0.9, Floor()) == ""


def test_pinning_keeps_floors_and_goals(tmp_path):
    path = tmp_path / "floors.json"
    path.write_text('{"one": {"floor": 0.5, "goal": 0.9}}')
    write_last(path, [Measure("one", whole=0.7, tune=0.8, held=0.61234), Measure("two", whole=None)])
    assert read_floors(path) == {"one": Floor(floor=0.5, goal=0.9, last=0.6123, n=0)}
