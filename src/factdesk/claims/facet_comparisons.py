"""Compares the facets of a claim with one sentence of a source: values, names, words, stance, time.

All spans of the answers are offsets into the source's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from factdesk.claims.aligning import Window, figure_spans, plain_terms, times_in
from factdesk.claims.alike import EMPTY, LIGHT_WEIGHT, Term, coverage, gather_terms, read_terms
from factdesk.claims.findings import Finding
from factdesk.claims.names import Name, is_pointed_at, names_in
from factdesk.claims.stands import denying_axes, opposed_axes
from factdesk.claims.surroundings import topic_of
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Part, Span
from factdesk.text.places import Place, find_places, lies_in, place_norm

WORDS_MATCH = 0.8
"""Share of a claim's plain words that must stand near a passage for its item to match."""

WORDS_WEAK = 0.5

WORDS_NAMED = 0.8
"""The share that is enough where names or a figure that nobody says by chance (28,450) match too."""

WORDS_CLOSE = 0.4
"""Share of them that must stand in the sentence itself."""


def compare_names(
    names: Iterable[Name],
    window: Window,
    standing: Callable[[Place, str], bool],
    own: Span | None = None,
    *,
    also: Iterable[str] = (),
) -> list[FacetComparison]:
    """Compare names and places: in the sentence, else nearby.

    ``standing`` says whether a found place may stand for a claimed name (a city for its country). ``own``
    is the stretch of a matched figure: where it names a place of its own, a name nearby is not its place.
    ``also`` are places that the claim names beside them, in a list.
    """
    claimed = list(names)
    compared = [_compare_name(name, window, standing) for name in claimed]
    if own is None or not _names_another_place(claimed, also, own, window):
        return compared
    return [
        replace(one, outcome=FacetOutcome.ABSENT, found="", span=None)
        if one.span is not None and not window.sentence.covers(one.span)
        else one
        for one in compared
    ]


def _names_another_place(claimed: Sequence[Name], also: Iterable[str], own: Span, window: Window) -> bool:
    text = own.cut(window.text)
    said = {place_norm(name) for name in (*(one.text for one in claimed), *also)}
    named = [place.name for place in find_places(text)]
    named += [name.text for name in names_in(text) if _IN.search(text, 0, name.span.start)]
    return any(not any(lies_in(one, name) or lies_in(name, one) for name in said) for one in named)


_IN = re.compile(r"\b(?:in|at|to)\s+(?:the\s+)?\Z", re.IGNORECASE)


def _compare_name(name: Name, window: Window, standing: Callable[[Place, str], bool]) -> FacetComparison:
    looked_at = [(window.sentence, window.sentence_terms), (window.near, window.near_terms)]
    for where, terms in looked_at[: 1 if window.is_closed else 2]:
        if name.stands_in(terms) or is_pointed_at(name, where.cut(window.text), window.text):
            return _named(name, where, window)
        place = _place_for(name, where, window, standing)
        if place is not None:
            return FacetComparison(
                FacetName.ENTITY, name.text, place.cut(window.text), FacetOutcome.MATCH, place
            )
    if window.is_closed and name.stands_in(window.around):
        return FacetComparison(FacetName.ENTITY, name.text, name.text, FacetOutcome.MATCH, window.near)
    return FacetComparison(FacetName.ENTITY, name.text, "", FacetOutcome.ABSENT)


def _named(name: Name, where: Span, window: Window) -> FacetComparison:
    stems = {term.stem for term in name.terms}
    spans = [
        term.span.shifted(where.start)
        for term in read_terms(where.cut(window.text)).terms
        if term.stem in stems
    ]
    span = spans[0] if spans else where
    found = span.cut(window.text) if spans else name.text
    return FacetComparison(FacetName.ENTITY, name.text, found, FacetOutcome.MATCH, span)


def _place_for(
    name: Name, where: Span, window: Window, standing: Callable[[Place, str], bool]
) -> Span | None:
    claimed = place_norm(name.text)
    for place in find_places(where.cut(window.text)):
        if place_norm(place.name) == claimed or standing(place, name.text):
            return place.span.shifted(where.start)
    return None


def compare_parts(
    parts: Iterable[Part], window: Window, standing: Callable[[Place, str], bool]
) -> list[FacetComparison]:
    """Compare the listed things of a claim one by one."""
    return [_compare_name(_part_name(part), replace(window, around=EMPTY), standing) for part in parts]


def _part_name(part: Part) -> Name:
    terms = read_terms(part.text).terms
    weighty = tuple(term for term in terms if term.weight > LIGHT_WEIGHT)
    return Name(part.text, weighty or terms, part.span)


_REFERS_BACK = re.compile(r"[“\"]?(?:That|It|This|They|These|Those|He|She|Both|Its|Their)\b")


def compare_words(
    terms: Sequence[Term], window: Window, quote: str, *, needed: float = WORDS_MATCH
) -> FacetComparison:
    """Compare the plain words of a claim with a sentence and what surrounds it.

    The spans of the terms are offsets into ``quote``, whose own words are shown to people.
    """
    weighty = [term for term in terms if term.weight > LIGHT_WEIGHT] or terms
    said = Span(weighty[0].span.start, weighty[-1].span.end).cut(quote)
    close = coverage(terms, window.sentence_terms)
    near = coverage(terms, window.near_terms, topic_of(window.text))
    outcome = FacetOutcome.ABSENT
    if near >= needed and (close >= WORDS_CLOSE or _REFERS_BACK.match(window.sentence.cut(window.text))):
        outcome = FacetOutcome.MATCH
    elif near >= WORDS_WEAK:
        outcome = FacetOutcome.WEAKER
    return FacetComparison(FacetName.ITEM, said, _shown_words(terms, window), outcome, window.sentence)


