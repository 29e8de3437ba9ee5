"""A text longer than any article is cut, and says so."""

from __future__ import annotations

from factdesk.model import SourceOutcome
from factdesk.reading.page_limits import MAX_TEXT_CHARACTERS
from factdesk.reading.page_text import PageText, read_page

LINE = "The ferry to the outer island was full again, and the kiosk sold tea.\n\n"


def read(text: str) -> PageText:
    return read_page(text.encode(), media_type="text/plain", charset="utf-8", url=None)


def test_a_text_that_is_too_long_is_cut_and_flagged() -> None:
    page = read(LINE * (MAX_TEXT_CHARACTERS // len(LINE) + 9))
    assert len(page.text) == len(page.full_text) == MAX_TEXT_CHARACTERS
    assert (page.outcome, page.notes) == (SourceOutcome.TRUNCATED, ("text_cut",))
    assert [(block.span.start, block.span.end) for block in page.blocks] == [(0, MAX_TEXT_CHARACTERS)]


def test_a_text_of_the_longest_length_is_left_alone() -> None:
    page = read("a" * MAX_TEXT_CHARACTERS)
    assert len(page.text) == MAX_TEXT_CHARACTERS
    assert (page.outcome, page.notes) == (SourceOutcome.FETCHED, ())
