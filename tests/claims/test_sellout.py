"""What a sell-out carries: its item, places, dates, parts and flags, and what its pronouns stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.claims.find import find_claims
from factdesk.claims.findings import Finding
from factdesk.claims.sellout_phrases import read_noun
from factdesk.claims.sellout_tokens import read_tokens
from factdesk.model import FacetName, Flag, Span

WORDS = [
    "no",
    "every",
    "six",
    "of",
    "the",
    "seats",
    "left",
    "gone",
    "were",
    "by",
    "noon",
    "and",
    ",",
    "(",
    ")",
    "they",
    "still",
    "have",
    "not",
    "sold",
    "out",
]


def sellouts(text: str) -> list[Finding]:
    return [one for one in find_claims(text) if one.kind == "sellout" and not one.is_set_aside]


def said(finding: Finding, name: FacetName) -> list[str]:
    return [facet.text for facet in finding.facets_named(name)]


def states(text: str) -> list[str]:
    return [said_state(one) for one in sellouts(text)]


def said_state(finding: Finding) -> str:
    state = finding.facet(FacetName.STATE)
    assert state is not None
    return state.norm


def test_a_pronoun_takes_its_item_and_place_from_the_only_noun_that_fits() -> None:
    [found] = sellouts("Tickets for the Leeds show went on sale at nine. They went in an hour.")
    assert said(found, FacetName.ITEM) == ["Tickets"]
    assert said(found, FacetName.ENTITY) == ["Leeds"]
    assert Flag.UNCERTAIN not in found.flags


def test_a_pronoun_that_may_stand_for_two_nouns_is_flagged() -> None:
    before = "Seats for the opera in Verona and rooms at the Bellini were released on Monday."
    [found] = sellouts(f"{before} They were gone by noon.")
    assert Flag.UNCERTAIN in found.flags


def test_both_dates_take_their_places_from_the_sentence_before() -> None:
    [found] = sellouts("The band plays Hamburg and Kiel in May. Both dates sold out on Friday.")
    assert said(found, FacetName.ENTITY) == ["Hamburg", "Kiel"]
    assert Flag.UNCERTAIN not in found.flags


def test_two_places_spoken_of_before_leave_it_uncertain_which_is_meant() -> None:
    [found] = sellouts(
        "Lodz heard of the concert. Cork heard of the concert too. The tickets were gone in minutes."
    )
    assert Flag.UNCERTAIN in found.flags


def test_two_dates_of_one_sentence_are_two_claims_each_with_its_own() -> None:
    first, second = sellouts("The Saturday night is gone, Sunday still has seats.")
    assert (said_state(first), said_state(second)) == ("sold_out", "available")
    assert said(first, FacetName.TIME) == ["Saturday"]
    assert said(second, FacetName.TIME) == ["Sunday"]


def test_the_date_of_another_clause_is_not_lent() -> None:
    first, second = sellouts("The outbound leg is fully booked; the return has seats on the 4th.")
    assert said(first, FacetName.TIME) == []
    assert said(second, FacetName.TIME) == ["on the 4th"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Flights to Oslo, Bergen and Tromsø are sold out until Sunday.", ["Oslo", "Bergen", "Tromsø"]),
        ("Bread, milk and eggs were all gone by ten.", ["Bread", "milk", "eggs"]),
    ],
)
def test_each_of_a_list_is_a_part_with_its_span(text: str, parts: list[str]) -> None:
    [found] = sellouts(text)
    assert [part.text for part in found.parts] == parts
    assert [part.span.cut(text) for part in found.parts] == parts


@pytest.mark.parametrize(
    ("amount", "state"),
    [
        ("Every seat", "sold_out"),
        ("The last ten seats", "sold_out"),
        ("Nearly all the seats", "nearly_sold_out"),
        ("All but six of the seats", "nearly_sold_out"),
    ],
)
def test_the_amount_decides_what_gone_means(amount: str, state: str) -> None:
    assert states(f"{amount} for the gala had gone by noon.") == [state]


@pytest.mark.parametrize(
    ("amount", "state"),
    [
        ("Not one seat was", "sold_out"),
        ("Only six seats were", "nearly_sold_out"),
        ("A few seats were", "limited"),
        ("Hundreds of seats were", "available"),
    ],
)
def test_the_amount_decides_what_left_means(amount: str, state: str) -> None:
    assert states(f"{amount} left for the gala.") == [state]


@pytest.mark.parametrize("denial", ["The hotel is not full.", "The chain denied that the hotel was full."])
def test_a_denied_sell_out_is_available(denial: str) -> None:
    assert states(denial) == ["available"]


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_noun_phrases_stand_inside_the_sentence(text: str) -> None:
    tokens = read_tokens(text, Span(0, len(text)))
    for start in range(len(tokens)):
        noun = read_noun(tokens, start, len(tokens))
        assert noun is None or start <= noun.start <= noun.end <= len(tokens)


@given(st.text(max_size=200))
def test_tokens_slice_back(text: str) -> None:
    for token in read_tokens(text, Span(0, len(text))).all:
        assert token.span.cut(text).lower().replace("’", "'") == token.word


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Six in ten Poles back the plan. The hotel is full until June.", []),
        ("Germany voted on Sunday. The tickets sold out in an hour.", []),
        ("She played two concerts in Leeds. The tickets sold out in an hour.", ["Leeds"]),
    ],
)
def test_places_come_only_from_a_sentence_about_things_for_sale(text: str, entities: list[str]) -> None:
    (found,) = [one for one in find_claims(text) if one.kind == "sellout"]
    assert [facet.text for facet in found.facets_named(FacetName.ENTITY)] == entities
