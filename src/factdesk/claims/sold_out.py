"""Compares sell-outs: the state, then what, where and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from factdesk.claims.aligning import Window, times_in, window_around
from factdesk.claims.alike import Term
from factdesk.claims.everywhere import compare_reach, is_of_places
from factdesk.claims.findings import Finding
from factdesk.claims.names import Name, names_in
from factdesk.claims.side_figures import compare_side_figures
from factdesk.claims.stands import is_supposed, opposed_axes, read_stands
from factdesk.claims.statements import compare_surroundings
from factdesk.claims.stock_heads import compare_heads, subject_terms
from factdesk.claims.stock_reading import is_english, stock_pattern
from factdesk.claims.stock_times import (
    compare_before_and_after,
    compare_listed_days,
    compare_spans_of_days,
    is_of_another_date,
    names_on_the_other_way,
)
from factdesk.claims.stock_words import (
    Spoken,
    all_told,
    is_of_the_others,
    narrowing_words,
    other_slots,
    share_own,
    share_spoken,
    spoken_in,
    telling_words,
    with_spoken,
)
from factdesk.model import Facet, FacetComparison, FacetName, FacetOutcome, Span
from factdesk.text.places import find_places

_M, _W, _C = FacetOutcome.MATCH, FacetOutcome.WEAKER, FacetOutcome.CONFLICT
STOCK_ENDS = frozenset({"available", "sold_out"})

SAME_WORDS = 0.75
"""Share of a claim's words that a clause of the other state must hold before it contradicts the claim."""

_COUNTED = re.compile(r"\b\d[\d,.]*\b")
"""A claim of all 1,900 tickets speaks of those, not of every ticket that there is."""

OWN_WORDS = 0.3
"""Share of them that must stand in the clause itself, or in what it refers back to."""

STATES: dict[tuple[str, str], FacetOutcome] = {
    ("sold_out", "nearly_sold_out"): _W,
    ("sold_out", "limited"): _C,
    ("sold_out", "available"): _C,
    ("nearly_sold_out", "sold_out"): _W,
    ("nearly_sold_out", "limited"): _W,
    ("nearly_sold_out", "available"): _W,
    ("limited", "sold_out"): _C,
    ("limited", "nearly_sold_out"): _M,
    ("limited", "available"): _W,
    ("available", "sold_out"): _C,
    ("available", "nearly_sold_out"): _M,
    ("available", "limited"): _M,
}
"""What a found state says of a claimed one: (claimed, found). Few left is still some left."""


