"""The kind "sellout": something is sold out, nearly sold out, limited, or still to be had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from factdesk.claims.clauses import clause_around, clause_start, has_subject, trimmed
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import (
    attribution_facets,
    entity_facets,
    last_match,
    noun_facet,
    scope_facets,
    table_pattern,
    time_facets,
)
from factdesk.claims.findings import Finding
from factdesk.claims.flags import find_flags
from factdesk.claims.lists import Listing, find_lists
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases, word_set
from factdesk.claims.sold_out import compare_sellouts
from factdesk.model import Facet, FacetComparison, FacetName, Part, Span

NAME = "sellout"

_TABLE = load_phrases("sellout")
_STOCK = table_pattern(_TABLE, "stock")
_MARKET = table_pattern(_TABLE, "market")
_SOLD_OBJECT = table_pattern(_TABLE, "sold_object")
_STANDS_FOR = re.compile(
    r"\s*(?:(?:and|but|by|on|in|at|until)\s[^,]{0,30}?)?(?:they|it|both|all|most|those|these|the\s+(?:rest|others?|remaining|last)|one"
    r"|two|three|four|five|six|seven|eight|nine|ten|\d+|many|some|none|everything)\b",
    re.IGNORECASE,
)
_OWN_SUBJECT = re.compile(
    r"(?:no|not|none|nothing|nowhere|only|just|barely|all|every|each|both|most|there|few|some|plenty|demand|the|an?|one"
    r"|two|three|four|five|six|seven|eight|nine|ten|\d[\d,]*|hundreds|thousands|dozens|you|anyone|people|fans|we)\b",
    re.IGNORECASE,
)
_NOT_STOCK_NEAR = table_pattern(_TABLE, "not_stock_near")
_PERSON_BEFORE = re.compile(
    rf"\b(?:{'|'.join(str(_TABLE['people']).split())})\b(?:\s+\w+)?\s+(?:ha[sd]|have|been|being|of|for|by|was|is)?\s*\Z",
    re.IGNORECASE,
)
_SOLD_TO = re.compile(
    r"\s+(?:his|her|their|our|my|its|your|the|a|an|to|on|by|for\s+(?:money|power|gold|cash|a\s))\b(?P<rest>[^.;,]{0,40})",
    re.IGNORECASE,
)
_BASE_FORM = re.compile(r"sell(?:ing)?[ -]out", re.IGNORECASE)
_TIME_AFTER = re.compile(
    r"\s+(?:within|in|inside|by|before|until|at|on|after|again|for\s+the|for|every|almost|quickly|fast|well|days|weeks"
    r"|hours|months|minutes|long|as|when)\b",
    re.IGNORECASE,
)
_BE_BEFORE = re.compile(
    rf"(?:{'|'.join(_TABLE['be'])})\s+(?:\w+\s+){{0,2}}\Z".replace(" ", r"\s+"), re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Pattern:
    state: str
    keys: frozenset[str]
    phrase: re.Pattern[str]
    needs: str
    has_modifier: bool
    rank: int


@dataclass(frozen=True, slots=True)
class _Hit:
    anchor: Span
    state: str
    rank: int
    is_beside: bool


_PATTERNS = tuple(
    _Pattern(
        state=one["state"],
        keys=word_set(one, "keys"),
        phrase=compile_phrase(one["phrase"], _TABLE),
        needs=one["needs"],
        has_modifier=bool(one.get("inside")),
        rank=one.get("rank", rank),
    )
    for rank, one in enumerate(_TABLE["pattern"])
)
_KEYS = frozenset[str]().union(*(pattern.keys for pattern in _PATTERNS))
_NEARLY = compile_phrases(_TABLE["nearly"], _TABLE)
_PARTLY = compile_phrases(_TABLE["partly"], _TABLE)
_DENIED = compile_phrases(_TABLE["denied"], _TABLE)
_NOT_DENIED = compile_phrases(_TABLE["not_denied"], _TABLE)
_DENIED_BEFORE = compile_phrase("(?:" + "|".join(_TABLE["denied_before"]) + r")\.", _TABLE)
_DENIED_AFTER = compile_phrase(r"\A\s*(?:" + "|".join(_TABLE["denied_after"]) + ")", _TABLE)
_SKIP = compile_phrases(_TABLE["idioms"], _TABLE)


def find(context: SentenceContext) -> list[Finding]:
    """Return the sell-outs that a sentence states, flagged ones too, in reading order."""
    if _KEYS.isdisjoint(context.words):
        return []
    hits = _settle(list(_find_hits(context)))
    if not hits:
        return []
    lists = find_lists(context.text, context.sentence)
    found = [_finding(context, hit, lists) for hit in hits]
    return _one_a_quote(context.text, found)


def compare(
    claimed: Finding, claimed_text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed sell-out with a found one, facet by facet."""
    return compare_sellouts(claimed, claimed_text, found, found_text)


