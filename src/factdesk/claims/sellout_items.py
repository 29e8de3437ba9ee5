"""Says what a sell-out is of: its own noun, or the one that "they", "six" and "the tickets" stand for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import entity_facets, last_match, noun_facet
from factdesk.claims.lists import find_lists
from factdesk.claims.sellout_clauses import read_subject
from factdesk.claims.sellout_readings import Reading
from factdesk.claims.sellout_tokens import Tokens, read_tokens
from factdesk.claims.sellout_words import STOCK
from factdesk.model import Facet, Span
from factdesk.text.words import stem

_STANDING_FOR = frozenset({"pronoun", "none", "slot_name"})
_SORTS = ("unit", "goods", "event")
_SINGULAR = frozenset({"it", "this", "that"})


@dataclass(frozen=True, slots=True)
class Referent:
    """What an earlier sentence names, and whether more than one thing would fit."""

    noun: Span
    index: int
    is_sure: bool


def stands_for_another(reading: Reading | None) -> bool:
    """Whether the noun of a reading only stands for one said before ("they", "both dates", "six")."""
    return reading is not None and (reading.sort in _STANDING_FOR or reading.noun is None)


def own_item(text: str, reading: Reading | None, quote: Span, anchor: Span) -> Facet | None:
    """Return the item that the quote itself names, or None."""
    if reading is not None and reading.head is not None and not stands_for_another(reading):
        within = Span(min(quote.start, reading.head.start), max(quote.end, reading.head.end))
        return noun_facet(text, reading.head, within)
    first = STOCK.search(text, quote.start, anchor.start)
    noun = head_of(text, Span(*first.span()), anchor.start) if first else None
    noun = noun or last_match(STOCK, text, anchor.start, quote.end)
    if noun and noun.cut(text).lower() == "stock":
        noun = _subject_head(text, Span(quote.start, anchor.start)) or noun
    return noun_facet(text, noun, quote) if noun else None


def _subject_head(text: str, before: Span) -> Span | None:
    """Return the head of the noun phrase that stands before "was in stock"."""
    tokens = read_tokens(text, before)
    noun = read_subject(tokens, 0, len(tokens)) if len(tokens) else None
    return tokens.span(noun.head, noun.head + 1) if noun and not noun.is_headless else None


def head_of(text: str, noun: Span, end: int) -> Span:
    """Return the last of nouns that stand together ("passport appointments", "car park tickets")."""
    following = STOCK.match(text, noun.end + 1, end) if text[noun.end : noun.end + 1] in {" ", "-"} else None
    return head_of(text, Span(*following.span()), end) if following else noun


def find_referent(context: SentenceContext, before: int, pronoun: str) -> Referent | None:
    """Return the nearest noun for sale before an offset; it is sure when no other one fits and
    it stands in the same paragraph.

    Looked for in the sentence itself before ``before``, then in the earlier ones, nearest first.
    """
    spans = (Span(context.sentence.start, before), *context.previous)
    found = [
        (noun, context.index - back, sort)
        for back, span in enumerate(spans)
        for noun, sort in _nouns(context.text, span, pronoun)
    ]
    units = [one for one in found if one[2] != "event"]
    found = units or found
    if not found:
        return None
    stems = {stem(noun.cut(context.text).lower()) for noun, _, _ in found}
    is_far = "\n\n" in context.text[found[0][0].end : max(found[0][0].end, context.sentence.start)]
    return Referent(*found[0][:2], is_sure=len(stems) == 1 and not is_far)


def _nouns(text: str, span: Span, pronoun: str) -> list[tuple[Span, str]]:
    """Return the nouns for sale of a sentence that agree with a pronoun, the last first, with their class."""
    tokens = read_tokens(text, span)
    found = []
    for end in range(len(tokens), 0, -1):
        sort = next((name for name in _SORTS if tokens.start_of(end, name) is not None), None)
        if sort is not None and not _goes_on(tokens, end) and _agrees(tokens.word(end - 1), pronoun):
            found.append((tokens.span(tokens.start_of(end, sort) or 0, end), sort))
    return found


def _goes_on(tokens: Tokens, end: int) -> bool:
    """Whether the noun only qualifies the next one ("concert tickets")."""
    return tokens.end_of(end, "unit", "goods", "event", "seller") is not None


def _agrees(noun: str, pronoun: str) -> bool:
    is_plural = noun.endswith("s") and not noun.endswith("ss")
    return not is_plural if pronoun in _SINGULAR else True


def places_before(context: SentenceContext) -> tuple[tuple[Facet, ...], bool]:
    """Return the places of the nearest earlier sentence about sales, and whether no other one names any.

    A sentence that speaks of nothing for sale says nothing of where this thing was to be had.
    """
    named = []
    for back in range(1, len(context.previous) + 1):
        there = replace(context, index=context.index - back)
        if there.places and _nouns(context.text, there.sentence, ""):
            named.append(there)
    if not named:
        return (), True
    norms = {tuple(sorted(place.name for place in there.places)) for there in named}
    whole = named[0].sentence
    spans = [place.span for place in named[0].places]
    found = tuple(one for one in entity_facets(named[0], whole, ()) if one.span in spans)
    is_one = len(found) == 1 or any(one.span.covers(spans[0]) for one in find_lists(context.text, whole))
    return found, len(norms) == 1 and is_one
