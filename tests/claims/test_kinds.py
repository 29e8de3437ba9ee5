"""The case tables of all kinds, those that are off by default too: hits, near-misses and known misses."""

import tomllib
from pathlib import Path

import pytest

from factdesk.claims import KINDS
from factdesk.claims.find import find_claims
from factdesk.claims.lines import claim_line

CASES = Path(__file__).resolve().parents[1] / "cases"
NOT_VALUES = {"text", "reason", "parts", "flag", "quote"}
CLAIMS = "count"
"""How many claims a text holds, in the tables of kinds whose line has no value of that name."""
ROUNDING = 0.01
ALL = tuple(kind.NAME for kind in KINDS)


def cases(form: str) -> list:
    found = []
    for kind in KINDS:
        table = tomllib.loads((CASES / f"{kind.NAME}.toml").read_text(encoding="utf-8"))
        for number, case in enumerate(table.get(form, [])):
            name = f"{kind.NAME}-{number}-{case['reason'].replace(' ', '-')}"
            found.append(pytest.param(kind.NAME, case, id=name))
    return found


def lines_of(kind: str, text: str) -> list[dict]:
    found = [one for one in find_claims(text, kinds=ALL) if one.kind == kind and not one.is_set_aside]
    return [claim_line(one, text) for one in found]


def is_at(line: dict, case: dict) -> bool:
    """Whether a line's quote and the case's share half of the shorter one."""
    start = case["text"].index(case["quote"])
    end = start + len(case["quote"])
    shared = min(line["end"], end) - max(line["start"], start)
    return shared >= min(line["end"] - line["start"], end - start) / 2


def says(line: dict, case: dict) -> bool:
    if "quote" in case and not is_at(line, case):
        return False
    for name in (case.keys() - NOT_VALUES) & (line.keys() | (case.keys() - {CLAIMS})):
        said, wanted = line.get(name), case[name]
        if isinstance(wanted, (int, float)) and said is not None:
            if abs(said - wanted) > ROUNDING:
                return False
        elif said != wanted:
            return False
    return True


@pytest.mark.parametrize(("kind", "case"), cases("hit"))
def test_a_hit_is_found_with_its_values(kind: str, case: dict) -> None:
    lines = lines_of(kind, case["text"])
    right = [line for line in lines if says(line, case)]
    assert right, lines
    if CLAIMS in case and CLAIMS not in right[0]:
        assert len(lines) == case[CLAIMS]
    if "parts" in case:
        assert [part["text"] for part in right[0]["parts"]] == case["parts"]


@pytest.mark.parametrize(("kind", "case"), cases("miss"))
def test_a_near_miss_is_not_a_claim(kind: str, case: dict) -> None:
    assert lines_of(kind, case["text"]) == []
    if "flag" in case:
        found = [one for one in find_claims(case["text"], kinds=ALL) if one.kind == kind]
        assert case["flag"] in {flag.value for one in found for flag in one.flags}


@pytest.mark.parametrize(("kind", "case"), cases("known_miss"))
@pytest.mark.xfail(strict=True, reason="not read yet")
def test_a_known_miss_is_found(kind: str, case: dict) -> None:
    assert any(says(line, case) for line in lines_of(kind, case["text"]))


@pytest.mark.parametrize("kind", [kind.NAME for kind in KINDS])
def test_every_kind_has_enough_cases(kind: str) -> None:
    table = tomllib.loads((CASES / f"{kind}.toml").read_text(encoding="utf-8"))
    assert len(table["hit"]) >= 25
    assert len(table["miss"]) >= 25
    assert all(case["reason"] for form in table.values() for case in form)


@pytest.mark.parametrize(("kind", "case"), cases("hit") + cases("miss"))
def test_every_span_slices_back(kind: str, case: dict) -> None:
    text = f"An opening line, to move the offsets.\n\n{case['text']}\n\nAnd a last one."
    for finding in find_claims(text, kinds=ALL):
        assert finding.quote.cut(text) == finding.text
        assert finding.sentence.covers(finding.quote)
        for marked in (*finding.facets, *finding.parts):
            if marked.span is not None:
                assert marked.span.cut(text) == marked.text
        for value in finding.values:
            assert value.span is None or value.span.cut(text)
