"""Notes that an essay gets from itself, through every command that shows them, by the installed program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from program import Run

ESSAY = """---
title: The market at Bakar
date: 2021-05-12
---
The weekly rent of a stall rose from £80 to £100, an increase of 40%. A crate of figs costs €9.

A van to Split costs 300,000 roubles (£4,300) a month.
"""
RISE = "From £80 to £100 is a change of 25%, not 40%."
FIGS = "\n\nA crate of plums costs €8."


@pytest.fixture
def essay(home: Path) -> str:
    (home / "market.md").write_text(ESSAY, encoding="utf-8")
    return "market.md"


def test_claims_shows_notes_in_every_form(factdesk: Run, essay: str) -> None:
    rows = factdesk("claims", essay, "--json").rows
    text = factdesk("text", essay).out
    noted = [note for row in rows for note in row["notes"]]
    assert [note["code"] for note in noted] == ["change_differs", "rate_differs"]
    assert noted[0]["sentence"] == RISE
    words = [text[span["start"] : span["end"]] for span in noted[0]["spans"]]
    assert words == ["£80", "£100", "40%"]
    assert sum(not row["notes"] for row in rows) == 2
    for shown in (factdesk("claims", essay).out, factdesk("claims", essay, "--list").out):
        assert f"note  {RISE}" in " ".join(shown.split("\n"))


def test_check_stores_notes_that_change_no_rating_and_are_replayed(factdesk: Run, essay: str) -> None:
    rows = factdesk("check", essay, "--json").rows
    noted = {row["claim"]: row["note_codes"] for row in rows if row["notes"]}
    assert sorted(noted.values()) == [["change_differs"], ["rate_differs"]]
    assert {row["machine_rating"] for row in rows} == {"not_enough_evidence"}
    asked = "SELECT claim, notes, note_codes FROM reports.verdicts WHERE len(notes) > 0"
    stored = factdesk("sql", asked, "--json").rows
    assert {row["claim"]: row["note_codes"] for row in stored} == noted
    assert [RISE] in [row["notes"] for row in stored]
    assert RISE in factdesk("check", essay).out
    assert factdesk("replay").out == "✓ 4 verdicts: 4 the same\n"


def test_an_essay_that_is_mended_loses_the_note_and_nothing_else(
    factdesk: Run, home: Path, essay: str
) -> None:
    factdesk("check", essay)
    (home / essay).write_text(ESSAY.replace("40%", "25%") + FIGS, encoding="utf-8")
    rows = factdesk("check", essay, "--json").rows
    assert [row["note_codes"] for row in rows if row["notes"]] == [["rate_differs"]]
    assert factdesk("replay").code == 0


def test_a_note_that_goes_with_another_claim_goes_from_the_stored_verdict(factdesk: Run, home: Path) -> None:
    """The claim is the same and its verdict has the same id; what the essay says beside it is not."""
    first = "An adult ticket to the Rila monastery costs €14."
    (home / "walk.md").write_text(f"{first} It is steep. {first.replace('14', '15')}\n", encoding="utf-8")
    before = factdesk("check", "walk.md", "--json").rows[0]
    (home / "walk.md").write_text(f"{first} It is steep. It is steep.\n", encoding="utf-8")
    after = factdesk("check", "walk.md", "--json").rows[0]
    assert (before["note_codes"], after["note_codes"]) == (["told_twice"], [])
    assert before["verdict_id"] == after["verdict_id"]
    stored = factdesk("sql", "SELECT claim_status, note_codes FROM reports.verdicts", "--json").rows
    assert {"claim_status": "current", "note_codes": []} in stored
    assert factdesk("replay").code == 0


def test_judge_tells_the_notes_on_a_claim(factdesk: Run) -> None:
    claim = "The weekly rent of a stall rose from £80 to £100, an increase of 40%."
    pair = {"id": 1, "claim": claim, "source": "The stalls are dear."}
    (answer,) = factdesk("judge", "-", stdin=json.dumps(pair).encode()).rows
    (note,) = answer["notes"]
    assert (note["code"], note["sentence"]) == ("change_differs", RISE)
    assert [claim[span["start"] : span["end"]] for span in note["spans"]] == ["£80", "£100", "40%"]
    assert answer["rating"] == "not_enough_evidence"
