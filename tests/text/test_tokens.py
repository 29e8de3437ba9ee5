from hypothesis import given
from hypothesis import strategies as st

from factdesk.text.tokens import Phrases, tokenize

TEXTS = st.text(st.characters(categories=None) | st.sampled_from(" aB1.,'’$€½\n"), max_size=60)


@given(TEXTS)
def test_tokens_are_cut_out_of_the_text_in_order(text):
    tokens = tokenize(text)
    end = 0
    for at in range(len(tokens)):
        assert tokens.starts[at] >= end
        assert not text[end : tokens.starts[at]].strip()
        end = tokens.ends[at]
        raw = tokens.raw(at).replace("’", "'")
        assert tokens.word(at) == raw.lower() or len(text.lower()) != len(text)
    assert not text[end:].strip()


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_ascii_is_cut_as_any_text_is(text):
    tokens, other = tokenize(text), tokenize(f"{text} €")
    assert len(other) == len(tokens) + 1
    for name in ("kinds", "lowered", "starts", "ends"):
        assert getattr(tokens, name)[: len(tokens)] == getattr(other, name)[: len(tokens)]


def test_a_letter_that_grows_in_lower_case_moves_nothing():
    tokens = tokenize("İ 5 KG’s")
    assert [tokens.raw(at) for at in range(len(tokens))] == ["İ", "5", "KG’s"]
    assert tokens.word(2) == "kg's"


def test_beyond_both_ends_there_are_empty_tokens():
    tokens = tokenize("one two")
    assert [tokens.word(at) for at in (-1, 2, 9)] == ["", "", ""]
    assert not tokens.is_joined(0)
    assert not tokens.is_joined(2)


def test_the_longest_phrase_is_found():
    phrases = Phrases({"more than": 1, "more": 2, "no more than": 3}, by_last=True)
    tokens = tokenize("no more than 5")
    assert phrases.match_before(tokens, 3) == (0, 3)
    assert phrases.match_before(tokens, 2) == (1, 2)
    assert phrases.found_before(tokens, 3) == [(0, 3), (1, 1)]
    assert phrases.meaning("more than") == 1
    assert phrases.meaning("than more") is None
