"""Figures that are of another than the claim: a narrower thing, a forecast, a neighbour, another time."""

import pytest

from factdesk.verdicts.pair_answers import judge_pair


def _rating(kind, claim, source):
    return judge_pair(claim, source, kind=kind)["rating"]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Organic flour doubled in price.",
            "A bag of flour cost €2.40 in May, up from €1.20 a year earlier. Organic flour rose by only 5%.",
        ),
        (
            "Leather boots trebled in price.",
            "A pair of boots cost £300 in October, up from £100 in 2019. Leather boots are a tenth dearer.",
        ),
    ],
)
def test_a_thing_is_not_the_narrower_one_of_which_the_source_speaks_elsewhere(claim, source):
    assert _rating("price", claim, source) not in ("supported", "refuted")


def test_a_sentence_that_points_back_speaks_of_the_narrower_thing():
    source = "The shop sells organic flour. The flour cost €2.40 in May, up from €1.20 a year earlier."

    assert _rating("price", "Organic flour doubled in price.", source) == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("A dozen eggs cost $3.50.", "Analysts expect a dozen eggs to cost $3.50 by the autumn."),
        ("A litre of diesel cost €2.10.", "A litre of diesel could reach €2.10 by Easter, the trade fears."),
        ("A tonne of wheat cost $400.", "The ministry forecasts that a tonne of wheat costs $400 next year."),
    ],
)
def test_a_forecast_is_not_what_a_thing_cost(claim, source):
    assert _rating("price", claim, source) not in ("supported", "refuted")


VISA = "The visa itself costs €90, for children between six and twelve €45."
SWIM = "A swim costs £6, with a towel £8 and for pensioners £4."


@pytest.mark.parametrize(
    ("claim", "source", "wrong"),
    [
        ("A visa for a child of eight costs €45.", VISA, "refuted"),
        ("A visa for a child of eight costs €90.", VISA, "supported"),
        ("A swim for pensioners costs £6.", SWIM, "supported"),
        ("A swim for pensioners costs £4.", SWIM, "refuted"),
    ],
)
def test_what_stands_right_before_a_price_is_of_that_price(claim, source, wrong):
    assert _rating("price", claim, source) != wrong


FARES = (
    "A return ticket to the island is 398 kronor and 220 one way. "
    "A rival line charges 49 euros for a foot passenger."
)


def test_a_fare_of_untold_kind_is_no_return_fare_where_the_text_names_both():
    assert _rating("price", "A foot passenger of the rival line pays 49 euros return.", FARES) != "supported"
    assert _rating("price", "The rival line charges 49 euros for a foot passenger.", FARES) == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("71% of nurses blamed the hours.", "Of the nurses asked, 71% blamed pay and 64% the hours."),
        (
            "55% of drivers praised the signs.",
            "Of the drivers asked, 55% praised the surface and 38% the signs.",
        ),
        ("40% of tenants feared the noise.", "Some 40% of tenants feared the dust and 31% the noise."),
    ],
)
def test_a_share_is_not_of_what_only_the_next_one_is_of(claim, source):
    assert _rating("poll", claim, source) != "supported"


TRUST = "Half of the residents trust the mayor, a poll for the radio says; in spring it was 62%."


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("Trust in the mayor rose from 50% to 62%.", ("refuted", "not_enough_evidence")),
        ("Trust in the mayor fell from 62% to 50%.", ("supported", "not_enough_evidence")),
    ],
)
def test_a_move_has_its_earlier_share_first(claim, right):
    assert _rating("poll", claim, TRUST) in right


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "The ferry fare went down from £14 to £11.",
            "The ferry fare went up from £11 to £14 in May, the line said.",
        ),
        (
            "The ferry fare falls from £14 to £11.",
            "The ferry fare will be £14 from 1 July instead of £11.",
        ),
        (
            "The yearly pass is cut from 1,297 to 1,095 euros.",
            "The yearly pass will rise from 1,095 to 1,297 euros in January.",
        ),
    ],
)
def test_a_price_that_moved_the_other_way_backs_nothing(claim, source):
    assert _rating("price", claim, source) == "not_enough_evidence"  # two figures: left to a person


def test_another_move_of_the_price_contradicts_nothing():
    source = "The ferry fare went up from £11 to £14 in May, the line said."

    assert _rating("price", "The ferry fare went up from £9 to £11 in 2019.", source) != "refuted"
    assert _rating("price", "The ferry fare went up from £11 to £14.", source) == "supported"


TURNED = (
    "Of the nurses asked, 80% want longer shifts ended; doctors, asked in another survey, are less sure: 58% "
    "are for it, 33% against."
)


@pytest.mark.parametrize("share", ["58%", "33%"])
def test_a_sentence_that_turns_to_other_people_speaks_of_them(share):
    assert _rating("poll", f"{share} of nurses want longer shifts ended.", TURNED) != "supported"


@pytest.mark.parametrize("poll", ["Two thirds want the strike ended, on a turnout of 71%."])
def test_a_turnout_is_no_share_of_those_who_want_something(poll):
    assert _rating("poll", "71% want the strike ended.", poll) != "supported"


def test_a_share_before_now_is_an_earlier_one():
    source = "In early March, 54% of adults understood the drivers; now it is 43%."

    assert _rating("poll", "43% of adults understand the drivers.", source) == "supported"
    assert _rating("poll", "Now 54% of adults understand the drivers.", source) != "supported"
