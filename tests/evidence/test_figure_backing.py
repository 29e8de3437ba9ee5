"""Figures that a source does not back, on sentences and sources of our own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.evidence.figure_backing import unbacked_figures
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.said_figures import read_days, read_figures, read_months

BRIDGE = (
    "The footbridge over the Aller opened on 24 October 1996, after twelve years of planning.\n\n"
    "It is 212 metres long and cost 35,987 crowns for every metre; about a third of that came "
    "from the state.\n\n"
    "In the first summer 1.5 million people walked across it, among them the winner of the ninth race.\n\n"
    "Opening hours of the kiosk: 7 to 19. Archive: March 2003, April 2003."
)


def unbacked(sentence: str, source: str = BRIDGE) -> list[str]:
    return [span.cut(sentence) for span in unbacked_figures(sentence, ParsedSource(source))]


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge over the Aller was opened on October 24, 1996.",
        "The bridge over the Aller was opened on the 24th of October 1996.",
        "The bridge over the Aller was opened in the 1990s.",
        "It took 12 years to plan the bridge.",
        "The footbridge cost about 36,000 crowns a metre.",
        "The state paid 33% of the cost of the bridge.",
        "In its first summer 1,500,000 people crossed the bridge.",
        "The winner of the 9th race crossed the bridge.",
        "The bridge is 212 metres (696 feet) long.",
        "The bridge is 696 feet long.",
        "The bridge has no steps.",
    ],
)
def test_a_figure_that_the_source_says_in_another_form_is_backed(sentence):
    assert unbacked(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The bridge over the Aller was opened on 23 October 1996.", ["23"]),
        ("The bridge over the Aller was opened in October 1997.", ["1997"]),
        ("The bridge over the Aller was opened in May 1996.", ["1996"]),
        ("It took 14 years to plan the bridge.", ["14"]),
        ("It took fourteen years to plan the bridge.", ["fourteen years"]),
        ("The footbridge cost about 37,000 crowns a metre.", ["37,000"]),
        ("In its first summer 1.5 thousand people crossed the bridge.", ["1.5"]),
        ("The bridge is 250 metres (820 feet) long.", ["250", "820"]),
        (
            "The long planned bridge over the Aller cost a million crowns in 2003.",
            ["a million crowns", "2003"],
        ),
    ],
)
def test_a_figure_of_another_worth_day_month_or_place_is_not_backed(sentence, expected):
    assert unbacked(sentence) == expected


def test_a_figure_of_a_list_far_from_the_rest_backs_nothing():
    news = "Nikola Petrov joined the choir of Varna as its leader.\n\nOlder pages\n\n" + "\n\n".join(
        f"{month} 2013" for month in ("May", "June", "July")
    )
    assert unbacked("In 2013 Nikola Petrov joined the choir of Varna.", news) == ["2013"]
    assert unbacked("In 2013 Nikola Petrov joined the choir.", "In 2013 Petrov joined the choir.") == []


def test_days_and_months_are_read_in_every_common_form():
    text = "on 6 May 2021, on May 7, on 2021-05-08 and 09.05.2021, in June 2022"

    assert [day for _, day in read_days(text)] == [(5, 6), (5, 7), (5, 8), (9, 5), (5, 9)]
    months = list(read_months(text))
    assert {month for _, month in months} >= {(5, 2021), (6, 2022)}
    assert [span.cut(text) for span, _ in months if span] == ["2022"]


def test_a_shortened_year_is_read_in_full():
    (_, short) = read_figures("the season of 2018–19")

    assert short.worths == {Decimal(19), Decimal(2019)}


@given(st.text(max_size=200), st.text(max_size=200))
def test_spans_slice_back_and_no_text_breaks_it(sentence, source):
    for span in unbacked_figures(sentence, ParsedSource(source)):
        assert span.cut(sentence).strip()


@given(st.integers(min_value=3, max_value=10**9))
def test_a_figure_is_backed_by_its_own_sentence(number):
    sentence = f"The council of Lund bought {number} lamps."

    assert unbacked(sentence, sentence) == []
