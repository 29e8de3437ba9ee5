"""Compares sell-outs: the state, then what, where and when."""

from __future__ import annotations

from dataclasses import replace

from factdesk.claims.aligning import Window, clauses_of, times_in, window_around
from factdesk.claims.alike import Terms, coverage, read_terms
from factdesk.claims.facet_comparisons import plain_words
from factdesk.claims.findings import Finding
from factdesk.claims.names import names_in
from factdesk.claims.side_figures import compare_side_figures
from factdesk.claims.stands import is_supposed, opposed_axes, read_stands
from factdesk.claims.statements import TICKET_GROUP, compare_surroundings
from factdesk.model import Facet, FacetComparison, FacetName, FacetOutcome, Span
from factdesk.text.words import STOP_WORDS
from factdesk.text.words import words as words_of

_M, _W, _C = FacetOutcome.MATCH, FacetOutcome.WEAKER, FacetOutcome.CONFLICT
ENGLISH_SHARE = 0.2
"""Share of English stop words of a sentence that is read by its plain words."""

STOCK_ENDS = frozenset({"available", "sold_out"})

SAME_WORDS = 0.65
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
    if state.outcome is FacetOutcome.CONFLICT and (_is_doubtful(claimed) or _is_doubtful(found, found.text)):
        state = replace(state, outcome=FacetOutcome.INCOMPARABLE)
    if state.outcome is FacetOutcome.CONFLICT and not _is_of_the_same(claimed, text, found, found_text):
        state = replace(state, outcome=FacetOutcome.INCOMPARABLE)
    return (
        state,
        *_compare_heads(claimed, found, found_text),
        *compare_surroundings(claimed, text, window),
        *compare_side_figures(claimed, text, found, window),
    )


def _is_doubtful(finding: Finding, words: str = "") -> bool:
    """Whether the plain words of a state, or of its clause, say the opposite of how it was read."""
    state = finding.facet(FacetName.STATE)
    said = words or (state.text if state else "")
    stands = [stand for stand in read_stands(said) if stand.axis == "stock"]
    read = {"available" if (stand.end == "in") is not stand.is_negated else "sold_out" for stand in stands}
    return state is not None and bool(read) and state.norm in STOCK_ENDS and state.norm not in read


def _is_of_the_same(claimed: Finding, text: str, found: Finding, found_text: str) -> bool:
    """Whether the clause itself, not its surroundings, speaks of what the claim speaks of."""
    own = found.quote.cut(found_text)
    turned = [
        ours.span.shifted(claimed.quote.start) for ours, _ in opposed_axes(claimed.quote.cut(text), own)
    ]
    state = claimed.facet(FacetName.STATE)
    without = [*turned, state.span] if state and state.span else turned
    terms = [term for term in plain_words(claimed, text, without) if TICKET_GROUP not in term.groups]
    return coverage(terms, read_terms(own)) >= SAME_WORDS


def _compare_states(claimed: Finding, found: Finding) -> FacetComparison | None:
    ours, theirs = claimed.facet(FacetName.STATE), found.facet(FacetName.STATE)
    if ours is None or theirs is None:
        return None
    outcome = (
        _M if ours.norm == theirs.norm else STATES.get((ours.norm, theirs.norm), FacetOutcome.INCOMPARABLE)
    )
    return FacetComparison(FacetName.STATE, ours.text, theirs.text, outcome, theirs.span)


def _compare_heads(claimed: Finding, found: Finding, found_text: str) -> tuple[FacetComparison, ...]:
    """Compare what is sold: tickets, flights, rooms; a word that says the same matches."""
    ours, theirs = claimed.facet(FacetName.ITEM), found.facet(FacetName.ITEM)
    if ours is None:
        return ()
    said = found.text if theirs else found_text[found.sentence.start : found.quote.end]
    terms = read_terms(f"{theirs.text} {said}" if theirs else said)
    if _is_event_sold(ours, claimed, found):
        return (FacetComparison(FacetName.ITEM, ours.text, found.text, FacetOutcome.MATCH, found.quote),)
    state = claimed.facet(FacetName.STATE)
    heads = read_terms(ours.text).terms[-1:]
    stock = [term for term in read_terms(state.text).terms if term.weight >= 1] if state else []
    alike = any(terms.holds(term) for term in (*heads, *stock)) and not _is_of_other_stock(
        claimed, found, found_text
    )
    outcome = FacetOutcome.MATCH if alike else FacetOutcome.ABSENT
    if alike and not _has_qualifiers(ours.text, terms.joined(read_terms(found.sentence.cut(found_text)))):
        outcome = FacetOutcome.WEAKER
    shown = theirs.text if theirs else ""
    return (FacetComparison(FacetName.ITEM, ours.text, shown, outcome, theirs.span if theirs else None),)


def _is_of_other_stock(claimed: Finding, found: Finding, found_text: str) -> bool:
    """Whether the clause says of another thing that it is out ("it is money that is out of stock")."""
    state = found.facet(FacetName.STATE)
    if state is None or state.span is None:
        return False
    ours = read_terms(claimed.text)
    clauses = clauses_of(found_text, Span(found.sentence.start, state.span.start))
    said = read_terms(clauses[-1].cut(found_text)).terms if clauses else ()
    # The last of a list ("to Oslo and Vienna") is no other stock: it is where the same stock is sold.
    listed = read_terms(" ".join(entity.text for entity in found.facets_named(FacetName.ENTITY)))
    own = [
        term
        for term in said
        if term.weight >= 1 and TICKET_GROUP not in term.groups and not listed.holds(term)
    ]
    return bool(own) and not any(ours.holds(term) for term in own)


def _has_qualifiers(item: str, terms: Terms) -> bool:
    """Whether the words before the noun ("camping passes", "day tickets") stand in the clause too."""
    qualifiers = [term for term in read_terms(item).terms[:-1] if term.weight >= 1]
    return all(terms.holds(term) for term in qualifiers)


def _is_event_sold(item: Facet, claimed: Finding, found: Finding) -> bool:
    """Whether the source says of the event what the claim says of its tickets: "the premiere is sold out"."""
    if not any(TICKET_GROUP in term.groups for term in read_terms(item.text).terms[-1:]):
        return False
    theirs = read_terms(found.text)
    events = [
        term
        for term in read_terms(claimed.text).terms
        if term.weight >= 1 and TICKET_GROUP not in term.groups
    ]
    return any(theirs.holds(term) for term in events) and TICKET_GROUP not in theirs.groups


def _window(found: Finding, found_text: str) -> Window:
    """Return the clause as window where it names something itself, else the sentence."""
    own = found.quote.cut(found_text)
    has_names = bool(names_in(own) or times_in(own))
    if not has_names:
        return window_around(found_text, found.sentence)
    return window_around(found_text, found.quote, closed_in=found.sentence)


def is_english(sentence: str) -> bool:
    """Whether enough small words are English: "ausverkauft" counts in an English sentence only."""
    said = [word for word, _ in words_of(sentence)]
    return sum(word in STOP_WORDS for word in said) >= ENGLISH_SHARE * len(said)


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
