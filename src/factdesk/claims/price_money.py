"""The amounts of money of a sentence that may be prices, old coins too."""

from __future__ import annotations

from factdesk.claims.contexts import SentenceContext, shift_quantity
from factdesk.claims.phrases import compile_any
from factdesk.claims.price_bounds import with_bound
from factdesk.claims.price_words import TABLE
from factdesk.model import Span
from factdesk.text.old_money import find_old_money
from factdesk.text.quantities import Quantity

_IDIOMS = compile_any(TABLE["idioms"], TABLE)


def find_amounts(context: SentenceContext) -> list[Quantity]:
    """Return the amounts of money that stand for themselves, in reading order.

    Amounts restated in brackets are left to the amount before them, idioms ("a 64,000 dollar question") out.
    """
    text, sentence = context.text, context.sentence
    money = [one for one in context.quantities if one.form == "money"]
    again = [other.span for one in money for other in one.restated]
    idioms = [Span(*one.span()) for one in _IDIOMS.finditer(text, sentence.start, sentence.end)]
    kept = [one for one in money if one.span not in again and not _overlaps(one, idioms)]
    return [with_bound(context, one) for one in _with_old(context, kept)]


def _with_old(context: SentenceContext, money: list[Quantity]) -> list[Quantity]:
    """Add the amounts in old coins; one takes the place of a shorter reading ("£3" of "£3 10s.").

    "30 cents a pound" tells a weight, not a pound.
    """
    said = context.sentence.cut(context.text)
    country = (
        next(iter(context.document.country_near(context.sentence.start, after=context.sentence.end)), None)
        if "shilling" in said
        else None
    )
    old = [shift_quantity(one, context.sentence.start) for one in find_old_money(said, country=country)]
    old = [
        one
        for one in old
        if all(_is_shorter(other, one) for other in money if other.whole.overlaps(one.span))
        and not any(0 <= one.span.start - other.whole.end <= 1 for other in money)
    ]
    kept = [one for one in money if not _overlaps(one, [other.span for other in old])]
    return sorted([*kept, *old], key=lambda one: one.whole.start)


def _is_shorter(one: Quantity, other: Quantity) -> bool:
    length, longer = (two.span.end - two.span.start for two in (one, other))
    return length < longer or (length == longer and one.ambiguous and one.unit == "KES")


def _overlaps(one: Quantity, spans: list[Span]) -> bool:
    return any(one.whole.overlaps(span) for span in spans)
