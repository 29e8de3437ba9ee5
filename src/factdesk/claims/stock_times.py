"""Compares what a sell-out says of days, dates and ways: listed days, days that bound a time, to and from."""

from __future__ import annotations

import re

from factdesk.claims.aligning import Window
from factdesk.claims.alike import LIGHT_WEIGHT, Term, gather_terms, read_terms
from factdesk.claims.facet_comparisons import dates_in
from factdesk.claims.findings import Finding
from factdesk.claims.names import names_in
from factdesk.model import FacetComparison, FacetName, FacetOutcome

_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_LISTED = re.compile(rf"\b({_DAY})s?((?:,\s+{_DAY}s?)*),?\s+and\s+(?:for\s+|on\s+)?({_DAY})s?\b")
_NAMED = re.compile(
    rf"(?<!\bby )(?<!\bbefore )(?<!\buntil )(?<!\btill )(?<!\bsince )\b({_DAY})"
    r"(?!\s+(?:noon|midday|morning|evening))"
)
_BOUND = re.compile(rf"\b(until|till|before|from|since|after)\s+(?:next\s+|last\s+)?({_DAY})\b")
_ORDER = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def compare_listed_days(claimed: Finding, text: str, window: Window) -> list[FacetComparison]:
    """Return the listed days of a claim ("for Saturday and Sunday") that a clause does not name.

    A day that only says by when ("by Friday noon the Saturday passes were gone") is none of which it speaks.
    Of days that bound a time, another one on the same side is another time.
    """
    quote, own = claimed.quote.cut(text), window.sentence.cut(window.text)
    compared = []
    for match in _LISTED.finditer(quote):
        days = re.findall(_DAY, match.group())
        said = set(_NAMED.findall(own))
        if said & set(days):
            compared += [_facet(day, "", FacetOutcome.ABSENT) for day in days if day not in said]
    ours, theirs = _bounds(quote), _bounds(own)
    for side in ours.keys() & theirs.keys():
        if not ours[side] & theirs[side]:
            mine, other = f"{side} {min(ours[side])}", f"{side} {min(theirs[side])}"
            compared.append(_facet(mine, other, FacetOutcome.INCOMPARABLE))
    return compared


def _facet(claimed: str, found: str, outcome: FacetOutcome) -> FacetComparison:
    return FacetComparison(FacetName.TIME, claimed, found, outcome)


def _bounds(text: str) -> dict[str, set[str]]:
    """Return the last days of a stretch by side: "before Friday" is "until Thursday"."""
    bounds: dict[str, set[str]] = {}
    for word, day in _BOUND.findall(text):
        if word in ("until", "till", "before"):
            at = _ORDER.index(day)
            last = {_ORDER[at - 1]} if word == "before" else {day, _ORDER[at - 1]}
            bounds.setdefault("until", set()).update(last)
        else:
            bounds.setdefault("from", set()).add(day)
    return bounds


def is_of_another_date(claimed: str, found: str) -> bool:
    """Whether a claim names a day of a month that a clause does not name."""
    ours, spans = dates_in(claimed), _spans_of_days(found)
    return not all(_is_within(day, spans) for day in ours) if spans else not ours <= dates_in(found)


_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_SPAN_OF_DAYS = re.compile(
    rf"\b(?P<first>\d{{1,2}})(?:st|nd|rd|th)?(?:\s(?:to|and|until|till)\s|\s?[–-]\s?)"
    rf"(?P<last>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b"
)


def _spans_of_days(text: str) -> list[tuple[str, int, int]]:
    found = _SPAN_OF_DAYS.finditer(text)
    return [(match["month"], int(match["first"]), int(match["last"])) for match in found]


def _is_within(day: tuple[str, int], spans: list[tuple[str, int, int]]) -> bool:
    return any(month == day[0] and first <= day[1] <= last for month, first, last in spans)


def compare_spans_of_days(claimed: Finding, text: str, window: Window) -> list[FacetComparison]:
    """Return the claimed days of a month that lie outside the days that a clause names ("14 to 18 May")."""
    spans = _spans_of_days(window.sentence.cut(window.text))
    days = dates_in(claimed.quote.cut(text))
    outside = [f"{day} {month}" for month, day in sorted(days) if not _is_within((month, day), spans)]
    said = ", ".join(f"{first}–{last} {month}" for month, first, last in spans)
    return [_facet(day, said, FacetOutcome.INCOMPARABLE) for day in outside] if spans else []


_WAYS = {
    "to": re.compile(r"\b(?:to|into|for|towards?|bound\s+for|reach(?:ing)?)\s+(?:the\s+)?\Z", re.IGNORECASE),
    "from": re.compile(r"\b(?:from|out\s+of|leaving|departing)\s+(?:the\s+)?\Z", re.IGNORECASE),
}


def names_on_the_other_way(claimed: str, found: str) -> tuple[str, ...]:
    """Return the names to which a claim goes and a clause only comes from, or the other way round."""
    theirs = _ways(found)
    return tuple(
        name for name, ways in _ways(claimed).items() if ways and theirs.get(name) and not ways & theirs[name]
    )


def _ways(text: str) -> dict[str, set[str]]:
    ways: dict[str, set[str]] = {}
    for name in names_in(text):
        said = {way for way, before in _WAYS.items() if before.search(text, 0, name.span.start)}
        ways.setdefault(name.text, set()).update(said)
    return ways


_SIDE = re.compile(
    r"\b(?P<side>before|after|ahead\s+of|prior\s+to|following)\s+(?P<rest>[^,.;:()]{3,60})", re.IGNORECASE
)


def compare_before_and_after(claimed: Finding, text: str, window: Window) -> list[FacetComparison]:
    """Return "before it was announced" as incomparable where a clause says "after it was announced"."""
    ours, theirs = _sides(claimed.quote.cut(text)), _sides(window.sentence.cut(window.text))
    return [
        _facet(said, other, FacetOutcome.INCOMPARABLE)
        for is_after, said, terms in ours
        for was_after, other, others in theirs
        if is_after is not was_after and any(gather_terms(others).holds(term) for term in terms)
    ]


def _sides(text: str) -> list[tuple[bool, str, tuple[Term, ...]]]:
    return [
        (
            match["side"].lower() in ("after", "following"),
            match.group(),
            tuple(one for one in read_terms(match["rest"]).terms if one.weight > LIGHT_WEIGHT),
        )
        for match in _SIDE.finditer(text)
    ]
