"""Judges a price in one currency against a source that gives it in another, by the rates of the source's day.

A conversion can only back a claim: rates move within a day and writers round, so that it never contradicts
one, and all else that the claim says must be shown, its thing word for word. Where no rate is known for the
day of the source, nothing is compared, and the verdict says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from factdesk.claims.findings import Finding
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.price_entries import ledger_of
from factdesk.model import Bound, FacetName, FacetOutcome, Rating, Reason, Span, Value
from factdesk.text.rates import Rate, find_rate
from factdesk.text.words import content_stems
from factdesk.verdicts.assembling import Assembled, assemble
from factdesk.verdicts.muting import CONVERTED

RATE_SHARE = Decimal("0.05")
"""How far a converted amount may be from the one found, as a share: some days, a margin, rounding."""

MOST_CURRENCIES = 3
"""A source with amounts in more currencies is a table of prices or of rates."""

_BACKED = (Rating.SUPPORTED, Rating.PARTIALLY_SUPPORTED)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_OTHER_TIME = re.compile(
    r"\b(?:ago|back then|used to|in those days|last year|next year|years? earlier|previously|formerly"
    r"|once cost)\b",
    re.IGNORECASE,
)


def assemble_in_any_currency(
    claimed: Finding,
    text: str,
    sources: Sequence[ParsedSource],
    *,
    verbatim: tuple[int, Span] | None = None,
    outcomes: Sequence[str] = (),
) -> Assembled:
    """Judge one claim as `assemble` does; where that settles nothing, with its price converted.

    The reason ``converted`` says by which rate, ``no_rate`` that the price stands there in another currency
    and that there is none.
    """
    plain = assemble(claimed, text, sources, verbatim=verbatim, outcomes=outcomes)
    price = _price(claimed)
    if price is None or plain.rating is not Rating.NOT_ENOUGH_EVIDENCE or verbatim is not None:
        return plain
    without_rate: Reason | None = None
    for number, source in enumerate(sources):
        for currency in _other_currencies(price.unit, source):
            on = source.published_on
            rate = find_rate(currency, price.unit, on) if on is not None else None
            if rate is None:
                without_rate = without_rate or _no_rate(price, currency, on, text, source, plain)
                continue
            found = assemble(_converted(claimed, price, currency, rate), text, [source])
            if found.rating in _BACKED and _is_the_same(found, claimed, price, text, source):
                return _told(found, number, price, currency, rate, text)
    return plain if without_rate is None else replace(plain, reasons=(*plain.reasons, without_rate))


def _price(claimed: Finding) -> Value | None:
    """Return the one amount of a price claim; a claim that gives its own conversion needs none."""
    amounts = [one for one in claimed.values if one.role in ("amount", "also", "diff")]
    if claimed.kind != "price" or len(amounts) != 1 or amounts[0].role != "amount":
        return None
    price = amounts[0]
    return price if price.low is not None and price.high is not None and price.low > 0 else None


def _other_currencies(own: str, source: ParsedSource) -> tuple[str, ...]:
    """Return the currencies of a source that gives no price in the claim's own, the most frequent first."""
    units = [one.unit for one in ledger_of(source).entries]
    others = sorted(set(units), key=lambda unit: (-units.count(unit), unit))
    return tuple(others) if own not in others and len(others) <= MOST_CURRENCIES else ()


def _converted(claimed: Finding, price: Value, currency: str, rate: Rate) -> Finding:
    """Return the claim with its amount in another currency, as wide as the conversion is uncertain."""
    assert price.low is not None
    assert price.high is not None
    half = min((price.precision or Decimal(0)) / 2, price.low * RATE_SHARE)
    share = RATE_SHARE * 2 if price.bound is Bound.ABOUT else RATE_SHARE
    low = (price.low - half) * rate.value * (1 - share)
    high = (price.high + half) * rate.value * (1 + share)
    bound = Bound.BETWEEN if price.bound in (Bound.EXACT, Bound.ABOUT) else price.bound
    if price.bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        high = low
    elif price.bound in (Bound.LESS_THAN, Bound.AT_MOST):
        low = high
    other = replace(price, unit=currency, low=low, high=high, bound=bound, precision=None)
    return replace(claimed, values=tuple(other if one is price else one for one in claimed.values))


def _is_the_same(found: Assembled, claimed: Finding, price: Value, text: str, source: ParsedSource) -> bool:
    """Whether the passage shows the very amount and thing, and speaks of no other time than the source's."""
    said = _said(price, text)
    shown = [one for one in found.facets if one.facet is FacetName.VALUE and one.claimed == said]
    if not any(one.outcome is FacetOutcome.MATCH for one in shown) or not found.shown:
        return False
    item, shown_stems = claimed.facet(FacetName.ITEM), set(content_stems(found.shown[0].quote))
    if item is None or not set(content_stems(item.text)) <= shown_stems:
        return False
    quote, year = found.shown[0].quote, str(source.published_on.year) if source.published_on else ""
    if _OTHER_TIME.search(quote) or any(one != year for one in _YEAR.findall(quote)):
        return False
    return not any(one != year for one in _YEAR.findall(text))


def _told(found: Assembled, number: int, price: Value, currency: str, rate: Rate, text: str) -> Assembled:
    assert price.low is not None
    amount = price.low * rate.value
    worth = f"{round(amount, 2 if amount < 100 else None):,} {currency}"
    day = f"{rate.on.day} {rate.on:%B %Y}"
    sentence = (
        f"{_said(price, text)} is about {worth} by the rate of {day} (European Central Bank);"
        " the source gives the price in that currency."
    )
    shown = tuple(replace(one, source=number) for one in found.shown)
    return replace(found, shown=shown, reasons=(*found.reasons, Reason(CONVERTED, sentence)))


def _no_rate(
    price: Value, currency: str, on: date | None, text: str, source: ParsedSource, plain: Assembled
) -> Reason | None:
    """Return why a price was not compared, where the passage that is nearest has one in another currency."""
    nearest = next((one.span for one in plain.shown), None)
    spans = [one.value.span for one in ledger_of(source).entries if one.unit == currency]
    if nearest is None or not any(span is not None and nearest.overlaps(span) for span in spans):
        return None
    day = f"no rate is known for {on.day} {on:%B %Y}" if on else "the source has no date to take a rate of"
    said = f"The source gives a price in {currency}, not in {price.unit} as “{_said(price, text)}”"
    return Reason("no_rate", f"{said}, and {day}; the amounts were not compared.")


def _said(value: Value, text: str) -> str:
    return value.span.cut(text) if value.span else str(value.low)