LONGEST_SHOWN = 80
"""Code points of a source that are shown in one piece for a claim's words."""


def _shown_words(terms: Sequence[Term], window: Window) -> str:
    """Return the source's own words from the first to the last that a claim's words stand for."""
    claimed = gather_terms(terms)
    for where, found in ((window.sentence, window.sentence_terms), (window.near, window.near_terms)):
        held = [term for term in found.terms if term.weight > LIGHT_WEIGHT and claimed.holds(term)]
        if held:
            span = Span(held[0].span.start, held[-1].span.end).shifted(where.start)
            if span.end - span.start <= LONGEST_SHOWN:
                return span.cut(window.text)
            return " … ".join(term.span.shifted(where.start).cut(window.text) for term in held)
    return ""


def compare_stance(quote: str, segment: Span, window: Window) -> list[FacetComparison]:
    """Return every axis on which claim and source differ.

    "Support" and "oppose" contradict each other; "cheapest" and "dearest" only speak of another thing.
    """
    found = segment.cut(window.text)
    return [
        FacetComparison(
            FacetName.ANSWER,
            ours.span.cut(quote),
            theirs.span.cut(found),
            FacetOutcome.CONFLICT if ours.axis in denying_axes() else FacetOutcome.INCOMPARABLE,
            theirs.span.shifted(segment.start),
        )
        for ours, theirs in opposed_axes(quote, found)
    ]


_TIME_WORD = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b|\b(?:19|20)\d\d\b"
)
_DAY_NAMED = re.compile(
    r"(?<!\bbefore )(?<!\buntil )(?<!\bby )(?<!\bsince )(?<!\blast )"
    r"(?<!\bnext )(?<!\blate )(?<!\bearly )"
    r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b"
)
"""A day of which something is said ("Sunday tickets", "on Sunday"), not one that bounds it ("by Sunday")."""

_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE = re.compile(
    rf"(?P<before>\b(?:to|and|or|until)\s|[–-])?\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b"
    rf"|\b{_MONTH}\s(?:the\s)?(?P<last_day>\d{{1,2}})(?:st|nd|rd|th)?\b(?P<after>\s(?:to|and|or|until)\s\d|[–-]\d)?"
)
"""A day of a month; with ``before`` or ``after`` one end of several days."""

_DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
"""Days of the week are said by the day of writing, which the source does not share."""


def compare_times(quote: str, window: Window, segment: Span) -> list[FacetComparison]:
    """Compare months, days and years: a match, another time (incomparable), or none said."""
    claimed = times_in(quote)
    if not claimed:
        return []
    near = times_in(window.near.cut(window.text))
    outcome = FacetOutcome.ABSENT
    named = {match.group(1).lower()[:3] for match in _DAY_NAMED.finditer(quote)}
    own = _days_spoken_of(segment.cut(window.text))
    other = FacetOutcome.INCOMPARABLE
    if named and own and not named & own:
        said = _TIME_WORD.findall(quote)
        return [FacetComparison(FacetName.TIME, " ".join(said), " ".join(sorted(own)), other)]
    if is_another_date(quote, segment.cut(window.text), window.sentence.cut(window.text)):
        said = _TIME_WORD.findall(quote)
        return [FacetComparison(FacetName.TIME, " ".join(said), " ".join(sorted(near)), other)]
    dated = (times_in(segment.cut(window.text)) or times_in(window.sentence.cut(window.text))) - _DAYS
    ours = claimed - _DAYS
    if segment != window.sentence and ours and dated and not ours & dated and not _is_wider(ours, dated):
        outcome = FacetOutcome.INCOMPARABLE
    elif claimed - _DAYS <= (near | times_in(window.text)):
        outcome = FacetOutcome.MATCH
    elif {one for one in near if one[0].isdigit()} and any(one[0].isdigit() for one in claimed - near):
        outcome = FacetOutcome.INCOMPARABLE
    said = _TIME_WORD.findall(quote)
    return [FacetComparison(FacetName.TIME, " ".join(said), " ".join(sorted(near)), outcome)]


_DAY_BOUNDED = re.compile(
    r"\b(?:before|until|till|by|since)\s+((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)


def _days_spoken_of(text: str) -> frozenset[str]:
    """Return the days of the week of which a stretch says something, without those that only bound a time."""
    bounding = {match.group(1).lower()[:3] for match in _DAY_BOUNDED.finditer(text)}
    named = {match.group(1).lower()[:3] for match in _DAY_NAMED.finditer(text)}
    return (times_in(text) & _DAYS) - (bounding - named)


def is_another_date(quote: str, own: str, sentence: str) -> bool:
    """Whether a claim and what bears on it each name days of a month, and none in common."""
    ours = dates_in(quote)
    theirs = dates_in(own) or dates_in(sentence)
    return bool(ours and theirs) and not ours & theirs


def dates_in(text: str) -> frozenset[tuple[str, int]]:
    """Return the days of months that a text names ("3 May"); none where it names a span of days."""
    found = list(_DATE.finditer(text))
    if any(one["before"] or one["after"] for one in found):
        return frozenset()
    return frozenset((one[3] or one[4], int(one["day"] or one["last_day"])) for one in found)


def _is_wider(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether one side names only years and the other only months: neither excludes the other."""
    return all(one[0].isdigit() for one in ours) is not all(one[0].isdigit() for one in theirs)


def plain_words(claimed: Finding, text: str, without: Iterable[Span] = ()) -> tuple[Term, ...]:
    """Return the words of a claim's quote that are no names, figures, times or listed things."""
    said_by = [one.span for one in claimed.facets_named(FacetName.ATTRIBUTION) if one.span]
    gone = [*figure_spans(claimed, text), *(part.span for part in claimed.parts), *said_by, *without]
    return plain_terms(text, claimed.quote, gone)
