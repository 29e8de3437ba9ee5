"""Reads shares told by two sides: "18 for, 6 against", "52-48", "a vote of eleven to four"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_figures import FIGURE, WHOLE, Share, plain_value, read_figure, share_of
from factdesk.claims.poll_words import AYES, ELECTIONS, SIDES, is_poll_name, listed, read_words
from factdesk.model import Bound, Span, Value

_TABLE = load_phrases("poll")

_UNIT = r"(?:\s?%|\s(?:per\s?cent|percent|pc)\b)?"
_PAIR = re.compile(
    rf"(?<![\w.,£$€/:-])(?P<a>{FIGURE})(?P<ua>{_UNIT})(?P<va>\svotes?)?"
    rf"(?:\sto\s|\s?[–—-]\s?|\sagainst\s|\sv(?:s|ersus)?\.?\s)(?P<b>{FIGURE})(?P<ub>{_UNIT})(?P<vb>\svotes?)?"
    r"(?![\w%/]|[.,:]\d|[–-]\d)",
    re.IGNORECASE,
)
_NOT_PAIR = compile_phrases(_TABLE["not_pair_after"], _TABLE)
_NOT_PAIR_BEFORE = re.compile(
    r"(?:\b(?:from|aged?|ages|between|pages?|sections?|articles?|chapters?|rooms?|(?:ages|average|mix|ratio|range|period|score|aggregate)\sof|in|on\s(?:page|pages))|[£$€])\s*\Z",
    re.I,
)
_SPORT = compile_phrases(_TABLE["sport"], _TABLE)
_SCORE_CONTEXT = compile_phrases(_TABLE["score_context"], _TABLE)
_LEADING = compile_phrases(_TABLE["leading"], _TABLE)
_COUNT_CONTEXT = compile_phrases(_TABLE["count_context"], _TABLE)
_IN_POINTS = re.compile(r"\bpoints?\b", re.IGNORECASE)
_FOR_AGAINST = re.compile(
    rf"(?<![\w.,])(?P<a>{FIGURE})(?:\s\w+){{0,2}}?\s(?:for|in\sfavou?r|ayes?|yes(?:es)?|yeas?|votes?\sfor)(?:\s[^\d,;.()]{{1,40}}?)?"
    rf"[,;]?\s(?:and\s|with\s|to\s)?(?P<b>{FIGURE})(?:\s(?:were|votes?|voted))?\s(?:against|opposed|noe?s?|nays?|dissenting|dissent)\b",
    re.IGNORECASE,
)
_SIDED = re.compile(
    rf"\b(?:in\sfavou?r|for|yes|ayes?|yeas?)[:,]?\s(?P<a>{FIGURE})(?:\svotes)?[,;.]?\s(?:and\s)?(?:against|no|noes|nays?)[:,]?\s(?P<b>{FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_VOTED = listed("voted")
_LATER_CHARS = 120
NAMED_REST = Decimal(15)
_SHARES_LEAST = Decimal(85)
_LEADS_LEAST = Decimal(50)
NAMED_SUM_LEAST = Decimal(55)


def for_against(context: SentenceContext) -> Iterator[Share]:
    """Read "18 for, 6 against" and "4,911 yes, 702 no"."""
    for match in _FOR_AGAINST.finditer(context.text, context.sentence.start, context.sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if one is None or other is None or one + other == 0 or one != int(one):
            continue
        if re.search(r"%|\bcent\b", match.group()):
            continue
        share = share_of(context, one, one + other, Span(*match.span()))
        yield Share(share.anchor, share.values, is_sure=True)


def pairs(context: SentenceContext) -> Iterator[Share]:
    """Read "leads 46 to 41", "by 54 to 46 per cent", "a vote of eleven to four", "backed it 3-2"."""
    text, sentence = context.text, context.sentence
    for match in _PAIR.finditer(text, sentence.start, sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if read_figure(match.group()) is not None or (other == 1 and " to " in match.group().lower()):
            continue  # "forty-two"; "three to one" is a ratio
        if one is None or other is None or _NOT_PAIR.match(text[match.end() : match.end() + 30]):
            continue
        if _NOT_PAIR_BEFORE.search(text, max(sentence.start, match.start() - 20), match.start()):
            continue
        share = _pair(context, match, one, other)
        if share is not None:
            yield share


def _pair(context: SentenceContext, match: re.Match[str], one: Decimal, other: Decimal) -> Share | None:
    text, sentence = context.text, context.sentence
    near = text[max(sentence.start, match.start() - 90) : match.start()]
    around = near + text[match.end() : min(sentence.end, match.end() + 50)]
    has_unit = bool(match.group("ua") or match.group("ub"))
    is_race = is_of_polls(context) or any(
        is_party(word.text) for word in read_words(text, sentence.start, sentence.end)
    )
    is_leading = _LEADING.search(near) is not None and (
        is_race or _SCORE_CONTEXT.search(text, sentence.start, sentence.end)
    )
    if _SPORT.search(text, sentence.start, sentence.end) and not has_unit:
        return None
    total = one + other
    if has_unit and is_leading and _LEADS_LEAST <= total <= WHOLE + 1:
        return _two_sides(match, one, other)
    if _IN_POINTS.search(near[-60:]) and "," in near[-12:]:
        return None
    if WHOLE - 1 <= total <= WHOLE + 1 and _LEADING.search(near) is not None and one >= 1:
        return _two_sides(match, one, other)
    is_split = _SHARES_LEAST <= total <= WHOLE + 1
    if is_split and one >= 1 and (is_leading or (_COUNT_CONTEXT.search(around) and total >= WHOLE - 1)):
        return _two_sides(match, one, other)
    is_count = one == int(one) and other == int(other) and one != other
    is_voted = bool(match.group("va") or match.group("vb")) or _COUNT_CONTEXT.search(around) is not None
    if _LEADS_LEAST <= total < _SHARES_LEAST and is_leading and not (is_voted and is_count):
        return _two_sides(match, one, other)
    if is_count and is_voted and not has_unit:
        share = share_of(context, one, total, Span(match.start("a"), match.end()))
        return Share(share.anchor, share.values, is_sure=True)
    return None


def _two_sides(match: re.Match[str], one: Decimal, other: Decimal) -> Share:
    span, second = Span(match.start("a"), match.end("ub")), Span(match.start("b"), match.end("ub"))
    lead = Value("points", "points", one - other, one - other, Bound.EXACT, Decimal(1), span)
    return Share(
        span,
        (plain_value("percent", one, span), lead),
        is_sure=True,
        other=() if one == other else (plain_value("percent", other, second),),
    )


def sided_counts(context: SentenceContext) -> Iterator[Share]:
    """Read "in favour 61, against 118" and "147 Yes, 39 No" as the share of the first side."""
    for match in _SIDED.finditer(context.text, context.sentence.start, context.sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if one is None or other is None or one != int(one) or other != int(other) or one + other == 0:
            continue
        if re.search(r"(?:\d|%|cent)\s\Z", context.text[max(0, match.start() - 5) : match.start()]):
            continue  # "47 per cent for, 44 against"
        if NAMED_SUM_LEAST <= one + other <= WHOLE + 1 and one + other >= WHOLE - NAMED_REST:
            continue
        yield replace(share_of(context, one, one + other, Span(*match.span())), is_sure=True)


def is_party(name: str) -> bool:
    """Whether a capitalised word of a name is that of a side of a vote."""
    return any(word.lower() in SIDES - _VOTED and word[0].isupper() for word in name.split())


def is_of_polls(context: SentenceContext) -> bool:
    """Whether the sentence or those just before speak of a poll or a vote."""
    near = (*context.words, *re.findall(r"[a-z][a-z-]+", context.before.lower()))
    later = re.findall(
        r"[a-z][a-z-]+", context.text[context.sentence.end : context.sentence.end + _LATER_CHARS].lower()
    )
    return any(is_poll_name(word) or word in AYES for word in near) or not ELECTIONS.isdisjoint(later)
