"""What is left of a text when only its words count: one hash for copies, another for other words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.claims.find import find_claims
from factdesk.evidence.said_figures import read_days, read_worths
from factdesk.reading.dates import parse_date
from factdesk.text.dates import find_dates
from factdesk.text.folds import MIN_WORDS, fold_words, plain_letters, words_sha256
from factdesk.text.old_money import find_old_money

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


@pytest.mark.parametrize(
    "said",
    [
        "The tram cost 4 euros on 3 Aprıl 2018 and in MAY.",
        "On Frıday and in ſpring, sıx weeks ago, the fırst and the ſecond came.",
        "It was ſixpence, two shıllings and three guıneas, at most thırty shillings.",
        "İn the poll a fıfth called it a draw; the fırst had 42 per cent.",
    ],
)
def test_letters_that_are_twins_in_another_case_are_read_as_plain_ones(said):
    plain = plain_letters(said)
    assert plain.isascii()
    assert len(plain) == len(said)
    assert read_worths(said, ()) == read_worths(plain, ())
    assert [day for _, day in read_days(said)] == [day for _, day in read_days(plain)]
    assert [one.span for one in find_old_money(said)] == [one.span for one in find_old_money(plain)]
    on = date(2024, 3, 1)
    assert [one.first for one in find_dates(said, on)] == [one.first for one in find_dates(plain, on)]
    assert find_claims(said, published_on=on) is not None


def test_a_page_tells_its_day_with_a_dotless_letter():
    assert parse_date("3 Aprıl 2018") == date(2018, 4, 3)
