"""Support and confidence: what they rest on, that they change no rating, and how they are scored."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.evidence.passages import ParsedSource
from factdesk.model import Rating
from factdesk.verdicts.calibration import (
    area_under_curve,
    balanced_accuracy,
    calibration_error,
    reliability,
)
from factdesk.verdicts.confidence import SHORT_SOURCE, estimate, support_features, with_rating
from factdesk.verdicts.features import FEATURES, measure
from factdesk.verdicts.logistic import log_odds, probability, read_weights
from factdesk.verdicts.pair_answers import judge_pair

LIBRARY = (
    "The library of Bergen lent 412,000 books last year, the council said on Tuesday.\n\n"
    "A reader's card costs 120 kroner a year for adults, and nothing for children under 16.\n\n"
    "Nearly two thirds of those who answered a survey in March wanted longer hours on Sunday."
)
SAID = "The library of Bergen lent 412,000 books last year."
UNSAID = "The library of Bergen lent 530,000 books and 90 paintings to the hospital in Stavanger."


def measured(claim: str, text: str = LIBRARY) -> dict[str, float]:
    return dict(measure(claim, [ParsedSource(text)]))


def test_what_the_source_says_has_more_support_than_what_it_does_not():
    rating = Rating.NOT_ENOUGH_EVIDENCE

    assert estimate(rating, measured(SAID)).support > estimate(rating, measured(UNSAID)).support


def test_features_have_the_names_that_the_weights_know():
    known = set(read_weights("confidence")["support"]["decided"]) | set(
        read_weights("confidence")["support"]["undecided"]
    )

    assert set(measured(SAID)) == set(FEATURES)
    assert known >= set(FEATURES)


def test_figures_and_names_that_the_source_lacks_are_told():
    lacking, held = measured(UNSAID), measured(SAID)

    assert lacking["any_unbacked"] == 1.0
    assert held["any_unbacked"] == 0.0
    assert lacking["names_missing_3"] > held["names_missing_3"] == 0.0
    assert held["plain_3"] > 0.9 > lacking["plain_3"]


def test_a_claim_without_a_source_has_features_too():
    assert set(measure(SAID, [])) == set(FEATURES)
    assert set(measure(SAID, [ParsedSource("")])) == set(FEATURES)


def test_of_several_sources_the_closest_counts():
    far = ParsedSource("A tram left the rails near the harbour.")
    near = ParsedSource(LIBRARY)

    assert measure(SAID, [far, near]) == measure(SAID, [near])


def test_which_model_is_asked_follows_from_the_rating_and_the_length():
    short = {**measured(SAID), "source_length": SHORT_SOURCE - 0.1}
    long = {**measured(SAID), "source_length": SHORT_SOURCE}

    assert support_features(Rating.SUPPORTED, short)[0] == "decided"
    name, of_short = support_features(Rating.NOT_ENOUGH_EVIDENCE, short)
    assert (name, of_short["short"]) == ("undecided", 1.0)
    assert "short" not in support_features(Rating.NOT_ENOUGH_EVIDENCE, long)[1]


@pytest.mark.parametrize("rating", [Rating.SUPPORTED, Rating.REFUTED, Rating.CONFLICTING])
def test_the_same_features_say_another_thing_under_another_rating(rating):
    features = measured(SAID)

    assert with_rating(rating, features)[f"rating_{rating.value}"] == 1.0
    assert estimate(rating, features) != estimate(Rating.NOT_ENOUGH_EVIDENCE, features)


def test_much_support_turns_nothing_into_supported():
    claim = "The lent books of the library of Bergen were 412,000 last year, the council said on Tuesday."
    answer = judge_pair(claim.replace("lent books", "lent paintings"), LIBRARY)

    assert answer["support"] > Decimal("0.05")
    assert answer["rating"] != "supported"


@given(
    st.dictionaries(st.sampled_from(FEATURES), st.floats(min_value=0, max_value=1)),
    st.sampled_from([one for one in Rating if one.value not in ("not_checkable", "not_a_claim")]),
)
def test_probabilities_have_four_places_and_are_never_certain(features, rating):
    found = estimate(rating, features)

    for one in (found.support, found.confidence):
        assert Decimal("0.001") <= one <= Decimal("0.999")
        assert one == one.quantize(Decimal("0.0001"))


def test_the_bundled_weights_say_from_what_and_how_reliable_they_are():
    weights = read_weights("confidence")

    assert "ODC-BY" in weights["trained_on"]
    assert "Apache-2.0" in weights["trained_on"]
    bins = weights["reliability"]["bins"]
    assert sum(one["n"] for one in bins) > 400
    assert all(one["from"] <= one["confidence"] <= one["to"] for one in bins)


def test_a_probability_follows_the_score():
    assert probability({"bias": 0.0}, {}) == 0.5
    assert probability({"bias": 1.0, "rows": 2.0}, {"rows": 1.0, "other": 9.0}) == pytest.approx(
        0.952574, abs=1e-6
    )
    assert log_odds(0.5) == 0.0
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0))


TOLD = [(0.95, True), (0.9, True), (0.15, False), (0.1, True), (0.12, False), (0.55, False)]


def test_calibration_is_told_by_tenths():
    lines = reliability(TOLD)

    assert [(one["from"], one["n"]) for one in lines] == [(0.1, 3), (0.5, 1), (0.9, 2)]
    assert lines[0]["right"] == pytest.approx(1 / 3, abs=1e-4)
    assert lines[2]["right"] == 1.0
    expected = (abs(0.37 / 3 - 1 / 3) * 3 + 0.55 + abs(0.925 - 1) * 2) / 6
    assert calibration_error(TOLD) == pytest.approx(expected, abs=1e-3)
    assert calibration_error([]) == 0.0


def test_order_and_cut_are_scored():
    assert area_under_curve(TOLD) == pytest.approx(6 / 9)
    assert area_under_curve([(0.5, True), (0.5, False)]) == 0.5
    assert balanced_accuracy(TOLD, 0.5) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert balanced_accuracy([(0.5, True)], 0.5) == 0.0
