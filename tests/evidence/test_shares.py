"""The shares that a source gives: each with whom it is of, on which side, when, and by how much it moved."""

import pytest

from factdesk.evidence.passages import ParsedSource

FERRY = (
    "Of the 840 islanders who replied, 61 percent want the ferry kept and 27 percent would not miss it; one "
    "in twelve had no opinion. Women are keener: 70 percent of them want it kept."
)


def _shares(text):
    source = ParsedSource(text)
    return [(str(one.value.low), one) for one in source.shares.entries]


def test_a_share_is_of_the_people_named_before_it_or_with_it():
    named = {low: one.people and one.people.span.cut(FERRY) for low, one in _shares(FERRY)}

    assert named["61"].startswith("islanders")
    assert named["27"].startswith("islanders")
    assert named["70"] == "Women"


def test_bare_figures_take_the_subject_of_those_before_them_and_keep_their_year():
    text = "Of those asked 61 percent favoured the ferry, 27 percent opposed it. In 2019 they were 55 and 38."
    old = {low: one for low, one in _shares(text) if low in ("55", "38")}

    assert [old["55"].side.end, old["38"].side.end] == ["for", "against"]
    assert old["55"].times == {"2019"}
    assert any(term.word == "ferry" for term in old["55"].own.terms)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Trust in the council stood at 29%, five points down on December.", "-5"),
        ("The Meadow Party is on 34 percent, up three.", "3"),
        ("The bloc took 28.5 per cent of the votes, a point and a half more than last time.", "1.5"),
        ("Trust in the council stood at 29%.", None),
    ],
)
def test_a_share_is_read_with_its_move(text, moved):
    ((_, entry),) = _shares(text)

    assert (entry.moved and f"{entry.moved.low}") == moved


@pytest.mark.parametrize(
    ("text", "lows"),
    [
        ("Of the 900 asked between May 2 and 9, 44 percent agreed.", ["44"]),
        ("Among those under 30 the share was 83 per cent.", ["83"]),
        ("Women oppose the levy by 51 to 40.", ["51", "40"]),
    ],
)
def test_days_and_ages_are_no_shares(text, lows):
    assert [low for low, _ in _shares(text)] == lows


def test_the_second_of_a_pair_is_of_the_other_side():
    first, second = (one for _, one in _shares("Women oppose the levy by 51 to 40."))

    assert (first.side.end, second.side.end) == ("against", "for")


def test_what_holds_under_a_condition_is_marked_and_what_is_denied_is_no_share():
    assert [
        one.is_supposed for _, one in _shares("If the fare fell, 69 per cent of voters would back it.")
    ] == [True]
    assert not _shares("It is not true that 69 per cent of voters back the fare.")


def test_a_share_of_things_is_marked():
    ((_, entry),) = _shares("The survey found nine schools in ten open.")

    assert entry.is_of_things
