"""A claim of every place is not shown by some places that are named."""

import pytest

from factdesk.verdicts.pair_answers import judge_pair


def _rating(claim, source):
    return judge_pair(claim, source, kind="sellout")["rating"]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Umbrellas are sold out all over the country.",
            "Shops in Leeds and Hull have run out of umbrellas.",
        ),
        ("Rock salt was sold out throughout the county.", "Rock salt was sold out in Market Weston by noon."),
        ("Candles are sold out nationwide.", "Candles are sold out in Tartu, a shopkeeper said."),
        (
            "Charcoal is sold out at every garden centre in the town.",
            "Two of the four garden centres in the town have no charcoal left. Grills went fastest of all.",
        ),
        ("Yeast was sold out in all supermarkets.", "Yeast was sold out in Harmon's on Friday."),
    ],
)
def test_named_places_do_not_show_every_place(claim, source):
    assert _rating(claim, source) not in ("supported", "refuted")


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "Candles are sold out nationwide.",
            "Candles are sold out everywhere in the country, the trade says.",
        ),
        ("Yeast was sold out in all supermarkets.", "Yeast was sold out in every supermarket by Friday."),
        ("All the tickets were sold out.", "The tickets were sold out within an hour."),
    ],
)
def test_a_source_that_says_so_of_every_place_does(claim, source):
    assert _rating(claim, source) == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("All the lantern cruises are sold out.", "The lantern cruises on Friday and Saturday are sold out."),
        ("All the flights are sold out.", "The flights to Vienna are sold out, the airline said."),
    ],
)
def test_things_of_some_days_or_places_are_not_all_of_them(claim, source):
    assert _rating(claim, source) != "supported"
