"""The figures of a source, sentence by sentence; a bare figure takes the unit of the one before it.

"Petrol went to 14.20 cedis, from 13.10 the week before. Diesel stayed at 14.90." names the currency once,
"44 percent favoured it. In May the figures were 52 and 38." the per cent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.value_matching import PLAIN
from factdesk.model import Span, Value
from factdesk.text.quantities import Quantity

FARTHEST_FACTOR = Decimal(25)
"""A bare figure further than this factor from the amount before it is no amount of the same thing."""

LATEST_YEAR = 2100
EARLIEST_YEAR = 1900

_UNCOUNTED = re.compile(
    r"\s*(?:[.,;:)!?–]|-(?!\w)|\Z|\n)|\s+(?:and|or|to|from|against|in|on|at|before|the|a|an|now|for|last|this|that|while|but|which"
    r"|since|when|compared|then|instead|behind|if|as|by|after|until|without|with|said|would|were|was|had|did)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\b(?:page|item|no|number|route|gate|platform|room|line|bus|aged?|under|over-?|chapter|act|version|anyone|everyone|those|people|children|kids|fans|persons?|buyers)|#|:)\s*\.?\s*\Z",
    re.IGNORECASE,
)


_IS_AGE = re.compile(r"\((?:under|over|aged?)\s+\d{1,2}\Z", re.IGNORECASE)
"""An age in brackets ("child (under 16)")."""


def figures_by_sentence(contexts: Sequence[SentenceContext]) -> tuple[tuple[Value, ...], ...]:
    """Return the values of every sentence, in reading order."""
    found: list[tuple[Value, ...]] = []
    carried: Value | None = None
    first: Value | None = None
    paragraph: Span | None = None
    sole = _sole_currency(contexts)
    for context in contexts:
        if context.paragraph != paragraph:
            carried, paragraph = None, context.paragraph
            first = _first_united(context, contexts)
        values: list[Value] = []
        quantities = [one for one in context.quantities if one.form not in ("duration", "measure")]
        for quantity in quantities:
            carried = next(iter(_united(quantity)), carried)
            values.extend(_inherited(quantity, context.text, carried or first, sole))
        found.append(tuple(values))
    return tuple(found)


def _first_united(context: SentenceContext, contexts: Sequence[SentenceContext]) -> Value | None:
    """Return the first figure with a unit of a paragraph that begins with a sentence."""
    for other in contexts[context.index :]:
        if other.paragraph != context.paragraph:
            break
        for quantity in other.quantities:
            if quantity.form not in ("duration", "measure"):
                united = next(iter(_united(quantity)), None)
                if united is not None:
                    return united
    return None


def _united(quantity: Quantity) -> Iterator[Value]:
    if quantity.form in ("money", "percent", "fraction") and quantity.low is not None:
        yield values_of(quantity)[0]


def _sole_currency(contexts: Sequence[SentenceContext]) -> Value | None:
    """Return an amount in the only currency of a text, or None where it has none or several."""
    money = [one for context in contexts for one in context.quantities if one.form == "money"]
    units = {one.unit for one in money}
    return (
        next((values_of(one)[0] for one in money if one.low is not None), None) if len(units) == 1 else None
    )


_PRICED = re.compile(
    r"\b(?:at|for|is|was|are|were|costs?|cost|costing|charges?|charged|paid|pays?|asks?|to)\s+\Z",
    re.IGNORECASE,
)
_CENTS = re.compile(r"\d+\.\d\d")
"""How a price is written: to the cent."""


def _inherited(quantity: Quantity, text: str, carried: Value | None, sole: Value | None) -> Iterable[Value]:
    values = values_of(quantity)
    if sole is not None and quantity.unit == "count" and _is_price_to_the_cent(quantity, text):
        return [replace(one, unit=sole.unit, role="amount") for one in values]
    if carried is None or quantity.unit != "count" or not _is_bare(quantity, text):
        return values
    if not _is_comparable(quantity, carried, text):
        return values
    role = "percent" if carried.unit == "percent" else "amount"
    return [replace(one, unit=carried.unit, role=role) for one in values]


def _is_price_to_the_cent(quantity: Quantity, text: str) -> bool:
    """Whether a bare figure is a price by its form and the word before it ("wine at 2.50 a glass")."""
    span = quantity.span
    return _CENTS.fullmatch(text, span.start, span.end) is not None and (
        _PRICED.search(text, max(0, span.start - 12), span.start) is not None
    )


def _is_bare(quantity: Quantity, text: str) -> bool:
    """Whether no noun follows that the figure counts, and it numbers nothing."""
    span = quantity.whole
    if _NUMBERED.search(text, max(0, span.start - 14), span.start) or _IS_AGE.search(
        text, max(0, span.start - 2), span.end
    ):
        return False
    return _UNCOUNTED.match(text, span.end) is not None


def _is_comparable(quantity: Quantity, carried: Value, text: str) -> bool:
    low, other = quantity.low, carried.low
    if low is None or not other or low <= 0:
        return False
    has_digits = any(map(str.isdigit, quantity.span.cut(text)))
    if EARLIEST_YEAR <= low <= LATEST_YEAR and has_digits and low == low.to_integral_value():
        return carried.unit != "percent" and "," in quantity.span.cut(text)
    if carried.unit == "percent":
        return low <= 100 and (has_digits or low > 12)
    return has_digits and max(low / other, other / low) <= FARTHEST_FACTOR


def values_of(quantity: Quantity) -> list[Value]:
    """Return a quantity, and the same amount in other currencies, as plain values."""
    value = Value(
        role=PLAIN,
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        bound=quantity.bound,
        precision=None if quantity.form == "fraction" else quantity.precision,
        span=quantity.whole if not quantity.restated else quantity.span,
    )
    others = [replace(one, role="also") for other in quantity.restated for one in values_of(other)]
    return [value, *others]
