"""Of whom a share is, on which side they stand: read from words alone."""

import pytest

from factdesk.claims.alike import read_terms
from factdesk.claims.poll_standing import Known, compare_people, read_people, read_side

NOTHING_KNOWN = Known(read_terms(""))


@pytest.mark.parametrize(
    ("text", "end", "is_told"),
    [
        ("favoured the toll", "for", True),
        ("opposed the toll", "against", True),
        ("do not want the school closed", "for", True),
        ("did not oppose the merger", "for", True),
        ("had not made up their minds", "unsure", True),
        ("have no opinion", "unsure", True),
        ("were against imports; most said no", "against", True),
        ("own a bicycle", "for", False),
    ],
)
def test_each_turning_word_turns_a_side_once(text, end, is_told):
    side = read_side(text)

    assert (side.end, side.is_told) == (end, is_told)
    assert all(span.cut(text) for span in side.words)


@pytest.mark.parametrize(
    ("text", "said", "head"),
    [
        ("Maltese shop workers want it", "Maltese shop workers", "workers"),
        ("members of the support staff refused", "members of the support staff", "staff"),
        ("voters aged over 60 disagree", "voters aged over 60", "voters"),
        ("people who own no car back it", "people who own no car", None),
    ],
)
def test_people_are_read_with_what_narrows_them(text, said, head):
    people = read_people(text, 0, len(text))

    assert text.find(people.span.cut(text)) == people.span.start
    assert said.endswith(people.span.cut(text)) or people.span.cut(text).startswith(said)
    assert (people.head and people.head.word) == head


def _compare(claimed, found, known=NOTHING_KNOWN):
    return compare_people(read_people(claimed, 0, len(claimed)), read_people(found, 0, len(found)), known)


@pytest.mark.parametrize(
    ("claimed", "found", "outcome"),
    [
        ("nurses", "nurses", "same"),
        ("nurses", "doctors", "other"),
        ("women", "men", "other"),
        ("voters", "voters over 60", "other"),
        ("voters over 60", "voters", "other"),
        ("Danes", "Swedes", "other"),
        ("Welsh farmers", "Scottish farmers", "other"),
        ("people who own a car", "those without a car", "other"),
        ("shop workers", "shoppers", "other"),
        ("adults", "people", "same"),
        ("adults", "teachers", "other"),
    ],
)
def test_people_are_the_same_or_others(claimed, found, outcome):
    assert _compare(claimed, found) == outcome


def test_a_group_is_that_of_a_general_word_only_where_the_source_is_of_it():
    known = Known(read_terms("A survey of 900 tenants"))

    assert _compare("tenants", "those polled", known) == "same"
    assert _compare("tenants", "those polled") == "unknown"
