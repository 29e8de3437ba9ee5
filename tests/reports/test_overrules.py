"""Overrules as cases: exported, read again as the tests read them, and what makes no case."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from decided_homes import DecidedHome, copy_checked_home
from factdesk.errors import WarehouseError
from factdesk.model import Act, Rating, SourceOutcome, VerdictInput
from factdesk.reports.overrules import Cases, finds_still, judge_case, judgeable, make_cases
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from quality.extraction import Passages, find_lines, score_passage
from quality.pairs import is_right, score_answers
from small_records import (
    Review,
    judge,
    make_claim,
    make_essay,
    make_mention,
    make_reading,
    make_source,
    make_version,
)


def cases_of(home: DecidedHome) -> Cases:
    return make_cases(home.warehouse, Archive(home.warehouse / "snapshots"))


@pytest.fixture(scope="module")
def cases(checked: Path, tmp_path_factory: pytest.TempPathFactory) -> Cases:
    home = copy_checked_home(checked, tmp_path_factory.mktemp("overrules") / "home")
    home.decide("tickets", Rating.SUPPORTED, conclusion="Graz is near enough.", reason="wrong passage")
    home.decide("flight", Rating.SUPPORTED)
    home.decide("poll", Rating.NOT_A_CLAIM, conclusion="Nobody asserts it.")
    home.decide("quarter", Rating.PARTIALLY_SUPPORTED, conclusion="A quarter is named.")
    home.decide("cabins", Rating.NOT_CHECKABLE)
    home.settle()
    return cases_of(home)


def test_a_wrong_rating_becomes_a_pair_with_its_article(cases: Cases) -> None:
    tickets, quarter = cases.pairs
    (article,) = cases.articles.values()
    assert tickets["article"] == quarter["article"] == article["article"]
    assert article["source"].count("In a poll of 812 residents") == 1
    assert (tickets["kind"], tickets["verdict"]) == ("sellout", "supported")
    assert tickets["claim"].startswith("By Wednesday noon, bus tickets from Zadar")
    assert tickets["why"] == "wrong passage: Graz is near enough."
    assert (tickets["evidence"], tickets["open"]) == ([], ["evidence"])
    assert (quarter["missing"], quarter["open"]) == ([], ["missing"])
    assert quarter["evidence"][0] in article["source"]
    assert tickets["known_miss"] == "the machine says partially_supported"


def test_what_confirms_the_machine_or_cannot_be_checked_makes_no_case(cases: Cases) -> None:
    assert "410 euros" not in json.dumps(cases.pairs)
    assert cases.left_out == {"rated not_checkable": 1}


def test_the_scorers_of_the_project_read_the_cases(cases: Cases) -> None:
    for pair in cases.pairs:
        rating = judge_case(pair, cases.articles[pair["article"]])
        answer = {"rating": rating, "kind": pair["kind"], "missing": [], "evidence": [], "reasons": []}
        assert is_right(pair, answer) is ("known_miss" not in pair)
        assert score_answers([pair], {pair["id"]: answer}).measures
    (passage,) = cases.extraction
    scored = Passages()
    score_passage(passage, find_lines(passage["text"]), scored)
    assert len(scored.errors) == 1


def test_a_pair_is_a_line_that_judge_reads(cases: Cases) -> None:
    pair = cases.pairs[0]
    line = judgeable(pair, {**cases.articles[pair["article"]], "title": "Strike", "published": "2026-09-17"})
    assert {"id", "kind", "claim", "source"} <= set(line)
    assert (line["source_title"], line["source_published"]) == ("Strike", "2026-09-17")
    assert line["claim_published"] == "2026-09-18"


def test_what_is_no_claim_becomes_a_passage(cases: Cases) -> None:
    (passage,) = cases.extraction
    assert passage["text"].startswith("In a poll taken for the county paper")
    assert (passage["claims"], passage["note"]) == ([], "other: Nobody asserts it.")
    assert passage["known_miss"].startswith("still found: ")
    assert finds_still(passage, "58% of residents said", "poll")
    assert not finds_still(passage, "58% of residents said", "price")


def test_unsettled_overrules_make_no_case(home: DecidedHome) -> None:
    home.decide("tickets", Rating.SUPPORTED)
    home.decide("tickets", Rating.REFUTED, "Bob")
    home.decide("quarter", Rating.SUPPORTED)
    home.act("quarter", Act.DISPUTED)
    home.decide("cabins", Rating.SUPPORTED)
    home.undo("cabins")
    home.settle()
    found = cases_of(home)
    assert (found.pairs, found.extraction) == ([], [])
    assert found.left_out == {"second_check": 1, "disputed": 1}


# --- sentences with several claims, and sources without one text

ESSAY = make_essay()
SENTENCE = "A ferry to Vis costs 9 euros and a bus to Split costs 4 euros"
TEXT = f"{SENTENCE}."


def write(warehouse: Path, *records: Any) -> None:
    write_batches(records, warehouse, 16_000_000)
    fold_and_publish(warehouse)


def real_records() -> tuple[list[Any], list[Any]]:
    """The two claims of the sentence as the finder makes them, with a verdict each."""
    from factdesk.claims.find import find_claims
    from factdesk.claims.records import make_claims, make_mentions

    version = make_version(ESSAY, TEXT)
    findings = find_claims(TEXT)
    claims = make_claims(findings, TEXT, ESSAY.id)
    mentions = make_mentions(claims, findings, TEXT, version, ())
    records: list[Any] = [ESSAY, version, *claims, *mentions, make_reading(ESSAY, version, claims)]
    for claim in claims:
        records += judge(claim).records
    return list(dict.fromkeys(records)), list(claims)


def test_the_other_claims_of_a_sentence_stay_in_the_passage(tmp_path: Path) -> None:
    records, (ferry, bus) = real_records()
    judged = {claim.id: judge(claim).verdict.id for claim in (ferry, bus)}
    misread = Review(ferry.id).decide(Rating.NOT_A_CLAIM, verdict_id=judged[ferry.id])
    write(tmp_path, *records, misread)
    archive = Archive(tmp_path / "snapshots")
    found = make_cases(tmp_path, archive)
    assert found.extraction == []
    assert found.left_out == {"another claim of its sentence is not decided": 1}
    write(tmp_path, Review(bus.id).decide(Rating.SUPPORTED, verdict_id=judged[bus.id]))
    (passage,) = make_cases(tmp_path, archive).extraction
    assert passage["text"].rstrip(".") == SENTENCE
    (kept,) = passage["claims"]
    assert (kept["kind"], kept["amount"], kept["currency"], kept["bounds"]) == ("price", 4, "EUR", ["exact"])
    assert kept["quote"] in passage["text"]


def judged_on(outcomes: list[str]) -> list[Any]:
    """A claim whose verdict saw these things and was decided by none; a person overruled it."""
    claim = make_claim(ESSAY, "the ferry costs £5")
    version = make_version(ESSAY, "the ferry costs £5.")
    judged = judge(claim, Rating.NOT_ENOUGH_EVIDENCE)
    inputs = tuple(
        VerdictInput(make_source(f"http://paper.example/{number}").id, seen)
        for number, seen in enumerate(outcomes)
    )
    verdict = replace(
        judged.verdict,
        inputs=inputs,
        evidence_ids=(),
        deciding_evidence_id=None,
        deciding_source_id=None,
        source_outcome=outcomes[0] if outcomes else "no_linked_source",
    )
    found = [ESSAY, claim, version, make_mention(claim, version), make_reading(ESSAY, version, [claim])]
    decision = Review(claim.id).decide(Rating.SUPPORTED, verdict_id=verdict.id)
    return [*found, verdict, replace(judged.judgement, verdict_id=verdict.id), decision]


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (["a" * 64, "b" * 64], "several texts"),
        (["a" * 64], "text lost from the archive"),
        ([SourceOutcome.GONE.value], "no text"),
        ([], "no source"),
    ],
)
def test_an_overrule_without_one_text_makes_no_case(tmp_path: Path, seen: list[str], why: str) -> None:
    write(tmp_path, *judged_on(seen))
    found = make_cases(tmp_path, Archive(tmp_path / "snapshots"))
    assert (found.pairs, found.left_out) == ([], {why: 1})


def test_a_damaged_text_makes_no_case(home: DecidedHome) -> None:
    home.decide("quarter", Rating.SUPPORTED)
    home.settle()
    (article,) = cases_of(home).articles.values()
    archive = Archive(home.warehouse / "snapshots")
    sha256 = archive.put_text(article["source"])
    path = archive.folder / blob_name(sha256)
    path.chmod(0o644)
    path.write_text("other words", encoding="utf-8")
    assert cases_of(home).left_out == {"text lost from the archive": 1}


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="nothing is published"):
        make_cases(tmp_path, Archive(tmp_path / "snapshots"))
