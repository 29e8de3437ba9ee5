"""Finds the shares and points of a sentence, however they are written, as values of a poll."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases
from factdesk.model import Bound, Span, Value
from factdesk.text.quantities import Quantity

_TABLE = load_phrases("poll")
_DOWN = compile_phrases(_TABLE["down"], _TABLE)
_BARE = compile_phrases(_TABLE["bare"], _TABLE)
_FOLLOW = compile_phrases(_TABLE["follow"], _TABLE)
_TO_ONE = compile_phrases(_TABLE["to_one"], _TABLE)
_PEOPLE_IN = compile_phrase(
    r"(?P<a>{small}) (?P<who>{people}) (?:in|out of)(?: every)? (?P<b>{base})", _TABLE
)
_POLL_WORD = compile_phrases(_TABLE["poll_word"], _TABLE)
_SCORE = compile_phrase(_TABLE["score"], _TABLE)
_SCORE_CONTEXT = compile_phrases(_TABLE["score_context"], _TABLE)
_SCORE_LEAST = Decimal(50)
"""Two sides of a poll add up to this much at least; a score in sport seldom does where votes are told."""
_IN_BRACKETS = re.compile(r"(?P<name>[^\W\d_][\w'’-]*(?:\s[A-Z][\w'’-]*){0,3})\s\((?P<n>\d{1,2}(?:\.\d)?)\)")
_IN_POINTS = re.compile(r"\bpoints?\b", re.IGNORECASE)
"""A lead that is said in points already ("by three points, 41-38") is read as that."""
_BRACKETS_LEAST = 2
_MOST = compile_phrase(_TABLE["most"], _TABLE)
_CLOSING = re.compile(r"\s*\)|\s[–—-](?=\s)|,(?=\s)")
_ASIDE = re.compile(r",\s*\Z")
_ASIDE_END = re.compile(r"\s*,")
_BETWEEN_DASHES = re.compile(r"[(–—:-]\s*\Z")
_COUNTED = compile_phrase(
    r"(?P<a>{small}|\d[\d,]*) (?:out )?of (?:the |its |their |our |those )?"
    r"(?P<b>{base}|\d[\d,]*) (?P<who>~2{people})",
    _TABLE,
)
_NUMBERS: dict[str, int] = _TABLE["numbers"]
_WHOLE = Decimal(100)
_SAME_SHARE_POINTS = Decimal(6)
"""A fraction and a percentage said together ("nearly half, 48 per cent") differ by less than this."""
_SAME_SHARE_CHARS = 60
_UP_TO_CHARS = 40
"""How far before a figure in points its direction ("a drop of") is looked for."""


@dataclass(frozen=True, slots=True)
class Share:
    """A figure of a possible poll. ``is_sure`` when its own words already make it one.

    ``rough`` is the fraction of "nearly half of them (48 per cent)", whose anchor spans both; ``answer``
    the name of "Labour (41)".
    """

    anchor: Span
    values: tuple[Value, ...]
    people: Span | None = None
    is_sure: bool = False
    rough: Span | None = None
    answer: Span | None = None

    @property
    def figure(self) -> Span:
        """Where the words after the figure begin to tell who and what."""
        return self.rough or self.anchor

    @property
    def role(self) -> str:
        """The role of its first value."""
        return self.values[0].role


def find_shares(context: SentenceContext) -> list[Share]:
    """Return the shares of a sentence in reading order; none overlaps another."""
    found = [
        *_people_in(context),
        *_counted(context),
        *_from_to(context),
        *_changes(context),
        *_scores(context),
        *_bracketed(context),
        *_most(context),
        *_quantity_shares(context),
        *_two_to_one(context),
        *_follow_ups(context),
    ]
    kept: list[Share] = []
    for share in found:
        if not any(share.anchor.overlaps(other.anchor) for other in kept):
            kept.append(share)
    return _merged(context.text, sorted(kept, key=lambda one: one.anchor.start))


def _quantity_shares(context: SentenceContext) -> Iterator[Share]:
    for quantity in context.quantities:
        if quantity.unit == "percent" and quantity.low is not None and quantity.low > _WHOLE:
            continue
        if quantity.unit == "percent":
            yield Share(quantity.whole, (_value("percent", quantity),))
        elif quantity.form == "points":
            yield Share(quantity.whole, (_points(context, quantity),))


def _value(role: str, quantity: Quantity) -> Value:
    return Value(
        role, quantity.unit, quantity.low, quantity.high, quantity.bound, quantity.precision, quantity.span
    )


def _points(context: SentenceContext, quantity: Quantity) -> Value:
    """Return a lead or change in points; a drop is negative."""
    text = context.text
    near = text[max(context.sentence.start, quantity.whole.start - _UP_TO_CHARS) : quantity.whole.start]
    near += text[quantity.whole.end : min(context.sentence.end, quantity.whole.end + 20)]
    if not _DOWN.search(near):
        return _value("points", quantity)
    ends = sorted(-end for end in (quantity.low, quantity.high) if end is not None)
    low, high = (ends[0], ends[-1]) if ends else (None, None)
    return Value("points", "points", low, high, quantity.bound, quantity.precision, quantity.span)


def _people_in(context: SentenceContext) -> Iterator[Share]:
    """Read "One voter in four", "two drivers out of every five"."""
    for match in _PEOPLE_IN.finditer(context.text, context.sentence.start, context.sentence.end):
        upper, lower = _number(match.group("a")), _number(match.group("b"))
        if upper is None or not lower or upper > lower:
            continue
        percent = _round(Decimal(100) * upper / lower)
        span = Span(*match.span())
        value = Value("percent", "percent", percent, percent, _bound_before(context, span), None, span)
        yield Share(span, (value,), Span(*match.span("who")))


def _counted(context: SentenceContext) -> Iterator[Share]:
    """Read "412 of the 600 residents": a share told by counting people."""
    for match in _COUNTED.finditer(context.text, context.sentence.start, context.sentence.end):
        upper, lower = _number(match.group("a")), _number(match.group("b"))
        if upper is None or not lower or upper >= lower:
            continue
        percent = _round(Decimal(100) * upper / lower)
        span = Span(match.start(), match.start("who"))
        value = Value("percent", "percent", percent, percent, _bound_before(context, span), None, span)
        yield Share(span, (value,), Span(*match.span("who")))


def _from_to(context: SentenceContext) -> Iterator[Share]:
    """Read "Support fell from 52 to 39": shares without any per cent sign."""
    for match in _BARE.finditer(context.text, context.sentence.start, context.sentence.end):
        after, before = Span(*match.span("after")), Span(*match.span("before"))
        now = _plain("percent", match.group("after"), after)
        then = _plain("from_percent", match.group("before"), before)
        yield Share(Span(before.start, after.end), (now, then), is_sure=True)


def _changes(context: SentenceContext) -> Iterator[Share]:
    """Read "fell from 54% in May to 35%" as one share of now with the share that it came from."""
    for change in context.changes:
        before, after = change.before, change.after
        if before is None or after is None or {before.form, after.form} != {"percent"}:
            continue
        anchor = Span(min(before.whole.start, after.whole.start), max(before.whole.end, after.whole.end))
        yield Share(anchor, (_value("percent", after), _value("from_percent", before)))


def _scores(context: SentenceContext) -> Iterator[Share]:
    """Read "leads 46 to 41", "voted 52-48 to leave": the first side's share and its lead."""
    if not _SCORE_CONTEXT.search(context.text, context.sentence.start, context.sentence.end):
        return
    for match in _SCORE.finditer(context.text, context.sentence.start, context.sentence.end):
        first, second = Decimal(match.group("a")), Decimal(match.group("b"))
        if not _SCORE_LEAST <= first + second <= _WHOLE + 1:
            continue
        if _IN_POINTS.search(match.group()):
            continue
        span = Span(match.start("a"), match.end("b"))
        lead = Value("points", "points", first - second, first - second, Bound.EXACT, Decimal(1), span)
        yield Share(span, (_plain("percent", match.group("a"), span), lead), is_sure=True)


