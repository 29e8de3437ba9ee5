"""The facets that all kinds share: entities, times, scopes, attribution, and the noun of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import regex

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.lists import Listing
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.model import Facet, FacetName, Span
from factdesk.text.places import place_norm
from factdesk.text.words import STOP_WORDS, content_stems, stem, words

_TABLE = load_phrases("facets")
_NAME = regex.compile(
    r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}'’\-]*"
    r"(?:(?:\s+(?:of|de|la|las|del|da|do|du|upon|on(?!\s+(?:"
    + "|".join(str(_TABLE["days"]).split())
    + r")\b)))?"
    r"[ \-–]\p{Lu}[\p{L}\p{M}'’\-]*)*!?"
)
_NOT_NAMES = frozenset(str(_TABLE["not_names"]).split())
_CURRENCY_SIGNS = "$£€¥"
"""Behind capitals they make one sign: "US$80" names no country."""
_SCOPES = tuple((norm, compile_phrases(phrases, _TABLE)) for norm, phrases in _TABLE["scope"].items())
_UNITS = "|".join(rf"(?P<{norm}>{unit})" for norm, unit in _TABLE["sold_by"].items())
_SOLD_BY = compile_phrase(rf"(?:(?:(?<!for\s)an?|per|each|every) |(?<=/))(?:{_UNITS})(?!\w)", _TABLE)
SOLD_BY = frozenset(_TABLE["sold_by"])
"""The units of sale, of which a price has one."""
_ATTRIBUTION = compile_phrases(_TABLE["attribution"], _TABLE)
_ATTRIBUTED_BEFORE = compile_phrase(str(_TABLE["attributed_before"]), _TABLE)
_ATTRIBUTED_AFTER = compile_phrase(rf"{_TABLE['attributed_after']}[.!]?[\"”’']?\s*\Z", _TABLE)
_PAUSE = re.compile(r",[”\"’']?\s+|\s+[–—-]\s+|\s+(?=according\s+to\s)")
_BREAKS_NOUN = frozenset(str(_TABLE["breaks_noun"]).split())
_PREMODIFIERS_MAX = 3


def entity_facets(context: SentenceContext, quote: Span, lists: Sequence[Listing]) -> tuple[Facet, ...]:
    """Return one ENTITY a listed, placed or capitalised name of the quote, else the sentence's places."""
    text = context.text
    places = {place.span: place.name for place in context.places}
    spans = [span for span in places if quote.covers(span)]
    for name in _names(text, quote):
        if not any(name.overlaps(span) for span in spans):
            spans.append(name)
    if not spans:
        spans = list(places)
    found = [_entity(text, span, places.get(span)) for span in sorted(spans, key=lambda one: one.start)]
    return tuple({facet.norm: facet for facet in reversed(found)}.values())[::-1]


def _names(text: str, within: Span) -> Iterable[Span]:
    for match in _NAME.finditer(text, within.start, within.end):
        start, end = match.span()
        tokens = match.group().split()
        while tokens and _is_no_name(tokens[0].strip("!'’")):
            rest = text[start + len(tokens[0]) : end]
            start += len(tokens[0]) + len(rest) - len(rest.lstrip())
            tokens = tokens[1:]
        is_currency = text[end : end + 1] in _CURRENCY_SIGNS and end < len(text)
        if tokens and end - start > 1 and not is_currency:
            yield Span(start, end)


def _is_no_name(word: str) -> bool:
    """Whether a capitalised word names nothing: "Between", "Twenty", "Thirty-two"."""
    word = word.removesuffix("'s").removesuffix("’s")
    first, _, rest = word.partition("-")
    return word.lower() in _NOT_NAMES or (rest.islower() and first.lower() in _NOT_NAMES)


def _entity(text: str, span: Span, name: str | None) -> Facet:
    words_said = span.cut(text)
    return Facet(FacetName.ENTITY, words_said, place_norm(name or words_said), span)


