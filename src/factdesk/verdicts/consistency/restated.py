"""Amounts told in two currencies: against the rates of their time, else against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from factdesk.claims.findings import Finding
from factdesk.model import Bound, FacetName, Value
from factdesk.text.rates import list_rates
from factdesk.verdicts.consistency.sayings import Fault, plain

RATE_SLACK = Decimal("0.1")
"""Share by which an implied rate may leave the rates of its time: banks' margins, rounded amounts."""

OTHER_SLACK = Decimal("0.25")
"""Share by which two implied rates of one essay may differ: they may be some months apart."""

FARTHEST = Decimal(15)
"""An implied rate that is so many times another is of another age or unit; a slip of one nought is less."""

MOST_COMPARED = 40
"""So many restatements of one pair of currencies are compared with each other."""

LOOK_BACK_DAYS = 365
"""An amount without a date of its own is of the essay's day or of the year before it."""

LONGEST_DAYS = 400
"""A longer time says too little of when the amount was paid."""

_DOLLARS = ("USD", "AUD", "CAD", "NZD")
_CROWNS = ("SEK", "NOK", "DKK", "CZK", "ISK")
_BARE_DOLLAR = re.compile(r"(?:(?<![A-Za-z])\$|^[^A-Za-z]*dollars?\b)", re.IGNORECASE)
_BARE_CROWN = re.compile(r"\b(?:kr|kron\w+|crowns?)\b", re.IGNORECASE)
_UNCLEAR = re.compile(
    r"\b(?:pesos?|rupees?|francs?|lei|leu|dinars?|rials?|riyals?|shillings?)\b", re.IGNORECASE
)
_OTHER_TIME = re.compile(
    r"\b(?:1[1-9]|20)\d\ds?\b|\b(?:ago|back then|in those days|at the time|since then|today|nowadays|modern"
    r"|worth now|now worth|these days|old money|century|equivalent|purchasing)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Restatement:
    """One amount in two currencies: units of the first for one of the second, at least and at most."""

    place: int
    amount: Value
    also: Value
    least: Decimal
    most: Decimal
    words: str

    @property
    def implied(self) -> Decimal:
        """The rate without rounding."""
        assert self.amount.low is not None
        assert self.also.low is not None
        return self.amount.low / self.also.low

    @property
    def rate_words(self) -> str:
        """The rate in words ("69.8 RUB for one GBP"), the larger number of units first."""
        one, other, rate = self.amount.unit, self.also.unit, self.implied
        if rate < 1:
            one, other, rate = other, one, 1 / rate
        return f"{plain(rate, 2 if rate < 10 else 1)} {one} for one {other}"


def find_restated(
    findings: Sequence[Finding], text: str, published_on: date | None
) -> Iterator[tuple[int, Fault]]:
    """Yield what two currencies of an amount say against each other, with the place of its finding.

    Where the table has rates for the whole time of an amount, they decide. Elsewhere nothing is known of the
    rate, and only restatements of the essay are compared with each other.
    """
    unknown: list[Restatement] = []
    for one in _restatements(findings, text):
        rates = _rates(one, findings[one.place], text, published_on)
        if not rates:
            unknown.append(one)
        elif not (any(_fits(one, *ends[:2]) for ends in rates) or _is_far(one, *rates[0][:2])):
            yield one.place, _off_the_rates(one, *rates[0])
    yield from _compare_each_other(unknown, findings, text)


def _restatements(findings: Sequence[Finding], text: str) -> Iterator[Restatement]:
    for place, finding in enumerate(findings):
        amount = finding.value("amount")
        for also in (one for one in finding.values if one.role == "also"):
            if amount is None or amount.span is None or also.span is None:
                continue
            least, most = _implied(amount, also)
            if least is not None and most is not None and amount.unit != also.unit:
                words = f"{amount.span.cut(text)} ({also.span.cut(text)})"
                yield Restatement(place, amount, also, least, most, words)


def _implied(amount: Value, also: Value) -> tuple[Decimal | None, Decimal | None]:
    if amount.low is None or also.low is None or amount.low != amount.high or also.low != also.high:
        return None, None
    # "More than 300,000 roubles (£4300)" restates the figure; a bound on the second alone does not.
    if also.bound not in (Bound.EXACT, Bound.ABOUT, amount.bound):
        return None, None
    step, other = (amount.precision or Decimal(0)) / 2, (also.precision or Decimal(0)) / 2
    if amount.low <= step or also.low <= other:
        return None, None
    return (amount.low - step) / (also.low + other), (amount.low + step) / (also.low - other)


def _rates(
    one: Restatement, finding: Finding, text: str, published_on: date | None
) -> list[tuple[Decimal, Decimal, date]]:
    """Return lowest and highest rate of the amount's time and its last day, for each currency it may be in.

    [] where a currency or the time is unclear, or a rate is lacking.
    """
    time = _time_of(finding, finding.sentence.cut(text), published_on)
    units = [_units(value, text) for value in (one.amount, one.also)]
    if time is None or not all(units):
        return []
    found = []
    for wanted in units[0]:
        for of in units[1]:
            rates = [rate.value for rate in list_rates(wanted, of, *time)]
            if not rates:
                return []
            found.append((min(rates), max(rates), time[1]))
    return found


def _units(value: Value, text: str) -> tuple[str, ...]:
    """Return the currencies that an amount may be in: a bare "$" may be any dollar."""
    said = value.span.cut(text) if value.span else ""
    if _UNCLEAR.search(said):
        return ()
    if value.unit in _DOLLARS and _BARE_DOLLAR.search(said):
        return (value.unit, *(one for one in _DOLLARS if one != value.unit))
    if value.unit in _CROWNS and _BARE_CROWN.search(said):
        return (value.unit, *(one for one in _CROWNS if one != value.unit))
    return (value.unit,)


def _time_of(finding: Finding, sentence: str, published_on: date | None) -> tuple[date, date] | None:
    times = finding.facets_named(FacetName.TIME)
    if not times:
        if _OTHER_TIME.search(sentence):
            return None
        since = timedelta(LOOK_BACK_DAYS)
        return None if published_on is None else (published_on - since, published_on)
    if len(times) > 1:
        return None
    try:
        first, last = (date.fromisoformat(one) for one in times[0].norm.split("/"))
    except ValueError:
        return None
    return (first, last) if timedelta(0) <= last - first <= timedelta(LONGEST_DAYS) else None


def _fits(one: Restatement, least: Decimal, most: Decimal) -> bool:
    return one.most >= least * (1 - RATE_SLACK) and one.least <= most * (1 + RATE_SLACK)


def _is_far(one: Restatement, least: Decimal, most: Decimal) -> bool:
    return one.implied > most * FARTHEST or one.implied * FARTHEST < least


def _off_the_rates(one: Restatement, least: Decimal, most: Decimal, last: date) -> Fault:
    ends = (least, most) if one.implied >= 1 else (1 / most, 1 / least)
    low, high = (plain(end, 2 if end < 10 else 1) for end in ends)
    about = f"about {high}" if low == high else f"{low} to {high}"
    sentence = (
        f"{one.words} makes {one.rate_words}; by the rates of the European Central Bank it was {about}"
        f" in the time up to {last.day} {last:%B %Y}."
    )
    assert one.amount.span is not None
    assert one.also.span is not None
    return Fault("rate_differs", sentence, (one.amount.span, one.also.span))


def _compare_each_other(
    restatements: Sequence[Restatement], findings: Sequence[Finding], text: str
) -> Iterator[tuple[int, Fault]]:
    groups: dict[tuple[object, ...], list[Restatement]] = defaultdict(list)
    for one in restatements:
        finding = findings[one.place]
        if _OTHER_TIME.search(finding.sentence.cut(text)) is None:
            times = tuple(facet.norm for facet in finding.facets_named(FacetName.TIME))
            groups[*_pair(one), times].append(one)
    for group in groups.values():
        for one, other in combinations(group[:MOST_COMPARED], 2):
            if one.place != other.place and _disagree(one, other):
                yield one.place, _told_otherwise(one, other)
                yield other.place, _told_otherwise(other, one)


def _pair(one: Restatement) -> tuple[str, ...]:
    return tuple(sorted((one.amount.unit, one.also.unit)))


def _disagree(one: Restatement, other: Restatement) -> bool:
    least, most = other.least, other.most
    if one.amount.unit != other.amount.unit:
        least, most = 1 / most, 1 / least
    is_other = one.most * (1 + OTHER_SLACK) < least or one.least > most * (1 + OTHER_SLACK)
    return is_other and not _is_far(one, least, most)


def _told_otherwise(one: Restatement, other: Restatement) -> Fault:
    sentence = (
        f"{one.words} makes {one.rate_words}; elsewhere the essay has {other.words},"
        f" which makes {other.rate_words}."
    )
    assert one.amount.span is not None
    assert one.also.span is not None
    return Fault("restatements_differ", sentence, (one.amount.span, one.also.span))
