"""Long sentences: the pieces, their offsets, and work that grows with the length of the text alone."""

from __future__ import annotations

import cProfile

import pytest

from factdesk.claims.contexts import Document
from factdesk.claims.find import find_claims
from factdesk.claims.long_sentences import MAX_SENTENCE_CHARACTERS, PIECE_CHARACTERS, short_sentences
from factdesk.model import Span

HOSTILE = {
    "sold out again and again": "Tickets to Graz were sold out and ",
    "one row of prices": "| 12 euros ",
    "figures without end": "1,",
    "one word": "x",
    "shares": "40% of voters and ",
    "bare amounts": "$5 ",
    "bare percentages": "5% ",
    "figures and spaces": "12 ",
    "amounts, one a line": "$5\n",
    "currency signs": "£",
    "digits": "1",
    "joiners": "and ",
    "commas": ", ",
    "spaces": " ",
    "quotes in quotes": '“‘"',
    "brackets": "((",
    "dashes": " – - ",
    "denials": "no ",
    "shares of": "of 5 ",
    "ranges": "from 5 to 6 ",
    "prices": "the fare rose from 5 euros to 6 euros, ",
}

CALLS_A_CHARACTER = 250
"""No text, made to be slow or not, takes more calls than this for one of its characters."""


def _repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def _calls(text: str) -> int:
    """Return how many calls, of Python functions and of built-in ones, finding the claims takes."""
    profile = cProfile.Profile()
    profile.runcall(find_claims, text)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_ten_times_the_text_takes_about_ten_times_the_calls(unit: str) -> None:
    find_claims(_repeated(unit, 1_500))
    short, long = _calls(_repeated(unit, 2_000)), _calls(_repeated(unit, 20_000))
    assert long < 20 * short


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_the_work_on_a_character_is_bounded(unit: str) -> None:
    find_claims(_repeated(unit, 1_500))
    assert _calls(_repeated(unit, 10_000)) < CALLS_A_CHARACTER * 10_000


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_pieces_are_short_and_lose_only_white_space(unit: str) -> None:
    text = _repeated(unit, 6_000).strip()
    pieces = Document(text).sentences
    assert all(0 < piece.end - piece.start <= PIECE_CHARACTERS for piece in pieces)
    assert "".join("".join(piece.cut(text) for piece in pieces).split()) == "".join(text.split())


def test_findings_of_a_long_sentence_have_exact_offsets_and_a_short_sentence() -> None:
    text = _repeated("Tickets to Graz were sold out and ", 6_000)
    findings = find_claims(text)
    assert len(findings) > 100
    assert all(finding.quote.cut(text) == finding.text for finding in findings)
    assert all(finding.sentence.covers(finding.quote) for finding in findings)
    assert all(len(finding.sentence.cut(text)) <= PIECE_CHARACTERS for finding in findings)


def test_a_sentence_within_the_limit_stays_whole() -> None:
    sentence = Span(3, 3 + MAX_SENTENCE_CHARACTERS)
    assert short_sentences("a, " * 600, [sentence]) == [sentence]


def test_a_piece_ends_after_a_clause_mark_rather_than_inside_a_clause() -> None:
    clause = "the late ferry to Split was full, "
    text = (clause * 60).strip()
    pieces = short_sentences(text, [Span(0, len(text))])
    assert [piece.cut(text)[-1] for piece in pieces] == [","] * len(pieces)
