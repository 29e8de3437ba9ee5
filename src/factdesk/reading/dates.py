"""Dates as metadata writes them: ISO 8601 first, then English day, month and year, then figures alone.

Figures with slashes are read only where one of them cannot be a month; with dots the day comes first.
"""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime

from factdesk.text.folds import plain_letters

_ISO = re.compile(r"\s*(\d{4})(?:([-/])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?!\d)", re.ASCII)
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
)


_FIGURES = re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?![\d./])", re.ASCII)


def parse_date(words: str) -> date | None:
    """Return the day that ``words`` name, or None. The day is as written, whatever the time zone."""
    words = plain_letters(words[:100])
    iso = _ISO.match(words)
    if iso:
        return _day(int(iso[1]), int(iso[3] or iso[5]), int(iso[4] or iso[6]))
    named = _DAY_FIRST.search(words) or _MONTH_FIRST.search(words)
    if named:
        return _day(int(named["year"]), _MONTHS[named["month"].lower()], int(named["day"]))
    figures = _FIGURES.search(words)
    if figures:
        return _of_figures(int(figures[1]), int(figures[3]), int(figures[4]), figures[2] == ".")
    try:
        return parsedate_to_datetime(words).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _of_figures(first: int, second: int, year: int, day_is_first: bool) -> date | None:
    if day_is_first or first > 12:
        return _day(year, second, first)
    return _day(year, first, second) if second > 12 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
