"""The work of finding counts grows with the length of the text and nothing else."""

from __future__ import annotations

import cProfile

import pytest

from factdesk.claims.find import find_claims

HOSTILE = (
    *("killed 12 people and ", "12 people, ", "300 people ", "12 of the 30 of the ", "there were 40 to be "),
    *("have been were not 5,000 ", "the number of people in 12 towns rose ", "sold 5,000 tickets in "),
)
CALLS_A_CHARACTER = 250
KINDS = ("count",)


def _calls(text: str) -> int:
    profile = cProfile.Profile()
    profile.runcall(find_claims, text, kinds=KINDS)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_bounded_work_a_character(unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (2_000, 20_000))
    find_claims(short, kinds=KINDS)
    few, many = _calls(short), _calls(long)
    assert many < 20 * few
    assert many < CALLS_A_CHARACTER * len(long)