def _find_hits(context: SentenceContext) -> Iterator[_Hit]:
    text, sentence = context.text, context.sentence
    has_hit = False
    for pattern in _PATTERNS:
        if pattern.keys.isdisjoint(context.words) or (pattern.needs == "beside" and not has_hit):
            continue
        for match in pattern.phrase.finditer(text, sentence.start, sentence.end):
            anchor = Span(*match.span())
            if _has_what_it_needs(context, pattern.needs, anchor) and not _is_idiom(context, anchor):
                has_hit = True
                yield _Hit(
                    anchor, _state(text, sentence, anchor, pattern), pattern.rank, pattern.needs == "beside"
                )


def _is_idiom(context: SentenceContext, anchor: Span) -> bool:
    idioms = _SKIP.finditer(context.text, context.sentence.start, context.sentence.end)
    return any(anchor.overlaps(Span(*idiom.span())) for idiom in idioms)


def _settle(hits: list[_Hit]) -> list[_Hit]:
    """Of hits that overlap, keep the one whose pattern stands first in the table."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda one: (one.rank, one.anchor.start)):
        if not any(hit.anchor.overlaps(other.anchor) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda one: one.anchor.start)


def _has_what_it_needs(context: SentenceContext, needs: str, anchor: Span) -> bool:
    if needs in {"none", "beside"}:
        return True
    if needs == "sale":
        return _is_sale(context, anchor)
    return _has_stock(context, needs, anchor)


def _has_stock(context: SentenceContext, needs: str, anchor: Span) -> bool:
    text, sentence = context.text, context.sentence
    if _NOT_STOCK_NEAR.search(text, sentence.start, sentence.end):
        return False
    if needs == "stock_close":
        return _has_stock_close(context, anchor)
    if _STOCK.search(text, sentence.start, anchor.end if needs == "stock" else sentence.end):
        return True
    if needs in {"market", "stock_nearby"} and _MARKET.search(text, sentence.start, sentence.end):
        return not _PERSON_BEFORE.search(text[clause_start(text, sentence, anchor.start) : anchor.start])
    return needs != "stock" and _STOCK.search(context.before) is not None


def _has_stock_close(context: SentenceContext, anchor: Span) -> bool:
    """Whether the subject of the clause is stock, or stands for stock spoken of before."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, anchor.start)
    if not has_subject(text[start : anchor.start]):
        start = sentence.start
    if _STOCK.search(text, start, anchor.start):
        return True
    return _STANDS_FOR.match(text, start, anchor.start) is not None and (
        _STOCK.search(text, sentence.start, start) is not None or _STOCK.search(context.before) is not None
    )


