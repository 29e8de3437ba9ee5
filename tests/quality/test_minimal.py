"""The minimal pairs: the committed rows keep their promises, and the scorer counts as it says."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from quality.minimal import KINDS, is_confident_error, score_answers
from quality.scoring import part_of, read_rows

ROWS = read_rows(Path(__file__).resolve().parents[1] / "cases" / "minimal_pairs.jsonl")
RATINGS = {"supported", "partially_supported", "refuted", "conflicting", "not_enough_evidence"}
ALTERATIONS = {
    "none",
    "number",
    "rounding",
    "bound",
    "approximator",
    "item",
    "modifier",
    "place",
    "venue",
    "list_absent",
    "list_contradicted",
    "polarity",
    "scope",
    "time",
    "unit",
    "currency",
    "population",
    "answer",
    "subject",
    "rise",
    "arithmetic",
    "attribution",
    "denied",
    "rumoured",
    "sources_disagree",
}
FEWEST_ROWS_A_KIND = 150
FEWEST_MEMBERS = 5
LEAST_SHARED_SOURCE = 0.5
"""Share of words, in order, that any two sources of one family have in common."""


def families():
    found = defaultdict(list)
    for row in ROWS:
        found[row["family"]].append(row)
    return found


FAMILIES = families()


def test_every_kind_has_its_rows_in_both_parts():
    counts = Counter((row["kind"], part_of(row["family"])) for row in ROWS)
    assert {kind for kind, _ in counts} == set(KINDS)
    for kind in KINDS:
        whole = counts[kind, "tune"] + counts[kind, "held"]
        assert whole >= FEWEST_ROWS_A_KIND
        assert min(counts[kind, "tune"], counts[kind, "held"]) >= 0.35 * whole


def test_ids_and_pairs_are_unique():
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(row["claim"], row["source"]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_is_well_formed(row):
    assert row["id"].startswith(row["family"] + "-")
    assert row["kind"] in KINDS
    assert row["altered"] in ALTERATIONS
    assert row["why"]
    assert {row["verdict"], *row.get("also_ok", [])} <= RATINGS
    assert row["verdict"] not in row.get("also_ok", [])
    for name in ("source_published", "claim_published"):
        assert name not in row or date.fromisoformat(row[name])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_an_absent_part_stands_in_the_claim_and_only_of_partial_rows(row):
    assert bool(row["missing"]) is (row["verdict"] == "partially_supported")
    for part in row["missing"]:
        assert part.casefold() in row["claim"].casefold()
        assert part.casefold() not in row["source"].casefold()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_claim_is_no_copy_of_its_source(row):
    assert row["claim"].rstrip(".").casefold() not in row["source"].casefold()


@pytest.mark.parametrize("family", FAMILIES)
def test_members_of_a_family_share_kind_title_and_nearly_all_of_the_source(family):
    members = FAMILIES[family]
    assert len(members) >= FEWEST_MEMBERS
    assert len({(row["kind"], row.get("source_title"), row.get("source_published")) for row in members}) == 1
    first = members[0]["source"].split()
    for row in members[1:]:
        shared = SequenceMatcher(None, first, row["source"].split(), autojunk=False).ratio()
        assert shared >= LEAST_SHARED_SOURCE


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_holds_a_supported_member_and_altered_ones_that_are_rated_otherwise(family):
    verdicts = {row["verdict"] for row in FAMILIES[family]}
    assert "supported" in verdicts
    assert len(verdicts) >= 3


def row_of(name: str, verdict: str, family: str, **more):
    return {
        "id": name,
        "family": family,
        "kind": "price",
        "verdict": verdict,
        "altered": "number",
        "claim": "",
    } | more


def answer_of(rating: str):
    return {"rating": rating, "reasons": [{"code": "made_up"}]}


@pytest.mark.parametrize(
    ("verdict", "also_ok", "rating", "expected"),
    [
        ("not_enough_evidence", [], "supported", True),
        ("supported", [], "refuted", True),
        ("refuted", [], "refuted", False),
        ("not_enough_evidence", ["refuted"], "refuted", False),
        ("supported", [], "not_enough_evidence", False),
        ("partially_supported", [], "conflicting", False),
    ],
)
def test_a_confident_error_is_a_wrong_supported_or_refuted(verdict, also_ok, rating, expected):
    row = row_of("a", verdict, "x", also_ok=also_ok)
    assert is_confident_error(row, answer_of(rating)) is expected


TUNE, HELD = (next(name for name in "abcdefgh" if part_of(name) == part) for part in ("tune", "held"))


def test_rows_are_counted_by_kind_and_part_and_only_errors_of_the_tune_part_are_shown():
    rows = [
        row_of("t1", "supported", TUNE),
        row_of("t2", "refuted", TUNE),
        row_of("h1", "refuted", HELD),
        row_of("h2", "not_enough_evidence", HELD, kind="poll", also_ok=["partially_supported"]),
    ]
    answers = {
        "t1": answer_of("supported"),
        "t2": answer_of("supported"),
        "h1": answer_of("not_enough_evidence"),
        "h2": answer_of("partially_supported"),
    }
    scored = score_answers(rows, answers)
    figures = {one.name: (one.tune, one.held, one.whole, one.count) for one in scored.measures}
    assert figures["minimal.price.right"] == (0.5, 0.0, pytest.approx(1 / 3), 1)
    assert figures["minimal.price.confident_error"] == (0.5, 0.0, pytest.approx(1 / 3), 1)
    assert figures["minimal.poll.right"] == (None, 1.0, 1.0, 1)
    assert figures["minimal.sellout.right"] == (None, None, None, 0)
    assert figures["minimal.right"] == (0.5, 0.5, 0.5, 2)
    assert figures["minimal.confident_error"] == (0.5, 0.0, 0.25, 2)
    assert scored.errors == (
        "! t2 number: supported (made_up), not refuted: ",
        "  number: 1 of 2 right, 1 confidently wrong",
    )
