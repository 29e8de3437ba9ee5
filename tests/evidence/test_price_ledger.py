"""What the prices of a source are of, for whom and of when."""

from decimal import Decimal

import pytest

from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.price_entries import MOST_ENTRIES, ledger_of


def _entries(text: str):
    return {f"{one.value.low.normalize():f}": one for one in ledger_of(ParsedSource(text)).entries}


def test_a_price_that_leans_back_takes_over_what_it_is_of() -> None:
    entries = _entries("A berth was 48 euros at the counter. Online it had been 36.")

    assert {term.stem for term in entries["36"].taken.terms} >= {"berth"}
    assert entries["36"].when == "past"
    assert entries["48"].traits.on("channel") == {"door"}
    assert entries["36"].traits.on("channel") == {"advance"}


@pytest.mark.parametrize(
    ("text", "past", "now"),
    [
        ("The toll goes from 3 to 4 euros.", "3", "4"),
        ("The toll is 4 euros instead of 3.", "3", "4"),
        ("The toll is 4 euros, up from 3.", "3", "4"),
        ("The toll is 4 euros now; a year ago it was 3.", "3", "4"),
        ("The toll is 4 euros, 1 euro more than last year.", "3", "4"),
        ("The toll is 4 euros, one more than last year.", "3", "4"),
    ],
)
def test_what_a_price_was_is_told_from_what_it_is(text: str, past: str, now: str) -> None:
    entries = _entries(text)

    assert entries[past].when == "past"
    assert entries[now].when != "past"


def test_half_a_price_is_that_of_whom_the_words_name() -> None:
    entries = _entries("Seats on the funicular are 8 euros, children and over-65s half price.")

    assert entries["4"].traits.on("buyer") == {"child", "senior"}
    assert not entries["8"].traits.on("buyer")


def test_the_ends_of_a_range_are_told_apart() -> None:
    entries = _entries("Seats cost between €22 behind the goal and €130 in the main stand.")

    assert entries["22"].traits.on("end") == {"low"}
    assert entries["130"].traits.on("end") == {"high"}


def test_a_denied_figure_is_no_price() -> None:
    assert _entries("The audio guide is 5 euros, not 6 euros.").keys() == {"5"}


def test_a_price_to_the_cent_takes_the_only_currency_of_the_text() -> None:
    entries = _entries("Cider was sold at 1.50, wine at 2.50 a glass. The hall cost 212 euros.")

    assert {one.unit for one in entries.values()} == {"EUR"}
    assert entries["2.5"].value.low == Decimal("2.50")


def test_a_price_list_is_not_read() -> None:
    text = " ".join(f"Piece {number} costs {number + 100} euros." for number in range(MOST_ENTRIES + 1))

    assert not ledger_of(ParsedSource(text)).entries
