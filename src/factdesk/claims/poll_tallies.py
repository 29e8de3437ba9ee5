"""Reads counts that only their counterpart makes shares: "thirty-nine voted to stay, thirty-eight to go"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, load_phrases
from factdesk.claims.poll_deeds import Base
from factdesk.claims.poll_figures import FIGURE, WHOLE, Share, plain_value, read_figure, share_of
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_sides import is_of_polls
from factdesk.claims.poll_words import MINDS, STATES, read_words
from factdesk.model import Bound, Span, Value

_TABLE = load_phrases("poll")
_NO_UNIT = r"(?![\w%]|[.,]\d|\s(?:per\s?cent|percent|pc|points?|in|out|of)\b)"
_CAST = compile_phrase(
    rf"(?P<a>{FIGURE}){_NO_UNIT}(?:\s(?!(?:the|a|an|to|for)\b)[\w’'-]+){{0,2}}?\s{_TABLE['casting']}\s(?P<way>for|to|against)\s[^.;:\d]{{2,60}}?"
    rf"(?:,\s(?:and\s|while\s|but\s|with\s)?|;\s(?:and\s|the\s\w+\s)?|\s(?:and|but|while|to|against)\s)(?P<b>{FIGURE}){_NO_UNIT}"
    rf"(?:\s(?!(?:the|a|an)\b)[\w’'-]+){{0,2}}?\s(?:for|to|against)\b",
    _TABLE,
)
_OTHERS = re.compile(
    rf"(?<![\w.,])(?P<a>{FIGURE})\sof\s(?:the|our|my|its|their|those)\s(?P<who>[\w’'-]+(?:\s[\w’'-]+)?)\b[^.:\d]{{4,100}}?"
    rf"\bthe\s(?:other|remaining|rest,\s)\s?(?P<b>{FIGURE}){_NO_UNIT}",
    re.IGNORECASE,
)
_IN_A_ROOM = compile_phrase(
    rf"(?P<a>{FIGURE})(?: (?:people|hands|heads|votes|of us|of them))? (?:in|from|out of) an? (?:\w+ )?"
    rf"{{gatherings}} of (?:about |some |around |nearly )?(?P<b>{FIGURE}){_NO_UNIT}",
    _TABLE,
)
_ROOM_OF = compile_phrase(
    rf"(?:in|of|from|out of|among) (?:an?|the|our|this|that|my) (?:\w+ )?"
    rf"{{gatherings}} of (?:about |some |around |nearly )?(?P<b>{FIGURE})(?: [a-z]+)?,?"
    rf" (?:only |just |all but |fully |some )?(?P<a>{FIGURE}){_NO_UNIT}",
    _TABLE,
)
_SHOWN = re.compile(
    rf"(?<![\w.,])(?P<a>{FIGURE})(?:\s(?:votes?|hands))?\s(?:for|to)\s[^,;.\d]{{2,50}}?(?:[,;]\s(?:and\s|to\s)?|\sand\s)(?P<b>{FIGURE})(?:\s(?:votes?|hands))?\s(?:for|to)\s",
    re.IGNORECASE,
)
_TO_NAMED = re.compile(
    r"(?<![\w.,])(?P<a>\d[\d,]*)\svotes?\s(?:to|against)\s(?:[A-Z][\w’'-]*\s){1,3}(?:got\s|took\s|had\s|polled\s)?(?P<b>\d[\d,]*)(?![\w%]|[.,]\d)"
)
_ANSWER_LINE = re.compile(
    r"(?:\A|(?<=[\n.;,•*|])\s*|(?<=[\n.;,•*|]\s))(?P<name>[A-Z][\w’']*(?:\s[\w’']+){0,3})\s?[:–—]\s?(?P<n>\d{1,2}(?:\.\d)?)(?=\s*(?:[.;,|\n(]|\Z))"
)
_STANDING = compile_phrase(
    r"{standing} (?:at|on|to)(?: just| only| about| around)? (?P<n>\d{1,2}(?:\.\d)?)"
    r"(?![\d%]|[.,]\d|[ -](?:per|percent|pc|points?|to|"
    r"degrees|years?|hours?|minutes?|seats?|th|million|thousand|[a-z]+s)\b)",
    _TABLE,
)
_POLL_SAID = compile_phrase("{poll_word}", _TABLE)
_ANSWERS = frozenset(str(_TABLE["answer_words"]).split()) | {"don't know", "don’t know", "not sure"}
_CASTING = frozenset(str(_TABLE["casting_words"]).split())
_MONEY_BEFORE = re.compile(r"[£$€]\s?\Z")


def find_tallies(context: SentenceContext) -> Iterator[Share]:
    """Yield the shares of a sentence whose wholes are told by a second count or a word."""
    words = context.words
    if not ({"for", "to", "against"}.isdisjoint(words) or _CASTING.isdisjoint(words)):
        yield from _cast(context)
        if is_of_polls(context) or "hands" in words:
            yield from _pairs_of(context, _SHOWN)
    if "votes" in words:
        yield from _pairs_of(context, _TO_NAMED)
    if not {"other", "remaining", "rest"}.isdisjoint(words):
        yield from _others(context)
    if "a" in words and "of" in words:
        yield from _in_a_room(context)
    if ":" in context.sentence.cut(context.text):
        yield from _answer_lines(context)
    yield from _standings(context)


def _cast(context: SentenceContext) -> Iterator[Share]:
    """Read "Twenty-two hands went up for the zoo and five for the museum" as two shares."""
    for match in _CAST.finditer(context.text, context.sentence.start, context.sentence.end):
        yield from _both(context, match)


def _others(context: SentenceContext) -> Iterator[Share]:
    """Read "One of the governors voted against; the other thirteen were for" as two shares."""
    text, sentence = context.text, context.sentence
    for match in _OTHERS.finditer(text, sentence.start, sentence.end):
        said = f"of the {match.group('who')}"
        who = read_behind(read_words(said, 0, len(said)))
        between = read_words(text, match.end("who"), match.start("b"))
        if who.base is Base.PEOPLE and any(word.low in MINDS | STATES for word in between):
            yield from _both(context, match)


def _pairs_of(context: SentenceContext, pattern: re.Pattern[str]) -> Iterator[Share]:
    """Read "30 for staying, 12 for going", "312 votes to Patel's 244" as two shares."""
    most = max(
        (one.low for one in context.quantities if one.form == "number" and one.low is not None), default=0
    )
    for match in pattern.finditer(context.text, context.sentence.start, context.sentence.end):
        if most in (read_figure(match.group("a")), read_figure(match.group("b"))):
            yield from _both(context, match)  # else there is a third side


def _both(context: SentenceContext, match: re.Match[str]) -> Iterator[Share]:
    one, other = read_figure(match.group("a")), read_figure(match.group("b"))
    if one is None or other is None or one != int(one) or other != int(other) or one + other < 2:
        return
    for worth, group in ((one, "a"), (other, "b")):
        yield replace(share_of(context, worth, one + other, Span(*match.span(group))), is_sure=True)


def _in_a_room(context: SentenceContext) -> Iterator[Share]:
    """Read "I counted 180 in a hall of 200", where the sentence tells what they hold."""
    text, sentence = context.text, context.sentence
    matches = [
        *_IN_A_ROOM.finditer(text, sentence.start, sentence.end),
        *_ROOM_OF.finditer(text, sentence.start, sentence.end),
    ]
    for match in matches:
        one, other = read_figure(match.group("a")), read_figure(match.group("b"))
        words = read_words(text, sentence.start, sentence.end)
        if one is None or not other or one >= other or not any(word.low in MINDS for word in words):
            continue
        yield replace(share_of(context, one, other, Span(*match.span())), is_sure=True)


def _answer_lines(context: SentenceContext) -> Iterator[Share]:
    """Read "Approve: 38. Disapprove: 55": a line of a table of answers without a sign."""
    for match in _ANSWER_LINE.finditer(context.text, context.sentence.start, context.sentence.end):
        said = match.group("name").lower().split()
        if said[0] in _ANSWERS or " ".join(said) in _ANSWERS:
            span = Span(*match.span("n"))
            name = Span(*match.span("name"))
            share = Share(
                Span(name.start, span.end), (plain_value("percent", Decimal(match.group("n")), span),)
            )
            yield replace(share, is_sure=True, answer=name)


def _standings(context: SentenceContext) -> Iterator[Share]:
    """Read "over the last five polls her party stands at 23.4" where a poll is named."""
    text, sentence = context.text, context.sentence
    matches = list(_STANDING.finditer(text, sentence.start, sentence.end))
    if not matches or not _POLL_SAID.search(context.before + " " + sentence.cut(text)):
        return
    for match in matches:
        span = Span(*match.span("n"))
        worth = Decimal(match.group("n"))
        if not _MONEY_BEFORE.search(text[: span.start][-2:]) and worth <= WHOLE:
            yield Share(span, (plain_value("percent", worth, span),))


def from_to_shares(context: SentenceContext) -> Iterator[Share]:
    """Read "slid from 71 per cent to 58" as a share of now, whose sign stands at the first figure."""
    for one, other in zip(context.quantities, context.quantities[1:], strict=False):
        text = context.text
        if one.form != "percent" or other.form != "number" or other.low is None or other.low > WHOLE:
            continue
        is_from = re.search(r"\bfrom\s+(?:an?\s+)?\Z", text[max(0, one.whole.start - 10) : one.whole.start])
        gap = text[one.whole.end : other.whole.start]
        if is_from and re.fullmatch(
            r"(?:\s(?:in|last)\s[\w ]{3,20}?)?,?\s+to\s+(?:just\s+|only\s+|about\s+)?", gap
        ):
            then = Value("from_percent", "percent", one.low, one.high, one.bound, Decimal(1), one.span)
            now = Value("percent", "percent", other.low, other.high, Bound.EXACT, Decimal(1), other.span)
            yield Share(Span(one.whole.start, other.whole.end), (now, then))
