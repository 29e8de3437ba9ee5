"""What the words around a price make of its bound: "tops £7", "not one fetched less than £400,000"."""

from __future__ import annotations

import re

from factdesk.claims.clauses import clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases
from factdesk.claims.price_words import TABLE
from factdesk.model import Bound
from factdesk.text.quantities import Quantity

_EXTRAS = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["extras"]) + ")", TABLE)
_PASSED = compile_phrase(rf"(?:{'|'.join(TABLE['passed'])})(?: (?:the|even|well|a))*\s*\Z", TABLE)
_PASSED_CHARACTERS = 48
_RISEN = re.compile(
    r"(?:\b(?:is|are|was|were|went|gone|goes|now|back|risen|crept|jumped)|['’]s)\s+\Z", re.IGNORECASE
)
_UP_TO = re.compile(r"up\s+to\b", re.IGNORECASE)
"""A price that "is up to £6.80" has risen to it."""
_FROM = re.compile(r"from\b", re.IGNORECASE)
_NONE = compile_phrases(TABLE["none_of"], TABLE)
_OPPOSITE = {Bound.LESS_THAN: Bound.AT_LEAST, Bound.MORE_THAN: Bound.AT_MOST}


def with_bound(context: SentenceContext, amount: Quantity) -> Quantity:
    """Return the amount with the bound that its clause gives it."""
    text, sentence = context.text, context.sentence
    if amount.bound is Bound.AT_LEAST and _EXTRAS.match(text[amount.span.end : sentence.end]):
        return amount._replace(bound=Bound.EXACT)
    if amount.bound is Bound.AT_LEAST and _is_left_behind(context, amount):
        return amount._replace(bound=Bound.EXACT)
    if _UP_TO.match(text, amount.whole.start) and _RISEN.search(text, sentence.start, amount.whole.start):
        return amount._replace(bound=Bound.EXACT)
    near = text[max(sentence.start, amount.whole.start - _PASSED_CHARACTERS) : amount.whole.start]
    bound = amount.bound
    if bound is Bound.EXACT and _PASSED.search(near):
        bound = Bound.MORE_THAN
    if bound in _OPPOSITE:
        left = text[clause_start(text, sentence, amount.whole.start) : amount.whole.start]
        bound = _OPPOSITE[bound] if _NONE.search(left) else bound
    return amount if bound is amount.bound else amount._replace(bound=bound)


def _is_left_behind(context: SentenceContext, amount: Quantity) -> bool:
    """Whether "from 80p" tells the price before a change: "£1.15 from 80p", "marked down from £290,000"."""
    if not _FROM.match(context.text, amount.whole.start):
        return False
    if any(change.before and change.before.whole == amount.whole for change in context.changes):
        return True
    return any(
        one.form == "money" and 0 <= amount.whole.start - one.whole.end <= 2 for one in context.quantities
    )
