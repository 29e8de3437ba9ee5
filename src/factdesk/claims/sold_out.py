"""Compares sell-outs: the state, then what, where and when."""

from __future__ import annotations

from dataclasses import replace

from factdesk.claims.aligning import Window, names_in, window_around
from factdesk.claims.alike import coverage, opposed_axes, read_terms
from factdesk.claims.facet_comparisons import plain_words
from factdesk.claims.findings import Finding
from factdesk.claims.statements import compare_surroundings
from factdesk.model import FacetComparison, FacetName, FacetOutcome

_M, _W, _C = FacetOutcome.MATCH, FacetOutcome.WEAKER, FacetOutcome.CONFLICT
SAME_WORDS = 0.7
"""Share of a claim's words that a clause of the other state must hold before it contradicts the claim."""

STATES: dict[tuple[str, str], FacetOutcome] = {
    ("sold_out", "nearly_sold_out"): _W,
    ("sold_out", "limited"): _W,
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
    window = _window(found, found_text)
    if state.outcome is FacetOutcome.CONFLICT and not _is_of_the_same(claimed, text, window):
        state = replace(state, outcome=FacetOutcome.INCOMPARABLE)
    return (state, *_compare_heads(claimed, found), *compare_surroundings(claimed, text, window))


def _is_of_the_same(claimed: Finding, text: str, window: Window) -> bool:
    """Whether the clause itself, not its surroundings, speaks of what the claim speaks of."""
    own = window.sentence.cut(window.text)
    turned = [
        ours.span.shifted(claimed.quote.start) for ours, _ in opposed_axes(claimed.quote.cut(text), own)
    ]
    state = claimed.facet(FacetName.STATE)
    without = [*turned, state.span] if state and state.span else turned
    return coverage(plain_words(claimed, text, without), window.sentence_terms) >= SAME_WORDS


def _compare_states(claimed: Finding, found: Finding) -> FacetComparison | None:
    ours, theirs = claimed.facet(FacetName.STATE), found.facet(FacetName.STATE)
    if ours is None or theirs is None:
        return None
    outcome = (
        _M if ours.norm == theirs.norm else STATES.get((ours.norm, theirs.norm), FacetOutcome.INCOMPARABLE)
    )
    return FacetComparison(FacetName.STATE, ours.text, theirs.text, outcome, theirs.span)


def _compare_heads(claimed: Finding, found: Finding) -> tuple[FacetComparison, ...]:
    """Compare what is sold: tickets, flights, rooms; a word that says the same matches."""
    ours, theirs = claimed.facet(FacetName.ITEM), found.facet(FacetName.ITEM)
    if ours is None:
        return ()
    terms = read_terms(found.text)
    heads = read_terms(ours.text).terms[-1:]
    alike = all(terms.holds(term) for term in heads)
    outcome = FacetOutcome.MATCH if alike else FacetOutcome.ABSENT
    shown = theirs.text if theirs else ""
    return (FacetComparison(FacetName.ITEM, ours.text, shown, outcome, theirs.span if theirs else None),)


def _window(found: Finding, found_text: str) -> Window:
    """Return the clause as window where it names something itself, else the sentence."""
    has_names = bool(names_in(found.quote.cut(found_text)))
    return window_around(found_text, found.quote if has_names else found.sentence, is_closed=has_names)
