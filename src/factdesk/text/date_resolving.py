"""Resolves a matched date to the days that it covers, from the day of publication where it needs one.

Each function takes a match of ``date_patterns.PATTERN`` and the day of publication or None, and returns the
first and last day, or None where nobody can know. A day outside of the calendar raises ValueError or
OverflowError, which the caller takes for unknown.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from factdesk.text.date_patterns import TABLE

_MONTHS: dict[str, int] = TABLE["months"]
_WEEKDAYS: dict[str, int] = TABLE["weekdays"]
_SEASONS: dict[str, int] = TABLE["seasons"]
_NEAR: dict[str, int] = TABLE["near_days"]
_UNIT_DAYS: dict[str, int] = TABLE["units"]
_NUMBERS: dict[str, int] = TABLE["numbers"]
_NAMED_DAYS: dict[str, list[int]] = TABLE["named_days"]
_YEAR_PARTS: dict[str, list[int]] = TABLE["year_parts"]

_FURTHEST_AHEAD = timedelta(days=92)
"""A day and month without a year lie at most this far after publication, else in the year before."""

Days = tuple[date, date]
Resolver = Callable[[re.Match[str], date | None], Days | None]


def _day(year: int, month: int, day: int) -> Days:
    only = date(year, month, day)
    return only, only


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def _digits(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _from_iso(match: re.Match[str], _: date | None) -> Days | None:
    return _day(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))


def _from_figures(match: re.Match[str], _: date | None) -> Days | None:
    """Resolve "25/05/2024"; "12/05/2024" may be May or December and stays open, "12.05.2024" is May."""
    one, two, year = int(match["wr_one"]), int(match["wr_two"]), int(match["wr_year"])
    year += 2000 * (year < 100)
    if one > 12 or match["wr_sign"] == "." or one == two:
        return _day(year, two, one)
    return _day(year, one, two) if two > 12 else None


def _month_number(name: str) -> int:
    return _MONTHS[name.lower().rstrip(".")]


def _nearest_year(published_on: date, month: int, day: int = 1) -> int:
    """Return the year of a day and month told without one."""
    is_far_ahead = date(published_on.year, month, day) - published_on > _FURTHEST_AHEAD
    return published_on.year - is_far_ahead


def _from_day_and_month(prefix: str) -> Resolver:
    def resolve(match: re.Match[str], published_on: date | None) -> Days | None:
        day, month = _digits(match[f"{prefix}_day"]), _month_number(match[f"{prefix}_month"])
        first = _digits(match[f"{prefix}_first"] or match[f"{prefix}_day"])
        if match[f"{prefix}_year"] is None and published_on is None:
            return None
        if match[f"{prefix}_year"] is not None:
            year = int(match[f"{prefix}_year"])
        elif published_on is not None:
            year = _nearest_year(published_on, month, day)
        return (date(year, month, first), date(year, month, day)) if first <= day else None

    return resolve


def _from_months(prefix: str) -> Resolver:
    def resolve(match: re.Match[str], published_on: date | None) -> Days | None:
        first, last = _month_number(match[f"{prefix}_first"]), _month_number(match[f"{prefix}_last"])
        if match[f"{prefix}_year"] is not None:
            year = int(match[f"{prefix}_year"])
        elif published_on is not None:
            year = _nearest_year(published_on, first)
        else:
            return None
        return date(year - (first > last), first, 1), _month(year, last)[1]

    return resolve


def _from_month_and_year(match: re.Match[str], _: date | None) -> Days | None:
    return _month(int(match["my_year"]), _month_number(match["my_month"]))


def _from_years(match: re.Match[str], _: date | None) -> Days | None:
    first = match["ys_first"] or match["yb_first"]
    last = match["ys_last"] or match["yb_last"] or first[:2] + match["ys_short"]
    return (date(int(first), 1, 1), date(int(last), 12, 31)) if int(first) < int(last) else None


def _from_year_part(match: re.Match[str], _: date | None) -> Days | None:
    first, length = _YEAR_PARTS[_folded(match["yp_part"])]
    year = int(match["yp_year"])
    return date(year, first, 1), _month(year, first + length - 1)[1]


def _from_named_day(match: re.Match[str], published_on: date | None) -> Days | None:
    month, day = _NAMED_DAYS[_folded(match["na_day"])]
    if match["na_year"] is not None:
        return _day(int(match["na_year"]), month, day)
    if published_on is None:
        return None
    return _day(_nearest_year(published_on, month, day), month, day)


def _from_window(match: re.Match[str], published_on: date | None) -> Days | None:
    """Resolve "the past three months" to the days up to publication, "the next two weeks" to those after."""
    if published_on is None:
        return None
    number = match["wi_number"].lower()
    count = int(number) if number.isdecimal() else _NUMBERS[_folded(number)]
    days = timedelta(days=count * _UNIT_DAYS[match["wi_unit"].lower()])
    if match["wi_which"].lower() == "next":
        return published_on, published_on + days
    return published_on - days, published_on


def _folded(words: str) -> str:
    return " ".join(words.lower().split())


def _from_near_day(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    day = published_on + timedelta(days=_NEAR[_folded(match["near"])])
    return day, day


def _from_weekday(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    which, weekday = (match["wd_which"] or "").lower(), _WEEKDAYS[match["wd_day"].lower()]
    back = (published_on.weekday() - weekday) % 7
    if which == "next":
        day = published_on + timedelta(days=7 - back)
    elif which in ("last", "past") or which.endswith("previous"):
        day = published_on - timedelta(days=back or 7)
    else:
        day = published_on - timedelta(days=back)
    return day, day


def _from_which(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    which, unit = match["wh_which"].lower(), match["wh_unit"].lower()
    if which in ("last", "past") and match["which"].lower().startswith("the ") and unit in _UNIT_DAYS:
        return published_on - timedelta(days=_UNIT_DAYS[unit]), published_on
    step = {"this": 0, "next": 1}.get(which, -1)
    if unit in ("week", "weekend"):
        monday = published_on - timedelta(days=published_on.weekday()) + timedelta(weeks=step)
        return monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=6)
    if unit == "month":
        return _month_counted(published_on.year * 12 + published_on.month - 1 + step)
    if unit == "quarter":
        first = (published_on.year * 4 + (published_on.month - 1) // 3 + step) * 3
        return _month_counted(first)[0], _month_counted(first + 2)[1]
    if unit == "year":
        return _year(published_on.year + step)
    width = 10 if unit == "decade" else 100
    start = (published_on.year // width + step) * width
    return date(start, 1, 1), date(start + width - 1, 12, 31)


def _month_counted(months: int) -> Days:
    """Return the month that is so many months after the year 0."""
    return _month(months // 12, months % 12 + 1)


def _from_ago(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None or match["ago_side"].lower() != "ago":
        return None
    if match["ago_number"] is None:
        return None
    number = _folded(match["ago_number"])
    count = int(number) if number.isdecimal() else _NUMBERS[number]
    unit = match["ago_unit"].lower()
    if unit == "year" and count < published_on.year:
        return _year(published_on.year - count)
    if unit == "month":
        return _month_counted(published_on.year * 12 + published_on.month - 1 - count)
    day = published_on - timedelta(days=count * _UNIT_DAYS[unit])
    spread = timedelta(days=_UNIT_DAYS[unit] // 2)
    return day - spread, day + spread


def _from_season(match: re.Match[str], published_on: date | None) -> Days | None:
    month = _SEASONS[match["se_season"].lower()]
    if match["se_year"] is not None:
        return _season(int(match["se_year"]), month)
    if published_on is None:
        return None
    days = _season(published_on.year, month)
    which = match["se_which"].lower()
    if which == "last" and days[1] >= published_on:
        return _season(published_on.year - 1, month)
    if which == "next" and days[0] <= published_on:
        return _season(published_on.year + 1, month)
    is_past_winter = which != "next" and days[0] - published_on > _FURTHEST_AHEAD
    return _season(published_on.year - 1, month) if is_past_winter else days


def _season(year: int, month: int) -> Days:
    """Return the three months of a season that begins in a month of a year."""
    end = year * 12 + month + 1
    return date(year, month, 1), _month(end // 12, end % 12 + 1)[1]


def _from_month(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    month, which = _month_number(match["mo_month"]), match["mo_which"].lower()
    year = published_on.year
    if which == "next":
        year += month <= published_on.month
    elif which == "last":
        year -= month >= published_on.month
    elif date(year, month, 1) - published_on > _FURTHEST_AHEAD:
        year -= 1
    return _month(year, month)


def _from_decade(match: re.Match[str], _: date | None) -> Days | None:
    start = int(match["de_year"])
    return date(start, 1, 1), date(start + 9, 12, 31)


def _from_year(match: re.Match[str], _: date | None) -> Days | None:
    return _year(int(match["ye_year"]))


def _from_ordinal(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    day = int(match["or_day"])
    months = published_on.year * 12 + published_on.month - 1 - (day > published_on.day)
    return _day(months // 12, months % 12 + 1, day)


RESOLVE: dict[str, Resolver] = {
    "iso": _from_iso,
    "written": _from_figures,
    "years": _from_years,
    "months": _from_months("ms"),
    "months_between": _from_months("mb"),
    "year_part": _from_year_part,
    "named_day": _from_named_day,
    "window": _from_window,
    "day_month": _from_day_and_month("dm"),
    "month_day": _from_day_and_month("md"),
    "month_year": _from_month_and_year,
    "near": _from_near_day,
    "weekday": _from_weekday,
    "which": _from_which,
    "ago": _from_ago,
    "season": _from_season,
    "month": _from_month,
    "decade": _from_decade,
    "year": _from_year,
    "ordinal": _from_ordinal,
}
