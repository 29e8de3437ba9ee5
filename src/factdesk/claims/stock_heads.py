"""Compares what is sold: the noun of a claim with what a clause of a source is about."""

from __future__ import annotations

from factdesk.claims.alike import Term, Terms, coverage, read_terms
from factdesk.claims.facet_comparisons import plain_words
from factdesk.claims.findings import Finding
from factdesk.claims.names import TIME_NAME
from factdesk.claims.statements import SOLD_GROUPS, TICKET_GROUP
from factdesk.claims.stock_words import Spoken, is_plain, is_time_noun, spoken_in
from factdesk.model import Facet, FacetComparison, FacetName, FacetOutcome

ALL_BUT_SAID = 0.8
"""A clause that holds this share of a claim's words speaks of the same thing, whatever noun is sold."""


def subject_terms(claimed: Finding, text: str) -> tuple[Term, ...]:
    """Return the plain words of a claim but for its state and the nouns that only say "ticket"."""
    state = claimed.facet(FacetName.STATE)
    without = [state.span] if state and state.span else []
    terms = plain_words(claimed, text, without)
    return tuple(term for term in terms if TICKET_GROUP not in term.groups and not is_time_noun(term))


def compare_heads(
    claimed: Finding, text: str, found: Finding, found_text: str, spoken: Spoken, held: Terms
) -> tuple[FacetComparison, ...]:
    """Compare what is sold: tickets, flights, rooms; a word that says the same matches.

    A clause in whose words, ``held``, nearly all of the claim stands speaks of the same, whatever the noun.
    """
    ours, theirs = claimed.facet(FacetName.ITEM), found.facet(FacetName.ITEM)
    if ours is None:
        return ()
    terms = read_terms(f"{theirs.text} {spoken.said}" if theirs else spoken.said).joined(spoken.before)
    if _is_event_sold(ours, claimed, found):
        return (FacetComparison(FacetName.ITEM, ours.text, found.text, FacetOutcome.MATCH, found.quote),)
    state = claimed.facet(FacetName.STATE)
    heads = read_terms(ours.text).terms[-1:]
    said_again = read_terms(state.text).terms if state else ()
    stock = [term for term in said_again if term.weight >= 1 and not term.groups & SOLD_GROUPS]
    alike = any(terms.holds(term) for term in (*heads, *stock)) and not _is_of_other_stock(
        claimed, found, found_text
    )
    subject = subject_terms(claimed, text)
    is_in_state = state is not None and state.span and ours.span and state.span.overlaps(ours.span)
    alike = alike or (bool(subject) and not is_in_state and coverage(subject, held) >= ALL_BUT_SAID)
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
    item = found.facet(FacetName.ITEM)
    if item is not None and any(TICKET_GROUP in term.groups for term in read_terms(item.text).terms[-1:]):
        return False  # "by noon the ferry tickets": the noun tells the stock, not the words around it
    clause = spoken_in(found, found_text).clause
    said = read_terms(found_text[clause.start : max(clause.start, state.span.start)]).terms
    # The last of a list ("to Oslo and Vienna") is no other stock: it is where the same stock is sold.
    listed = read_terms(" ".join(entity.text for entity in found.facets_named(FacetName.ENTITY)))
    own = [
        term
        for term in said
        if term.weight >= 1
        and term.form != "number"
        and TICKET_GROUP not in term.groups
        and not is_time_noun(term)
        and not TIME_NAME.fullmatch(term.word)
        and not listed.holds(term)
    ]
    return bool(own) and not any(ours.holds(term) for term in own)


def _has_qualifiers(item: str, terms: Terms) -> bool:
    """Whether the words before the noun ("camping passes", "day tickets") stand in the clause too."""
    qualifiers = [term for term in read_terms(item).terms[:-1] if term.weight >= 1 and not is_plain(term)]
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
