"""Cuts out of a sentence the words that speak of one of its figures, and tells of when they speak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from factdesk.claims.price_traits import FUTURE, PAST, PRESENT, WAS
from factdesk.model import Span

_NEXT_CLAUSE = re.compile(
    r"[;:]\s|\s[–—-]\s|\s(?=(?:and(?!\sback\b)|but|while|whereas|though|although|because|which|who)\s)"
    r"|,\s(?!(?:at|in|on|for|from|including|excluding|inclusive|per|an?|each|plus|with|without|before|after|online|return|one-way"
    r"|single|up|down|compared|against|instead|breakfast|return)\b)"
)
"""Where the words behind a figure begin to speak of something else."""


def stretch_end(text: str, clause: Span, span: Span, spans: Sequence[Span]) -> int:
    """Return where the words of a figure end; figures of one clause share them."""
    last = max([span.end, *(one.end for one in spans if clause.covers(one))])
    cut = _NEXT_CLAUSE.search(text, last, clause.end)
    return cut.start() if cut else clause.end


def nearest_words(text: str, clause: Span, span: Span, spans: Sequence[Span]) -> str:
    """Return the words of a clause that are a figure's own where it shares the clause with others."""
    end = _own_end(clause, span, spans)
    start = _own_start(clause, span, spans)
    if text[start : span.start].strip(" ,;") and (other := _NEXT_IN_LIST.search(text, span.end, end)):
        end = other.start()  # what stands right before the next figure is of that one
    cut = _NEXT_CLAUSE.search(text, span.end, end)
    return text[start : cut.start() if cut else end]


_NEXT_IN_LIST = re.compile(
    r",\s(?:and\s|but\s)?(?:for|in|on|with|at)\s(?!least\b|most\b|about\b|only\b|just\b|all\b|total\b|average\b)"
    r"(?:(?!that\b|which\b|who\b|costs?\b|was\b|were\b|is\b|are\b|instead\b|than\b|of\b)[\w’'-]+\s){1,6}\Z",
    re.IGNORECASE,
)
"""Belongs to the figure behind it: "The visa costs €90, for children between six and twelve €45"."""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_AGO = re.compile(
    r"\b(?:a|one)\s+year\s+(?:ago|earlier|before)\b|\blast\s+year\b|\bthe\s+year\s+before\b", re.IGNORECASE
)


def with_year(times: frozenset[str], said: str, published_on: date | None) -> frozenset[str]:
    """Return the months and years of a figure with the year that its words and the day of writing give."""
    if published_on is None or any(one[0].isdigit() for one in times):
        return times
    if _YEAR_AGO.search(said):
        return times | {str(published_on.year - 1)}
    months = [_MONTHS.index(one) + 1 for one in times if one in _MONTHS]
    if len(months) != 1 or FUTURE.search(said):
        return times
    return times | {str(published_on.year - (months[0] > published_on.month))}


def when_told(text: str, sentence: Span, clause: Span, span: Span, spans: Sequence[Span]) -> str:
    """Return whether a figure is of the past, of now or of the future; "" where nothing tells."""
    before = text[max(sentence.start, span.start - 30) : span.start]
    if was := WAS.search(before):
        is_from = was.group().strip().lower().startswith("from")
        if not is_from or _ends_change(text, sentence, span, spans):
            return "past"
    if _TO.search(before) and _FROM.search(text, clause.start, span.start):
        return "now"
    said = nearest_words(text, clause, span, spans)
    inside = [one for one in spans if clause.covers(one)]
    if not any(one.search(said) for one in (PAST, PRESENT, FUTURE)) and len(inside) > 1:
        said = text[clause.start : inside[0].start]
    if PAST.search(said):
        return "past"
    if PRESENT.search(said):
        return "now"
    return "future" if FUTURE.search(said) else ""


_TO = re.compile(r"(?<!used\s)\bto\s+(?:about\s+|just\s+|only\s+)?\Z", re.IGNORECASE)
_FROM = re.compile(
    r"\bfrom\b|\b(?:went|goes|gone|rose|fell|rise|up|down|cut|raised|back|put)\s+to\s", re.IGNORECASE
)
_TO_FIGURE = re.compile(r"[^.;]{0,40}?\bto\s+(?:about\s+|just\s+)?\Z", re.IGNORECASE | re.DOTALL)


def _ends_change(text: str, sentence: Span, span: Span, spans: Sequence[Span]) -> bool:
    """Whether "from" before a figure tells of a change and not of the lowest price ("from £20")."""
    later = [one for one in spans if one.start >= span.end]
    if later and _TO_FIGURE.fullmatch(text, span.end, later[0].start):
        return True
    return any(one.end <= span.start for one in spans)


def _own_start(clause: Span, span: Span, spans: Sequence[Span]) -> int:
    return max([clause.start, *(one.end for one in spans if one.end <= span.start)])


def _own_end(clause: Span, span: Span, spans: Sequence[Span]) -> int:
    return min([clause.end, *(one.start for one in spans if one.start >= span.end)])
