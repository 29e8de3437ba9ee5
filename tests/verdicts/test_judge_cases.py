"""The minimal pairs of ``cases/verdicts.toml``: claim, source, rating, what is missing, and why."""

import tomllib
from pathlib import Path

import pytest

from factdesk.verdicts.pair_answers import judge_pair

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "verdicts.toml").read_text("utf-8"))["case"]


def _parameters():
    for case in CASES:
        miss = case.get("known_miss")
        marks = [pytest.mark.xfail(strict=True, reason=miss)] if miss else []
        yield pytest.param(case, marks=marks, id=f"{case['kind']}: {case['why']}")


@pytest.mark.parametrize("case", list(_parameters()))
def test_a_minimal_pair_has_its_rating(case):
    answer = judge_pair(case["claim"], case["source"], kind=case["kind"])

    assert answer["rating"] == case["rating"], answer["facets"]
    for part in case.get("missing", []):
        assert any(part in entry for entry in answer["missing"])


@pytest.mark.parametrize("kind", ["sellout", "price", "poll"])
def test_every_kind_has_twenty_cases(kind):
    assert sum(case["kind"] == kind for case in CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["claim"][:40])
def test_evidence_and_facets_slice_back(case):
    answer = judge_pair(case["claim"], case["source"])

    for shown in answer["evidence"]:
        assert case["source"][shown["start"] : shown["end"]] == shown["quote"]
    for facet in answer["facets"]:
        if facet["start"] is not None:
            assert 0 <= facet["start"] < facet["end"] <= len(case["source"])