def compare_sellouts(
    claimed: Finding, text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed sell-out with a found one, facet by facet."""
    state = _compare_states(claimed, found)
    if state is None:
        return ()
    spoken = spoken_in(found, found_text)
    narrower = narrowing_words(claimed, found, found_text, spoken)
    told = telling_words(claimed, subject_terms(claimed, text))
    held = spoken.own
    if state.outcome is FacetOutcome.CONFLICT:  # "for the second there are still seats" denies both shows
        held = held.joined(spoken.before)
    heads = compare_heads(claimed, text, found, found_text, spoken, held)
    if state.outcome is FacetOutcome.CONFLICT and not (
        _is_firm(claimed, found)
        and not any(one.outcome is FacetOutcome.ABSENT for one in heads)
        and _is_of_the_same(claimed, text, found, spoken, told, narrower)
    ):
        state = replace(state, outcome=FacetOutcome.INCOMPARABLE)
    window = with_spoken(_window(found, found_text), spoken)
    away = names_on_the_other_way(claimed.quote.cut(text), spoken.clause.cut(found_text))
    around = [
        one
        for one in compare_surroundings(claimed, text, window, spoken.clause)
        if not _says_state_again(one) and not (one.facet is FacetName.ENTITY and one.claimed in away)
    ]
    return (
        state,
        *heads,
        *_compare_parts_of_stock(claimed, told, narrower, spoken),
        *(_widened(_referred_back(one, claimed, text, spoken), claimed, found, narrower) for one in around),
        *(FacetComparison(FacetName.ENTITY, name, "", FacetOutcome.ABSENT) for name in away),
        *_compare_both(claimed, found),
        *(
            FacetComparison(FacetName.ITEM, said, "", FacetOutcome.ABSENT)
            for said in other_slots(claimed, spoken, found_text)
        ),
        *compare_reach(claimed, text, found.sentence, found_text),
        *compare_listed_days(claimed, text, window),
        *compare_spans_of_days(claimed, text, window),
        *compare_before_and_after(claimed, text, window),
        *compare_side_figures(claimed, text, found, window),
    )


def _says_state_again(one: FacetComparison) -> bool:
    """Whether a facet of stance only compares words of stock: the states are compared already."""
    stands = read_stands(one.claimed)
    return one.facet is FacetName.ANSWER and bool(stands) and all(stand.axis == "stock" for stand in stands)


def _is_firm(claimed: Finding, found: Finding) -> bool:
    return not (_is_doubtful(claimed, claimed.text) or _is_doubtful(found, found.text))


def _compare_parts_of_stock(
    claimed: Finding, told: Sequence[Term], narrower: Sequence[Term], spoken: Spoken
) -> tuple[FacetComparison, ...]:
    """Compare which part of a stock is spoken of: the part claimed must be said, and no smaller one."""
    compared = []
    if not all_told(told, claimed, spoken):
        said = " ".join(term.word for term in told) or claimed.text
        compared.append(FacetComparison(FacetName.ITEM, said, "", FacetOutcome.ABSENT))
    if is_of_the_others(claimed, spoken):
        compared.append(FacetComparison(FacetName.ITEM, claimed.text, "", FacetOutcome.ABSENT))
    state = claimed.facet(FacetName.STATE)
    if narrower and state is not None and state.norm in _OF_THE_WHOLE:
        item = claimed.facet(FacetName.ITEM)
        span = narrower[0].span.shifted(spoken.clause.start)
        said = item.text if item else state.text
        compared.append(FacetComparison(FacetName.SCOPE, said, narrower[0].word, FacetOutcome.WEAKER, span))
    return tuple(compared)


_PLACED = re.compile(r"\b(?:in|at|to|from|near|of|for)\s+(?:the\s+)?\Z", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_TWO = re.compile(r"\b(?:both|two|all|every|each)\b", re.IGNORECASE)


def _compare_both(claimed: Finding, found: Finding) -> tuple[FacetComparison, ...]:
    """Return a wider scope for "both coaches" where a clause speaks of one coach."""
    both = _BOTH.search(claimed.text)
    if both is None or claimed.parts or _TWO.search(found.text):
        return ()
    return (FacetComparison(FacetName.SCOPE, both.group(), "", FacetOutcome.WEAKER),)


def _referred_back(one: FacetComparison, claimed: Finding, text: str, spoken: Spoken) -> FacetComparison:
    """Return the name of a person or group as matched that "her show" refers back to."""
    if one.facet is not FacetName.ENTITY or one.outcome is not FacetOutcome.ABSENT:
        return one
    quote = claimed.quote.cut(text)
    name = next((name for name in names_in(quote) if name.text == one.claimed), None)
    if name is None or find_places(one.claimed) or _is_place_of(quote, name):
        return one
    return (
        replace(one, outcome=FacetOutcome.MATCH, found=one.claimed) if name.stands_in(spoken.before) else one
    )


def _is_place_of(quote: str, name: Name) -> bool:
    """Whether a claim says a name as the place of something; whose a thing is is told by "of" alone."""
    before = _PLACED.search(quote, 0, name.span.start)
    return before is not None and not before.group().lower().startswith("of")


_OF_THE_WHOLE = frozenset({"sold_out", "nearly_sold_out"})
"""States that hold of a whole only where they hold of all its parts."""


def _widened(
    one: FacetComparison, claimed: Finding, found: Finding, narrower: Sequence[Term]
) -> FacetComparison:
    """Return "all the tickets" as matched by "the tickets are sold out", which says so of all of them."""
    state, item = claimed.facet(FacetName.STATE), found.facet(FacetName.ITEM)
    is_all = one.facet is FacetName.SCOPE and one.outcome is FacetOutcome.WEAKER and not one.found
    if (
        not is_all
        or is_of_places(one.claimed, claimed.text)
        or narrower
        or state is None
        or state.norm != "sold_out"
        or item is None
    ):
        return one
    if _is_narrowed(claimed, found):
        return one
    is_plural = item.text.endswith("s") and not stock_pattern("partial").search(found.text)
    return replace(one, outcome=FacetOutcome.MATCH, found=item.text, span=item.span) if is_plural else one


_NARROWED = re.compile(r"\b(?:on|in|at|from|to|for)\s+(?:the\s+)?(?P<which>[A-Z0-9][\w’'-]*)")


def _is_narrowed(claimed: Finding, found: Finding) -> bool:
    """Whether a clause says of which days or places its things are, and the claim does not.

    "The cruises on Friday are full" is not said of all the cruises.
    """
    item, state = (found.facet(name) for name in (FacetName.ITEM, FacetName.STATE))
    if item is None or state is None or item.span is None or state.span is None:
        return False
    start = found.quote.start
    between = found.text[max(0, item.span.end - start) : max(0, state.span.start - start)]
    return any(match["which"] not in claimed.text for match in _NARROWED.finditer(between))


def _is_doubtful(finding: Finding, words: str = "") -> bool:
    """Whether the plain words of a state, or of its clause, say the opposite of how it was read."""
    state = finding.facet(FacetName.STATE)
    said = words or (state.text if state else "")
    stands = [stand for stand in read_stands(said) if stand.axis == "stock"]
    read = {"available" if (stand.end == "in") is not stand.is_negated else "sold_out" for stand in stands}
    return state is not None and bool(read) and state.norm in STOCK_ENDS and state.norm not in read


def _is_of_the_same(
    claimed: Finding,
    text: str,
    found: Finding,
    spoken: Spoken,
    told: Sequence[Term],
    narrower: Sequence[Term],
) -> bool:
    """Whether a clause of the other state speaks of what the claim speaks of.

    Of a claim of all ("every performance") it need speak of one only.
    """
    turned = [
        ours.span.shifted(claimed.quote.start)
        for ours, _ in opposed_axes(claimed.quote.cut(text), found.text)
    ]
    terms = [
        term
        for term in subject_terms(claimed, text)
        if not any(one.overlaps(term.span.shifted(claimed.quote.start)) for one in turned)
    ]
    state = claimed.facet(FacetName.STATE)
    quote = claimed.quote.cut(text)
    is_of_all = stock_pattern("universal").search(quote) is not None and not _COUNTED.search(quote)
    if not all_told(told, claimed, spoken) or is_of_another_date(quote, found.text):
        return False
    if is_of_all and state is not None and state.norm == "sold_out":
        return share_spoken(terms, spoken) >= SAME_WORDS
    if narrower:
        return False
    return share_spoken(terms, spoken) >= SAME_WORDS and share_own(terms, spoken) >= OWN_WORDS


def _compare_states(claimed: Finding, found: Finding) -> FacetComparison | None:
    ours, theirs = claimed.facet(FacetName.STATE), found.facet(FacetName.STATE)
    if ours is None or theirs is None:
        return None
    outcome = (
        _M if ours.norm == theirs.norm else STATES.get((ours.norm, theirs.norm), FacetOutcome.INCOMPARABLE)
    )
    return FacetComparison(FacetName.STATE, ours.text, theirs.text, outcome, theirs.span)


def _window(found: Finding, found_text: str) -> Window:
    """Return the clause as window where it names something itself, else the sentence."""
    own = found.quote.cut(found_text)
    has_names = bool(names_in(own) or times_in(own))
    if not has_names:
        return window_around(found_text, found.sentence)
    return window_around(found_text, found.quote, closed_in=found.sentence)


def stock_finding(sentence: Span, text: str) -> tuple[Finding, ...]:
    """Return what a sentence says of stock in plain words ("plenty", "agotado"), where the finder is silent.

    A sentence that names both ends says too much for this reading.
    """
    words = sentence.cut(text)
    if is_supposed(words) or "?" in words or not is_english(words):
        return ()
    stands = [stand for stand in read_stands(words) if stand.axis == "stock"]
    states = {"available" if (stand.end == "in") is not stand.is_negated else "sold_out" for stand in stands}
    if len(states) != 1:
        return ()
    span = stands[0].span.shifted(sentence.start)
    state = Facet(FacetName.STATE, span.cut(text), states.pop(), span)
    return (Finding("sellout", sentence, sentence, words, (), (state,), (), ()),)
