"""Reads what a claim compares: one price with another, or with what the same thing cost before.

"Buying at the gate was a third dearer than booking online" has two sides; "the fare doubled" and "costs
twice what it did" have one, at two times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from factdesk.claims.alike import LIGHT_WEIGHT, read_terms
from factdesk.claims.findings import Finding
from factdesk.claims.price_traits import CARRYING, read_traits
from factdesk.claims.relations import read_relation
from factdesk.model import Bound, Value

_THAN = re.compile(r"\bthan\s+", re.IGNORECASE)
_AS_MUCH = re.compile(
    r"\bas\s+(?:much|many|expensive|dear|costly|high)\s+(?:for\s+\w+\s+)?as\s+(?:for\s+)?", re.IGNORECASE
)
_SAME_THING = re.compile(
    r"(?:as|what|that|which)?\s*(?:it|they|he|she|we|people|the\s+former|before|had\s+been|a\s+\w+\s+(?:ago|before|earlier)|last\s+\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two prices that a claim compares. ``right`` is "" where it is what ``left`` was before.

    ``value`` is the ratio, or the signed difference, of left to right; None where only the order is said,
    which ``sign`` gives: 1 for more, -1 for less.
    """

    left: str
    right: str
    value: Value | None
    sign: int

    @property
    def is_change(self) -> bool:
        """Whether one thing is compared with itself at another time."""
        return not self.right


def read_contrast(value: Value | None, claimed: Finding, text: str) -> Contrast | None:
    """Return what a claimed ratio or difference, or a claim without a figure, compares."""
    if value is None:
        return _order(text)
    left, right = _split(value, claimed, text)
    sign = _sign(value)
    if value.unit == "ratio" and value.low == 1:
        value = None  # "costs more than the wage of a day"
    return Contrast(left, right, value, sign)


def _sign(value: Value) -> int:
    figure = value.low if value.low is not None else value.high
    least = Decimal(1) if value.unit == "ratio" else Decimal(0)
    if figure == least:
        return -1 if value.bound in (Bound.LESS_THAN, Bound.AT_MOST) else 1
    return 1 if figure is None or figure > least else -1


def _split(value: Value, claimed: Finding, text: str) -> tuple[str, str]:
    quote = claimed.quote.cut(text)
    at = value.span.start - claimed.quote.start if value.span and claimed.quote.covers(value.span) else -1
    than = _THAN.search(quote, max(at, 0)) or _AS_MUCH.search(quote, max(at, 0))
    right = quote[than.end() :] if than else value.of or ""
    if than and at < 0:
        return quote[: than.start()], _told_apart(right)
    if not than and right:
        place = quote.find(right)
        at = min(at, place) if at >= 0 and place >= 0 else max(at, place)
    if not than and right.startswith(("for ", "as ")):
        right = ""
    inner = quote[at : than.start()] if than and at >= 0 else ""
    after = "" if than or right else quote[max(at, 0) :]
    left = f"{quote[:at]} {inner}{after}" if at >= 0 else quote
    return left, _told_apart(right)


def _told_apart(right: str) -> str:
    """Return the other side, or "" where it is the same thing at another time."""
    said = right.strip().rstrip(".")
    if not said or (_SAME_THING.match(said) and not read_traits(said).on("figure")):
        return ""
    traits = read_traits(said)
    if any(traits.on(axis) for axis in ("figure", "market", "channel", "buyer", "trip", "end", "cabin")):
        return said
    telling = (
        term for term in read_terms(said).terms if term.weight > LIGHT_WEIGHT and term.form != "number"
    )
    return said if any(term.stem not in CARRYING for term in telling) else ""


def _order(text: str) -> Contrast | None:
    relation = read_relation(text)
    if relation is None:
        return None
    if relation.is_change:
        return Contrast(relation.common, "", None, 1 if relation.direction == "up" else -1)
    more, less = f"{relation.common} {relation.more}", f"{relation.common} {relation.less}"
    if not _told_apart(relation.less):
        return Contrast(more, "", None, 1)
    return Contrast(more, less, None, 1)


def with_shared_words(contrast: Contrast, left_is_bare: bool, right_is_bare: bool) -> Contrast:
    """Return the sides with the thing that only one of them names given to both."""
    left, right = contrast.left, contrast.right
    if left_is_bare and not right_is_bare:
        left = f"{left} {_without_traits(right)}"
    elif right_is_bare and not left_is_bare:
        right = f"{_without_traits(left)} {right}"
    return replace(contrast, left=left, right=right)


def _without_traits(text: str) -> str:
    said = text
    for span in sorted(read_traits(text).spans, key=lambda one: -one.start):
        said = said[: span.start] + said[span.end :]
    return said
