"""Reads leads and changes in points: "a drop of eleven points", "down seven to 36"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.claims.poll_figures import WHOLE, Share, plain_value, read_figure, value
from factdesk.model import Bound, Span, Value
from factdesk.text.quantities import Quantity

_TABLE = load_phrases("poll")
_DOWN = compile_phrases(_TABLE["down"], _TABLE)
_LEVEL_BEFORE = compile_phrase(rf"(?:{'|'.join(_TABLE['level_before'])})\s*\Z", _TABLE)
_LEADS = compile_phrases(_TABLE["leads"], _TABLE)
_NET = compile_phrases(_TABLE["net"], _TABLE)
_MOVED_BY = re.compile(str(_TABLE["moved_by"]))
_AFTER_SHARE = re.compile(r"(?:\d|%|per\scent)\s*\Z")
_MOVED_TO = compile_phrases(_TABLE["moved_to"], _TABLE)
_ONE_POINT = re.compile(
    r"\b(?:half\sa|a|one)\s(?:single\s|mere\s|bare\s)?(?:percentage[\s-])?point\b(?:\sand\sa\shalf)?(?!\s(?:of|in|that|where|to|about))",
    re.I,
)
_UP_TO_CHARS = 40
"""How far before a figure in points its direction ("a drop of") is looked for."""


def points_value(context: SentenceContext, quantity: Quantity) -> Value:
    """Return a lead or change in points; a drop is negative, a lead that fell to it is not."""
    text = context.text
    before = text[max(context.sentence.start, quantity.whole.start - _UP_TO_CHARS) : quantity.whole.start]
    before = re.split(r"[;:]\s|,\s(?:and|but|while)\s", before)[-1]
    after = re.split(
        r"[,;:.]", text[quantity.whole.end : min(context.sentence.end, quantity.whole.end + 20)]
    )[0]
    is_level = re.search(r"\b(?:to|from|at)\s+(?:just\s+|only\s+|a\s+mere\s+)?\Z", before) and _LEADS.search(
        before
    )
    if is_level or not (_DOWN.search(before) or _DOWN.search(after)):
        return value("points", quantity)
    ends = sorted(-abs(end) for end in (quantity.low, quantity.high) if end is not None)
    low, high = (ends[0], ends[-1]) if ends else (None, None)
    return Value("points", "points", low, high, quantity.bound, quantity.precision, quantity.span)


def points_from_to(context: SentenceContext) -> Iterator[Share]:
    """Read "shrunk from eight points to three" as a lead of three."""
    for one, other in zip(context.quantities, context.quantities[1:], strict=False):
        text = context.text
        if one.form != "points" or other.form not in ("number", "points") or other.low is None:
            continue
        is_from = re.search(r"\bfrom\s+(?:an?\s+)?\Z", text[max(0, one.whole.start - 10) : one.whole.start])
        if is_from and re.fullmatch(r"\s+to\s+(?:just\s+|only\s+)?", text[one.whole.end : other.whole.start]):
            value = Value("points", "points", other.low, other.high, other.bound, Decimal(1), other.span)
            yield Share(Span(one.whole.start, other.whole.end), (value,))


def moved_to(context: SentenceContext) -> Iterator[Share]:
    """Read "her rating is down seven to 36": a change and where it led, both without a sign."""
    for match in _MOVED_TO.finditer(context.text, context.sentence.start, context.sentence.end):
        by, now = read_figure(match.group("by")), read_figure(match.group("now"))
        if by is None or now is None or now > WHOLE or by > WHOLE:
            continue
        span = Span(*match.span("by"))
        low = -by if _DOWN.search(match.group("way")) else by
        yield Share(span, (Value("points", "points", low, low, Bound.EXACT, Decimal(1), span),), is_sure=True)
        span = Span(*match.span("now"))
        yield Share(span, (plain_value("percent", now, span),), is_sure=True)


def net(context: SentenceContext) -> Iterator[Share]:
    """Read "net approval at minus 31" and the "(+2)" behind a share as points."""
    text, sentence = context.text, context.sentence
    found = [*_NET.finditer(text, sentence.start, sentence.end)]
    found += [
        one
        for one in _MOVED_BY.finditer(text, sentence.start, sentence.end)
        if _AFTER_SHARE.search(text[: one.start()][-14:])
    ]
    for match in found:
        worth = Decimal(match.group("n"))
        low = worth if match.group("sign").strip().lower() in ("plus", "+") else -worth
        span = Span(match.start("sign"), match.end("n"))
        yield Share(span, (Value("points", "points", low, low, Bound.EXACT, Decimal(1), span),), is_sure=True)


def one_point(context: SentenceContext) -> Iterator[Share]:
    """Read "a single point"."""
    for match in _ONE_POINT.finditer(context.text, context.sentence.start, context.sentence.end):
        span = Span(*match.span())
        said = match.group().lower()
        worth = (
            Decimal("0.5")
            if said.startswith("half")
            else Decimal("1.5")
            if said.endswith("half")
            else Decimal(1)
        )
        near = context.text[max(context.sentence.start, span.start - _UP_TO_CHARS) : span.start]
        behind = context.text[span.end : span.end + 20]
        low = (
            -worth
            if (_DOWN.search(near) and not _LEVEL_BEFORE.search(near)) or _DOWN.search(behind)
            else worth
        )
        bound = Bound.LESS_THAN if re.search(r"(?:less|fewer)\sthan\s\Z|under\s\Z", near) else Bound.EXACT
        yield Share(span, (Value("points", "points", low, low, bound, Decimal(1), span),))