def _is_sale(context: SentenceContext, anchor: Span) -> bool:
    """Tell "the tickets sold out" from "she sold out her brother"."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, anchor.start)
    before = text[start : anchor.start]
    has_stock = _STOCK.search(text, start, anchor.start) is not None
    if not has_stock and _BASE_FORM.match(anchor.cut(text)):
        return _STOCK.search(text, anchor.end, sentence.end) is not None
    after = _SOLD_TO.match(text, anchor.end, sentence.end)
    if after is not None and not _TIME_AFTER.match(text, anchor.end, sentence.end):
        return has_stock or _STOCK.search(after.group("rest")) is not None or _sells(after.group("rest"))
    if has_stock or _BE_BEFORE.search(before) or not before.strip(' "“‘*-–'):
        return True
    if _PERSON_BEFORE.search(before):
        return False
    if _TIME_AFTER.match(text, anchor.end, sentence.end):
        return True
    return (
        _STOCK.search(text, sentence.start, sentence.end) is not None
        or _STOCK.search(context.before) is not None
    )


def _sells(words: str) -> bool:
    return _SOLD_OBJECT.search(words) is not None


def _state(text: str, sentence: Span, anchor: Span, pattern: _Pattern) -> str:
    """Turn the pattern's state by "nearly", "partly" or "not" before it in the same clause."""
    before = text[clause_start(text, sentence, anchor.start) : anchor.start]
    saids = [before + " ."]
    if pattern.has_modifier:
        saids.append(before + anchor.cut(text).rsplit(None, 1)[0] + " .")
    if any(_DENIED.search(said) and not _NOT_DENIED.search(said) for said in saids):
        return {"sold_out": "available", "available": "sold_out"}.get(pattern.state, pattern.state)
    if pattern.state == "sold_out" and _is_denied_report(text, sentence, anchor):
        return "available"
    if pattern.state == "sold_out" and any(_NEARLY.search(said) for said in saids):
        return "nearly_sold_out"
    if pattern.state == "sold_out" and any(_PARTLY.search(said) for said in saids):
        return "limited"
    return pattern.state


def _is_denied_report(text: str, sentence: Span, anchor: Span) -> bool:
    """Whether it is denied: "it is not true that...", "reports that it was sold out are false"."""
    if _DENIED_BEFORE.search(text[sentence.start : anchor.start] + " ."):
        return True
    return _DENIED_AFTER.match(text[anchor.end : sentence.end]) is not None


def _finding(context: SentenceContext, hit: _Hit, lists: tuple[Listing, ...]) -> Finding:
    text, sentence = context.text, context.sentence
    holds_stock = _OWN_SUBJECT.match(text, hit.anchor.start) is not None
    quote = clause_around(
        text,
        sentence,
        hit.anchor,
        lists,
        suffices=lambda words: (
            holds_stock or (has_subject(words) if hit.is_beside else _STOCK.search(words) is not None)
        ),
    )
    inside = [one for one in lists if quote.covers(one.span)]
    state = Facet(FacetName.STATE, hit.anchor.cut(text), hit.state, hit.anchor)
    return Finding(
        kind=NAME,
        quote=quote,
        sentence=sentence,
        text=quote.cut(text),
        values=(),
        facets=(
            state,
            *_item(context, quote, hit.anchor),
            *entity_facets(context, quote, inside),
            *scope_facets(text, quote),
            *time_facets(context, quote),
            *attribution_facets(text, sentence),
        ),
        parts=_parts(inside),
        flags=find_flags(context, quote, hit.anchor, kind=NAME),
    )


def _item(context: SentenceContext, quote: Span, anchor: Span) -> tuple[Facet, ...]:
    text = context.text
    first = _STOCK.search(text, quote.start, anchor.start)
    noun = Span(*first.span()) if first else None
    noun = noun or last_match(_STOCK, text, anchor.start, quote.end)
    if noun is None and context.previous:
        earlier = Span(context.previous[-1].start, context.sentence.start)
        noun = last_match(_STOCK, text, earlier.start, earlier.end)
        return (noun_facet(text, noun, earlier),) if noun else ()
    return (noun_facet(text, noun, quote),) if noun else ()


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
            anchor = first.facets[0].span
            if anchor and anchor.end <= finding.quote.start:
                quote = trimmed(text, Span(first.quote.start, finding.quote.start))
                kept.append(replace(first, quote=quote, text=quote.cut(text)))
            elif finding.quote.end - finding.quote.start < first.quote.end - first.quote.start:
                finding = first
        kept.append(finding)
    return kept


def _goes_on(first: Finding, second: Finding) -> bool:
    """Whether the second only spells out the first ("Demand outstripped supply: there were...")."""
    is_near = 0 <= second.quote.start - first.quote.end <= len(" – ")
    same = first.facets[0].norm == second.facets[0].norm
    return (
        is_near and same and first.sentence == second.sentence and not second.facets_named(FacetName.ENTITY)
    )
