"""Reads levels, leads and moves without a sign of a poll: "Support is at 43", "leads by eleven"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.claims.poll_figures import WHOLE, Share, plain_value, read_figure
from factdesk.claims.poll_sides import HOLDING, is_of_polls, is_party
from factdesk.claims.poll_topics import measured
from factdesk.claims.poll_words import ELECTIONS, MEASURES, is_people, listed, read_words
from factdesk.model import Bound, Span, Value

_TABLE = load_phrases("poll")
_ENDING = r"(?=\s*(?:[,;.:!?)”\"–—]|\Z|\n)|\s(?:{after_level})\b)"
_LEVEL = compile_phrase(
    rf"{{level_verbs}}(?: {{level_adverbs}}){{0,2}} (?P<n>\d{{1,2}}(?:\.\d)?|{{round_words}}){_ENDING}",
    _TABLE,
)
_LED_BY = compile_phrase(
    rf"(?:{{leading_by}}(?: [\w’'.-]+){{0,5}}? by"
    rf"|(?:lead|advantage|cushion|edge|margin) (?:of|has \w+ to|is down to|is|was|is now|fell to|to))"
    rf"(?: {{level_adverbs}})? (?P<n>\d{{1,2}}(?:\.\d)?|{{small_words}}){_ENDING}",
    _TABLE,
)
_AHEAD = compile_phrase(
    rf"(?P<n>\d{{1,2}}|{{small_words}}) (?P<way>ahead|clear|behind|adrift|in front|up on|down on){_ENDING}"
    rf"|(?P<o>\d{{1,2}}|{{small_words}})"
    r" (?P<way2>ahead of|clear of|behind|adrift of) (?=[A-Z]|the |her |his )",
    _TABLE,
)
_MOVED = compile_phrase(
    rf"(?P<way>up|down|{{moving}})(?: by)? (?P<by>\d{{1,2}}|{{small_words}})"
    rf"(?: (?:to|on|at) (?P<now>\d{{1,2}}(?:\.\d)?))?{_ENDING}",
    _TABLE,
)
_DOWN = compile_phrases(_TABLE["down"], _TABLE)
_SPORT = compile_phrases(_TABLE["sport"], _TABLE)
_NOT_POINTS = compile_phrases(_TABLE["not_points"], _TABLE)
_TRAILING = re.compile(r"\b(?:trail\w*|behind|adrift)\b", re.IGNORECASE)
_LEAD_MOST = Decimal(60)
_FAR_CHARS = 110
_LESS = listed("less")


def find_levels(context: SentenceContext) -> Iterator[Share]:
    """Yield the shares and points of a sentence that stand without any sign, beside what is measured."""
    if not MEASURES.isdisjoint(context.words):
        yield from _levels(context)
    moved = [*_leads(context), *_moves(context)]
    if moved and _is_race(context):
        yield from moved


def _levels(context: SentenceContext) -> Iterator[Share]:
    """Read "Turnout was a miserable 31", "opposition is at 39"."""
    text, sentence = context.text, context.sentence
    for match in _LEVEL.finditer(text, sentence.start, sentence.end):
        worth = read_figure(match.group("n"))
        left = read_words(text, max(sentence.start, match.start() - _FAR_CHARS), match.start("n"))
        if worth is not None and worth <= WHOLE and measured(left, ()):
            span = Span(*match.span("n"))
            yield Share(span, (plain_value("percent", worth, span),), is_sure=True)


def _is_race(context: SentenceContext) -> bool:
    """Whether candidates, parties or voters are spoken of, and no match or market."""
    text, sentence = context.text, context.sentence
    if _SPORT.search(text, sentence.start, sentence.end) or _NOT_POINTS.search(
        text, sentence.start, sentence.end
    ):
        return False
    words = read_words(text, sentence.start, sentence.end)
    if is_of_polls(context) or not ELECTIONS.isdisjoint(context.words):
        return True
    if not HOLDING.isdisjoint(word.low for word in words) and any(is_people(word) for word in words):
        return True
    return any(is_party(word.text.removesuffix("’s").removesuffix("'s")) for word in words)


def _leads(context: SentenceContext) -> Iterator[Share]:
    """Read "leads by eleven", "is nine ahead", "prefer her opponent by 14" as points."""
    text, sentence = context.text, context.sentence
    for match in _LED_BY.finditer(text, sentence.start, sentence.end):
        worth = read_figure(match.group("n"))
        if worth is not None and worth <= _LEAD_MOST:
            is_less = _TRAILING.search(match.group()) is not None
            yield _points(Span(*match.span("n")), -worth if is_less else worth)
    for match in _AHEAD.finditer(text, sentence.start, sentence.end):
        group = "n" if match.group("n") else "o"
        worth = read_figure(match.group(group))
        way = (match.group("way") or match.group("way2")).lower()
        if worth is not None and worth <= _LEAD_MOST:
            is_less = not _LESS.isdisjoint(way.split())
            yield _points(Span(*match.span(group)), -worth if is_less else worth)


def _moves(context: SentenceContext) -> Iterator[Share]:
    """Read "up three on 14", "slipped two to 33" as a change in points and the share it led to."""
    text, sentence = context.text, context.sentence
    for match in _MOVED.finditer(text, sentence.start, sentence.end):
        by = read_figure(match.group("by"))
        if by is None or by > _LEAD_MOST or not _is_of_side(context, match.start()):
            continue
        is_less = _DOWN.search(match.group("way")) is not None
        yield _points(Span(*match.span("by")), -by if is_less else by)
        if match.group("now"):
            span = Span(*match.span("now"))
            yield Share(span, (plain_value("percent", Decimal(match.group("now")), span),), is_sure=True)


def _is_of_side(context: SentenceContext, before: int) -> bool:
    """Whether a party or a measured noun stands just before."""
    words = read_words(context.text, max(context.sentence.start, before - 60), before)
    return any(is_party(word.text) or word.low in MEASURES or is_people(word) for word in words)


def _points(span: Span, worth: Decimal) -> Share:
    return Share(
        span, (Value("points", "points", worth, worth, Bound.EXACT, Decimal(1), span),), is_sure=True
    )
