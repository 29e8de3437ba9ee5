"""Cases of decisions in which people overruled the machine, as ``factdesk export cases`` writes them.

They may be dropped into ``tests/cases`` as they come. A ``known_miss`` must fail until it is mended; then
that field is taken out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from factdesk.reports.overrules import judge_case
from quality.extraction import Passages, find_lines, score_passage

CASES = Path(__file__).parents[1] / "cases"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


def parameters(rows: list[dict[str, Any]]) -> list[Any]:
    return [
        pytest.param(
            row,
            marks=[pytest.mark.xfail(strict=True, reason=row["known_miss"])] if "known_miss" in row else [],
            id=row["id"],
        )
        for row in rows
    ]


ARTICLES = {row["article"]: row for row in read("overruled_articles.jsonl")}
PAIRS = read("overruled_pairs.jsonl")
PASSAGES = read("overruled_extraction.jsonl")


@pytest.mark.parametrize("pair", parameters(PAIRS))
def test_the_machine_now_rates_as_people_did(pair: dict[str, Any]) -> None:
    assert judge_case(pair, ARTICLES[pair["article"]]) in (pair["verdict"], *pair.get("also_ok", ()))


@pytest.mark.parametrize("passage", parameters(PASSAGES))
def test_only_what_people_call_a_claim_is_found(passage: dict[str, Any]) -> None:
    scored = Passages()
    score_passage(passage, find_lines(passage["text"]), scored)
    assert scored.errors == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_the_evidence_stands_in_the_source(pair: dict[str, Any]) -> None:
    source = ARTICLES[pair["article"]]["source"]
    assert [quote for quote in pair["evidence"] if quote not in source] == []
