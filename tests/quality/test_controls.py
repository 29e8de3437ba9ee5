"""The controls: what is altered of a sentence, what is left alone, and how the ratings are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality.alterations import NUMBER_WORDS, POLARITY, alter_number, alter_place, alter_polarity
from quality.controls import ALTERATIONS, Control, controls_of, score_ratings
from quality.scoring import part_of, read_rows

CASES = Path(__file__).resolve().parents[1] / "cases"


def altered_number(sentence: str, within: str, source: str = "") -> str | None:
    start = sentence.index(within)
    return alter_number(sentence, start, start + len(within), source)


@pytest.mark.parametrize(
    ("sentence", "within", "expected"),
    [
        ("A loaf costs 4.20 euros.", "4.20 euros", "A loaf costs 7.20 euros."),
        ("A loaf costs 0.42 euros.", "0.42 euros", "A loaf costs 0.72 euros."),
        ("The flat costs 1,250 pounds.", "1,250 pounds", "The flat costs 4,250 pounds."),
        ("Some 91% agree.", "91%", "Some 61% agree."),
        ("More than 40 people came.", "40", "More than 70 people came."),
        ("Fewer than 40 people came.", "40", "Fewer than 10 people came."),
        ("Tickets cost up to £60.", "£60", "Tickets cost up to £30."),
        ("Twenty seats are left.", "Twenty", "Seventy seats are left."),
        ("About two thirds agree.", "two thirds", "About a tenth agree."),
    ],
)
def test_a_number_is_moved_where_it_no_longer_follows(sentence, within, expected):
    assert altered_number(sentence, within) == expected


@pytest.mark.parametrize(
    ("sentence", "within"),
    [
        ("It costs between 11 and 15 euros.", "between 11 and 15 euros"),
        ("Over 90 percent agree.", "Over 90 percent"),
        ("Under £10 a head.", "£10"),
        ("Children of 8 or more pay.", "8"),
        ("More than half of the town agrees.", "half of"),
        ("They asked on May 21.", "21"),
        ("A hundred percent, 100% of us.", "100%"),
        ("It costs nothing.", "nothing"),
    ],
)
def test_a_number_that_might_still_hold_is_left_alone(sentence, within):
    assert altered_number(sentence, within) is None


def test_a_changed_number_is_one_that_the_source_does_not_hold():
    assert altered_number("It is 20 pesos.", "20", "50 pesos") == "It is 40 pesos."
    assert altered_number("It is 20 pesos.", "20", "50, 40, 30 and 10 pesos") is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The concert is sold out.", "The concert is still available."),
        ("It sold out in a day.", "It did not sell out in a day."),
        ("Seats are still available.", "Seats are sold out."),
        ("Support for the toll fell.", "Opposition to the toll fell."),
        ("Prices rose by a tenth.", "Prices fell by a tenth."),
        ("Sales were up from 30 in May.", "Sales were down from 30 in May."),
        ("Prices did not rise.", None),
        ("Support staff were asked.", None),
        ("The shop is open.", None),
    ],
)
def test_the_first_word_with_an_opposite_is_turned(sentence, expected):
    assert alter_polarity(sentence, 0, len(sentence)) == expected


def test_an_opposite_outside_the_claim_is_left_alone():
    sentence = "Prices rose, said a man who opposed nothing."
    assert alter_polarity(sentence, sentence.index(","), len(sentence)) == (
        "Prices rose, said a man who supported nothing."
    )
    assert alter_polarity(sentence, 0, len("Prices")) is None


@pytest.mark.parametrize(
    ("sentence", "starts", "ends"),
    [
        ("Rents in Lisbon rose.", "Rents in ", " rose."),
        ("Rents in Smallport rose.", "Rents in ", " rose."),
        ("Kenya raised its fares.", "", " raised its fares."),
    ],
)
def test_a_place_is_swapped_for_one_that_the_source_lacks(sentence, starts, ends):
    altered = alter_place(sentence, sentence)
    assert altered is not None
    assert altered != sentence
    assert altered.startswith(starts)
    assert altered.endswith(ends)
    assert altered[len(starts) : -len(ends)] not in sentence


@pytest.mark.parametrize(
    "sentence",
    ["It rose in March.", "According to Median, it rose.", "Paid at HK$60 each.", "Nothing has a name here."],
)
def test_a_name_that_is_no_place_is_left_alone(sentence):
    assert alter_place(sentence, sentence) is None


def test_no_word_of_the_tables_is_replaced_by_itself():
    for table in (NUMBER_WORDS, POLARITY):
        assert all(word != other for word, other in table.items())
        assert all(word == word.casefold() for word in table)


ARTICLE = {
    "article": "made-up",
    "source": (
        "The ferry to Lisbon costs 40 euros. Tickets for Saturday are sold out. The captain likes soup. "
        "In a poll, 61 percent of residents said they support the new pier."
    ),
}


def test_an_article_gives_its_sentences_with_a_claim_and_what_can_be_altered_of_them():
    controls = controls_of(ARTICLE)
    assert [one.claim for one in controls if one.alteration == "own"] == [
        "The ferry to Lisbon costs 40 euros.",
        "Tickets for Saturday are sold out.",
        "In a poll, 61 percent of residents said they support the new pier.",
    ]
    assert "The ferry to Lisbon costs 70 euros." in [one.claim for one in controls]
    assert "Tickets for Saturday are still available." in [one.claim for one in controls]
    assert len(set(controls)) == len(controls)


def test_altered_controls_of_the_committed_articles_are_no_sentence_of_their_article():
    counts = dict.fromkeys([*ALTERATIONS, "own"], 0)
    for name in ("articles.jsonl", "own_articles.jsonl"):
        for article in read_rows(CASES / name):
            for control in controls_of(article):
                counts[control.alteration] += 1
                assert (control.claim in article["source"]) is (control.alteration == "own")
    assert counts["own"] >= 300
    assert counts["number"] >= 300
    assert min(counts.values()) >= 50


TUNE, HELD = (next(name for name in "abcdefgh" if part_of(name) == part) for part in ("tune", "held"))


def test_shares_are_of_what_is_rated_supported():
    ratings = {
        Control(TUNE, "own", "one"): "supported",
        Control(TUNE, "own", "two"): "not_enough_evidence",
        Control(HELD, "own", "three"): "supported",
        Control(TUNE, "number", "four"): "supported",
        Control(HELD, "number", "five"): "refuted",
        Control(HELD, "place", "six"): "supported",
    }
    scored = score_ratings(ratings)
    figures = {one.name: (one.tune, one.held, one.count) for one in scored.measures}
    assert figures == {
        "controls.own_supported": (0.5, 1.0, 1),
        "controls.altered_supported": (1.0, 0.5, 2),
        "controls.altered_supported.number": (1.0, 0.0, 1),
        "controls.altered_supported.polarity": (None, None, 0),
        "controls.altered_supported.place": (None, 1.0, 1),
    }
    assert scored.errors == (f"{TUNE} own: not_enough_evidence: two", f"{TUNE} number: supported: four")
