"""Reads what a stretch of text counts ("25 hours"), numbers ("the second night") or labels ("Band C").

A price for 25 hours is none for 50, and what Band A pays is not what Band C pays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from factdesk.claims.aligning import quantities_in
from factdesk.model import Span
from factdesk.text.words import stem

_CARDINAL = (
    r"\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred"
)
_ORDINAL = r"first|second|third|fourth|fifth|last"
_COUNTED = re.compile(
    rf"(?<![\w.,])(?:(?P<number>{_CARDINAL})|(?P<rank>{_ORDINAL}))[\s-]+(?P<noun>[a-z]{{3,}})", re.IGNORECASE
)
_LABELLED = re.compile(
    r"\b(?P<noun>[Bb]and|[Zz]one|[Cc]lass|[Cc]ategory|[Tt]ier|[Tt]erminal|[Gg]rade|[Tt]ype|[Bb]lock|[Rr]ow"
    r"|[Rr]oute|[Ll]ine|[Ll]evel)\s(?P<label>[A-Z]|\d{1,3})\b"
)
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_DIGITS = {word: str(at) for at, word in enumerate(_WORDS, 1)}
_DIGITS |= {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100"}
_NO_NOUNS = frozenset(
    stem(word)
    for word in [
        "million",
        "billion",
        "thousand",
        "hundred",
        "per",
        "percent",
        "and",
        "times",
        "time",
        "the",
        "more",
        "less",
        "or",
        "to",
        "of",
        "for",
        "years",
        "months",
        "weeks",
        "days",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
"""Words behind a number that are not what is counted; a span of time may be told in several ways."""

Counts = Mapping[tuple[str, str], frozenset[str]]


@lru_cache(maxsize=4096)
def read_counts(text: str) -> Counts:
    """Return by noun and manner the numbers and labels of a text; sums of money are left aside."""
    money = [one.whole for one in quantities_in(text) if one.form in ("money", "percent")]
    found: dict[tuple[str, str], frozenset[str]] = {}
    for match in _COUNTED.finditer(text):
        noun = stem(match["noun"].lower())
        if noun in _NO_NOUNS or any(one.overlaps(Span(*match.span())) for one in money):
            continue
        number = (match["number"] or match["rank"]).lower().rstrip(".,")
        key = (noun, "rank" if match["rank"] else "count")
        found[key] = found.get(key, frozenset()) | {_DIGITS.get(number, number)}
    for match in _LABELLED.finditer(text):
        key = (match["noun"].lower(), "label")
        found[key] = found.get(key, frozenset()) | {match["label"]}
    return found
