"""The kind "sellout": something is sold out, nearly sold out, limited, or still to be had."""

from __future__ import annotations

import re
from dataclasses import replace

from factdesk.claims.clauses import clause_around, clause_start, has_subject, last_break, trimmed
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import (
    attribution_facets,
    entity_facets,
    noun_facet,
    scope_facets,
    time_facets,
    without_attribution,
)
from factdesk.claims.findings import Finding
from factdesk.claims.flags import find_flags
from factdesk.claims.line_values import Line, facet_text
from factdesk.claims.lists import Listing, find_lists, find_noun_lists
from factdesk.claims.sellout_hits import Hit, find_hits
from factdesk.claims.sellout_items import find_referent, own_item, places_before, stands_for_another
from factdesk.claims.sellout_words import STOCK
from factdesk.claims.sold_out import compare_sellouts
from factdesk.model import Facet, FacetComparison, FacetName, Flag, Part, Span

NAME = "sellout"
RESTS_ON: tuple[str, ...] = ()

_OWN_SUBJECT = re.compile(
    r"(?:no|not|none|nothing|nowhere|only|just|barely|all|every|each|both|most|there|few|some|plenty|demand|the|an?|one"
    r"|two|three|four|five|six|seven|eight|nine|ten|\d[\d,]*|hundreds|thousands|dozens|you|anyone|people|fans|we)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\b(?:the|these|those|both|all)\s+(?:of\s+(?:the|these)\s+)?\Z", re.IGNORECASE)
"""A noun said as known: it takes its names from the sentence that made it known."""


def find(context: SentenceContext) -> list[Finding]:
    """Return the sell-outs that a sentence states, flagged ones too, in reading order."""
    hits = find_hits(context)
    if not hits:
        return []
    lists = find_lists(context.text, context.sentence)
    found = _one_a_quote(context.text, [_finding(context, hit, lists) for hit in hits])
    return [_without_others(one, found) for one in found]


