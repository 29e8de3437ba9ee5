"""A verdict says where its passage stands on the page, and that copies of one text are one source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factdesk.model import Block, Rating, Span
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
