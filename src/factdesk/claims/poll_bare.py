"""Reads figures without a sign that go on from a share: "77 per cent agreed, 11 did not", "down from 61"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from factdesk.claims import poll_words as lexicon
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.claims.poll_figures import Share, overlapping, plain_value
from factdesk.claims.poll_words import listed, read_words
from factdesk.model import Span, Value
from factdesk.text.quantities import Quantity

_TABLE = load_phrases("poll")
_BEFORE = compile_phrase(rf"(?:{'|'.join(_TABLE['bare_before'])})[ ,]*\Z", _TABLE)
_NOT_BEFORE = compile_phrase(rf"(?:{'|'.join(_TABLE['bare_not_before'])})\s*\Z", _TABLE)
_AFTER = compile_phrase(rf"\s(?:{'|'.join(_TABLE['bare_after'])})", _TABLE)
_ENDS = re.compile(r"\s*(?:[;.:!?)”\"]|,\s|\Z|\n|\s[–—-]\s)")
_BREAK_BEFORE = re.compile(r"[,;:(–—]\s*\Z")
_NAME_BEFORE = re.compile(
    r",\s(?:and\s|the\s|with\s|but\s)*[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*){0,3}\s\Z|\bin\s(?:[A-Z][\w’'-]*\s){1,3}\Z|\b(?:and|but)\sof\s[A-Z][a-z]+s\s\Z"
)
_LEAD_AFTER = re.compile(
    r"\s(?:(?P<way>clear|ahead|behind|adrift|in\sfront)\b(?!\sof\stime)|(?P<than>fewer|more|lower|higher|up|down)\s(?:than|on)\s)",
    re.IGNORECASE,
)
_LEAD_MOST = Decimal(50)
_GAPPED = re.compile(
    r"(?:,\s(?:and\s)?|\sand\s)(?P<n>\d{1,2})\s(?=(?!per\b|percent\b|points?\b|years?\b|of\b)[a-z])"
)
_GAPPED_LEAST = 2
_LESS = listed("less")
_IN_TEN = Decimal(10)
_OF_TEN = re.compile(r"\b(?:in|out\sof)\s(?:every\s)?ten\b", re.IGNORECASE)
_DOWN = compile_phrases(_TABLE["down"], _TABLE)
_WHOLE = Decimal(100)
_BEHIND_CHARS = 40
_FAR_CHARACTERS = 130


def find_bare_shares(context: SentenceContext, polls: Sequence[Share], taken: Sequence[Share]) -> list[Share]:
    """Return the bare figures that continue the shares of a sentence, as values of the same role."""
    if not polls:
        return []
    found: list[Share] = []
    for one in context.quantities:
        if one.form != "number" or one.unit != "count" or overlapping((*taken, *found), one.whole):
            continue
        if one.low is None or one.low != one.high or not 0 <= one.low <= _WHOLE:
            continue
        before = [share for share in (*polls, *found) if share.anchor.end <= one.whole.start]
        if not before:
            continue
        last = max(before, key=lambda share: share.anchor.end)
        if lead := _lead(context, one):
            found.append(Share(one.whole, (lead,), is_sure=True))
        elif one.whole.start - last.anchor.end <= _FAR_CHARACTERS and _stands_bare(context, one):
            found.append(Share(one.whole, (_as_value(context, last, one),), is_sure=True))
    return [*found, *_gapped(context, polls, (*taken, *found))]


def _gapped(context: SentenceContext, polls: Sequence[Share], taken: Sequence[Share]) -> list[Share]:
    """Read "41 per cent named housing, 33 the cost of food, 20 crime": figures of one list."""
    text = context.text
    percents = [share for share in polls if share.role == "percent"]
    if not percents:
        return []
    found = []
    for match in _GAPPED.finditer(text, percents[0].anchor.end, context.sentence.end):
        span = Span(*match.span("n"))
        if not overlapping(taken, span):
            found.append((Decimal(match.group("n")), span))
    total = sum((worth for worth, _ in found), percents[0].values[0].low or Decimal(0))
    if len(found) < _GAPPED_LEAST or total > _WHOLE + 1:
        return []
    return [Share(span, (plain_value("percent", worth, span),), is_sure=True) for worth, span in found]


def _lead(context: SentenceContext, one: Quantity) -> Value | None:
    """Read "two clear of the Tories" as points."""
    match = _LEAD_AFTER.match(context.text, one.whole.end, context.sentence.end)
    if match is None or one.low is None or one.low > _LEAD_MOST:
        return None
    low = -one.low if (match.group("way") or match.group("than")).lower() in _LESS else one.low
    return Value("points", "points", low, low, one.bound, Decimal(1), one.span)


def _as_value(context: SentenceContext, last: Share, one: Quantity) -> Value:
    said = last.anchor.cut(context.text)
    before = context.text[max(last.anchor.end, one.whole.start - _BEHIND_CHARS) : one.whole.start]
    low = one.low if one.low is not None else Decimal(0)
    if last.role == "percent" and one.low is not None and one.low <= _IN_TEN and _OF_TEN.search(said):
        return Value("percent", "percent", low * 10, low * 10, one.bound, None, one.span)
    if last.role == "points":
        is_level = re.search(r"\b(?:to|at|from)\s(?:just\s|only\s)?\Z", before) is not None
        low = -low if _DOWN.search(before) and not is_level else low
        return Value("points", "points", low, low, one.bound, Decimal(1), one.span)
    return Value(
        "percent", "percent", low, low, one.bound, one.precision, plain_value("percent", low, one.span).span
    )


def _stands_bare(context: SentenceContext, one: Quantity) -> bool:
    """Whether nothing is counted by a figure: no noun follows, and a word before leads to a share."""
    text, sentence = context.text, context.sentence
    before = text[max(sentence.start, one.whole.start - _BEHIND_CHARS) : one.whole.start]
    if _NOT_BEFORE.search(before):
        return False
    is_named = _NAME_BEFORE.search(before) is not None
    if not (_BEFORE.search(before) or _BREAK_BEFORE.search(before) or is_named):
        return False
    behind = text[one.whole.end : min(sentence.end, one.whole.end + _BEHIND_CHARS)]
    following = read_words(text, one.whole.end, min(sentence.end, one.whole.end + _BEHIND_CHARS))
    is_held = bool(following) and following[0].low in lexicon.STATES | lexicon.MINDS | lexicon.SIDES
    return is_held or _ENDS.match(behind) is not None or _AFTER.match(behind) is not None
