"""Of whom a share is, where others were named before it; and claims that stand in a source as one clause."""

from pathlib import Path

import pytest

import factdesk
from factdesk.verdicts.pair_answers import judge_pair

HARBOUR = Path(factdesk.__file__).parent / "samples" / "sources" / "harbour-letter-source.txt"


@pytest.mark.parametrize(
    ("claim", "rating"),
    [
        ("In a poll taken for the county paper, 58% of residents said they backed the strike.", "supported"),
        ("58% of residents said they backed the strike.", "supported"),
        ("Only a quarter of residents blamed the port company.", "refuted"),
        ("In a survey commissioned by the dockers' union, 31% of residents backed the strike.", "refuted"),
    ],
)
def test_a_share_of_residents_is_not_that_of_the_dockers_before_it(claim, rating):
    assert judge_pair(claim, HARBOUR.read_text("utf-8"), kind="poll")["rating"] == rating


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (
            "62% of adults favour the bypass.",
            "In May, 62% of adults favour the bypass, while 27% of adults want the railway back.",
        ),
        (
            "A third of voters distrust the registrar.",
            "The paper says a third of voters distrust the registrar, and 12% of voters wrote to her.",
        ),
        (
            "48% of people want the pool to stay open.",
            "A gap shows: 48% of people want the pool to stay open, but only 30% of people ever swim in it.",
        ),
    ],
)
def test_a_claim_that_is_one_clause_of_a_sentence_is_backed(claim, source):
    assert judge_pair(claim, source, kind="poll")["rating"] == "supported"


@pytest.mark.parametrize("pointing", ["of them", "of those asked", "of the respondents"])
def test_words_that_point_back_take_the_people_before_them(pointing):
    source = f"Teachers were asked about the new timetable. Some 64% {pointing} oppose it."

    assert _rating("64% of parents oppose the new timetable.", source) != "supported"
    assert _rating("64% of teachers oppose the new timetable.", source) == "supported"


def _rating(claim, source):
    return judge_pair(claim, source, kind="poll")["rating"]
