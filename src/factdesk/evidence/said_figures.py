"""Reads the figures of a text for looking them up elsewhere: worth, day of a month, measure.

Quantities tell what a figure says; here it only matters whether another text says it too, in figures, in
words ("twelve", "twelfth"), as a day ("24 October", "1996-10-24") or in another unit (50 feet, 15 metres).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache

from factdesk.model import Span
from factdesk.text.folds import plain_letters
from factdesk.text.lexicons import load_table
from factdesk.text.quantities import Quantity, find_quantities

Day = tuple[int, int]
"""Month and day of the month."""

Month = tuple[int, int]
"""Month and year."""

Measured = tuple[str, Decimal]
"""A kind of measure ("length") and the worth in its own unit."""

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS: dict[str, int] = load_table("dates")["months"]
_MONTH_INITIALS = "".join(sorted({month[0] for month in _MONTHS}))
_MONTH = rf"(?=[{_MONTH_INITIALS}])(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
"""A month, asked for by its first letter before any name is tried: most words begin with another one."""
_ORDINALS: dict[str, int] = load_table("number_words")["ordinals"]
_ORDINAL = re.compile(rf"\b(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\b", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(
    rf"""
      (?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(?:day\s+)?of)?\s+(?P<month>{_MONTH})\b
    | \b(?P<month_first>{_MONTH})\b\.?\s+(?:the\s+)?(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,:]\d|\d)
    | \b\d{{4}}-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?!\d)
    | (?<![\d./])(?P<one>\d{{1,2}})[./](?P<other>\d{{1,2}})[./](?:\d{{4}}|\d\d)(?![\d./])
    """,
    re.IGNORECASE | re.VERBOSE,
)
_YEAR = r"(?:1[4-9]|20)\d\d"
_MONTH_OF_YEAR = re.compile(
    rf"""
      (?=[\d{_MONTH_INITIALS}])(?P<before>\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?
      \b(?P<month>{_MONTH})\b\.?,?(?P<day>\s+\d{{1,2}}(?:st|nd|rd|th)?,?)?(?:\s+of)?\s+(?P<year>{_YEAR})\b
    | \b(?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)-\d\d
    | (?<![\d./])(?P<one>\d{{1,2}})[./](?P<other>\d{{1,2}})[./](?P<last_year>{_YEAR})(?!\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SHORT_YEAR = re.compile(r"\b(\d\d)\d\d\s?[-–—/]\s?\Z")
_UNIT_AFTER = re.compile(r"[-\s]?([a-z]+)\b", re.IGNORECASE)
_LEAST_SPELLED = 3
"""Smaller numbers in words ("one of them", "two") are too common to be looked up."""


@dataclass(frozen=True, slots=True)
class SaidFigure:
    """A figure of a text. ``worths`` are the numbers that it may stand for; any of them will do.

    ``day`` is set for a day of a month, ``month`` for the year of a month without a day ("October 2018"),
    ``measures`` where a unit of measure follows.
    """

    span: Span
    worths: frozenset[Decimal]
    day: Day | None = None
    month: Month | None = None
    measures: tuple[Measured, ...] = ()
    is_decade: bool = False


def read_figures(text: str) -> tuple[SaidFigure, ...]:
    """Return the figures of a text in reading order, and its numbers in words from three upward."""
    quantities = find_quantities(text)
    days = {span: day for span, day in read_days(text) if span is not None}
    months = {span: month for span, month in read_months(text) if span is not None}
    found = [
        replace(_read(text, span, quantities), day=days.get(span), month=months.get(span))
        for span in (Span(*match.span()) for match in _FIGURE.finditer(text))
    ]
    taken = [one.span for one in found]
    found += [
        SaidFigure(one.span, frozenset(worths_of([one])))
        for one in quantities
        if _is_spelled(one) and not any(one.span.overlaps(span) for span in taken)
    ]
    return tuple(sorted(found, key=lambda one: one.span.start))


def _is_spelled(quantity: Quantity) -> bool:
    is_whole = quantity.form in ("number", "duration", "measure", "money", "percent")
    return is_whole and quantity.low is not None and quantity.low >= _LEAST_SPELLED


def _read(text: str, span: Span, quantities: Iterable[Quantity]) -> SaidFigure:
    worths = set(_plain_worths(span.cut(text)))
    scaled = {worth for one in quantities if one.span.covers(span) for worth in worths_of([one])}
    if any(worth >= 1000 * max(worths) for worth in scaled if worth and worths):
        worths = scaled
    short = _SHORT_YEAR.search(text, 0, span.start) if len(span.cut(text)) == 2 else None
    if short:
        worths.add(Decimal(short.group(1) + span.cut(text)))
    is_decade = text[span.end : span.end + 1] == "s" and span.cut(text).endswith("0")
    measures = tuple(_measures(text, span, worths))
    return SaidFigure(span, frozenset(worths), measures=measures, is_decade=is_decade)


def read_worths(text: str, quantities: Iterable[Quantity]) -> frozenset[Decimal]:
    """Return every number that a text says, in figures or words; ``quantities`` are those of the text."""
    plain = (worth for match in _FIGURE.finditer(text) for worth in _plain_worths(match.group()))
    ranks = (Decimal(_ORDINALS[match.group().lower()]) for match in _ORDINAL.finditer(plain_letters(text)))
    return frozenset((*plain, *ranks, *worths_of(quantities)))


def read_measures(text: str) -> tuple[Measured, ...]:
    """Return every measure of a text."""
    return tuple(
        measure
        for match in _FIGURE.finditer(text)
        for measure in _measures(text, Span(*match.span()), set(_plain_worths(match.group())))
    )


def worths_of(quantities: Iterable[Quantity]) -> Iterator[Decimal]:
    """Yield the ends of quantities, without trailing zeros."""
    for one in quantities:
        for end in (one.low, one.high):
            if end is not None:
                yield end.normalize()


def read_days(text: str) -> Iterator[tuple[Span | None, Day]]:
    """Yield the days of months that a text names, with the span of the day's figure where it is certain."""
    for match in _DAY_OF_MONTH.finditer(plain_letters(text)):
        if match["day"]:
            yield Span(*match.span("day")), (_MONTHS[match["month"].lower()], int(match["day"]))
        elif match["day_after"]:
            month = _MONTHS[match["month_first"].lower()]
            yield Span(*match.span("day_after")), (month, int(match["day_after"]))
        elif match["iso_day"]:
            yield None, (int(match["iso_month"]), int(match["iso_day"]))
        else:  # nobody can tell day and month apart
            yield None, (int(match["one"]), int(match["other"]))
            yield None, (int(match["other"]), int(match["one"]))


def read_months(text: str) -> Iterator[tuple[Span | None, Month]]:
    """Yield the months of years that a text names, with the span of the year where no day is said."""
    for match in _MONTH_OF_YEAR.finditer(plain_letters(text)):
        if match["month"]:
            span = None if match["before"] or match["day"] else Span(*match.span("year"))
            yield span, (_MONTHS[match["month"].lower()], int(match["year"]))
        elif match["iso_year"]:
            yield None, (int(match["iso_month"]), int(match["iso_year"]))
        else:
            yield None, (int(match["one"]), int(match["last_year"]))
            yield None, (int(match["other"]), int(match["last_year"]))


def _plain_worths(figure: str) -> Iterator[Decimal]:
    try:
        yield Decimal(figure.replace(",", "")).normalize()
    except InvalidOperation:  # "24.10.1996"
        yield from (Decimal(part).normalize() for part in re.split(r"[.,]", figure))


@cache
def _units() -> dict[str, tuple[Measured, ...]]:
    """Return by each word for a unit its kinds of measure with their worth."""
    found: dict[str, tuple[Measured, ...]] = {}
    for kind, units in load_table("measures").items():
        for unit in units.values():
            for word in unit["words"].split():
                found[word] = (*found.get(word, ()), (kind, Decimal(str(unit["worth"]))))
    return found


def _measures(text: str, span: Span, worths: Iterable[Decimal]) -> Iterator[Measured]:
    unit = _UNIT_AFTER.match(text, span.end)
    if unit is None:
        return
    for kind, worth in _units().get(unit.group(1).lower(), ()):
        yield from ((kind, worth * one) for one in worths)
