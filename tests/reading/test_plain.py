"""Plain text essays: every offset is an offset into the file."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import EssayOutcome
from factdesk.reading.essay_text import read_essay_text

ESSAY = """---
title: Seats
date: 2022-09-22
sources: [http://example.org/given]
about: http://example.org/not-a-link
---
Seats to Tbilisi were gone by noon [1].  Two  spaces stay.
\tSee http://example.org/a, and www.example.org.

[1]: http://example.org/b
"""


def test_a_plain_text_is_the_file_with_its_front_matter() -> None:
    essay = read_essay_text(ESSAY.replace("\n", "\r\n").encode(), "plain")
    assert essay.outcome is EssayOutcome.READ
    assert essay.text == ESSAY
    assert (essay.title, essay.published_on) == ("Seats", date(2022, 9, 22))
    assert [(link.form, link.url, link.span and link.span.cut(ESSAY)) for link in essay.links] == [
        ("reference", "http://example.org/b", "[1]"),
        ("bare", "http://example.org/a", "http://example.org/a"),
        ("bare", "http://www.example.org", "www.example.org"),
        ("reference", "http://example.org/b", "http://example.org/b"),
        ("front_matter", "http://example.org/given", None),
    ]


def test_prose_between_rules_is_not_front_matter() -> None:
    text = "---\nNo keys here, http://example.org/a\n---\nMore."
    essay = read_essay_text(text.encode(), "plain")
    assert (essay.text, essay.detail) == (text, None)
    assert [link.url for link in essay.links] == ["http://example.org/a"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), min_size=1))
def test_the_text_is_the_decoded_file(text: str) -> None:
    essay = read_essay_text(text.encode("utf-8"), "plain")
    if essay.outcome in (EssayOutcome.READ, EssayOutcome.LANGUAGE_UNSUPPORTED):
        without_mark = text.removeprefix("\ufeff")
        assert essay.text == without_mark.replace("\r\n", "\n").replace("\r", "\n")
