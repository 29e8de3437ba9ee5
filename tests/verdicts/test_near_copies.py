"""A claim that keeps a sentence of its source and changes a word of it is not backed by that sentence."""

from __future__ import annotations

import pytest

from factdesk.model import Span
from factdesk.verdicts.near_copies import find_alteration
from factdesk.verdicts.pair_answers import judge_pair

SENTENCE = (
    "In a poll of 1,200 drivers by the motoring club of Zwolle, "
    "61 per cent said yes to lower speeds, up from 48."
)


def changed(claim: str, source: str, figures: tuple[Span, ...] = ()) -> tuple[str, str] | None:
    found = find_alteration(claim, figures, [Span(0, len(source))], source)
    return found and (found.claimed.cut(claim), found.found.cut(source))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Zwolle", "Arnhem", ("Arnhem", "Zwolle")),
        ("said yes", "said no", ("no", "yes")),
        ("up from", "down from", ("down", "up")),
        ("lower", "higher", ("higher", "lower")),
        ("drivers", "cyclists", ("cyclists", "drivers")),
        ("said yes", "did not say yes", ("did not say", "said")),
        ("1,200", "1,900", ("1,900", "1,200")),
        ("from 48.", "from 43.", ("43", "48")),
    ],
)
def test_a_changed_word_of_a_copy_is_found(old: str, new: str, told: tuple[str, str]) -> None:
    claim = SENTENCE.replace(old, new)
    assert changed(claim, SENTENCE) == told
    assert judge_pair(claim, SENTENCE)["rating"] != "supported"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("In a poll", "In one poll"),
        ("61 per cent", "61 percent"),
        ("motoring club", "club for motorists"),
        ("said yes", "say yes"),
        ("1,200", "1,000"),
    ],
)
def test_another_way_to_say_the_same_is_no_change(old: str, new: str) -> None:
    source = SENTENCE.replace("1,200", "1,013") if new == "1,000" else SENTENCE
    claim = SENTENCE.replace(old, new)
    assert changed(claim, source) is None


def test_the_nearest_sentence_counts() -> None:
    source = (
        "A return ticket from Zwolle to the islands costs 34 euros in summer. "
        "A return ticket from Arnhem to the islands costs 41 euros in summer."
    )
    claim = "A return ticket from Arnhem to the islands costs 41 euros in the summer."
    assert judge_pair(claim, source)["rating"] == "supported"


def test_a_short_sentence_and_one_in_other_words_are_no_copies() -> None:
    assert changed("Tickets to Arnhem cost 41 euros.", "Tickets to Zwolle cost 41 euros.") is None
    retold = "Three drivers in five want to go slower, the club found when it asked them this spring."
    assert changed(retold, SENTENCE) is None


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (
            "A litre of milk from the dairy in Zwolle costs 1.40 euros at the farm gate.",
            "farm gate",
            "shop door",
        ),
        ("A litre of milk from the dairy in Zwolle costs 1.40 euros, up from 1.20 in May.", "up", "down"),
        ("A return ticket to the islands costs 34 euros on all weekday mornings.", "mornings", "evenings"),
        ("Every seat in the town hall of Zwolle was sold out by Friday noon, it says.", "town", "old"),
    ],
)
def test_the_change_is_told(source: str, old: str, new: str) -> None:
    answer = judge_pair(source.replace(old, new), source)
    assert answer["rating"] == "not_enough_evidence"
    assert [one["code"] for one in answer["reasons"]] == ["altered_copy"]
    assert f"has “{old}” where the claim has “{new}”" in answer["reasons"][0]["sentence"]
    assert [one["quote"] for one in answer["evidence"]] == [source]


def test_a_tail_with_a_not_of_its_own_takes_nothing_back() -> None:
    source = "A return ticket from Zwolle to the islands costs 34 euros, not 31 as we first wrote."
    assert changed("A return ticket from Zwolle to the islands costs 34 euros.", source) is None
