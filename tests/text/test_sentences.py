import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import Span
from factdesk.text.sentences import split_paragraphs, split_sentences

CASES = {
    "abbreviated title": ["Mr. Oyelaran met Dr. J. K. Voss.", "They spoke."],
    "figure and number": ["She left (see Fig. 3) for No. 10 at once.", "It rained."],
    "decimal and unit": ["It cost 1,5 Mio. € in all.", "Rates rose 4.75 points."],
    "time before a weekday": ["Doors open at 9 a.m. Monday for members.", "Others wait."],
    "time at the end": ["He came at 5 p.m. The hall was full."],
    "ellipsis going on": ["Wait... what is this?"],
    "ellipsis at the end": ["They spoke of the future… Nobody listened."],
    "closing quote": ["“It is over.”", "He left."],
    "question inside": ['"Really?" he asked.', "“Yes!”", "She laughed."],
    "speaker after a shout": ['"Stop!" Farid said loudly.', "No one did."],
    "name with a mark": ["Yahoo! shares fell.", "Encore!, the musical, did not."],
    "state": ["The U.S. economy grew by 2.1%.", "Exports fell."],
    "no without a number": ["Did he pay?", "No.", "He did not."],
    "month": ["On Sept. 21 all seats went.", "40% came back."],
    "initial": ["George W. Hart won.", "Plan B. The end."],
    "note mark": ["The seats were sold out.[1]", "Prices rose.[2, 3][11]", "Then they fell."],
}
SPLIT_AT_OPENERS = {"time at the end": 2, "ellipsis at the end": 2, "initial": 3}


@pytest.mark.parametrize("name", CASES)
def test_sentences_end_where_a_reader_ends_them(name):
    text = " ".join(CASES[name])
    found = [span.cut(text) for span in split_sentences(text)]
    if name in SPLIT_AT_OPENERS:
        assert len(found) == SPLIT_AT_OPENERS[name]
        assert " ".join(found) == text
    else:
        assert found == CASES[name]


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


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(' .!?"”\n\r\t…。A1a'))))
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
