"""Finds when things are said to have happened, resolved against the day of publication where it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from factdesk.model import Span
from factdesk.text.date_patterns import NAMES, PATTERN, SIGNS_OF_DATES, STARTS
from factdesk.text.date_resolving import RESOLVE, Days
from factdesk.text.folds import plain_letters

__all__ = ["DateMention", "find_dates"]

_FIGURES = re.compile(r"(?:1[4-9]|20)\d\d|\d[/.-]\d\d?[/.-]\d|\d(?:st|nd|rd|th)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_STARTING = re.compile(r"(?<![\w/.,$€£-])\w+")
_ALSO_WORDS = frozenset({"may", "march", "mar", "sun", "sat", "dec", "jan"})


@dataclass(frozen=True, slots=True)
class DateMention:
    """A stretch of text that says when. ``first`` and ``last`` are the days it covers, None if unknown.

    ``text`` is the stretch in lower case with single spaces. ``ambiguous`` marks a date in figures whose
    day and month nobody can tell apart ("12/05/2024"); its days are unknown.
    """

    span: Span
    first: date | None
    last: date | None
    text: str
    ambiguous: bool = False


def find_dates(text: str, published_on: date | None = None) -> list[DateMention]:
    """Return the dates of a text in reading order, each with the days that it covers where they are known."""
    mentions: list[DateMention] = []
    for match in _matches(plain_letters(text)):
        form = match.lastgroup if match.lastgroup in RESOLVE else _form(match)
        if form in NAMES and not _is_name(match.group(NAMES[form])):
            continue
        days = _days(form, match, published_on)
        first, last = days if days is not None else (None, None)
        folded = " ".join(match.group().lower().split())
        is_open = form == "written" and days is None
        mentions.append(DateMention(Span(match.start(), match.end()), first, last, folded, is_open))
    return mentions


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the pattern, tried only at words that may begin a date; most texts have none."""
    if _FIGURES.search(text) is None and SIGNS_OF_DATES.isdisjoint(_WORD.findall(text.lower())):
        return
    end = 0
    for word in _STARTING.finditer(text):
        first = word.group().lower()
        if word.start() < end or not (first[0].isdecimal() or first in STARTS):
            continue
        match = PATTERN.match(text, word.start())
        if match is not None:
            end = match.end()
            yield match


def _days(form: str, match: re.Match[str], published_on: date | None) -> Days | None:
    """Return the days of a match, None also where they lie outside of the calendar."""
    try:
        return RESOLVE[form](match, published_on)
    except (ValueError, OverflowError):
        return None


def _form(match: re.Match[str]) -> str:
    return next(form for form in RESOLVE if match.group(form) is not None)


def _is_name(word: str) -> bool:
    """Whether a name that is also a verb or a noun ("may", "march", "sun") is written as a name."""
    return word[0].isupper() or word.lower().rstrip(".") not in _ALSO_WORDS
