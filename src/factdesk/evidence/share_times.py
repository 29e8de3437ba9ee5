"""Says whether a source's figure is of the time of a claimed share, and how old it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from factdesk.claims.poll_standing import OTHER, SAME, UNKNOWN
from factdesk.evidence.share_entry import ShareEntry

_YEAR = re.compile(r"(?:19|20)\d\d")


def compare_time(
    times: frozenset[str],
    entry: ShareEntry,
    entries: Sequence[ShareEntry],
    published: date | None,
    *,
    tells_past: bool,
) -> str:
    """Return whether a figure is of the claimed ``times``: same, other, or unknown.

    ``tells_past`` is whether the claim tells of the past; ``published`` is the day of the source.
    """
    years, months = _split(times)
    their_years, their_months = _split(entry.times)
    if years and their_years and not years & their_years:
        return OTHER
    if months and their_months and not months & their_months:
        return OTHER
    if years & their_years or months & their_months:
        return SAME
    if not times:
        if not entry.of_now and not tells_past:
            return OTHER
        is_old = published is not None and bool(entry.times) and age_of(entry, published) >= OLD_MONTHS
        return UNKNOWN if is_old or (tells_past and entry.of_now) else SAME
    if not entry.times and entry.of_now:
        if published is not None and years and str(published.year) not in years:
            return OTHER
        of_others = {one for other in entries for one in other.times}
        if months & of_others or years & of_others:
            return OTHER
    elif not entry.times and published is not None and str(published.year) in years:
        return OTHER
    return UNKNOWN


def _split(times: Iterable[str]) -> tuple[set[str], set[str]]:
    years = {one for one in times if _YEAR.fullmatch(one)}
    return years, set(times) - years


OLD_MONTHS = 2
"""A dated figure so many months older than its source may be of another time than a claim about now."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def age_of(entry: ShareEntry, published: date) -> int:
    """Return how many months before its source's day a figure is, by the youngest time that it names."""
    years, months = _split(entry.times)
    ages = [(published.month - 1 - _MONTHS.index(one)) % 12 for one in months if one in _MONTHS]
    since = [published.year - int(one) for one in years]
    if ages and since:
        return min(since) * 12 if min(since) else min(ages)
    return min(ages, default=min(since, default=0) * 12)
