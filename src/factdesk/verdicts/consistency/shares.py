"""Shares told twice or that cannot be: counts, fractions, majorities, leads, more than all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from factdesk.model import Bound, Span
from factdesk.text.figures import Quantity
from factdesk.verdicts.consistency.sayings import (
    Fault,
    Saying,
    departs,
    half_step,
    listed,
    neighbours,
    plain,
    restates,
    single,
)

COUNT_SLACK = Decimal("0.3")
"""Points by which a share may differ from its counts beyond its own rounding."""

FRACTION_SLACK = Decimal(7)
"""Points by which a share may differ from the fraction that it restates: writers call 45% a half."""

ABOUT_SLACK = Decimal(10)
"""The same where the fraction is said with "about" or "nearly"."""

LEAD_SLACK = Decimal("0.1")
"""Points by which a lead may differ from its two shares beyond their rounding."""

HALF = Decimal(50)

NEAR_CHARACTERS = 120
"""So far before its share the word majority is looked for."""


def find_shares(saying: Saying) -> Iterator[Fault]:
    """Yield what a sentence says of its shares that its other figures deny."""
    yield from _counted(saying)
    yield from _counts(saying)
    yield from _fractions(saying)
    yield from _majorities(saying)
    yield from _leads(saying)


_OF = re.compile(
    r"\s+(?:out\s+)?of\s+(?:the\s+|its\s+|their\s+|our\s+|all\s+)?(?:total\s+of\s+)?", re.IGNORECASE
)


def _counted(saying: Saying) -> Iterator[Fault]:
    """Yield "312 of 1,000 respondents, or 41%" and "41% (312 of 1,000)"."""
    figures = saying.figures
    for place, (count, total) in enumerate(neighbours(figures)):
        part, whole = single(count), single(total)
        if count.unit != "count" or total.unit != "count" or not _OF.fullmatch(saying.gap(count, total)):
            continue
        if part is None or whole is None or not 0 < part <= whole:
            continue
        share = _share_behind(saying, total, place + 2) or _share_before(saying, count, total, place - 1)
        if share is not None:
            yield from _compare_count(saying, count, total, share)


def _share_behind(saying: Saying, total: Quantity, place: int) -> Quantity | None:
    share = saying.figures[place] if place < len(saying.figures) else None
    return share if share is not None and share.form == "percent" and restates(saying, total, share) else None


_OPENED = re.compile(r"(?:\s+[\w'’-]+){0,3}\s*\(")
_CLOSED = re.compile(r"(?:\s+[\w'’-]+){0,3}\s*\)")


def _share_before(saying: Saying, count: Quantity, total: Quantity, place: int) -> Quantity | None:
    share = saying.figures[place] if place >= 0 else None
    if share is None or share.form != "percent" or not _OPENED.fullmatch(saying.gap(share, count)):
        return None
    return share if _CLOSED.match(saying.text, total.span.end) else None


def _compare_count(saying: Saying, count: Quantity, total: Quantity, share: Quantity) -> Iterator[Fault]:
    part, whole, said = single(count), single(total), single(share)
    if part is None or whole is None or said is None:
        return
    actual = part / whole * 100
    slack = half_step(share) + COUNT_SLACK
    is_about = Bound.ABOUT in (count.bound, total.bound)
    if departs(said, actual, Bound.ABOUT if is_about else share.bound, slack, slack + ABOUT_SLACK / 2):
        words = saying.text[count.span.start : total.span.end]
        (claimed,) = saying.said(share)
        spans = (Span(count.span.start, total.span.end), share.span)
        yield Fault("count_differs", f"{words} is {plain(actual)}%, not {claimed}.", spans)


_COUNTS = re.compile(r"\d[\d,.]*\s+(?:out\s+)?of\s+.*\d")


def _counts(saying: Saying) -> Iterator[Fault]:
    """Yield what is read as one figure: "435 out of 1,000 (58%)", "58% (435 out of 1,000)"."""
    for one, other in neighbours(saying.figures):
        if one.form == "percent" and other.form == "fraction":
            share, counted = one, other
            is_restated = _stands_in_brackets(saying, share, counted)
        else:
            share, counted = other, one
            is_restated = share.form == "percent" and restates(saying, one, other)
        said, actual, words = single(share), single(counted), counted.span.cut(saying.text)
        if not is_restated or said is None or actual is None or not _COUNTS.fullmatch(words):
            continue
        slack = half_step(share) + COUNT_SLACK
        bound = share.bound if counted.bound is Bound.EXACT else Bound.ABOUT
        if departs(said, actual, bound, slack, slack + ABOUT_SLACK / 2):
            told = f"{words} is {plain(actual)}%, not {share.span.cut(saying.text)}."
            yield Fault("count_differs", told, (counted.span, share.span))


def _stands_in_brackets(saying: Saying, share: Quantity, counted: Quantity) -> bool:
    closed = _CLOSED.match(saying.text, counted.span.end)
    return closed is not None and _OPENED.fullmatch(saying.gap(share, counted)) is not None


def _fractions(saying: Saying) -> Iterator[Fault]:
    """Yield "one in five adults (30%)" and "more than half of voters, 48%, ..."."""
    for one, other in neighbours(saying.figures):
        fraction, share = single(one), single(other)
        if one.form != "fraction" or other.form != "percent" or not restates(saying, one, other):
            continue
        if _COUNTS.fullmatch(one.span.cut(saying.text)):
            continue
        if fraction is None or share is None or "majority" in one.whole.cut(saying.text).lower():
            continue
        bounded = one.bound not in (Bound.EXACT, Bound.ABOUT)
        slack = half_step(other) if bounded else FRACTION_SLACK
        if departs(fraction, share, one.bound, slack, ABOUT_SLACK):
            words, said = one.whole.cut(saying.text), other.span.cut(saying.text)
            yield Fault(
                "share_differs", f"“{words}” is {_worth(one, fraction)}, not {said}.", (one.whole, other.span)
            )


_BOUND_WORDS = {
    Bound.MORE_THAN: "more than ",
    Bound.AT_LEAST: "at least ",
    Bound.LESS_THAN: "less than ",
    Bound.AT_MOST: "at most ",
    Bound.ABOUT: "about ",
}


def _worth(figure: Quantity, value: Decimal) -> str:
    return f"{_BOUND_WORDS.get(figure.bound, '')}{plain(value)}%"


_CLOSING = re.compile(r"\s*\)")


@cache
def _majority() -> re.Pattern[str]:
    holders, refused = listed("share", "holders"), listed("share", "not_majority")
    hedge = listed("gap", "hedge")
    return re.compile(
        rf"(?P<before>(?:\b{refused}\s+)?(?:[\w'’-]+\s+)?)"
        rf"(?P<word>\bmajority)(?:\s+of\s+(?:the\s+|all\s+|its\s+|their\s+)?(?:\w+\s+)?{holders}\s*[,(]"
        rf"|\s*[,(]|\s+of)\s*(?:{hedge}\s+)*\Z",
        re.IGNORECASE,
    )


@cache
def _refused() -> re.Pattern[str]:
    return re.compile(rf"\b{listed('share', 'not_majority')}\b", re.IGNORECASE)


_SAID = re.compile(
    r"\s*(?:[),]|of\s+(?:the\s+)?(?:voters|people|respondents|adults|those)\b|\b(?:said|say|says|back\w*|support\w*"
    r"|oppos\w*|favou?r\w*|want\w*|think|thought|believ\w*|agree\w*|reject\w*|approv\w*|prefer\w*|voted|would)\b)",
    re.IGNORECASE,
)


def _majorities(saying: Saying) -> Iterator[Fault]:
    """Yield "a majority of 48% said", "a majority of voters (48%)"; a margin is no share."""
    for share in saying.figures:
        value = single(share)
        if share.form != "percent" or value is None or share.bound not in (Bound.EXACT, Bound.ABOUT):
            continue
        match = _majority().search(saying.text, max(0, share.span.start - NEAR_CHARACTERS), share.span.start)
        if match is None or value + half_step(share) >= HALF or _refused().search(match.group("before")):
            continue
        opens = saying.text[match.end() - 2 : share.span.start].rstrip().endswith("(")
        if (_CLOSING if opens else _SAID).match(saying.text, share.span.end) is None:
            continue
        said = share.span.cut(saying.text)
        spans = (Span(*match.span("word")), share.span)
        yield Fault("no_majority", f"{said} is less than half, so no majority.", spans)


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(rf"\b{listed('share', 'lead')}\b", re.IGNORECASE)


@cache
def _not_lead() -> re.Pattern[str]:
    return re.compile(rf"\b{listed('share', 'not_lead')}", re.IGNORECASE)


def _leads(saying: Saying) -> Iterator[Fault]:
    """Yield "A has 40% and B 35%, a lead of 8 points", where the sentence has just these three figures."""
    figures = [one for one in saying.figures if one.unit in ("percent", "points")]
    if [one.unit for one in figures] != ["percent", "percent", "points"] or len(figures) < len(
        saying.figures
    ):
        return
    first, second, lead = figures
    gap = saying.gap(second, lead)
    around = gap + saying.text[lead.span.end : lead.span.end + 20]
    if not _lead().search(around) or _not_lead().search(saying.text[first.span.start :]):
        return
    one, other, said = single(first), single(second), single(lead)
    if one is None or other is None or said is None or lead.bound is not Bound.EXACT:
        return
    if first.bound is not Bound.EXACT or second.bound is not Bound.EXACT:
        return
    slack = half_step(first) + half_step(second) + LEAD_SLACK
    if abs(abs(one - other) - said) > slack:
        words = saying.said(first, second, lead)
        told = f"{words[0]} against {words[1]} is a lead of {plain(abs(one - other))} points, not {words[2]}."
        yield Fault("lead_differs", told, (first.span, second.span, lead.span))
