"""Sources that hold a claim's words and do not say it (``cases/hostile_sources.toml``), and honest twins."""

import tomllib
from pathlib import Path

import pytest

from factdesk.verdicts.pair_answers import judge_pair

FAMILIES = tomllib.loads((Path(__file__).parents[1] / "cases" / "hostile_sources.toml").read_text("utf-8"))[
    "family"
]


def _sources(side):
    for family in FAMILIES:
        for source in family[side]:
            yield pytest.param(family, source, id=f"{family['name']}: {source[:60]!r}")


def _codes(answer):
    return {one["code"] for one in answer["reasons"]}


@pytest.mark.parametrize(("family", "source"), list(_sources("traps")))
def test_a_trap_settles_nothing_and_says_why(family, source):
    answer = judge_pair(family["claim"], source)

    assert answer["rating"] == family.get("rating", "not_enough_evidence"), answer
    wanted = family.get("codes") or [family["code"]]
    assert "" in wanted or _codes(answer) & set(wanted), answer["reasons"]


@pytest.mark.parametrize(("family", "source"), list(_sources("twins")))
def test_the_same_without_the_trap_is_supported(family, source):
    answer = judge_pair(family["claim"], source)

    assert answer["rating"] == "supported", answer
    assert len(answer["reasons"]) == 1


@pytest.mark.parametrize(("family", "source"), [*_sources("traps"), *_sources("twins")])
def test_what_is_shown_slices_back(family, source):
    for shown in judge_pair(family["claim"], source)["evidence"]:
        assert source[shown["start"] : shown["end"]] == shown["quote"]


def test_there_are_enough_traps():
    assert sum(len(family["traps"]) for family in FAMILIES) >= 80
