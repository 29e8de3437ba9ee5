"""The share of a possible poll, and the figures that English writes in digits and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import load_phrases
from factdesk.model import Bound, Span, Value
from factdesk.text.quantities import Quantity

_TABLE = load_phrases("poll")
_NUMBERS: dict[str, int] = _TABLE["numbers"]
_ONES = str(_TABLE["ones"]).split()
_TEENS = str(_TABLE["teens"]).split()
_TENS = str(_TABLE["decades"]).split()
_WORTH = {
    **{word: at + 1 for at, word in enumerate(_ONES)},
    **{word: at + 10 for at, word in enumerate(_TEENS)},
    **{word: 10 * (at + 2) for at, word in enumerate(_TENS)},
}
WHOLE = Decimal(100)
_WORDED = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS)}|{'|'.join(_ONES)})"
FIGURE = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{_WORDED})"


@dataclass(frozen=True, slots=True)
class Share:
    """A figure of a possible poll. ``is_sure`` when its own words already make it one.

    ``rough`` is the fraction of "nearly half of them (48 per cent)", whose anchor spans both; ``answer``
    the name of "Labour (41)"; ``other`` the values of the other side of "52-48", a claim of its own.
    ``wants_vote`` says that it is a share only where votes are told.
    """

    anchor: Span
    values: tuple[Value, ...]
    people: Span | None = None
    is_sure: bool = False
    rough: Span | None = None
    answer: Span | None = None
    other: tuple[Value, ...] = ()

    @property
    def figure(self) -> Span:
        """Where the words after the figure begin to tell who and what."""
        return self.rough or self.anchor

    @property
    def role(self) -> str:
        """The role of its first value."""
        return self.values[0].role


def plain_value(role: str, figure: Decimal, span: Span) -> Value:
    """Return a figure that stands without a unit as a value in per cent."""
    return Value(role, "percent", figure, figure, Bound.EXACT, Decimal(1), span)


def read_figure(said: str) -> Decimal | None:
    """Return the worth of "4,911", "53.5", "twenty-two"."""
    low = " ".join(said.lower().replace(",", "").replace("-", " ").split())
    if re.fullmatch(r"\d+(?:\.\d+)?", low):
        return Decimal(low)
    if low in _NUMBERS:
        return Decimal(_NUMBERS[low])
    parts = [_WORTH.get(word) for word in low.split()]
    return Decimal(sum(part for part in parts if part)) if parts and None not in parts else None


def share_of(
    context: SentenceContext, upper: Decimal, lower: Decimal, span: Span, people: Span | None = None
) -> Share:
    """Return the share of ``upper`` in ``lower`` that stands at a span."""
    percent = (WHOLE * upper / lower).quantize(Decimal("0.01"))
    value = Value("percent", "percent", percent, percent, _bound_before(context, span), None, span)
    return Share(span, (value,), people)


def _bound_before(context: SentenceContext, span: Span) -> Bound:
    before = context.text[context.sentence.start : span.start].lower().split()
    last, pair = " ".join(before[-1:]), " ".join(before[-2:])
    if pair == "more than" or last == "over":
        return Bound.MORE_THAN
    if pair in {"fewer than", "less than"} or last in {"under", "barely", "almost", "nearly"}:
        return Bound.LESS_THAN
    if last in {"about", "around", "roughly", "approximately", "some"}:
        return Bound.ABOUT
    return Bound.AT_LEAST if pair == "at least" else Bound.EXACT


def overlapping(shares: Sequence[Share], span: Span) -> bool:
    """Whether any share stands where the span does."""
    return any(share.anchor.overlaps(span) for share in shares)


def value(role: str, quantity: Quantity) -> Value:
    """Return a quantity as a value with a role."""
    return Value(
        role, quantity.unit, quantity.low, quantity.high, quantity.bound, quantity.precision, quantity.span
    )
