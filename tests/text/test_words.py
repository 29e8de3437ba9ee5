import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.text.words import STOP_WORDS, content_stems, stem, words


def test_words_are_folded_and_keep_their_place():
    text = "The UK’s £4,300 ﬁne, isn't it?"
    found = words(text)
    assert [word for word, _ in found] == ["the", "uk's", "4,300", "fine", "isn't", "it"]
    assert found[2][1].cut(text) == "4,300"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("flights", "flight"),
        ("sold", "sell"),
        ("price", "prices"),
        ("cities", "city"),
        ("wages", "wage"),
        ("mobilisation", "mobilization"),
        ("organised", "organize"),
        ("running", "ran"),
        ("voters", "voter"),
        ("doubled", "double"),
        ("country", "countries"),
        ("ticket's", "tickets"),
    ],
)
def test_forms_of_one_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("news", "new"), ("business", "busy"), ("this", "thi"), ("polls", "polish"), ("bus", "bu")],
)
def test_different_words_keep_apart(one, other):
    assert stem(one) != stem(other)


def test_content_stems_leave_stop_words_out():
    assert content_stems("The tickets to the show were sold out") == ["ticket", "show", "sell"]
    assert "the" in STOP_WORDS


@given(st.text())
def test_word_spans_are_ordered_and_inside(text):
    last = 0
    for _, span in words(text):
        assert last <= span.start < span.end <= len(text)
        last = span.end