def _bracketed(context: SentenceContext) -> Iterator[Share]:
    """Read "Labour (41), the Greens (17)": bare figures in brackets behind two names or more."""
    text, sentence = context.text, context.sentence
    if not (_POLL_WORD.search(text, sentence.start, sentence.end) or _POLL_WORD.search(context.before)):
        return
    found = list(_IN_BRACKETS.finditer(text, sentence.start, sentence.end))
    if len(found) < _BRACKETS_LEAST or sum(Decimal(one.group("n")) for one in found) > _WHOLE + 1:
        return
    for match in found:
        value = _plain("percent", match.group("n"), Span(*match.span("n")))
        yield Share(Span(*match.span()), (value,), is_sure=True, answer=Span(*match.span("name")))


def _most(context: SentenceContext) -> Iterator[Share]:
    """Read "most of those polled want": more than half, where a poll is spoken of."""
    text, sentence = context.text, context.sentence
    if not _POLL_WORD.search(text, sentence.start, sentence.end):
        return
    for match in _MOST.finditer(text, sentence.start, sentence.end):
        half = Decimal(50)
        span = Span(*match.span("most"))
        value = Value("percent", "percent", half, half, Bound.MORE_THAN, None, span)
        yield Share(span, (value,), Span(*match.span("who")))


