"""Pairs written to mislead: none may be wrongly supported or refuted.

All were labelled before they were run; the faults that they showed have been mended since, so that they
measure nothing new. A pair that is silent where it could say more is no fault here; one that says a wrong
thing is.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from factdesk.verdicts.pair_answers import judge_pair

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases" / "attack_pairs.jsonl").read_text("utf-8").splitlines()
]
SURE = ("supported", "refuted")


def _parameters():
    for pair in PAIRS:
        miss = pair.get("known_miss")
        marks = [pytest.mark.xfail(strict=True, reason=miss)] if miss else []
        yield pytest.param(pair, marks=marks, id=pair["id"])


@pytest.mark.parametrize("pair", list(_parameters()))
def test_no_pair_is_wrongly_supported_or_refuted(pair):
    rating = judge_pair(pair["claim"], pair["source"], kind=pair["kind"])["rating"]

    assert rating not in SURE or rating in (pair["verdict"], *pair.get("also_ok", []))


def test_most_pairs_are_rated_as_labelled():
    right = sum(
        judge_pair(pair["claim"], pair["source"], kind=pair["kind"])["rating"]
        in (pair["verdict"], *pair.get("also_ok", []))
        for pair in PAIRS
    )

    assert right / len(PAIRS) >= LEAST_RIGHT


LEAST_RIGHT = 0.6
"""Silence is right nowhere that a source settles the claim: a machine that only abstains fails."""


def test_every_kind_and_every_settled_rating_is_attacked():
    kinds, ratings = Counter(one["kind"] for one in PAIRS), Counter(one["verdict"] for one in PAIRS)

    assert all(kinds[kind] >= 40 for kind in ("sellout", "price", "poll"))
    assert all(ratings[rating] >= 20 for rating in (*SURE, "not_enough_evidence"))
