"""Reads shares told by two sides: "18 for, 6 against", "52-48", "a vote of eleven to four"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_figures import FIGURE, WHOLE, Share, plain_value, read_figure, share_of
from factdesk.claims.poll_words import AYES, ELECTIONS, SIDES, SURVEYS, is_people, listed, read_words
from factdesk.model import Bound, Span, Value

_TABLE = load_phrases("poll")

_UNIT = r"(?:\s?%|\s(?:per\s?cent|percent|pc)\b)?"
_HEADS = "|".join(_TABLE["heads"].split())
_PAIR = re.compile(
    rf"(?<![\w.,£$€/:-])(?P<a>{FIGURE})(?P<ua>{_UNIT})(?P<va>\s(?:votes?|{_HEADS}))?"
    rf"(?:\sto\s|\s?[–—-]\s?|\sagainst\s|\sv(?:s|ersus)?\.?\s)(?P<b>{FIGURE})(?P<ub>{_UNIT})(?P<vb>\s(?:votes?|{_HEADS}))?"
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
_RACE_LEAD = re.compile(
    r"\b(?:ahead|leads?|leading|led|trail\w*|behind)(?:\s+(?:by\s+)?|\s[\w’'. -]{2,30}?\s(?:by\s+)?)\Z",
    re.IGNORECASE,
)
_DECIDED = re.compile(r"\s(?:\w+\s)?(?:decision|ruling|verdict|judge?ment|vote|split)\b", re.IGNORECASE)
_TIED = re.compile(r"\b(?:split|tied|deadlocked|divided|drawn)\s+\Z", re.IGNORECASE)
_IN_POINTS = re.compile(r"\bpoints?\b", re.IGNORECASE)
_FOR_AGAINST = re.compile(
    rf"(?<![\w.,])(?P<a>{FIGURE})(?:\s\w+){{0,3}}?\s(?:for|in\sfavou?r|ayes?|yes(?:es)?|yeas?|votes?\sfor|noe?s?|nays?|against)(?:\s[^\d,;.()]{{1,40}}?)?"
    rf"[,;]?\s(?:and\s|with\s|to\s)?(?P<b>{FIGURE})(?:\s(?:were|votes?|voted))?\s(?:against|opposed|noe?s?|nays?|dissenting|dissent|yes(?:es)?|ayes?|in\sfavou?r)\b",
    re.IGNORECASE,
)
_SIDED = re.compile(
    rf"\b(?:in\sfavou?r|for|yes|ayes?|yeas?)[:,]?\s(?P<a>{FIGURE})(?:\svotes)?[,;.]?\s(?:and\s)?(?:against|no|noes|nays?)[:,]?\s(?P<b>{FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
HOLDING = listed("holding")
_PUBLIC = listed("public")
_NEXT_SENTENCE_CHARS = 24
_SMALL_WORD = re.compile(r"[a-z][a-z-]+")
_POLL_WORDS = SURVEYS | AYES
_AGAINST = frozenset(
    [
        "against",
        "opposed",
        "no",
        "noes",
        "nos",
        "nay",
        "nays",
        "dissenting",
        "dissent",
        "yes",
        "yeses",
        "aye",
        "ayes",
        "favour",
        "favor",
    ]
)
_PARTY_WORDS = SIDES - listed("voted")
_LATER_CHARS = 120
NAMED_REST = Decimal(15)
_SHARES_LEAST = Decimal(85)
_LEADS_LEAST = Decimal(50)
NAMED_SUM_LEAST = Decimal(55)


def for_against(context: SentenceContext) -> Iterator[Share]:
    """Read "18 for, 6 against" and "4,911 yes, 702 no"."""
    if _AGAINST.isdisjoint(context.words):
        return
    for match in _FOR_AGAINST.finditer(context.text, context.sentence.start, context.sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if one is None or other is None or one + other == 0 or one != int(one):
            continue
        if re.search(r"%|\bcent\b", match.group()) or _makes_whole(context, match, one + other):
            continue
        share = share_of(context, one, one + other, Span(*match.span()))
        yield Share(share.anchor, share.values, is_sure=True)


def _makes_whole(context: SentenceContext, match: re.Match[str], total: Decimal) -> bool:
    """Whether a third figure makes the two a hundred: "58 said yes, 30 no and 12 didn't know"."""
    third = re.match(
        rf",?\s(?:and\s|with\s)?(?P<n>{FIGURE})\s", context.text[match.end() : match.end() + 30], re.I
    )
    worth = read_figure(third.group("n")) if third else None
    return worth is not None and WHOLE - 1 <= total + worth <= WHOLE + 1


def pairs(context: SentenceContext) -> Iterator[Share]:
    """Read "leads 46 to 41", "by 54 to 46 per cent", "a vote of eleven to four", "backed it 3-2"."""
    text, sentence = context.text, context.sentence
    for match in _PAIR.finditer(text, sentence.start, sentence.end):
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if read_figure(text[match.start("a") : match.end("b")]) is not None or (
            other == 1 and " to " in match.group().lower()
        ):
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
    if has_unit and (is_leading or is_split_of_minds(context, match)) and _LEADS_LEAST <= total <= WHOLE + 1:
        return _two_sides(match, one, other)
    if _IN_POINTS.search(near[-60:]) and "," in near[-12:]:
        return None
    if WHOLE - 1 <= total <= WHOLE + 1 and _LEADING.search(near) is not None and one >= 1:
        return _two_sides(match, one, other)
    is_split = _SHARES_LEAST <= total <= WHOLE + 1
    if is_split and one >= 1 and (is_leading or (_COUNT_CONTEXT.search(around) and total >= WHOLE - 1)):
        return _two_sides(match, one, other)
    if is_race and one >= 1 and total == WHOLE and not match.group("va"):
        return _two_sides(match, one, other)
    if is_split_of_minds(context, match) and one >= 1 and _LEADS_LEAST <= total <= WHOLE + 1:
        return _two_sides(match, one, other)
    is_count = one == int(one) and other == int(other) and (one != other or _TIED.search(near) is not None)
    is_voted = (
        bool(match.group("va") or match.group("vb") or _DECIDED.match(text, match.end()))
        or _COUNT_CONTEXT.search(around) is not None
    )
    is_race_lead = is_leading and not match.group("va") and _RACE_LEAD.search(near) is not None
    if _LEADS_LEAST <= total < _SHARES_LEAST and (
        is_race_lead or (is_leading and not (is_voted and is_count))
    ):
        return _two_sides(match, one, other)
    if is_count and is_voted and not has_unit:
        share = share_of(context, one, total, Span(match.start("a"), match.end()))
        return Share(share.anchor, share.values, is_sure=True)
    return None


def is_split_of_minds(context: SentenceContext, match: re.Match[str]) -> bool:
    """Whether people and what they hold stand just before: "the English oppose it 60 to 33"."""
    words = read_words(context.text, max(context.sentence.start, match.start() - 60), match.start())
    minds = [at for at, word in enumerate(words) if word.low in HOLDING]
    return bool(minds) and any(is_people(word) or word.low in _PUBLIC for word in words[: minds[-1]])


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
    start, end = context.sentence.start, context.sentence.end
    for match in _SIDED.finditer(context.text, start, end + _NEXT_SENTENCE_CHARS):
        if match.end("a") > end:
            continue
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        if one is None or other is None or one != int(one) or other != int(other) or one + other == 0:
            continue
        if re.search(r"(?:\d|%|cent)\s\Z", context.text[max(0, match.start() - 5) : match.start()]):
            continue  # "47 per cent for, 44 against"
        if NAMED_SUM_LEAST <= one + other <= WHOLE + 1 and one + other >= WHOLE - NAMED_REST:
            continue
        yield replace(
            share_of(context, one, one + other, Span(match.start(), min(end, match.end()))), is_sure=True
        )


def is_party(name: str) -> bool:
    """Whether a capitalised word of a name is that of a side of a vote."""
    return any(word.lower() in _PARTY_WORDS and word[0].isupper() for word in name.split())


def is_of_polls(context: SentenceContext) -> bool:
    """Whether the sentence or those just before speak of a poll or a vote."""
    if not _POLL_WORDS.isdisjoint(context.words):
        return True
    text, end = context.text, context.sentence.end
    before = context.before.lower()
    if "poll" in before or "poll" in context.sentence.cut(text).lower():
        return True
    if not _POLL_WORDS.isdisjoint(_SMALL_WORD.findall(before)):
        return True
    return not ELECTIONS.isdisjoint(_SMALL_WORD.findall(text[end : end + _LATER_CHARS].lower()))
