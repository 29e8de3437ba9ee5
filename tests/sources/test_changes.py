"""What became of a text: kinds of changes, words, and where passages stand afterwards."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.model import ChangeKind, PassageFate, Span
from factdesk.sources.changes import (
    LONGEST_COMPARED,
    MOST_LINES,
    Comparison,
    FoldedText,
    Page,
    count_words_changed,
)

KEPT, MOVED, DIED = PassageFate.KEPT, PassageFate.MOVED, PassageFate.DIED
FARE = "A return ticket costs 40 euros, the railway said."
WORKS = "The station is being repaired."


def change(before: str, after: str, **same: str | None) -> tuple[str, int, int]:
    found = Comparison(Page(before, "reader 1", **same), Page(after, "reader 1", **same)).change()
    return found.kind.value, found.added, found.removed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FARE, FARE.replace(" ", "  ") + "\n\n"),
        (FARE, FARE.upper()),
        ("He said: “It’s 5–6 euros…”", "he said: 'It's 5-6 euros...'"),
        ("3\u00a0000 seats — all sold", "3 000 seats—all sold"),
        ("Caf\u00e9, co\u00adoperation", "Cafe\u0301, cooperation"),
        ("the ﬁrst oﬃce", "the first office"),
        ("a\u200bb", "ab"),
    ],
)
def test_typesetting_is_a_trivial_change(before: str, after: str) -> None:
    assert change(before, after) == ("trivial", 0, 0)
    assert change(after, before) == ("trivial", 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "added", "removed"),
    [
        (FARE, FARE.replace("40", "66"), 1, 1),
        (FARE, f"{WORKS} {FARE}", 5, 0),
        (f"{WORKS} {FARE}", FARE, 0, 5),
        ("£5 a day", "€5 a day", 0, 0),
        ("£5 a day", "£5.50 a day", 1, 1),
        ("300,000 roubles", "300.000 roubles", 1, 1),
        ("it rose from 4 to 5", "it rose from 5 to 4", 2, 2),
        ("sold out, he said", "sold out he said", 0, 0),
        ("it is -5 degrees", "it is 5 degrees", 0, 0),
        ("sold out", "not sold out", 1, 0),
    ],
)
def test_words_figures_and_signs_are_text(before: str, after: str, added: int, removed: int) -> None:
    assert change(before, after) == ("text", added, removed)


def test_the_same_bytes_or_words_of_the_page_are_another_reading() -> None:
    other = f"{FARE}\n{WORKS}"
    assert change(FARE, other, decoded_sha256="a")[0] == "extractor"
    assert change(FARE, other, full_text_sha256="a")[0] == "extractor"
    assert change(FARE, other, decoded_sha256=None)[0] == "text"
    assert change(FARE, FARE.upper(), decoded_sha256="a")[0] == "trivial"


def reread(before: str, page_before: str | None, after: str, page_after: str | None) -> ChangeKind:
    """Return the kind of a change between two readers, on pages whose bytes differ."""
    old = Page(before, "reader 1", "a", "a", page_before)
    return Comparison(old, Page(after, "reader 2", "b", "b", page_after)).change().kind


def test_a_newer_reader_is_told_from_a_changed_page_by_all_that_the_page_shows() -> None:
    menu, ad = "Home News", "Buy shoes"
    page, next_page = f"{menu}\n{FARE}\n{WORKS}\n{ad} now", f"{menu}\n{FARE}\n{WORKS}\n{ad} today"
    more = f"* {FARE}\n* {WORKS}"
    assert reread(FARE, page, more, next_page) is ChangeKind.EXTRACTOR
    assert reread(more, page, FARE, next_page) is ChangeKind.EXTRACTOR
    # The page itself says something else, gained something or lost it.
    changed = FARE.replace("40", "66")
    assert reread(FARE, page, changed, next_page.replace("40", "66")) is ChangeKind.TEXT
    assert reread(FARE, FARE, more, next_page) is ChangeKind.TEXT
    assert reread(more, page, FARE, FARE) is ChangeKind.TEXT
    assert reread(FARE, page, FARE.replace("40 euros", "£40"), next_page + " £40") is ChangeKind.TEXT
    # Nobody can tell.
    assert reread(FARE, None, more, next_page) is ChangeKind.TEXT
    many = "\n".join(f"line {number}" for number in range(MOST_LINES + 1))
    assert reread(FARE, f"{FARE}\n{many}", many, f"{FARE}\n{many}") is ChangeKind.TEXT


def fate(before: str, quote: str, after: str) -> tuple[PassageFate, str | None]:
    start = before.index(quote)
    sides = Comparison(Page(before, "1"), Page(after, "1"))
    found, span = sides.fate(Span(start, start + len(quote)), quote)
    return found, None if span is None else span.cut(after)


QUOTE = "costs 40 euros"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (FARE, (KEPT, QUOTE)),
        (f"{FARE} {WORKS}", (KEPT, QUOTE)),
        (f"{WORKS} {FARE}", (MOVED, QUOTE)),
        (FARE.upper(), (KEPT, QUOTE.upper())),
        (FARE.replace("40 ", "40\u00a0\n"), (MOVED, "costs 40\u00a0\neuros")),
        (FARE.replace("40", "66"), (DIED, None)),
        (FARE.replace("40", "140"), (DIED, None)),
        (FARE.replace("40", "40.50"), (DIED, None)),
        (FARE.replace("euros", "eurosceptics"), (DIED, None)),
        ("", (DIED, None)),
    ],
)
def test_a_passage_is_kept_moves_or_dies(after: str, expected: tuple[PassageFate, str | None]) -> None:
    assert fate(FARE, QUOTE, after) == expected


def test_of_several_places_the_nearest_counts() -> None:
    text = f"{QUOTE}. {WORKS} It {QUOTE}. {WORKS} {QUOTE}."
    sides = Comparison(Page(text, "1"), Page(f"Now: {text}", "1"))
    middle = text.index(QUOTE, 5)
    assert sides.fate(Span(middle, middle + len(QUOTE)), QUOTE) == (
        MOVED,
        Span(middle + 5, middle + 5 + len(QUOTE)),
    )


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=80))
def test_what_is_found_has_the_words_of_the_passage(before: str, quote: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    wanted = FoldedText(quote).keys
    spans = list(FoldedText(text).find(quote))
    assert all(FoldedText(span.cut(text)).keys == wanted for span in spans)


def test_long_texts_are_counted_without_their_order() -> None:
    rng = random.Random(5)
    words = [str(rng.randrange(50)) for _ in range(1500)]
    before, after = ["first", *words, "end"], ["second", *reversed(words), "more", "last"]
    assert count_words_changed(before, after) == (3, 2)


def test_a_text_that_differs_only_beyond_the_bound_has_changed() -> None:
    long = "x" * LONGEST_COMPARED
    assert change(f"{long} 1", f"{long} 2") == ("text", 0, 0)
    assert change(f"{long} 1", f"{long.upper()} 1") == ("trivial", 0, 0)


def test_a_page_of_one_word_a_thousand_times_is_counted_without_its_order() -> None:
    before, after = ["x", *["a"] * 990, "y"], ["z", *["a", "b"] * 495, "w"]
    assert count_words_changed(before, after) == (497, 497)
    # In order the words of the second could not all be kept; of so many of one kind they are only counted.
    assert count_words_changed(["x", *"ab" * 490], ["z", *"aabb" * 245]) == (1, 1)
