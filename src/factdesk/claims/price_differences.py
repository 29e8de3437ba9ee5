"""Amounts by which a price differs or moved: "£12 less than that", "up 60c", "put 20p on a pint"."""

from __future__ import annotations

import re

from factdesk.claims.clauses import clause_end, clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_any, compile_phrase
from factdesk.claims.price_relations import DOWN, PRICE_WORD, UP, Said, is_unpriced, reference
from factdesk.claims.price_words import GOODS, TABLE
from factdesk.model import Span, Value
from factdesk.text.quantities import Quantity

_MORE = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["more_after"]) + ")", TABLE)
_LESS = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["less_after"]) + ")", TABLE)
_AFTER = ((1, _MORE), (-1, _LESS))
_BEFORE = tuple(
    (
        sign,
        compile_phrase(
            rf"(?:{'|'.join(TABLE[key])})(?:\s+(?:about|around|some|just|only|an?|another))?\s*\Z", TABLE
        ),
    )
    for sign, key in ((1, "rise_before"), (-1, "fall_before"))
)
_NEEDS = tuple(
    (
        compile_phrase(rf"(?:{TABLE[verb]})\s*\Z", TABLE),
        compile_phrase(rf"\A\s*(?:{'|'.join(TABLE[after])})", TABLE),
    )
    for verb, after in (("needs_on", "on_after"), ("needs_off", "off_after"))
)
"""Verbs that make a difference of an amount only with certain words after it."""
_NEAR_CHARACTERS = 90
"""So near before its amount a word of change and what it changes stand."""
_ADDS = re.compile(r"\badd(?:s|ed|ing)?\s+(?:another\s+|an\s+extra\s+|a\s+further\s+)?\Z", re.IGNORECASE)
_AT_END = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["at_end"]) + ")", TABLE)
"""What "adds" so much at the end of its clause is a surcharge: "Paying by card adds 50 cents."."""
_DROPPED = re.compile(r"\b(?:drop(?:s|ped|ping)?|shed|los(?:t|es|ing))\s+\Z", re.IGNORECASE)
_MOVED = compile_any(["{moved}"], TABLE)
_SPENT_ON = re.compile(
    r"\s*on\s+(?:an?|her|his|my|our|their|this|that|these|some|two|three|new|it"
    r"|the(?!\s+(?:day|week|month|year|news|session|back)))\b",
    re.IGNORECASE,
)
"""Who "dropped $1,100 on a stroller" spent it."""
_DEARER = re.compile(r"dearer|cheaper|pricier|costlier", re.IGNORECASE)
_COPULA = re.compile(
    r"(?:\b(?:is|are|was|were|works? out|worked out|comes? out|came out)|['’]s)"
    r"(?:\s+(?:now|still|only|just|even|some|about|around))*\s+\Z",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\bby\s+(?:about\s+|around\s+|some\s+|up\s+to\s+|as\s+much\s+as\s+|an?\s+)?\Z", re.IGNORECASE
)
_LEVEL = re.compile(
    r"(?:well\s+|just\s+|far\s+|back\s+)?(?:below|under|beneath|above|past|beyond)\b", re.IGNORECASE
)
"""A price that "fell below £100" is less than that, not cheaper by that; "fell by over £100" is."""
_STEP = (
    r"(?:\A|[,;(–—-]|\b(?:is|are|was|were|went|go|goes|gone|now|crept|just))\s*(?:{way})(?:\s+by)?"
    r"\s+(?:an?\s+|another\s+)?\Z"
)
_STEPS = (
    (1, UP, re.compile(_STEP.format(way="up|dearer by|higher by"), re.IGNORECASE)),
    (-1, DOWN, re.compile(_STEP.format(way="down|back|cheaper by|lower by"), re.IGNORECASE)),
)


def difference(
    context: SentenceContext, amount: Quantity, *, has_price: bool, of_pay: bool = False
) -> Said | None:
    """Return what an amount says as a difference, or None.

    ``has_price`` says that a price stands in the same sentence, so that no word for one is needed;
    ``of_pay`` that what people are paid counts too.
    """
    text, sentence = context.text, context.sentence
    before = text[clause_start(text, sentence, amount.whole.start) : amount.whole.start]
    after = text[amount.whole.end : clause_end(text, sentence, amount.whole.end)]
    ways = [(sign, match) for sign, pattern in _AFTER if (match := pattern.match(after))]
    step = _step(context, amount, before, after)
    if (not ways and step == 0) or (not of_pay and is_unpriced(before)):
        return None
    is_of_price = has_price or PRICE_WORD.search(text, sentence.start, sentence.end) is not None
    for sign, match in ways:
        if is_of_price or _is_of_goods(before, match.group()):
            anchor = Span(amount.whole.start, amount.whole.end + match.end())
            of = reference(text, anchor.end, sentence.end)
            return Said(anchor, (_difference_value(amount, sign, of),))
    if step == 0 or not (is_of_price or GOODS.search(before + after)):
        return None
    return Said(amount.whole, (_difference_value(amount, step, None),))


def _is_of_goods(before: str, way: str) -> bool:
    """Whether a thing is so much "less" or "dearer": "the same ticket was £5 less"."""
    return _DEARER.search(way) is not None or (
        _COPULA.search(before) is not None and GOODS.search(before) is not None
    )


def _step(context: SentenceContext, amount: Quantity, before: str, after: str) -> int:
    """Return 1 or -1 for an amount by which a price rose or fell; else 0."""
    for change in context.changes:
        if change.by is not None and change.by.whole == amount.whole and change.after is not None:
            return {"up": 1, "down": -1}.get(change.direction, 0)
    near = before[-_NEAR_CHARACTERS:]
    if _LEVEL.match(context.text, amount.whole.start, amount.span.start) and not _BY.search(near):
        return 0
    is_dropped = _DROPPED.search(near) is not None
    if is_dropped and (_SPENT_ON.match(after) or not _MOVED.search(before)):
        return 0
    if _ADDS.search(near) and _AT_END.match(after):
        return 1
    if any(verb.search(near) and not needed.match(after) for verb, needed in _NEEDS):
        return 0
    if found := next((sign for sign, pattern in _BEFORE if pattern.search(near)), 0):
        return found
    is_by = _BY.search(near) is not None
    for sign, verb, step in _STEPS:
        if step.search(near) or (is_by and verb.search(before)):
            return sign
    return 0


def _difference_value(amount: Quantity, sign: int, of: str | None) -> Value:
    ends = sorted(sign * end for end in (amount.low, amount.high) if end is not None)
    low, high = (ends[0], ends[-1]) if ends else (None, None)
    return Value("diff", amount.unit, low, high, amount.bound, amount.precision, amount.span, of)
