"""Compares the figures that a claim says beside its own values: how many, in how long, how large a share.

"All 1,900 tickets sold out in 40 minutes" is a sell-out with a count and a duration. Neither is what the
claim is about, but a source that gives another count does not back it, and one that says that the same
thing took 40 hours contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.aligning import Window, quantities_in
from factdesk.claims.comparing import compare_values
from factdesk.claims.findings import Finding
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span, Value
from factdesk.text.quantities import Quantity
from factdesk.text.words import stem

SMALLEST_COUNT = 13
"""Smaller counts are mostly words ("both", "two friends") and are not compared."""

_HOURS: dict[str, Decimal] = {
    "seconds": Decimal(1) / 3600,
    "minutes": Decimal(1) / 60,
    "hours": Decimal(1),
    "days": Decimal(24),
    "weeks": Decimal(168),
    "months": Decimal(730),
    "years": Decimal(8760),
}
_TOOK = re.compile(
    r"\b(?:in|within|inside|after|under|for|took|lasted?|(?:less|more)\s+than|only|just|barely|about|over)\s+\Z",
    re.I,
)
_NOUN = re.compile(r"\s+(?:of\s+(?:the\s+|its\s+|their\s+)?)?([a-z]+)")


def compare_side_figures(
    claimed: Finding, text: str, found: Finding, window: Window
) -> list[FacetComparison]:
    """Compare the counts and durations of a claim with those of a found sentence and its paragraph."""
    quote = claimed.quote
    near = quantities_in(window.near.cut(window.text))
    compared = []
    for said in quantities_in(quote.cut(text)):
        span = said.whole.shifted(quote.start)
        if any(one.span and one.span.overlaps(span) for one in claimed.values):
            continue
        if said.form == "duration":
            if not claimed.values and _TOOK.search(text, quote.start, span.start):
                compared.append(_compare_duration(said, span.cut(text), near, found, window))
        elif said.form == "number" and said.low is not None and said.low >= SMALLEST_COUNT:
            compared.append(_compare_count(said, span, text, near, window))
    return compared


def _compare_duration(
    said: Quantity, words: str, near: Sequence[Quantity], found: Finding, window: Window
) -> FacetComparison:
    outcome, shown = FacetOutcome.ABSENT, None
    for one in near:
        if one.form != "duration":
            continue
        span = one.whole.shifted(window.near.start)
        comparison = compare_values(_in_hours(said), _in_hours(one))
        if comparison.outcome is FacetOutcome.MATCH:
            return FacetComparison(FacetName.TIME, words, span.cut(window.text), FacetOutcome.MATCH, span)
        is_its_own = found.quote.covers(span) and _TOOK.search(window.text, found.quote.start, span.start)
        if comparison.outcome is FacetOutcome.CONFLICT and is_its_own:
            outcome, shown = FacetOutcome.CONFLICT, span
    return FacetComparison(FacetName.TIME, words, shown.cut(window.text) if shown else "", outcome, shown)


def _compare_count(
    said: Quantity, span: Span, text: str, near: Sequence[Quantity], window: Window
) -> FacetComparison:
    noun = _noun_after(text, span)
    outcome, shown = FacetOutcome.ABSENT, None
    for one in near:
        place = one.whole.shifted(window.near.start)
        if one.form != "number":
            continue
        comparison = compare_values(_as_value(said), _as_value(one))
        if comparison.outcome is FacetOutcome.MATCH:
            return FacetComparison(
                FacetName.VALUE, span.cut(text), place.cut(window.text), comparison.outcome, place
            )
        if comparison.outcome is FacetOutcome.CONFLICT and noun and noun == _noun_after(window.text, place):
            outcome, shown = FacetOutcome.INCOMPARABLE, place
    return FacetComparison(
        FacetName.VALUE, span.cut(text), shown.cut(window.text) if shown else "", outcome, shown
    )


def _noun_after(text: str, span: Span) -> str:
    match = _NOUN.match(text, span.end)
    return stem(match.group(1)) if match else ""


def _as_value(quantity: Quantity) -> Value:
    return Value("count", "count", quantity.low, quantity.high, quantity.bound, quantity.precision)


def _in_hours(quantity: Quantity) -> Value:
    """Return a duration in hours; a unit that is not known stays itself."""
    value = replace(_as_value(quantity), unit=quantity.unit)
    factor = _HOURS.get(quantity.unit)
    if factor is None or value.low is None or value.high is None:
        return value
    precision = value.precision * factor if value.precision else None
    return replace(value, unit="hours", low=value.low * factor, high=value.high * factor, precision=precision)
