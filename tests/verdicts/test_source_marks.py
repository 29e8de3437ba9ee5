"""A verdict says where its passage stands on the page, and that copies of one text are one source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factdesk.model import Block, Rating, Span
from factdesk.verdicts.pair_answers import judge_pair
from verdicts.test_judge_claim import SAID, judge, source

PROSE = "The office opens at nine and closes at five, and the ferry leaves from the northern quay. " * 6


def codes(*reasons_of) -> set[str]:
    return {reason.code for reason in judge(*reasons_of).verdict.reasons}


@pytest.mark.parametrize("form", ["table", "caption"])
def test_a_passage_outside_the_main_text_is_marked(form: str) -> None:
    text = f"{PROSE}\n\n{SAID}"
    blocks = (Block("main", Span(0, len(PROSE))), Block(form, Span(len(PROSE) + 2, len(text))))
    marked = replace(source(1, text=text), blocks=blocks)
    assert judge(marked).verdict.rating is Rating.SUPPORTED
    assert f"from_{form}" in codes(marked)
    inside = replace(marked, blocks=(Block("main", Span(0, len(text))),))
    assert not codes(inside) & {"from_table", "from_caption"}


def test_copies_of_one_text_are_said_to_be_one_source() -> None:
    text = f"{SAID} {PROSE}"
    one = replace(source(1, text=text), url="https://agency.example/a")
    copy = replace(source(2, text=text.upper()), url="https://paper.example/b")
    other = replace(source(3, text=f"{text} Still."), url="https://daily.example/c")
    assert "copies_of_one_text" in codes(one, copy)
    assert "copies_of_one_text" in codes(one, other, copy)
    assert "copies_of_one_text" not in codes(one, other)
    assert "copies_of_one_text" not in codes(one, replace(copy, url="https://www.agency.example/b"))
    assert judge(one, copy).verdict.confidence == judge(one).verdict.confidence


CLAIM = "A single ticket from Split to Hvar costs 14 euros."
GERMAN = "Die Fähre nach Hvar fährt um neun Uhr ab, und eine einfache Fahrt kostet nun 14 Euro für alle. " * 3


@pytest.mark.parametrize(
    ("text", "code"),
    [(" \n\n", "source_empty"), (GERMAN, "source_language"), ("Moss grows. " * 30_000, "source_cut")],
    ids=["empty", "German", "long"],
)
def test_what_kept_a_source_from_telling_anything_is_said(text: str, code: str) -> None:
    answer = judge_pair(CLAIM, text)
    assert answer["rating"] == "not_enough_evidence"
    assert code in {one["code"] for one in answer["reasons"]}
    if text.strip():
        assert code in codes(source(1, text=text))


def test_of_a_readable_source_nothing_of_the_kind_is_said() -> None:
    said = {one["code"] for one in judge_pair(CLAIM, f"{SAID} {PROSE}")["reasons"]}
    assert said.isdisjoint({"source_empty", "source_language", "source_cut"})
    both = codes(source(1, text=GERMAN), source(2, text=PROSE))
    assert "source_language" not in both


QUOTING = "The manager spoke of the season. “A box at the opera in Graz costs 340 euros now,” Ms Weber said."


@pytest.mark.parametrize(
    ("source", "is_quoted"),
    [
        (QUOTING, True),
        (QUOTING.replace("“", "").replace(",”", ","), False),
        ("A box at the opera in Graz costs 340 euros. “We are full every night,” Ms Weber said.", False),
    ],
)
def test_a_figure_in_quotation_marks_is_said_to_be_a_quotation(source, is_quoted):
    answer = judge_pair("A box at the opera in Graz costs 340 euros.", source)

    assert answer["rating"] == "supported"
    assert any(one["code"] == "from_quote" for one in answer["reasons"]) is is_quoted


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("The day pass for Lake Bled is new. It costs 25 euros for adults.", 2),
        ("The lake froze. A day pass for Lake Bled costs 25 euros for adults.", 1),
    ],
)
def test_the_sentence_that_says_what_it_is_is_shown_too(source, shown):
    answer = judge_pair("The day pass for Lake Bled costs 25 euros for adults.", source)

    assert answer["rating"] == "supported"
    assert len(answer["evidence"]) == shown
    assert "25 euros" in answer["evidence"][0]["quote"]
