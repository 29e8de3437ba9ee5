"""Finds when things are said to have happened, resolved against the day of publication where it is known."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from factdesk.model import Span
from factdesk.text.lexicons import load_table

_TABLE = load_table("dates")
_MONTHS: dict[str, int] = _TABLE["months"]
_WEEKDAYS: dict[str, int] = _TABLE["weekdays"]
_SEASONS: dict[str, int] = _TABLE["seasons"]
_NEAR: dict[str, int] = _TABLE["near_days"]
_UNIT_DAYS: dict[str, int] = _TABLE["units"]
_NUMBERS: dict[str, int] = _TABLE["numbers"]

_FURTHEST_AHEAD = timedelta(days=92)
"""A day and month without a year lie at most this far after publication, else in the year before."""

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A stretch of text that says when. ``first`` and ``last`` are the days it covers, None if unknown.

    ``text`` is the stretch in lower case with single spaces.
    """

    span: Span
    first: date | None
    last: date | None
    text: str


def _any_of(words: dict[str, int]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


_MONTH = rf"(?:{_any_of(_MONTHS)})"
_YEAR = r"(?:1[4-9]\d\d|20\d\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_COUNTED = _TABLE["counted"]["words"].replace(" ", "|")
_PATTERN = re.compile(
    rf"""
    (?<![\w/.,$€£-])(?:
      (?P<iso>(?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d))
    | (?P<day_month>
        (?:the\s)?(?P<dm_day>{_DAY})\s(?:of\s)?(?P<dm_month>{_MONTH})\b\.?(?:,?\s(?P<dm_year>{_YEAR})\b)?)
    | (?P<month_day>
        (?P<md_month>{_MONTH})\b\.?\s(?P<md_day>{_DAY})\b(?!\s?%)(?:,?\s(?P<md_year>{_YEAR})\b)?)
    | (?P<month_year>(?P<my_month>{_MONTH})\b\.?,?\s(?:of\s)?(?P<my_year>{_YEAR})\b)
    | (?P<near>{_any_of(_NEAR)})\b
    | (?P<weekday>
        (?:(?P<wd_which>last|this|next|on|past|the\sprevious)\s)?(?P<wd_day>{_any_of(_WEEKDAYS)})\b)
    | (?P<which>
        (?P<wh_which>last|this|next|past|the\slast|the\sprevious)\s
        (?P<wh_unit>week|month|year|decade|century|quarter|weekend)\b)
    | (?P<ago>
        (?P<ago_number>\d{{1,3}}|{_any_of(_NUMBERS)})\s(?P<ago_unit>{_any_of(_UNIT_DAYS)})s?\s
        (?P<ago_side>ago|earlier|before|later|after)\b)
    | (?P<season>
        (?P<se_which>last|this|next|the|in)\s(?:the\s)?(?P<se_season>{_any_of(_SEASONS)})\b
        (?:\sof)?(?:\s(?P<se_year>{_YEAR})\b)?)
    | (?P<month>
        (?P<mo_which>last|this|next|in|since|until|till|by|from|during|of|early|late|mid)[\s-]
        (?:early\s|late\s|mid-?)?(?P<mo_month>{_MONTH})\b\.?)
    | (?P<decade>(?:the\s)?(?:early\s|late\s|mid-)?(?P<de_year>(?:1[4-9]|20)\d0)s\b)
    | (?P<year>
        (?:in|since|of|by|until|till|from|during|before|after|late|early|mid|summer|spring|autumn|winter|and|to|the)
        [\s-](?:early\s|late\s|mid-)?(?P<ye_year>{_YEAR})\b(?![,.]\d|\s?[%€$£]|\s(?:{_COUNTED})))
    | (?P<ordinal>on\sthe\s(?P<or_day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def find_dates(text: str, published_on: date | None = None) -> list[DateMention]:
    """Return the dates of a text in reading order, each with the days that it covers where they are known."""
    mentions: list[DateMention] = []
    for match in _PATTERN.finditer(text):
        form = match.lastgroup if match.lastgroup in _RESOLVE else _form(match)
        if form in ("month", "month_day", "day_month", "weekday") and not _is_capital(match, form):
            continue
        days = _RESOLVE[form](match, published_on)
        first, last = days if days is not None else (None, None)
        folded = " ".join(match.group().lower().split())
        mentions.append(DateMention(Span(match.start(), match.end()), first, last, folded))
    return mentions


def _form(match: re.Match[str]) -> str:
    return next(form for form in _RESOLVE if match.group(form) is not None)


_NAMES = {"month": "mo_month", "month_day": "md_month", "day_month": "dm_month", "weekday": "wd_day"}


def _is_capital(match: re.Match[str], form: str) -> bool:
    """Whether a name that is also a verb ("may", "march") is written as a name."""
    name = match.group(_NAMES[form])
    return name[0].isupper() or name.lower() not in ("may", "march", "mar", "sun", "sat", "dec", "jan")


def _day(year: int, month: int, day: int) -> Days | None:
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def _digits(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _from_iso(match: re.Match[str], _: date | None) -> Days | None:
    return _day(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))


def _from_day_and_month(prefix: str) -> Callable[[re.Match[str], date | None], Days | None]:
    def resolve(match: re.Match[str], published_on: date | None) -> Days | None:
        day, month = _digits(match[f"{prefix}_day"]), _MONTHS[match[f"{prefix}_month"].lower()]
        year = match[f"{prefix}_year"]
        if year is not None:
            return _day(int(year), month, day)
        if published_on is None:
            return None
        days = _day(published_on.year, month, day)
        if days is not None and days[0] - published_on > _FURTHEST_AHEAD:
            return _day(published_on.year - 1, month, day)
        return days

    return resolve


def _from_month_and_year(match: re.Match[str], _: date | None) -> Days | None:
    return _month(int(match["my_year"]), _MONTHS[match["my_month"].lower()])


def _from_near_day(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    day = published_on + timedelta(days=_NEAR[" ".join(match["near"].lower().split())])
    return day, day


def _from_weekday(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    which, weekday = (match["wd_which"] or "").lower(), _WEEKDAYS[match["wd_day"].lower()]
    back = (published_on.weekday() - weekday) % 7
    if which == "next":
        day = published_on + timedelta(days=7 - back)
    elif which in ("last", "past", "the previous"):
        day = published_on - timedelta(days=back or 7)
    else:
        day = published_on - timedelta(days=back)
    return day, day


def _from_which(match: re.Match[str], published_on: date | None) -> Days | None:
    if published_on is None:
        return None
    which, unit = match["wh_which"].lower(), match["wh_unit"].lower()
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
    number = match["ago_number"].lower()
    count = int(number) if number.isdigit() else _NUMBERS[number]
    unit = match["ago_unit"].lower()
    if unit == "year" and count < published_on.year:
        return _year(published_on.year - count)
    if unit == "month":
        months = published_on.year * 12 + published_on.month - 1 - count
        return _month(months // 12, months % 12 + 1)
    try:
        day = published_on - timedelta(days=count * _UNIT_DAYS[unit])
    except OverflowError:
        return None
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
    month, which = _MONTHS[match["mo_month"].lower()], match["mo_which"].lower()
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


_RESOLVE: dict[str, Callable[[re.Match[str], date | None], Days | None]] = {
    "iso": _from_iso,
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