def time_facets(context: SentenceContext, quote: Span) -> tuple[Facet, ...]:
    """Return the dates of the quote, else those of the sentence; norm is an ISO interval or the words."""
    inside = [one for one in context.dates if quote.covers(one.span)]
    found = []
    for one in inside or context.dates:
        ends = (one.first, one.last)
        norm = f"{ends[0]}/{ends[1]}" if ends[0] and ends[1] else one.span.cut(context.text).lower()
        found.append(Facet(FacetName.TIME, one.span.cut(context.text), norm, one.span))
    return tuple(found)


def scope_facets(text: str, within: Span, *, is_price: bool = False) -> tuple[Facet, ...]:
    """Return what narrows or widens a claim: direct, all, most, only, cheapest, resale, monthly...

    A price is also narrowed by what it is asked for so much of: "a gallon", "per square metre".
    """
    found = []
    for norm, pattern in _SCOPES:
        match = pattern.search(text, within.start, within.end)
        if match:
            found.append(Facet(FacetName.SCOPE, match.group(), norm, Span(*match.span())))
    sold_by = _SOLD_BY.search(text, within.start, within.end) if is_price else None
    if sold_by and sold_by.lastgroup:
        found.append(Facet(FacetName.SCOPE, sold_by.group(), sold_by.lastgroup, Span(*sold_by.span())))
    return tuple(sorted(found, key=lambda one: one.span.start if one.span else 0))


@lru_cache(maxsize=64)
def attribution_facets(text: str, sentence: Span) -> tuple[Facet, ...]:
    """Return who the sentence says that it has this from ("according to the union")."""
    for match in _ATTRIBUTION.finditer(text, sentence.start, sentence.end):
        who = next((name for name, said in match.groupdict().items() if said), None)
        if who:
            span = Span(*match.span(who))
            norm = " ".join(content_stems(span.cut(text)))
            if norm:
                return (Facet(FacetName.ATTRIBUTION, span.cut(text), norm, span),)
    return ()


def without_attribution(text: str, quote: Span, anchor: Span, *, before: bool = True) -> Span:
    """Return the quote without who says it ("My neighbour says the ferry...", "..., the union said").

    ``anchor`` always stays inside. ``before`` says whether a teller in front may be taken off.
    """
    start, end = quote.start, quote.end
    leading = _ATTRIBUTED_BEFORE.match(text, start, anchor.start) if before else None
    if leading:
        start = (
            leading.end()
            + len(text[leading.end() : anchor.start])
            - len(text[leading.end() : anchor.start].lstrip())
        )
    for pause in _PAUSE.finditer(text, anchor.end, end):
        if _ATTRIBUTED_AFTER.match(text[pause.end() : end]):
            end = pause.start()
            break
    return Span(start, end)


def noun_facet(text: str, noun: Span, within: Span) -> Facet:
    """Return the ITEM facet of a noun with the words that qualify it ("practical test slot")."""
    before = words(text[within.start : noun.start])
    start = noun.start
    for word, span in reversed(before[-_PREMODIFIERS_MAX:]):
        between = text[within.start + span.end : start]
        if word in _BREAKS_NOUN or word in STOP_WORDS or word.isdigit() or between.strip(" -"):
            break
        start = within.start + span.start
    span = Span(start, noun.end)
    return Facet(FacetName.ITEM, span.cut(text), phrase_norm(span.cut(text)), span)


def phrase_norm(phrase: str) -> str:
    """Return the stems of a phrase's content words; of its words where none is left."""
    stems = content_stems(phrase)
    return " ".join(stems) if stems else " ".join(stem(word) for word, _ in words(phrase))


def last_match(pattern: re.Pattern[str], text: str, start: int, end: int) -> Span | None:
    """Return the last place where a pattern matches inside a stretch."""
    found = None
    for match in pattern.finditer(text, start, end):
        found = Span(*match.span())
    return found


def table_pattern(table: Mapping[str, Any], key: str) -> re.Pattern[str]:
    """Return one pattern for a named list of a phrase table."""
    return compile_phrase("{" + key + "}", table)