def _two_to_one(context: SentenceContext) -> Iterator[Share]:
    for match in _TO_ONE.finditer(context.text, context.sentence.start, context.sentence.end):
        parts = _number(match.group("a"))
        if not parts:
            continue
        span = Span(*match.span())
        percent = _round(Decimal(100) * parts / (parts + 1))
        bound = Bound.ABOUT if match.group("much") else Bound.EXACT
        if (match.group("much") or "").strip().lower() in {"almost", "nearly"}:
            percent = percent.to_integral_value(ROUND_FLOOR)
        yield Share(
            span,
            (
                Value("percent", "percent", percent, percent, Bound.ABOUT, Decimal(1), span),
                Value("ratio", "ratio", Decimal(parts), Decimal(parts), bound, None, span),
            ),
        )


def _follow_ups(context: SentenceContext) -> Iterator[Share]:
    """Read "... the figure was 89", where a percentage came before."""
    earlier = context.before + context.text[context.sentence.start : context.sentence.end]
    if not re.search(r"%|per\s?cent", earlier):
        return
    for match in _FOLLOW.finditer(context.text, context.sentence.start, context.sentence.end):
        span = Span(*match.span("n"))
        yield Share(span, (_plain("percent", match.group("n"), span),))


def _plain(role: str, figure: str, span: Span) -> Value:
    number = Decimal(figure)
    return Value(role, "percent", number, number, Bound.EXACT, Decimal(1), span)


def _bound_before(context: SentenceContext, span: Span) -> Bound:
    before = context.text[context.sentence.start : span.start].lower().split()
    last, pair = " ".join(before[-1:]), " ".join(before[-2:])
    if pair in {"more than"} or last == "over":
        return Bound.MORE_THAN
    if pair in {"fewer than", "less than"} or last in {"under", "barely", "almost", "nearly"}:
        return Bound.LESS_THAN
    return Bound.AT_LEAST if pair == "at least" else Bound.EXACT


def _number(word: str) -> int | None:
    word = " ".join(word.lower().replace(",", "").split())
    return int(word) if word.isdigit() else _NUMBERS.get(word)


def _round(percent: Decimal) -> Decimal:
    return percent.quantize(Decimal("0.01"))


def _merged(text: str, shares: Sequence[Share]) -> list[Share]:
    """Read "nearly half (48 per cent)" as one share: the exact figure, anchored at both."""
    kept: list[Share] = []
    for share in shares:
        if kept and _same_share(text, kept[-1], share):
            rough = kept.pop()
            closing = _CLOSING.match(text, share.anchor.end)
            anchor = Span(rough.anchor.start, closing.end() if closing else share.anchor.end)
            share = Share(anchor, share.values, rough.people, rough=rough.anchor)
        kept.append(share)
    return kept


def _same_share(text: str, first: Share, second: Share) -> bool:
    one, two = first.values[0], second.values[0]
    if one.role != "percent" or two.role != "percent" or one.low is None or two.low is None:
        return False
    gap = text[first.anchor.end : second.anchor.start]
    said = first.anchor.cut(text)
    if "%" in said or "cent" in said or len(gap) > _SAME_SHARE_CHARS:
        return False
    is_aside = (
        _ASIDE.search(gap) and "," not in gap.rstrip(" ,") and _ASIDE_END.match(text, second.anchor.end)
    )
    if not is_aside and not _BETWEEN_DASHES.search(gap):
        return False
    if one.bound is Bound.MORE_THAN and two.low > one.low:
        return True  # "a majority (63%)", "more than half, 72%, ..."
    return abs(one.low - two.low) < _SAME_SHARE_POINTS
