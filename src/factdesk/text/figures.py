"""What the quantity grammar finds: a figure with its unit, its bound and its exact characters."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from factdesk.model import Bound, Span
from factdesk.text.scales import Number


class Quantity(NamedTuple):
    """A figure of a text: a tuple, because a page has thousands and a tuple is made four times faster.

    ``form`` is money, percent, points, fraction, multiple, odds ("three to one"), rank ("between the tenth
    and the fifteenth"), number, duration or measure. ``unit`` is an
    ISO 4217 code for money, ``percent`` (also for fractions: a third is 33.33), ``points``, ``ratio``
    (doubled is 2), ``count``, the plural of a span of time ("hours"), or the word of a measure ("kg").
    ``low`` and ``high`` are equal for one figure.
    ``precision`` is the worth of the last digit said. ``span`` is the figure with its unit,
    ``whole`` also its modifiers and restated amounts. ``restated`` has the same amount in other
    currencies. ``ambiguous`` marks a currency that was guessed.
    """

    form: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    bound: Bound
    precision: Decimal | None
    span: Span
    whole: Span
    restated: tuple[Quantity, ...] = ()
    ambiguous: bool = False


class Figure(NamedTuple):
    """A quantity in the making: its place is told in tokens, not in characters. A tuple, for speed.

    ``number`` is the number that it was read from, if it was one; ``is_bare`` says that no unit was
    said beside it; ``is_prefixed`` that its unit stands before it.
    """

    form: str
    unit: str
    low: Decimal
    high: Decimal
    precision: Decimal | None
    first: int
    after: int
    whole_first: int
    whole_after: int
    bound: Bound = Bound.EXACT
    ambiguous: bool = False
    number: Number | None = None
    is_prefixed: bool = False
    restated: tuple[Figure, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether no unit was said beside the number."""
        return self.form == "number"
