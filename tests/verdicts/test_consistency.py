"""Notes from the essay alone: the cases of ``consistency.toml``, and laws."""

from __future__ import annotations

import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from factdesk.claims.find import find_claims
from factdesk.model import Note
from factdesk.verdicts.consistency import NOTE_CODES, find_notes

CASES = Path(__file__).parents[1] / "cases" / "consistency.toml"


def read_cases() -> list[dict[str, Any]]:
    with CASES.open("rb") as file:
        cases: list[dict[str, Any]] = tomllib.load(file)["case"]
    return cases


def notes_on(case: dict[str, Any]) -> list[tuple[str, Note]]:
    """Return the notes in reading order, each with the quote of its claim."""
    findings = find_claims(case["text"], published_on=case.get("on"))
    notes = find_notes(findings, case["text"], case.get("on"))
    return [(findings[place].text, note) for place, found in notes.items() for note in found]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["id"])
def test_an_essay_gets_the_notes_that_it_must_get(case: dict[str, Any]) -> None:
    found = notes_on(case)
    if case.get("known_miss"):
        assert not found, "this is noted now; take the mark away"
        return
    assert [note.code for _, note in found] == case["notes"]
    for quote, note in found:
        assert note.sentence.endswith(".")
        assert note.spans
        assert all(0 <= span.start < span.end <= len(quote) for span in note.spans)
    if "words" in case:
        quote, note = found[0]
        assert [span.cut(quote) for span in note.spans] == case["words"]


def test_every_code_has_cases_and_every_case_a_code_that_there_is() -> None:
    assert {code for case in read_cases() for code in case["notes"]} == set(NOTE_CODES)


def test_half_of_the_cases_are_clean() -> None:
    cases = read_cases()
    assert len({case["id"] for case in cases}) == len(cases) >= 60
    assert 2 * sum(not case["notes"] for case in cases) >= len(cases)


LONG = {
    "one price in many sentences": lambda number: f"An adult ticket to the Rila museum costs €{number + 5}. ",
    "restatements": lambda number: f"A seat to Yerevan costs {number + 1000} roubles (£{number + 9}). ",
    "multiples": lambda number: f"A bed costs €{number + 90}, five times the average monthly wage of Omsk. ",
    "a sentence of shares": lambda number: f"a majority of voters ({number % 40}%) or one in five (30%), ",
    "moves": lambda number: f"it rose from {number + 1}% to {number + 3}%, ",
}


@pytest.mark.parametrize("name", LONG)
def test_the_work_grows_with_the_text_and_no_faster(name: str) -> None:
    def seconds(times: int) -> float:
        text = "".join(LONG[name](number) for number in range(times)) + "."
        findings = find_claims(text)
        begun = time.process_time()
        find_notes(findings, text, date(2024, 5, 15))
        return time.process_time() - begun

    seconds(20)
    short, long = seconds(150), seconds(600)
    assert long < 12 * max(short, 0.01), (short, long)
