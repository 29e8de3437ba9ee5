"""Reasons where a claim's figure goes less far, or further, than the source's."""

import pytest

from factdesk.verdicts.pair_answers import judge_pair

SHOP = "In Nagpur a crate of mangoes costs {} rupees this week."
POLL = "In a poll released on Monday {} percent of Danes said that they support the wind farm."


@pytest.mark.parametrize(
    ("claim", "source", "rating", "code", "words"),
    [
        (
            "A crate of mangoes costs more than 900 rupees in Nagpur.",
            SHOP.format("1,100"),
            "supported",
            "understated",
            ("more than 900 rupees", "1,100 rupees"),
        ),
        (
            "A crate of mangoes costs more than 1,200 rupees in Nagpur.",
            SHOP.format("more than 1,100"),
            "not_enough_evidence",
            "overstated",
            ("more than 1,200 rupees", "more than 1,100 rupees"),
        ),
        (
            "A crate of mangoes costs more than 1,100 rupees in Nagpur.",
            SHOP.format("1,100"),
            "not_enough_evidence",
            "overstated",
            ("more than 1,100 rupees", "1,100 rupees"),
        ),
        (
            "More than 40 percent of Danes support the wind farm.",
            POLL.format("46"),
            "supported",
            "understated",
            ("More than 40 percent", "46 percent"),
        ),
    ],
)
def test_a_bound_is_said_to_go_less_far_or_further(
    claim: str, source: str, rating: str, code: str, words: tuple[str, str]
) -> None:
    answer = judge_pair(claim, source)

    assert answer["rating"] == rating
    assert [one["code"] for one in answer["reasons"]] == [code]
    assert all(f"“{one}”" in answer["reasons"][0]["sentence"] for one in words)


def test_the_same_figure_has_no_note() -> None:
    answer = judge_pair("A crate of mangoes costs 1,100 rupees in Nagpur.", SHOP.format("1,100"))

    assert [one["code"] for one in answer["reasons"]] == ["all_facets_match"]
