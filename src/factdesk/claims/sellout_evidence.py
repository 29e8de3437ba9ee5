"""Decides whether what a sell-out pattern needs stands around it: things for sale, a market, no person."""

from __future__ import annotations

import re

from factdesk.claims.clauses import clause_start, has_subject
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import table_pattern
from factdesk.claims.sellout_words import MARKET, PERSON_BEFORE, STOCK, TABLE
from factdesk.model import Span

_SOLD_OBJECT = table_pattern(TABLE, "sold_object")
_NOT_STOCK_NEAR = table_pattern(TABLE, "not_stock_near")
_OPENING_WORDS_MAX = 3
_REPLY_WORDS_MAX = 3
_EVENT = table_pattern(TABLE, "event")
_STANDS_FOR = re.compile(
    r"\s*(?:(?:and|but|by|on|in|at|until)\s[^,]{0,30}?)?(?:they|it|both|all|most|those|these|the\s+(?:rest|others?|remaining|last)|one"
    r"|two|three|four|five|six|seven|eight|nine|ten|\d+|many|some|none|everything)\b",
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
    rf"(?:{'|'.join(TABLE['be'])})\s+(?:\w+\s+){{0,2}}\Z".replace(" ", r"\s+"), re.IGNORECASE
)


def has_what_it_needs(context: SentenceContext, needs: str, anchor: Span) -> bool:
    """Whether the words that a pattern calls for (its ``needs``) stand around its match."""
    if needs in {"none", "beside"}:
        return True
    if needs == "sale":
        return _is_sale(context, anchor)
    if _NOT_STOCK_NEAR.search(context.text, context.sentence.start, context.sentence.end):
        return False
    if needs == "thing":
        return not _is_said_of_person(context, anchor)
    if needs == "reply":
        return len(context.words) <= _REPLY_WORDS_MAX and STOCK.search(context.before) is not None
    if needs == "seller":
        return _has_seller(context) and not _is_said_of_person(context, anchor)
    if needs == "not_event":
        return _has_used_up(context, anchor)
    return _has_stock(context, needs, anchor)


def _has_seller(context: SentenceContext) -> bool:
    return (
        MARKET.search(context.text, context.sentence.start, context.sentence.end) is not None
        or MARKET.search(context.before) is not None
    )


def _has_used_up(context: SentenceContext, anchor: Span) -> bool:
    """Whether what is finished or back is stock, not a tour or a season that is over."""
    text, start = context.text, clause_start(context.text, context.sentence, anchor.start)
    if _EVENT.search(text, start, anchor.end):
        return False
    return STOCK.search(text, start, anchor.end) is not None


def _is_said_of_person(context: SentenceContext, anchor: Span) -> bool:
    text, sentence = context.text, context.sentence
    return bool(PERSON_BEFORE.search(text[clause_start(text, sentence, anchor.start) : anchor.start]))


def _has_stock(context: SentenceContext, needs: str, anchor: Span) -> bool:
    text, sentence = context.text, context.sentence
    if needs == "stock_close":
        return _has_stock_close(context, anchor)
    if STOCK.search(text, sentence.start, anchor.end if needs == "stock" else sentence.end):
        return True
    if needs in {"market", "stock_nearby"} and MARKET.search(text, sentence.start, sentence.end):
        return not _is_said_of_person(context, anchor)
    return needs != "stock" and (STOCK.search(context.before) is not None or _is_named_next(context))


def _is_named_next(context: SentenceContext) -> bool:
    """Whether the sentence only opens ("All gone.") what the next one names."""
    following = context.following
    if following is None or len(context.words) > _OPENING_WORDS_MAX:
        return False
    return STOCK.search(context.text, following.start, following.end) is not None


def _has_stock_close(context: SentenceContext, anchor: Span) -> bool:
    """Whether the subject of the clause is stock, or stands for stock spoken of before."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, anchor.start)
    if not has_subject(text[start : anchor.start]):
        start = sentence.start
    if STOCK.search(text, start, anchor.start):
        return True
    return _STANDS_FOR.match(text, start, anchor.start) is not None and (
        STOCK.search(text, sentence.start, start) is not None or STOCK.search(context.before) is not None
    )


def _is_sale(context: SentenceContext, anchor: Span) -> bool:
    """Tell "the tickets sold out" from "she sold out her brother"."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, anchor.start)
    before = text[start : anchor.start]
    has_stock = STOCK.search(text, start, anchor.start) is not None
    if not has_stock and _BASE_FORM.match(anchor.cut(text)):
        told = text[anchor.end : sentence.end]
        return STOCK.search(told) is not None or _SOLD_OBJECT.search(told) is not None
    after = _SOLD_TO.match(text, anchor.end, sentence.end)
    if after is not None and not _TIME_AFTER.match(text, anchor.end, sentence.end):
        rest = after.group("rest")
        return has_stock or STOCK.search(rest) is not None or _SOLD_OBJECT.search(rest) is not None
    if has_stock or _BE_BEFORE.search(before) or not before.strip(' "“‘*-–'):
        return True
    if PERSON_BEFORE.search(before):
        return False
    if _TIME_AFTER.match(text, anchor.end, sentence.end):
        return True
    return (
        STOCK.search(text, sentence.start, sentence.end) is not None
        or STOCK.search(context.before) is not None
    )
