"""Where a text stands in its file: lines of Markdown and plain text, and the label of any character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import Locator, Span
from factdesk.reading.essay_text import read_essay_text
from factdesk.reading.locators import find_label, locate_lines

MARKDOWN = """---
title: Fares
---
# Prices

It costs five pounds,
they say, and

- six here
- seven there

| a | b |
|---|---|
| eight | nine |

A note[^1] too.  
Broken.

[^1]: Said ten.
"""


def line_of(text: str, form: str, words: str) -> str | None:
    essay = read_essay_text(text.encode(), form)
    start = essay.text.index(words)
    return find_label(essay.locators, Span(start, start + len(words)))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "words",
    [
        *("Prices", "It costs", "pounds", "they say", "six", "seven", "eight", "nine", "A note", "Broken"),
        "Said ten",
    ],
)
def test_markdown_names_the_line_of_the_file(words: str, end: str) -> None:
    number = next(at for at, line in enumerate(MARKDOWN.split("\n"), start=1) if words in line)
    assert line_of(MARKDOWN.replace("\n", end), "markdown", words) == f"line {number}"


def test_plain_text_names_the_line_of_the_file() -> None:
    assert line_of("---\ntitle: x\n---\n\nOne.\n\nTwo.\n", "plain", "Two") == "line 7"


def test_html_has_no_lines_that_a_reader_sees() -> None:
    assert line_of("<p>One.</p>", "html", "One") is None


def test_a_place_holds_until_the_next_one() -> None:
    places = [Locator(2, "page 1"), Locator(9, "page 2")]
    assert [find_label(places, Span(at, at + 1)) for at in (0, 2, 8, 9, 99)] == [
        *(None, "page 1", "page 1", "page 2", "page 2"),
    ]
    assert find_label([], Span(3, 4)) is None


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        ("table 1, row 2, cell 1", "table 1, row 2, cell 2", "table 1, row 2"),
        ("page 3, table 1, row 2, cell 1", "page 3, table 1, row 2, cell 4", "page 3, table 1, row 2"),
        ("table 1, row 1, cell 1", "table 1, row 2, cell 1", "table 1, row 1, cell 1"),
        ("page 1, paragraph 2", "page 2, paragraph 2", "page 1, paragraph 2"),
        ("page 1", "page 2", "page 1"),
    ],
)
def test_a_span_over_several_cells_is_in_their_row(first: str, second: str, label: str) -> None:
    places = [Locator(0, first), Locator(5, second)]
    assert find_label(places, Span(2, 8)) == label
    assert find_label(places, Span(2, 5)) == first


@given(st.text(st.sampled_from("ab \n")))
def test_every_word_is_on_the_line_that_is_named(text: str) -> None:
    lines = text.split("\n")
    for at, letter in enumerate(text):
        if letter in "ab":
            label = find_label(locate_lines(text), Span(at, at + 1))
            assert label is not None
            number = int(label.removeprefix("line "))
            assert number == text.count("\n", 0, at) + 1
            assert letter in lines[number - 1]
