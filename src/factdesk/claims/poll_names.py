"""Reads shares told by the name of an answer: "Yes 53.5, No 46.5", "Labour (41)", "Not sure: 12%"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, load_phrases
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_figures import WHOLE, Share, plain_value
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_sides import NAMED_REST, NAMED_SUM_LEAST, is_of_polls, is_party
from factdesk.claims.poll_words import SIDES, STATES, listed, read_words
from factdesk.model import Span, Value

_CAPITAL = re.compile(r"\b[A-Z][\w’'-]*")
_PARTY_NEXT = re.compile(r"[^.;:\d]{0,40}\s(?:at|on|to)\s(?:just\s|only\s)?")
_LABEL = re.compile(
    r"(?:^|[\n.?!;,|•*–-]\s*|\s(?=(?:Yes|No)\b))(?P<name>[A-Z][\w’']*(?:\s[\w’']+){0,6})\s?[:–—]\s?\Z"
)
_LABEL_ENDS = listed("label_ends")
_NEXT_CHARS = 12
_TABLE = load_phrases("poll")
_IN_BRACKETS = re.compile(r"(?P<name>[^\W\d_][\w'’-]*(?:\s[A-Z][\w'’-]*){0,3})\s\((?P<n>\d{1,2}(?:\.\d)?)\)")
_NAME_BEFORE = re.compile(
    r"(?P<name>(?:\b(?:the|a)\s)?(?:[A-Z][\w’'-]*|yes|no|undecided|don[’']t knows?|others?|against|for"
    r"|abstentions?)"
    r"(?:\s(?:[A-Z][\w’'-]*|of|the|for))*)(?:\s(?:on|at|with|got|took|had|is on|was on))?[,:]?\s\Z"
)
_NO_NAME = compile_phrase(rf"(?:{'|'.join(_TABLE['no_name'])}),? \Z", _TABLE)
_NAMED_NEXT = re.compile(r"\s*(?:[,;.:)–—]|\Z|\n|and\b|%|[A-Z]|to\b)")
_NAMED_LEAST = 2


def bracketed(context: SentenceContext) -> Iterator[Share]:
    """Read "Labour (41), the Greens (17)": bare figures in brackets behind two names or more."""
    if not is_of_polls(context):
        return
    found = list(_IN_BRACKETS.finditer(context.text, context.sentence.start, context.sentence.end))
    are_placed = all(one.group("name").startswith(("in ", "among ")) for one in found)
    if len(found) < _NAMED_LEAST or (
        not are_placed and sum(Decimal(one.group("n")) for one in found) > WHOLE + 1
    ):
        return
    for match in found:
        value = plain_value("percent", Decimal(match.group("n")), Span(*match.span("n")))
        yield Share(Span(*match.span()), (value,), is_sure=True, answer=Span(*match.span("name")))


def named(context: SentenceContext) -> Iterator[Share]:
    """Read "YES 53.5 NO 46.5", "Yes on forty-four point seven", "Labour 41, Tories 29, Greens 12"."""
    text, sentence = context.text, context.sentence
    found = []
    for one in context.quantities:
        if (
            one.form not in ("number", "percent")
            or one.low is None
            or one.low != one.high
            or one.low >= WHOLE
        ):
            continue
        name = _name_before(context, one.whole)
        if name and (one.form == "percent" or _NAMED_NEXT.match(text, one.whole.end, sentence.end)):
            found.append((one, name))
    total = sum((one.low for one, _ in found if one.low is not None), Decimal(0))
    parties = [name for _, name in found if is_party(name.cut(text))]
    is_whole = len(found) >= _NAMED_LEAST and NAMED_SUM_LEAST <= total <= WHOLE + 1
    if not is_whole and (len(parties) < len(found) or not parties or total > WHOLE + 1):
        return
    are_parties = len(parties) == len(found) >= _NAMED_LEAST
    names = {name.cut(text).lower() for _, name in found}
    if not (are_parties or is_of_polls(context) or {"yes", "no"} <= names or {"remain", "leave"} <= names):
        return
    for one, name in found:
        if one.low is not None:
            value = Value("percent", "percent", one.low, one.low, one.bound, one.precision, one.span)
            is_next = one.whole.start - name.end <= _NEXT_CHARS
            anchor = Span(name.start if is_next else one.whole.start, one.whole.end)
            yield Share(anchor, (value,), is_sure=True, answer=name)


def _name_before(context: SentenceContext, figure: Span) -> Span | None:
    """Return whose a bare figure is: the name next to it, or a party a little before."""
    start = max(context.sentence.start, figure.start - 50)
    if _NO_NAME.search(context.text, start, figure.start):
        return None
    adjacent = _NAME_BEFORE.search(context.text, start, figure.start)
    if adjacent is not None:
        return Span(*adjacent.span("name"))
    near = context.text[start : figure.start]
    for party in _CAPITAL.finditer(near):
        name = Span(*party.span()).shifted(start)
        between = [
            one
            for one in context.quantities
            if one.form in ("points", "percent") and name.end < one.whole.start < figure.start
        ]
        if is_party(party.group()) and not between and _PARTY_NEXT.fullmatch(near[party.end() :]):
            return name
    return None


def labelled(context: SentenceContext) -> Iterator[Share]:
    """Read "Not sure: 12%": a line of a table of answers."""
    text = context.text
    for one in context.quantities:
        if one.form != "percent" or one.low is None or one.low > WHOLE:
            continue
        start = max(context.sentence.start, one.whole.start - 60)
        label = _LABEL.search(text[start : one.whole.start])
        if label is None or not _is_answer(label.group("name")):
            continue
        value = Value("percent", "percent", one.low, one.high, one.bound, one.precision, one.span)
        name = Span(*label.span("name")).shifted(start)
        yield Share(Span(name.start, one.whole.end), (value,), is_sure=True, answer=name)


def bare_minds(context: SentenceContext) -> Iterator[Share]:
    """Read "37 approve, 55 don't": figures that are nearly all people together, each with what they hold."""
    found = []
    for one in context.quantities:
        if one.form != "number" or one.low is None or one.low != one.high or one.low >= WHOLE:
            continue
        behind = read_behind(
            read_words(context.text, one.whole.end, min(context.sentence.end, one.whole.end + 80))
        )
        if behind.base is Base.NONE and behind.is_near and behind.deed in (Deed.MIND, Deed.ECHO):
            found.append(one)
    total = sum((one.low for one in found if one.low is not None), Decimal(0))
    if len(found) < _NAMED_LEAST or not WHOLE - 2 * NAMED_REST + NAMED_REST / 3 <= total <= WHOLE + 1:
        return
    for one in found:
        if one.low is not None:
            yield Share(one.whole, (plain_value("percent", one.low, one.span),), is_sure=True)


def _is_answer(label: str) -> bool:
    words = label.lower().split()
    return words[-1] in SIDES | STATES | _LABEL_ENDS or words[0] in STATES or words[:2] == ["in", "favour"]
