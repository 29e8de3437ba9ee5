"""The explanation of a verdict: both passages of a conflict, marks with and without colours, any width."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from factdesk.commands.judging import explained_row
from factdesk.reports.explanation import print_explanation
from factdesk.verdicts.pair_answers import judge_pair

FARE = "A ferry ticket from Split to Hvar costs 14 euros."
BOTH = (
    "The board says a ferry ticket from Split to Hvar costs 14 euros.\n\n"
    "The website says a ferry ticket from Split to Hvar costs 19 euros."
)
LIST = "Plane tickets from Warsaw to Portugal, Malta and Cyprus were sold out on Friday."
PART = "By noon on Friday direct flights from Warsaw to Lisbon in Portugal and to Malta were sold out."
WIDE = "東京の船の切符 — a ferry ticket from Split to Hvar costs 16 euros, 事務所 said on Monday."


def explain(
    claim: str, source: str, width: int = 80, *, colours: bool = False, no_color: bool = False
) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colours,
        color_system="standard" if colours else None,
        no_color=no_color,
        highlight=False,
        markup=False,
    )
    pair = {"id": 7, "claim": claim, "source_title": "The harbour"}
    answer = judge_pair(claim, source, source_title="The harbour", in_full=True)
    print_explanation(console, explained_row(pair, answer), claim)
    return out.getvalue()


def test_a_conflict_shows_both_passages_and_says_whose_they_are() -> None:
    said = explain(FARE, BOTH, 120)
    assert "⇄ the source given says both" in said
    assert "[=14 euros]" in said
    assert "[≠19 euros]" in said
    assert re.search(r"^for +“The board", said, re.MULTILINE)
    assert re.search(r"^against +“The website", said, re.MULTILINE)
    assert said.count("The harbour") == 1


def test_what_is_missing_is_a_facet_that_is_not_shown_and_is_named() -> None:
    said = explain(LIST, PART)
    assert "◐ backed in part by the source given" in said
    assert "– entity: Cyprus — not shown" in said
    assert re.search(r"^missing +Cyprus$", said, re.MULTILINE)
    assert "[=sold out]" in " ".join(said.split())


def test_a_correction_shows_the_notice_first() -> None:
    notice = "Correction: an earlier version said 14 euros; the fare is 16 euros."
    said = explain(FARE, f"A ferry ticket from Split to Hvar costs 16 euros.\n\n{notice}")
    assert "⇄ its source has corrected this" in said
    assert said.index(notice) < said.index("[≠16 euros]")


def test_with_colours_there_are_no_brackets_and_without_them_no_escapes() -> None:
    coloured = explain(FARE, BOTH, 120, colours=True)
    assert "\x1b[4;32m14 euros\x1b[0m" in coloured
    assert "[=" not in coloured
    plain = explain(FARE, BOTH, 120, colours=True, no_color=True)
    assert "[=14 euros]" in plain
    assert not re.search(r"\x1b\[(?:\d;)*3\d", plain)
    assert "\x1b" not in explain(FARE, BOTH)


@pytest.mark.parametrize("width", [24, 40, 60, 80, 120])
@pytest.mark.parametrize(("claim", "source"), [(FARE, BOTH), (LIST, PART), (FARE, WIDE), (FARE, "")])
def test_no_line_is_wider_than_the_terminal(width: int, claim: str, source: str) -> None:
    lines = explain(claim, source, width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert claim in " ".join(" ".join(lines).split())


def test_controls_of_a_source_do_not_reach_the_terminal() -> None:
    said = explain(FARE, "A ferry ticket from Split to Hvar\x1b[31m costs \u202e41\u202c euros.")
    assert "\x1b" not in said
    assert "\u202e" not in said
