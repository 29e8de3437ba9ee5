"""Reads claims that compare without a figure: "dearer in Kumasi than in Accra", "has fallen since summer".

Such a sentence is no finding of an essay's reading; it is read when somebody asks about the sentence
itself. The source must then give two figures, one for each side, before anything is said of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from factdesk.claims.alike import alike_table
from factdesk.claims.findings import Finding
from factdesk.claims.poll_standing import read_people
from factdesk.claims.stands import read_stands
from factdesk.model import Bound, Facet, FacetName, Span, Value

_TABLE = alike_table()["relations"]
_MORE = "|".join(_TABLE["more"])
_LESS = "|".join(_TABLE["less"])
_THAN = re.compile(
    rf"\A(?P<left>.*?)\b(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\b(?P<mid>[^.;]*?)\s\bthan\s+(?P<right>[^;]+?)[.!]?\Z",
    re.IGNORECASE | re.DOTALL,
)
_BEATS = re.compile(
    rf"\A(?P<left>.+?)\b(?:(?P<more>{'|'.join(_TABLE['beats'])})|(?P<less>{'|'.join(_TABLE['trails'])}))\s+(?P<right>[^;]+?)[.!]?\Z",
    re.IGNORECASE | re.DOTALL,
)
_TIME = re.compile(rf"\s*(?:{'|'.join(_TABLE['times'])})\b", re.IGNORECASE)
_MOST = re.compile(
    rf"\A(?:In\s[^,]+,\s)?(?P<most>{'|'.join(_TABLE['majority'])})\s(?!of\s+all\b)", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:no|not|never|nowhere|nobody|none|neither|nor|hardly|if)\b|n['’]t\b|\?", re.IGNORECASE
)
_PRICED = re.compile(rf"\b(?:{'|'.join(_TABLE['priced'])})\b", re.IGNORECASE)
_LINK = re.compile(r"\s*(in|at|on|for|to|from|among|by|with|of)\s", re.IGNORECASE)

UP, DOWN = "up", "down"
_COSTS_MORE = re.compile(
    r"\b(?:costs?|pays?|charges?|asks?)\s+(?:(?P<more>more)|less)\b(?!\s+(?:than|or)\b)", re.IGNORECASE
)
HALF = Decimal(50)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a sentence compares: ``more`` is said to be above ``less``; of a change, ``less`` is empty.

    ``common`` is what both sides are of. ``direction`` is up or down and tells only of a change.
    """

    cue: Span
    more: str
    less: str
    common: str
    direction: str

    @property
    def is_change(self) -> bool:
        """Whether one thing is compared with itself at another time."""
        return bool(self.direction)


def read_relation(text: str) -> Relation | None:
    """Return what a sentence compares, or None where it compares nothing that can be told apart."""
    if _DENIED.search(text):
        return None
    match = _THAN.match(text) or _BEATS.match(text)
    if match is not None and not _is_name(match, text):
        return _of_sides(match)
    if moved := _COSTS_MORE.search(text):
        common = f"{text[: moved.start()]} {text[moved.end() :]}"
        return Relation(Span(*moved.span()), "", "", common, UP if moved["more"] else DOWN)
    stands = [stand for stand in read_stands(text) if stand.axis == "direction"]
    if len({stand.end for stand in stands}) != 1:
        return None
    cue = stands[0].span
    return Relation(cue, "", "", f"{text[: cue.start]} {text[cue.end :]}", stands[0].end)


def _is_name(match: re.Match[str], text: str) -> bool:
    """Whether the word that compares is a part of a name ("Lower Fenn")."""
    start = match.start("more") if match.group("more") is not None else match.start("less")
    return start > 0 and text[start].isupper()


def _of_sides(match: re.Match[str]) -> Relation | None:
    is_more = match.group("more") is not None
    cue = Span(*match.span("more" if is_more else "less"))
    left, right = match.group("left"), match.group("right")
    mid = match.groupdict().get("mid") or ""
    if _TIME.match(right):
        return Relation(cue, "", "", f"{left} {mid}", UP if is_more else DOWN)
    ours, common = left, ""
    link, other = _LINK.match(mid), _LINK.match(right)
    if (link and other) or len(left.split()) < len(mid.split()):
        ours, common = mid, left
    if not ours.strip() or not right.strip():
        return None
    more, less = (ours, right) if is_more else (right, ours)
    return Relation(cue, more, less, common, "")


def relation_finding(text: str, kind: str | None) -> tuple[Finding, ...]:
    """Return a sentence that compares, or that speaks of most people, as a finding of its kind."""
    whole = Span(0, len(text))
    most = _MOST.match(text) or _MOSTLY.search(text)
    if (
        most
        and kind in (None, "poll")
        and (not _PRICED.search(text) or _people_after(text, Span(*most.span("most"))))
    ):
        span = Span(*most.span("most"))
        value = Value("percent", "percent", HALF, HALF, Bound.MORE_THAN, Decimal(1), span)
        return (Finding("poll", whole, whole, text, (value,), _people_after(text, span), (), ()),)
    relation = read_relation(text)
    if relation is None or kind == "sellout":
        return ()
    facet = Facet(FacetName.SCOPE, relation.cue.cut(text), "compares", relation.cue)
    of = kind or ("price" if _is_of_price(relation, text) else "poll")
    return (Finding(of, whole, whole, text, (), (facet,), (), ()),)


def _is_of_price(relation: Relation, text: str) -> bool:
    """Whether what is compared is a price: "dearer" tells it; people who compare are asked of anything."""
    if not _PRICED.search(text):
        return False
    return _PRICED.search(relation.cue.cut(text)) is not None or read_people(text, 0, len(text)) is None


_MOSTLY = re.compile(
    r"\b(?:are|were|is|was)\s+(?P<most>mostly|largely|predominantly|overwhelmingly)\s+(?:in\s+favou?r|for|against|opposed|happy|unhappy"
    r"|satisfied|dissatisfied|willing|unwilling|ready|supportive|keen|sceptical|skeptical)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\s+(?:of\s+)?(?:the\s+|its\s+|their\s+|[\w’']+[’']s\s+)?(?P<who>[a-z-]+s|people|men|women)\b"
)


def _people_after(text: str, most: Span) -> tuple[Facet, ...]:
    """Return of whom "most" is said."""
    match = _PEOPLE.match(text, most.end)
    if match is None:
        return ()
    span = Span(*match.span("who"))
    return (Facet(FacetName.POPULATION, span.cut(text), span.cut(text).lower(), span),)
