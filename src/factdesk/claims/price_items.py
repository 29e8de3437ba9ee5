"""What is priced: the noun of the clause, or the one thing that "it" and "they" can stand for."""

from __future__ import annotations

import re

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import noun_facet, phrase_norm
from factdesk.claims.phrases import compile_phrase
from factdesk.claims.price_words import GOODS, PRICE_NOUN, TABLE
from factdesk.model import Facet, FacetName, Span
from factdesk.text.tokens import listed
from factdesk.text.words import STOP_WORDS, words

_OFFERED = re.compile(
    r"\b(?:an?|one|two|three|the)\s+(?P<what>(?:[\w'’-]+\s+){0,2}[\w'’-]+)\s+(?:for|at|from|costs?|is|was)\s+\Z"
)
"""What is offered where the goods are in no table: "a tandem for"."""
_PLACED = re.compile(
    r"\b(?:in|at|on|from|to|near|outside|behind|beside|by|with|across|aboard|round)\s+(?:the\s+|an?\s+|my\s+|our\s+|his\s+|her\s+)?(?:[\w'’-]+\s+){0,2}\Z",
    re.IGNORECASE,
)
"""What only tells where stands behind a preposition: "the tea on the train"."""
_ASKED_FOR = re.compile(
    r"\s*(?:an?\s+[\w-]+\s+|each\s+|per\s+\w+\s+)?for\s+(?!me\b|us\b|you\b|him\b|her\b|them\b)", re.IGNORECASE
)
_VERB_TOO = re.compile(r"costs?|charges?|quotes?|bills?|rates?|estimates?", re.IGNORECASE)
_DETERMINED = re.compile(
    r"\b(?:the|an?|its|their|our|my|your|his|her|this|that|of|total|average|unit|extra|cover|service|going)\s+"
    r"(?:[\w-]+\s+){0,2}\Z",
    re.IGNORECASE,
)
_PRONOUN = compile_phrase(rf"(?:{'|'.join(TABLE['pronoun'])})", TABLE)
_PER = compile_phrase(r"\A\s*(?:an?|per|each|every)\s+(?P<unit>{unit}|{time_unit})", TABLE)
_MEASURES = listed("units", "measure", "words") | frozenset(TABLE["time_unit"].split())
"""What things are sold by and are not: petrol costs so much a gallon, a tour so much an hour."""
_SUBJECT = compile_phrase(
    r"\A(?:the |an? |its |this |that |our |my )?(?P<what>(?:[\w'’-]+ ){0,2}?[\w'’-]+) (?:{subject_verb})",
    TABLE,
)
_COMPARED = re.compile(r"\s*(?:as|than|what|of)\b", re.IGNORECASE)
_QUALIFIED_WORDS = re.compile(r"(?:[ -][\w'’-]+){1,5}")


def find_item(context: SentenceContext, quote: Span, anchor: Span) -> tuple[Facet, ...]:
    """Return the ITEM facet of a price: the thing that its clause names, else what a pronoun stands for.

    Nothing where the clause names nothing and none or several things before it fit.
    """
    text = context.text
    noun = _in_clause(text, quote, anchor)
    if noun is not None:
        return (noun_facet(text, noun, quote),)
    if own := _OFFERED.search(text[quote.start : anchor.start]):
        span = Span(quote.start + own.start("what"), quote.start + own.end("what"))
        if not _PRONOUN.fullmatch(span.cut(text)):
            return (Facet(FacetName.ITEM, span.cut(text), phrase_norm(span.cut(text)), span),)
    earlier = _only_thing(text, context.sentence.start, quote.start)
    if earlier is not None:
        return (noun_facet(text, earlier, context.sentence),)
    return _of_earlier_sentences(context)


def is_unclear(context: SentenceContext, quote: Span, anchor: Span) -> bool:
    """Whether a price without an item is told of a pronoun, or of nothing at all ("Only £5 on the door")."""
    before = context.text[quote.start : anchor.start]
    if _PRONOUN.search(before):
        return True
    return not any(
        word not in STOP_WORDS for word, _ in words(context.text[quote.start : quote.end]) if word.isalpha()
    )


def _in_clause(text: str, quote: Span, anchor: Span) -> Span | None:
    """Return the noun that an amount qualifies or is asked for, else one before it, else one after it."""
    right = text[anchor.end : quote.end]
    per = _PER.match(right)
    run = None if per or _COMPARED.match(right) else _QUALIFIED_WORDS.match(right)
    for_what = _ASKED_FOR.match(right)
    after = anchor.end + (per.end() if per else 0)
    for pattern in (GOODS, PRICE_NOUN):
        if run and (found := pattern.search(text, anchor.end, anchor.end + run.end())) and not for_what:
            return Span(*found.span())
        if for_what and (found := pattern.search(text, anchor.end + for_what.end(), quote.end)):
            return Span(*found.span())
        before = [Span(*one.span()) for one in pattern.finditer(text, quote.start, anchor.start)]
        before = [one for one in before if not _is_verb(text[quote.start : one.start], one.cut(text))]
        named = [one for one in before if not _PLACED.search(text[quote.start : one.start])]
        if named or before:
            return (named or before)[-1]
        if _COMPARED.match(right) is None and (found := pattern.search(text, after, quote.end)):
            return Span(*found.span())
    return _subject(text, quote, anchor) or _sold_by(per, anchor)


def _subject(text: str, quote: Span, anchor: Span) -> Span | None:
    """Return what opens the clause where it is in no table: "petrol costs", "gold is"."""
    found = _SUBJECT.match(text[quote.start : anchor.start])
    if found is None or not STOP_WORDS.isdisjoint(found["what"].lower().split()):
        return None
    span = Span(quote.start + found.start("what"), quote.start + found.end("what"))
    return None if _PRONOUN.fullmatch(span.cut(text)) else span


def _sold_by(per: re.Match[str] | None, anchor: Span) -> Span | None:
    """Return the thing that an amount is told for each of, unless it only measures: "£40 a ticket"."""
    if per is None or per["unit"].lower() in _MEASURES:
        return None
    return Span(anchor.end + per.start("unit"), anchor.end + per.end("unit"))


def _is_verb(left: str, word: str) -> bool:
    """Whether "cost" or "charge" is no noun where it stands: "it cost", "they charge"."""
    return _VERB_TOO.fullmatch(word) is not None and _DETERMINED.search(left) is None


def _of_earlier_sentences(context: SentenceContext) -> tuple[Facet, ...]:
    """Return the thing that the sentence before speaks of, if it is one only; else look one further back."""
    for sentence in context.previous[:2]:
        things = {
            phrase_norm(one.group()): Span(*one.span())
            for one in GOODS.finditer(context.text, sentence.start, sentence.end)
        }
        if len(things) == 1:
            return (noun_facet(context.text, next(iter(things.values())), sentence),)
        if things:
            return ()
    return ()


def _only_thing(text: str, start: int, end: int) -> Span | None:
    """Return the last thing of the sentence before the quote."""
    found = [Span(*one.span()) for one in GOODS.finditer(text, start, end)]
    return found[-1] if found else None
