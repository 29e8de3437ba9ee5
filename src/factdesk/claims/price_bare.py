"""Figures that take the currency of a price beside them: "up from 780", "the farm asks 9", "17 if you collect"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase
from factdesk.claims.price_relations import Said
from factdesk.claims.price_words import TABLE
from factdesk.model import Value
from factdesk.text.quantities import Quantity

_BEFORE = compile_phrase(
    rf"(?:{'|'.join(TABLE['bare_before'])}){TABLE['bare_lead']}\s*\Z".replace(" (?:", r"\s+(?:"), TABLE
)
_JOINT = re.compile(rf"(?:[,;]|\b(?:{'|'.join(TABLE['bare_joint'])}))\s*\Z", re.IGNORECASE)
_TAIL = compile_phrase(r"\s*(?:" + "|".join(TABLE["bare_tail"]) + ")", TABLE)
_AFTER = re.compile(rf"\s*(?:{'|'.join(TABLE['bare_after'])})(?!\w)", re.IGNORECASE)
_NOT_AFTER = compile_phrase(r"\s*(?:" + "|".join(TABLE["not_bare_after"]) + ")", TABLE)
_YEAR = range(1900, 2100)
_LIKE_SIZE = 15
"""A bare figure more than so many times larger or smaller than the price beside it is something else."""
_WINDOW_CHARACTERS = 80


def bare_amounts(context: SentenceContext, priced: Sequence[Said]) -> list[Said]:
    """Return the bare figures after a price that are prices too, in its currency."""
    found = []
    for number in context.quantities:
        if number.form != "number" or number.low is None:
            continue
        model = next(
            (one.values[0] for one in reversed(priced) if one.anchor.start < number.whole.start), None
        )
        if model is None or any(number.whole.overlaps(one.anchor) for one in priced):
            continue
        if _is_alike(number, model) and _stands_as_price(context, number):
            found.append(Said(number.whole, (_in_currency(number, model.unit),)))
    return found


def _stands_as_price(context: SentenceContext, number: Quantity) -> bool:
    text, sentence = context.text, context.sentence
    left = text[max(sentence.start, number.whole.start - _WINDOW_CHARACTERS) : number.whole.start]
    right = text[number.whole.end : sentence.end]
    if _NOT_AFTER.match(right):
        return False
    if _JOINT.search(left):
        return _TAIL.match(right) is not None
    return _BEFORE.search(left) is not None and _AFTER.match(right) is not None


def _is_alike(number: Quantity, model: Value) -> bool:
    """Whether a bare figure may be an amount beside ``model``: no year, and of a like size."""
    other = model.low if model.low is not None else model.high
    if number.low in _YEAR or other is None or other <= 0 or number.low <= 0:
        return False
    return 1 / _LIKE_SIZE <= number.low / other <= _LIKE_SIZE


def _in_currency(number: Quantity, unit: str) -> Value:
    return Value("amount", unit, number.low, number.high, number.bound, number.precision, number.span)
