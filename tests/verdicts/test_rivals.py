"""A second account of the same thing makes a backed claim conflicting; one of another thing does not."""

from __future__ import annotations

import pytest

from factdesk.verdicts.pair_answers import judge_pair

POLL = "In a survey of 1,100 residents of Ardley by the firm Lantern, 58 per cent backed the new tram line."
PRICE = "A day pass for the pool in Ardley costs £6.50, the council says."
SOLD = "Tickets for Saturday's regatta in Ardley are sold out, the rowing club says."


@pytest.mark.parametrize(
    ("claim", "first", "second", "rating"),
    [
        (
            "58 per cent of residents of Ardley back the new tram line.",
            POLL,
            "A rival poll of residents that week found only 39 per cent for the tram.",
            "conflicting",
        ),
        (
            "58 per cent of residents of Ardley back the new tram line.",
            POLL,
            "In the same survey 39 per cent backed a new car park.",
            "supported",
        ),
        (
            "58 per cent of residents of Ardley back the new tram line.",
            POLL,
            "A rival poll of residents in Hexham that week found only 39 per cent for a tram.",
            "supported",
        ),
        (
            "58 per cent of residents of Ardley back the new tram line.",
            POLL,
            "A separate poll a year earlier found 39 per cent of residents for the tram.",
            "supported",
        ),
        (
            "58 per cent of residents of Ardley back the new tram line.",
            POLL,
            "A second survey by another firm also put backing for the tram at 58 per cent, with 39 against.",
            "supported",
        ),
        (
            "A day pass for the pool in Ardley costs £6.50.",
            PRICE,
            "A sign at the door of the pool, however, read: day pass £8.",
            "conflicting",
        ),
        (
            "A day pass for the pool in Ardley costs £6.50.",
            PRICE,
            "On the same day the library put up a sign: photocopies £8.",
            "supported",
        ),
        (
            "Tickets for Saturday's regatta in Ardley are sold out.",
            SOLD,
            "On the club's own website, however, tickets for the regatta were still available.",
            "conflicting",
        ),
        (
            "Tickets for Saturday's regatta in Ardley are sold out.",
            SOLD,
            "On the same day tickets for the regatta in Hexham were still available.",
            "supported",
        ),
    ],
)
def test_a_second_account(claim: str, first: str, second: str, rating: str) -> None:
    source = f"{first} Nobody knows when work begins. {second}"
    answer = judge_pair(claim, source)
    assert answer["rating"] == rating, answer["reasons"]
    if rating == "conflicting":
        assert [one["quote"] for one in answer["evidence"]] == [first, second]


def test_who_differs_is_told() -> None:
    answer = judge_pair(
        "A day pass for the pool in Ardley costs £6.50.",
        f"{PRICE} A sign at the door of the pool, however, read: day pass £8.",
    )
    assert [one["code"] for one in answer["reasons"]] == ["passages_disagree"]
    assert "“£6.50” against “£8”" in answer["reasons"][0]["sentence"]
