"""Prices whose amount or currency stands elsewhere: "499 a month, rupees obviously", "£90 less than that"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase
from factdesk.claims.price_evidence import VOUCHED_THRESHOLD, price_score
from factdesk.claims.price_relations import Said
from factdesk.claims.price_words import TABLE
from factdesk.model import Bound, Span, Value
from factdesk.text.quantities import find_quantities

_AFTERTHOUGHT = compile_phrase(TABLE["afterthought"], TABLE)
_THAN_THAT = compile_phrase(r"\A\s*(?:than )?(?:that|this|it did|it had|it was)(?=[.,;!]|$| in | at )", TABLE)


def afterthoughts(context: SentenceContext) -> list[Said]:
    """Return the amounts whose currency is said after a comma."""
    found = []
    for match in _AFTERTHOUGHT.finditer(context.text, context.sentence.start, context.sentence.end):
        read = find_quantities(f"{match.group('n')} {match.group('currency')}")
        if len(read) != 1 or read[0].form != "money":
            continue
        span = Span(*match.span("n"))
        amount = read[0]
        value = Value("amount", amount.unit, amount.low, amount.high, Bound.EXACT, amount.precision, span)
        whole = Span(span.start, match.end())
        if price_score(context, amount._replace(span=span, whole=whole)) >= VOUCHED_THRESHOLD:
            found.append(Said(whole, (value,)))
    return found


def with_implied(context: SentenceContext, said: Sequence[Said]) -> list[Said]:
    """Give "£12,000 less than that" the amount that it comes to, from the last price spoken of before."""
    return [_implied(context, one) for one in said]


def _implied(context: SentenceContext, said: Said) -> Said:
    first = said.values[0]
    if first.role != "diff" or first.low is None or first.low != first.high:
        return said
    if not _THAN_THAT.match(context.text[said.anchor.end : context.sentence.end]):
        return said
    base = _last_amount(context, first.unit)
    if base is None:
        return said
    amount = base + first.low
    implied = replace(first, role="amount", low=amount, high=amount, of=None)
    return Said(said.anchor, (implied, *said.values))


def _last_amount(context: SentenceContext, unit: str) -> Decimal | None:
    money = [
        one
        for one in find_quantities(context.before)
        if one.form == "money" and one.unit == unit and one.low is not None and one.low == one.high
    ]
    return money[-1].low if money else None
