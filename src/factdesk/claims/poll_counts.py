"""Reads shares that are told by counting heads: "49 of the 64", "all but two of the thirty"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, load_phrases
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_figures import FIGURE, WHOLE, Share, read_figure, share_of
from factdesk.claims.poll_names import bare_minds, bracketed, labelled, named, whole_shares
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_sides import for_against, pairs, sided_counts
from factdesk.claims.poll_tallies import find_tallies, from_to_shares
from factdesk.claims.poll_words import MINDS, MINDS_NOUN, STATES, SURE_MINDS, read_words
from factdesk.model import Bound, Span, Value
from factdesk.text.folds import plain_letters

_TABLE = load_phrases("poll")

_SIGN_FAR = re.compile(
    r"(?:[-–‑]odd|[-–‑]something|[-–‑]plus|\+|\s?plus|\sodd)?\s?(?:%|per\s?cent\b|percent\b)", re.IGNORECASE
)
_PEOPLE_IN = compile_phrase(
    r"(?P<a>{small}) (?P<who>~n2[\w’'-]+) (?:in|out of)(?: every)? (?P<b>{base})", _TABLE
)
_COUNTED = re.compile(
    rf"(?<![\w.,])(?P<a>{FIGURE})\s(?:votes\s)?(?:out\s)?of\s(?:the\s|some\s|its\s|their\s|our\s|those\s|his\s|her\s|all\s)?(?P<b>{FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_OF_COUNTED = re.compile(
    rf"\b(?:of|among|out\sof)\s(?:the\s|its\s|their\s|our\s|those\s|some\s|about\s|nearly\s|all\s|every\s)?(?P<b>{FIGURE})\s"
    rf"(?P<who>[^,;.:]{{3,80}}?),?\s(?:only\s|just\s|some\s|as\smany\sas\s|no\sfewer\sthan\s)?(?P<a>{FIGURE})"
    r"(?=\s(?P<next>(?!per\b|percent\b|pc\b|points?\b|out\b|in\b)[\w’']+))",
    re.IGNORECASE,
)
_SAMPLED = re.compile(
    rf"\b(?:asked|polled|surveyed|counted|interviewed|questioned|canvassed|telephoned|rang|quizzed)\s(?:[\w’']+\s){{0,4}}?"
    rf"(?P<n>{FIGURE})(?![\w%]|[.,]\d)(?!\s(?:per|percent|questions?|times|years|days|weeks|months)\b)"
    rf"|\b(?P<m>{FIGURE})\s(?:replies|responses|answers|cards|forms|slips|returns|questionnaires|respondents)\b",
    re.IGNORECASE,
)
_PART_WORTH = {
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_PARTS = re.compile(rf"\ba\s(?P<part>{'|'.join(_PART_WORTH)})\b(?!\s(?:of|time|party))", re.IGNORECASE)
_PART_BEFORE = re.compile(
    r"\b(?:half|thirds?|quarters?|fifths?)\b[^.;:]{3,60}(?:,|,?\sand)\s\Z", re.IGNORECASE
)
_HYPHENED = re.compile(rf"(?<![\w-])(?P<a>{FIGURE})-in-(?P<b>{FIGURE})(?![\w-])", re.IGNORECASE)
_ALL_BUT = re.compile(
    rf"\b(?:all\s(?:but|except)\s(?P<a>{FIGURE})\sof|every\s(?:single\s)?(?:last\s)?one\sof|not\s(?:a\ssingle\s)?one\sof|none\sof|all\sof|all)"
    rf"\s(?:the\s|our\s|my\s|his\s|her\s|its\s|their\s|those\s)?(?P<b>{FIGURE})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_FOR_EVERY = re.compile(
    rf"\bfor\s(?:every|each)\s(?:one\s)?(?P<who>[a-z’'-]+)\b[^.;:]{{3,80}}?\b(?:there\s(?:are|were)|,)\s(?:there\s(?:are|were)\s)?(?P<b>{FIGURE})\s",
    re.IGNORECASE,
)


def find_counts(context: SentenceContext) -> Iterator[Share]:
    """Yield the shares of a sentence that are told by counts, pairs or names, the firmest first."""
    yield from from_to_shares(context)
    yield from _people_in(context)
    yield from _odd_percent(context)
    yield from _hyphened(context)
    yield from _all_but(context)
    yield from _for_every(context)
    yield from _of_sample(context)
    yield from for_against(context)
    yield from _counted(context)
    yield from pairs(context)
    yield from find_tallies(context)
    yield from bracketed(context)
    yield from sided_counts(context)
    yield from bare_minds(context)
    yield from _bare_parts(context)
    yield from labelled(context)
    yield from named(context)
    yield from whole_shares(context)


def _odd_percent(context: SentenceContext) -> Iterator[Share]:
    """Read "sixty-odd per cent", "40+% of them"."""
    for one in context.quantities:
        sign = _SIGN_FAR.match(context.text, one.whole.end, context.sentence.end)
        if sign is None or one.form != "number" or one.low is None or not 0 < one.low <= WHOLE:
            continue
        bound = Bound.AT_LEAST if "+" in sign.group() or "plus" in sign.group().lower() else Bound.ABOUT
        span = Span(one.whole.start, sign.end())
        yield Share(span, (Value("percent", "percent", one.low, one.low, bound, one.precision, span),))


def _hyphened(context: SentenceContext) -> Iterator[Share]:
    """Read "4-in-10 Britons", "one-in-five"."""
    if "-in-" not in context.sentence.cut(context.text).lower():
        return
    for match in _HYPHENED.finditer(context.text, context.sentence.start, context.sentence.end):
        upper, lower = read_figure(match.group("a")), read_figure(match.group("b"))
        if upper and lower and upper < lower:
            yield share_of(context, upper, lower, Span(*match.span()))


def _all_but(context: SentenceContext) -> Iterator[Share]:
    """Read "all but two of the thirty delegates", "every one of the nine jurors", "not one of the 40"."""
    text, sentence = context.text, context.sentence
    for match in _ALL_BUT.finditer(text, sentence.start, sentence.end):
        total = read_figure(match.group("b"))
        left = read_figure(match.group("a")) if match.group("a") else Decimal(0)
        if not total or left is None or left >= total:
            continue
        said = match.group().lower()
        upper = Decimal(0) if said.startswith(("not", "none")) else total - left
        behind = read_behind(read_words(text, match.end(), min(sentence.end, match.end() + 160)))
        of = read_behind(read_words(f"of {text[match.end() : min(sentence.end, match.end() + 160)]}", 0, 163))
        later = read_words(text, match.end(), min(sentence.end, match.end() + 90))
        is_held = any(word.low in MINDS - MINDS_NOUN or word.low in SURE_MINDS for word in later[:9])
        if (Deed.MIND in (behind.deed, of.deed) or is_held) and (of.base is Base.PEOPLE or behind.is_near):
            yield replace(share_of(context, upper, total, Span(*match.span())), is_sure=True)


def _for_every(context: SentenceContext) -> Iterator[Share]:
    """Read "for every reader who liked it there were three who did not" as the share of the second group."""
    for match in _FOR_EVERY.finditer(context.text, context.sentence.start, context.sentence.end):
        other = read_figure(match.group("b"))
        if not other or not _are_people(context.text, Span(*match.span("who"))):
            continue
        share = share_of(context, other, other + 1, Span(*match.span()))
        ratio = Value("ratio", "ratio", other, other, Bound.EXACT, None, share.anchor, of=match.group("who"))
        yield replace(share, values=(*share.values, ratio), is_sure=True)


def _people_in(context: SentenceContext) -> Iterator[Share]:
    """Read "One voter in four", "two drivers out of every five"."""
    for match in _PEOPLE_IN.finditer(context.text, context.sentence.start, context.sentence.end):
        upper, lower = read_figure(match.group("a")), read_figure(match.group("b"))
        who = Span(*match.span("who"))
        if upper is None or not lower or upper >= lower:
            continue
        is_round = 3 <= lower <= 20 or lower in (25, 30, 40, 50, 100)
        if not is_round and "every" not in match.group().lower():
            continue
        if _are_people(context.text, who):
            yield share_of(context, upper, lower, Span(*match.span()), who)


def _are_people(text: str, who: Span) -> bool:
    noun = who.cut(text)
    for form in (noun, f"{noun}s"):
        if read_behind(read_words(f"of {form}", 0, len(form) + 3)).base in (Base.PEOPLE, Base.BODIES):
            return True
    return False


def _counted(context: SentenceContext) -> Iterator[Share]:
    """Read "412 of the 600 residents" and "of the 64 who answered, 49": a share told by counting people."""
    text, sentence = context.text, context.sentence
    for match in _COUNTED.finditer(text, sentence.start, sentence.end):
        share = _count(context, match, Span(match.start(), match.end()))
        if share is None:
            continue
        share = replace(share, is_sure="votes" in match.group().lower())
        behind = read_behind(
            read_words(f"of {text[match.end() : min(sentence.end, match.end() + 160)]}", 0, 163)
        )
        is_end = not text[match.end() : sentence.end].strip(' .!”"’')
        is_asked = re.match(
            r"\s(?:we|i|that\swe|polled|asked|surveyed|questioned|interviewed)\b",
            text[match.end() : match.end() + 14],
            re.I,
        )
        is_voted = behind.deed in (Deed.MIND, Deed.VOTING) or (is_asked and behind.base is not Base.THINGS)
        if behind.base in (Base.PEOPLE, Base.BODIES) or is_end or is_voted or "vote" in match.group():
            yield share
    for match in _OF_COUNTED.finditer(text, sentence.start, sentence.end):
        who = read_behind(read_words(f"of the {match.group('who')}", 0, len(match.group("who")) + 7))
        is_told = re.match(
            r"(?:(?:of\s(?:you|us|them)\s)?who|we|i|that|polled|surveyed|asked|questioned)\b",
            match.group("who"),
            re.I,
        )
        following = read_behind(read_words(text, match.end("a"), min(sentence.end, match.end("a") + 160)))
        is_deed = following.deed_start is not None or match.group("next").lower() in (
            "were",
            "was",
            "had",
            "did",
        )
        if (who.base is Base.PEOPLE or is_told) and is_deed:
            share = _count(context, match, Span(*match.span("a")))
            if share is not None:
                yield Share(share.anchor, share.values, Span(match.start("b"), match.end("who")))


def _of_sample(context: SentenceContext) -> Iterator[Share]:
    """Read "I asked a class of thirty: twenty-two had never sent a letter"."""
    text, sentence = context.text, context.sentence
    if all(one.form != "number" for one in context.quantities):
        return
    nearest = context.previous[0].start if context.previous else sentence.start
    sampled = list(_SAMPLED.finditer(text, nearest, sentence.end))
    total = read_figure(sampled[-1].group("n") or sampled[-1].group("m")) if sampled else None
    if total is None:
        return
    for one in context.quantities:
        if one.form != "number" or one.low is None or one.low != one.high or not 0 < one.low < total:
            continue
        if one.whole.start <= sampled[-1].end() or one.low != int(one.low):
            continue
        if re.match(r"\s?%|\s(?:per|percent|in|out)\b", text[one.whole.end : one.whole.end + 9]):
            continue
        behind = read_behind(read_words(text, one.whole.end, min(sentence.end, one.whole.end + 120)))
        is_side = re.match(r"\s(?:for|against|in\sfavou?r|said)\b", text[one.whole.end : one.whole.end + 12])
        is_deed = behind.is_near and behind.deed in (Deed.MIND, Deed.ECHO, Deed.ACT)
        if behind.base is Base.NONE and (is_deed or is_side):
            yield replace(share_of(context, one.low, total, one.whole), is_sure=True)


def _count(context: SentenceContext, match: re.Match[str], span: Span) -> Share | None:
    upper, lower = read_figure(match.group("a")), read_figure(match.group("b"))
    if upper is None or not lower or upper >= lower or upper != int(upper) or lower != int(lower):
        return None
    return share_of(context, upper, lower, span)


def _is_after_part(context: SentenceContext, start: int) -> bool:
    """Whether another part of the same people stands before: "a third too high, a sixth just right"."""
    return _PART_BEFORE.search(context.text, context.sentence.start, start) is not None


def _bare_parts(context: SentenceContext) -> Iterator[Share]:
    """Read "a fifth calling it a draw", where the grammar of quantities sees an ordinal."""
    for match in _PARTS.finditer(context.text, context.sentence.start, context.sentence.end):
        behind = read_words(context.text, match.end(), min(context.sentence.end, match.end() + 60))
        if behind and (
            behind[0].low in MINDS | STATES | {"for", "against"}
            or behind[0].low.endswith("ing")
            or _is_after_part(context, match.start())
        ):
            yield share_of(
                context,
                Decimal(1),
                Decimal(_PART_WORTH[plain_letters(match.group("part")).lower()]),
                Span(*match.span()),
            )
