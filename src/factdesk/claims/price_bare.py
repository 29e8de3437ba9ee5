"""Figures that take the currency of a price beside them: "up from 780", "the farm asks 9"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases
from factdesk.claims.price_relations import Said
from factdesk.claims.price_words import GOODS, TABLE
from factdesk.model import Value
from factdesk.text.quantities import Quantity, find_quantities

_BEFORE = compile_phrase(
    rf"(?:{'|'.join(TABLE['bare_before'])}){TABLE['bare_lead']}\s*\Z".replace(" (?:", r"\s+(?:"), TABLE
)
_JOINT = re.compile(rf"(?:[,;]|\b(?:{'|'.join(TABLE['bare_joint'])}))\s*\Z", re.IGNORECASE)
_GAP = re.compile(TABLE["gap"], re.IGNORECASE)
_GAP_THING = compile_phrases(TABLE["gap_thing"], TABLE)
_GAP_GOODS = compile_phrase(r"{goods}\s*\Z", TABLE)
_PLACING = re.compile(r"\A(?:in|on|for|by|at|near|with|under|behind|beside|from)\s+")
_NOT_GAP = compile_phrases(TABLE["not_gap"], TABLE)
_ENDS = re.compile(r"\s*(?:[.,;:)]|\Z|and\b|or\b)")
_LEAST_AFTER_AT = 25
"""Smaller figures after "at" may be hours."""
_TAIL = compile_phrase(r"\s*(?:" + "|".join(TABLE["bare_tail"]) + ")", TABLE)
_AFTER = re.compile(rf"\s*(?:{'|'.join(TABLE['bare_after'])})(?!\w)", re.IGNORECASE)
_NOT_AFTER = compile_phrase(r"\s*(?:" + "|".join(TABLE["not_bare_after"]) + ")", TABLE)
_TELLS_PRICE = compile_phrase(
    rf"(?:{'|'.join(TABLE['tells_price'])})(?: (?:about|around|only|just|now|nearly|over|under))*\s*\Z", TABLE
)
_COPULA = re.compile(r"\b(?:is|are|was|were)(?:\s+(?:now|only|just|still|about|around))*\s+\Z", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+\Z", re.IGNORECASE)
_CENTS = re.compile(r"(?:cents?|pence|\dp|\dc|¢)\Z", re.IGNORECASE)
_YEAR = range(1900, 2100)
_LIKE_SIZE = 15
"""A bare figure more than so many times larger or smaller than the price beside it is something else."""
_WINDOW_CHARACTERS = 80


def bare_amounts(context: SentenceContext, priced: Sequence[Said]) -> list[Said]:
    """Return the bare figures beside a price that are prices too, in its currency."""
    found = []
    for number in context.quantities:
        if number.form != "number" or number.low is None:
            continue
        if any(number.whole.overlaps(one.anchor) for one in priced):
            continue
        model = _model(context, number, priced)
        if model is None:
            continue
        value = _in_currency(number, model.unit, worth=_worth(context.text, model, priced))
        if _is_alike(value, model) and _stands_as_price(context, number):
            found.append(Said(number.whole, (value,)))
    return found


def _model(context: SentenceContext, number: Quantity, priced: Sequence[Said]) -> Value | None:
    """Return the price whose currency a bare figure takes.

    The one before it, else the one after it, else one of the sentences before.
    """
    amounts = [one for one in priced if one.role == "amount"]
    before = [one for one in amounts if one.anchor.start < number.whole.start]
    if before:
        return before[-1].values[0]
    left = context.text[context.sentence.start : number.whole.start]
    if amounts:
        return amounts[0].values[0] if _TELLS_PRICE.search(left) or _FROM.search(left) else None
    if not (_TELLS_PRICE.search(left) or _goes_on(context, left)):
        return None
    said = context.before + left
    money = [one for one in find_quantities(said) if one.form == "money" and one.low is not None]
    return _in_currency(money[-1], money[-1].unit) if money else None


def _goes_on(context: SentenceContext, left: str) -> bool:
    """Whether a sentence says "is" of a thing that the sentence before gave a price of."""
    if not context.previous or not _COPULA.search(left):
        return False
    earlier = context.previous[0].cut(context.text).lower()
    return any(thing.group().lower() in earlier for thing in GOODS.finditer(left))


def _stands_as_price(context: SentenceContext, number: Quantity) -> bool:
    text, sentence = context.text, context.sentence
    left = text[max(sentence.start, number.whole.start - _WINDOW_CHARACTERS) : number.whole.start]
    right = text[number.whole.end : sentence.end]
    if _NOT_AFTER.match(right):
        return False
    if _JOINT.search(left):
        return _TAIL.match(right) is not None
    if _is_gapped(left, right, number):
        return True
    return _BEFORE.search(left) is not None and _AFTER.match(right) is not None


def _is_gapped(left: str, right: str, number: Quantity) -> bool:
    """Whether a figure is one of a list whose verb is said once: "the bus is 2 dinars, the louage 5"."""
    gap = _GAP.search(left)
    if gap is None or _ENDS.match(right) is None:
        return False
    thing = gap.group("thing").strip().rstrip(",")
    if _NOT_GAP.search(_PLACING.sub("", thing)) or (
        (gap.group("at") or "").strip() == "at" and (number.low or 0) < _LEAST_AFTER_AT
    ):
        return False
    return _GAP_THING.fullmatch(thing) is not None or _GAP_GOODS.search(thing) is not None


def _is_alike(value: Value, model: Value) -> bool:
    """Whether a bare figure may be an amount beside ``model``: no year, and of a like size."""
    other = model.low if model.low is not None else model.high
    least = value.low or Decimal(0)
    if least in _YEAR or least <= 0 or other is None or other <= 0:
        return False
    return 1 / _LIKE_SIZE <= least / other <= _LIKE_SIZE


def _worth(text: str, model: Value, priced: Sequence[Said]) -> Decimal:
    """Return a hundredth where the price beside a figure is told in cents: "92 cents in May, 61 in June"."""
    is_beside = any(model is value for one in priced for value in one.values)
    in_cents = is_beside and model.span is not None and _CENTS.search(model.span.cut(text)) is not None
    return Decimal("0.01") if in_cents else Decimal(1)


def _in_currency(number: Quantity, unit: str, *, worth: Decimal = Decimal(1)) -> Value:
    ends = [None if end is None else end * worth for end in (number.low, number.high, number.precision)]
    return Value("amount", unit, ends[0], ends[1], number.bound, ends[2], number.span)
