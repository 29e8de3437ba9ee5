"""Words of a claim that no passage backs: what is marked, and what is not, on texts of our own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.evidence.passages import ParsedSource
from factdesk.model import Span
from factdesk.verdicts.pair_answers import judge_pair
from factdesk.verdicts.unsupported import LookedIn, find_unsupported, within

OPENING = (
    "The new swimming hall in Tampere opened on Monday. It has eight lanes and a diving tower.\n\n"
    "A day ticket for adults costs 9 euros, and pupils pay half of that.\n\n"
    "The architect, Aino Virtanen, had won the competition four years earlier."
)


def marked(claim: str, source: str = OPENING) -> list[str]:
    return [span.cut(claim) for span in find_unsupported(claim, [LookedIn(ParsedSource(source))])]


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("The swimming hall in Tampere opened on Monday in the presence of the president.", "president"),
        ("A day ticket for the swimming hall costs 11 euros.", "11"),
        ("The architect Aino Virtanen, born in Lapland, won the competition.", "Lapland"),
        ("The swimming hall in Oulu opened on Monday.", "Oulu"),
        ("The swimming hall in Tampere opened on 14 March 2019.", "14 March 2019"),
    ],
)
def test_words_that_no_passage_has_are_marked(claim, words):
    assert any(words in one for one in marked(claim))


@pytest.mark.parametrize(
    "claim",
    [
        "The new swimming hall in Tampere opened on Monday.",
        "A day ticket for adults costs 9 euros.",
        "The hall has eight lanes and a diving tower.",
    ],
)
def test_nothing_is_marked_in_what_the_source_says(claim):
    assert marked(claim) == []


def test_words_that_one_of_several_sources_backs_are_not_marked():
    claim = "The swimming hall in Tampere opened on Monday, and a bus stops there."
    bus = ParsedSource("A bus stops at the swimming hall in Tampere, which opened on Monday.")

    assert any("bus" in one for one in marked(claim))
    both = find_unsupported(claim, [LookedIn(ParsedSource(OPENING)), LookedIn(bus)])
    assert not any("bus" in span.cut(claim) for span in both)


def test_nothing_is_marked_where_nothing_was_looked_at():
    assert find_unsupported("The hall opened.", []) == ()
    assert find_unsupported("The hall opened.", [LookedIn(ParsedSource(""))]) == ()
    assert find_unsupported("?!", [LookedIn(ParsedSource(OPENING))]) == ()


def test_a_claim_whose_facets_all_match_gets_fewer_marks():
    claim = "The swimming hall of Tampere was opened with songs in June by Aino Virtanen and her aunt."
    looked_in = [LookedIn(ParsedSource(OPENING))]
    plain = find_unsupported(claim, looked_in)
    sure = find_unsupported(claim, looked_in, is_shown=True)

    assert all(any(one.covers(inner) for one in plain) for inner in sure)
    assert sum(len(span.cut(claim)) for span in sure) < sum(len(span.cut(claim)) for span in plain)


def test_marks_are_cut_to_the_quote():
    assert within([Span(0, 4), Span(8, 12), Span(20, 22)], Span(2, 10)) == (Span(0, 2), Span(6, 8))


def test_the_answer_to_a_pair_names_the_words():
    claim = "In Tampere a day ticket for the swimming hall costs 9 euros and comes with a towel."
    answer = judge_pair(claim, OPENING)

    assert answer["unsupported"]
    assert all(claim[one["start"] : one["end"]] == one["text"] for one in answer["unsupported"])
    assert any("towel" in one["text"] for one in answer["unsupported"])


@given(st.text(max_size=150), st.text(max_size=200))
def test_marks_are_in_order_and_slice_back(claim, source):
    found = find_unsupported(claim, [LookedIn(ParsedSource(source))])

    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(span.cut(claim).strip() for span in found)


def test_what_a_facet_matched_is_never_marked_and_what_none_shows_still_is() -> None:
    claim = "Flights from Tallinn to Portugal, Malta and Iceland were sold out."
    source = "Direct flights from Tallinn to Lisbon and Valletta were sold out."
    told = " ".join(one["text"] for one in judge_pair(claim, source)["unsupported"])
    assert "Iceland" in told
    assert not any(name in told for name in ("Portugal", "Malta"))
    assert "Portugal" in " ".join(marked(claim, source))
