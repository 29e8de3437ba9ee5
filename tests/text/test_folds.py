"""What is left of a text when only its words count: one hash for copies, another for other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.text.folds import MIN_WORDS, fold_words, words_sha256

WORDS = (
    "Seats on every direct flight from the capital to the coast were gone by noon, the sites showed. A fare "
    "that cost £40,000 a week ago was on offer for more than £300,000, a seller said by telephone; the "
    "carrier's own office didn't answer. People who queued at the co-op since the morning were told to come "
    "back on Monday."
)


@pytest.mark.parametrize(
    "text",
    [
        WORDS.upper(),
        WORDS.replace(" ", "\n\n "),
        WORDS.replace("'", "’"),
        WORDS.replace("co-op", "co\u2011op").replace("; ", " — "),
        WORDS.replace("office", "o\ufb03ce").replace("capital", "cap\u00adi\u200btal"),
        WORDS.replace(" A fare", " “A fare").replace("telephone;", "telephone”,"),
    ],
)
def test_case_white_space_punctuation_and_typography_make_no_other_text(text: str) -> None:
    assert text != WORDS
    assert words_sha256(text) == words_sha256(WORDS)


@pytest.mark.parametrize(
    "text",
    [
        WORDS.replace("£", "$"),
        WORDS.replace("300,000", "30,000"),
        WORDS.replace("40,000", "40%"),
        WORDS.replace("noon", "ten"),
        WORDS + " Still.",
    ],
)
def test_another_word_figure_or_unit_makes_another_text(text: str) -> None:
    assert words_sha256(text) not in (None, words_sha256(WORDS))


def test_a_few_words_are_no_text_to_know_again() -> None:
    assert words_sha256("word " * (MIN_WORDS - 1)) is None
    assert words_sha256("word " * MIN_WORDS) is not None


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    words = fold_words(text)
    assert fold_words(" ".join(words)) == words