def compare(
    claimed: Finding, claimed_text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed sell-out with a found one, facet by facet."""
    return compare_sellouts(claimed, claimed_text, found, found_text)


def line_values(finding: Finding) -> Line:
    """Return what the JSON line of a sell-out says besides what all lines say."""
    state = finding.facet(FacetName.STATE)
    return {
        "state": state.norm if state else None,
        "item": facet_text(finding, FacetName.ITEM),
        "entities": [facet.text for facet in finding.facets_named(FacetName.ENTITY)],
    }


def figure_of(finding: Finding) -> str | None:
    """Return nothing: a state is no figure."""
    return None


def _finding(context: SentenceContext, hit: Hit, lists: tuple[Listing, ...]) -> Finding:
    text, sentence = context.text, context.sentence
    lists = (*lists, *_noun_lists(text, sentence, hit.anchor))
    holds_stock = _OWN_SUBJECT.match(text, hit.anchor.start) is not None
    quote = clause_around(
        text,
        sentence,
        hit.anchor,
        lists,
        suffices=lambda words: (
            holds_stock or (has_subject(words) if hit.is_beside else STOCK.search(words) is not None)
        ),
    )
    quote = without_attribution(text, quote, hit.anchor)
    inside = [one for one in lists if quote.covers(one.span)]
    state = Facet(FacetName.STATE, hit.anchor.cut(text), hit.state, hit.anchor)
    item, entities, is_sure = _said_of(context, quote, hit, inside)
    flags = find_flags(context, quote, hit.anchor, kind=NAME)
    return Finding(
        kind=NAME,
        quote=quote,
        sentence=sentence,
        text=quote.cut(text),
        values=(),
        facets=(
            state,
            *([item] if item else []),
            *entities,
            *scope_facets(text, quote),
            *time_facets(context, quote),
            *attribution_facets(text, sentence),
        ),
        parts=_parts(inside),
        flags=flags if is_sure or Flag.UNCERTAIN in flags else (*flags, Flag.UNCERTAIN),
    )


def _said_of(
    context: SentenceContext, quote: Span, hit: Hit, inside: list[Listing]
) -> tuple[Facet | None, tuple[Facet, ...], bool]:
    """Return the item, the entities, and whether both are sure, not one of several that would fit."""
    text, reading = context.text, hit.reading
    item = own_item(text, reading, quote, hit.anchor)
    entities = _named(entity_facets(context, quote, inside), quote)
    is_sure = True
    if item is None:
        noun = reading.noun.cut(text) if reading and reading.noun else ""
        referent = find_referent(context, quote.start, noun.lower())
        is_sure = referent.is_sure if referent else not stands_for_another(reading)
        if referent:
            within = Span(context.document.sentences[referent.index].start, referent.noun.end)
            item = noun_facet(text, referent.noun, within)
    elif not _is_known(text, quote, item):
        return item, entities, True
    if entities:
        return item, entities, is_sure
    places, is_only = places_before(context)
    return item, places, is_sure and is_only


def _is_known(text: str, quote: Span, item: Facet) -> bool:
    """Whether a noun is said as known ("the tickets"): its places stand where it was made known."""
    return item.span is not None and _DEFINITE.search(text[quote.start : item.span.start]) is not None


def _named(entities: tuple[Facet, ...], quote: Span) -> tuple[Facet, ...]:
    """Drop a thing for sale that is written large only because it opens the quote."""
    return tuple(
        one
        for one in entities
        if one.span is None or one.span.start != quote.start or not STOCK.fullmatch(one.text)
    )


def _noun_lists(text: str, sentence: Span, anchor: Span) -> tuple[Listing, ...]:
    """Return the list of things for sale that opens the clause of a predicate ("rice and beans had...")."""
    clause = trimmed(text, Span(clause_start(text, sentence, anchor.start), sentence.end))
    return find_noun_lists(text, clause, STOCK)


def _parts(lists: list[Listing]) -> tuple[Part, ...]:
    return lists[0].parts if lists else ()


def _one_a_quote(text: str, found: list[Finding]) -> list[Finding]:
    """One finding a clause: of two predicates in one clause the later, main one speaks."""
    kept: list[Finding] = []
    for finding in found:
        if kept and _goes_on(kept[-1], finding):
            continue
        if kept and kept[-1].quote.overlaps(finding.quote):
            first = kept.pop()
            finding = _parted(text, first, finding)
            anchor = first.facets[0].span
            if anchor and anchor.end <= finding.quote.start:
                quote = trimmed(text, Span(first.quote.start, finding.quote.start))
                kept.append(replace(first, quote=quote, text=quote.cut(text)))
            elif finding.quote.end - finding.quote.start < first.quote.end - first.quote.start:
                finding = first
        kept.append(finding)
    return kept


def _parted(text: str, first: Finding, second: Finding) -> Finding:
    """Start the second quote after the first predicate, where a break and a subject of its own follow."""
    one, two = first.facets[0].span, second.facets[0].span
    if one is None or two is None or not second.quote.start < one.end <= two.start:
        return second
    pause = last_break(text, one.end, two.start)
    if pause is None or not has_subject(text[pause.end : two.start]):
        return second
    quote = trimmed(text, Span(pause.end, second.quote.end))
    facets = tuple(one for one in second.facets if one.span is None or _is_own(one.span, first.quote, quote))
    return replace(second, quote=quote, text=quote.cut(text), facets=facets)


_LENT = frozenset({FacetName.TIME, FacetName.ENTITY})


def _without_others(finding: Finding, found: list[Finding]) -> Finding:
    """Drop the times and places that stand in the clause of another finding: "the 4th is full; the 5th"."""
    quotes = [one.quote for one in found if one is not finding]
    facets = tuple(
        one
        for one in finding.facets
        if one.name not in _LENT
        or one.span is None
        or finding.quote.covers(one.span)
        or not any(quote.covers(one.span) for quote in quotes)
    )
    return finding if facets == finding.facets else replace(finding, facets=facets)


def _is_own(span: Span, earlier: Span, quote: Span) -> bool:
    return quote.covers(span) or not earlier.covers(span)


def _goes_on(first: Finding, second: Finding) -> bool:
    """Whether the second only spells out the first ("Demand outstripped supply: there were...")."""
    is_near = 0 <= second.quote.start - first.quote.end <= len(" – ")
    same = first.facets[0].norm == second.facets[0].norm
    return (
        is_near and same and first.sentence == second.sentence and not second.facets_named(FacetName.ENTITY)
    )
