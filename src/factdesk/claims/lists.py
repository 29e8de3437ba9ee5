"""Finds lists of named things ("Turkey, Georgia and Armenia") that are checked one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

from factdesk.claims.phrases import load_phrases, word_set
from factdesk.model import Part, Span

_UPPER_WORD = r"(?:\p{Lu}[\p{L}\p{M}'’\-]*(?<!['’])(?:['’]s\b)?|St\.)"
_NAME = rf"""{_UPPER_WORD}(?:(?:\s+(?:of|the|de|la|las|los|del|da|do|du|di|al|el|on|upon|under|for|und|et|y))?
    [ \-–]{_UPPER_WORD}|\s\d{{1,4}}\b)*!?"""
_LEAD = r"(?:(?:to|in|from|for|at|of|the|both|either|parts\sof|nearby|neighbouring|also)\s+)*"
_INSIDE = rf"(?:\s+in\s+(?:the\s+)?{_NAME})?"
# "from Belgrade to Lisbon" between two commas is no apposition: a list of its own begins there.
_APPOSITION = (
    r"(?:,\s+(?!and\b|or\b|but\b|which\b|where\b)(?![^,]{0,60}\b(?:to|from)\s\p{Lu})"
    r"\p{Ll}[^,;.:()]{2,60}(?=,)|\s+\([^()]{1,60}\))?"
)
_LISTING = regex.compile(
    rf"""
    (?<![\p{{L}}\p{{N}}])(?P<part>{_NAME}{_INSIDE}){_APPOSITION}
    (?:,\s+(?!and\b|or\b){_LEAD}(?P<part>{_NAME}{_INSIDE}){_APPOSITION})*
    ,?\s+(?P<joiner>and|or|nor|as\s+well\s+as|plus)\s+(?:also\s+|then\s+|even\s+)?{_LEAD}(?P<part>{_NAME}{_INSIDE})
    """,
    regex.VERBOSE,
)
_BARE_LISTING = regex.compile(
    rf"""(?<![\p{{L}}\p{{N}}])(?P<part>{_NAME}{_INSIDE})(?:,\s+{_LEAD}(?P<part>{_NAME}{_INSIDE})){{2,}}(?!\p{{L}})""",
    regex.VERBOSE,
)
_BETWEEN = regex.compile(r"\bbetween\s+(?:the\s+)?$")
_TABLE = load_phrases("clauses")
_CALENDAR = word_set(_TABLE, "calendar")
_SENTENCE_OPENERS = word_set(_TABLE, "openers")
_SORTS = word_set(_TABLE, "sorts")
_PLACED = regex.compile(
    r"(?<!\bfrom\s\S{1,40}\s)\b(?:to|in|for|at|from|on|across|aboard)\s+(?:the\s+|both\s+|parts\s+of\s+)*$",
    regex.IGNORECASE,
)
_NOUN = (
    r"(?:(?!(?:" + "|".join(sorted(word_set(_TABLE, "no_list_word"))) + r")\b)[\p{L}'’-]+\s?){1,3}(?<=\p{L})"
)
_NOUN_LISTING = regex.compile(
    rf"""(?:(?:all|both|the|our|their|its|its|every)\s+)*(?P<part>{_NOUN})(?:,\s+(?:the\s+)?(?P<part>{_NOUN}))*
    ,?\s+(?:and|or|nor|as\s+well\s+as|plus)\s+(?:the\s+|even\s+)?(?P<part>{_NOUN})
    \s+(?=(?:are|were|have|had|is|was|has|sold|ran|went|all|both|for|at|in)\b)""",
    regex.VERBOSE | regex.IGNORECASE,
)
_TRIGGER = regex.compile(r"\s(?:and|or|nor|plus|well\sas)\s|,\s+\p{Lu}")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list and its members, in reading order."""

    span: Span
    parts: tuple[Part, ...]


def find_lists(text: str, within: Span) -> tuple[Listing, ...]:
    """Return the lists of names inside a stretch of text. "between A and B" is one thing, not a list."""
    if not _TRIGGER.search(text, within.start, within.end):
        return ()
    found: list[Listing] = []
    for pattern in (_LISTING, _BARE_LISTING):
        for match in pattern.finditer(text, within.start, within.end):
            listing = _listing(text, match, within)
            if listing and not any(one.span.overlaps(listing.span) for one in found):
                found.append(listing)
    return tuple(sorted(found, key=lambda one: one.span.start))


def _listing(text: str, match: regex.Match[str], within: Span) -> Listing | None:
    if _BETWEEN.search(text, max(within.start, match.start() - 20), match.start()):
        return None
    parts = tuple(
        part
        for start, end in match.spans("part")
        if (part := _part(text, Span(start, end), within)) is not None
    )
    if len(parts) < 2 or any(part.text.split()[0].lower() in _CALENDAR for part in parts):
        return None
    return Listing(Span(parts[0].span.start, parts[-1].span.end), parts)


def _part(text: str, span: Span, within: Span) -> Part | None:
    """Drop a sentence's capitalised first word ("In Leeds" -> "Leeds")."""
    words = span.cut(text).split()
    start = span.start
    if span.start == within.start and words[0] in _SENTENCE_OPENERS:
        rest = span.cut(text)[len(words[0]) :]
        start += len(words[0]) + len(rest) - len(rest.lstrip())
    if start >= span.end:
        return None
    return Part(text[start : span.end], Span(start, span.end))


def placed_parts(text: str, within: Span) -> tuple[Part, ...]:
    """Return the members of a list that a preposition places ("to Hvar and Vis"), each checked alone.

    "Marks and Spencer charges" and "between Pest and Pécs" are one thing.
    """
    for listing in find_lists(text, within):
        before = text[within.start : listing.span.start]
        if _PLACED.search(before):
            return listing.parts
    return ()


def find_noun_lists(text: str, within: Span, stock: re.Pattern[str]) -> tuple[Listing, ...]:
    """Return a list of things for sale that opens a stretch: "kayaks, canoes and paddle boards"."""
    match = _NOUN_LISTING.match(text, within.start, within.end)
    if match is None:
        return ()
    parts = tuple(Part(text[start:end], Span(start, end)) for start, end in match.spans("part"))
    if len(parts) == 2 and not _are_two(parts, stock):
        return ()
    if not any(stock.search(part.text) for part in parts):
        return ()
    return (Listing(Span(parts[0].span.start, parts[-1].span.end), parts),)


def _are_two(parts: tuple[Part, ...], stock: re.Pattern[str]) -> bool:
    """Whether two things are listed: both for sale, or two sorts of one ("adult and child tickets")."""
    if all(stock.fullmatch(part.text.split()[-1]) for part in parts):
        return True
    return parts[0].text.lower() in _SORTS and parts[1].text.split()[0].lower() in _SORTS
