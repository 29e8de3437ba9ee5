import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import Span
from factdesk.text.sentences import split_paragraphs, split_sentences

TABLE = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "cases" / "sentences.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["sentences"][0])
def test_sentences_end_where_a_reader_ends_them(case):
    text = " ".join(case["sentences"])
    assert [span.cut(text) for span in split_sentences(text)] == case["sentences"]


@pytest.mark.parametrize("case", TABLE["layout"], ids=lambda case: case["reason"])
def test_lines_end_sentences_where_they_were_not_wrapped(case):
    assert [span.cut(case["text"]) for span in split_sentences(case["text"])] == case["sentences"]


def test_the_table_is_large_enough():
    assert len(TABLE["case"]) + len(TABLE["layout"]) >= 100


def test_headings_bullets_and_wrapped_lines():
    text = (
        "Fares: what we know\n"
        "- first class gone\n"
        "- second class left\n"
        "\n"
        "The company put the whole of its summer stock on sale on Monday and\n"
        "saw it go within an hour, which it had not expected at all. Buyers\n"
        "Complained."
    )
    assert [span.cut(text) for span in split_sentences(text)] == [
        "Fares: what we know",
        "- first class gone",
        "- second class left",
        "The company put the whole of its summer stock on sale on Monday and\n"
        "saw it go within an hour, which it had not expected at all.",
        "Buyers\nComplained.",
    ]
    assert len(split_paragraphs(text)) == 4


def test_a_page_with_one_paragraph_a_line_is_not_joined():
    text = "A long paragraph that somebody wrote without any breaks, " * 4 + "\nnext one starts low"
    assert len(split_paragraphs(text)) == 2


def test_writing_without_capitals():
    text = "we paid a lot for the tickets. they were not worth it."
    assert [span.cut(text) for span in split_sentences(text)] == [
        "we paid a lot for the tickets.",
        "they were not worth it.",
    ]


PIECES = st.sampled_from(
    [*' .!?"”’\n\r\t…。A1a([)]*#•\u2028\u00a0\x0b\x85', "Mr. ", "No. ", "U.S. ", "[1]", "\r\n"]
)


@given(
    st.text(st.one_of(st.characters(categories=None), PIECES.filter(lambda piece: len(piece) == 1)))
    | st.lists(PIECES | st.text(max_size=4)).map("".join)
)
def test_spans_are_ordered_and_cover_all_but_space(text):
    for split in (split_paragraphs, split_sentences):
        spans = split(text)
        covered = set()
        last = Span(0, 0)
        for span in spans:
            assert span.start >= last.end
            piece = span.cut(text)
            assert piece
            assert piece == piece.strip()
            covered.update(range(span.start, span.end))
            last = span
        assert all(text[at].isspace() for at in range(len(text)) if at not in covered)
