"""Finds the shares and points of a sentence, however they are written, as values of a poll."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_counts import find_counts
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_figures import WHOLE, Share, plain_value, read_figure, value
from factdesk.claims.poll_moves import moved_to, net, one_point, points_from_to, points_value
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_words import is_people, read_words
from factdesk.model import Bound, Span, Value

_TABLE = load_phrases("poll")

_BARE = compile_phrases(_TABLE["bare"], _TABLE)
_FOLLOW = compile_phrases(_TABLE["follow"], _TABLE)
_TO_ONE = compile_phrases(_TABLE["to_one"], _TABLE)
_EVEN = compile_phrases(_TABLE["even"], _TABLE)
_MOST = compile_phrases(_TABLE["most"], _TABLE)
_LEAD_NOUN = re.compile(r"[ -](?:lead|advantage|margin|swing|gap|majority\s+over)\b", re.IGNORECASE)
_SWING_OF = re.compile(
    r"\b(?:swing|lead|advantage|margin|gap)\s+of\s+(?:just\s+|only\s+|about\s+)?\Z", re.IGNORECASE
)
_CLOSING = re.compile(r"\s*\)|\s[–—-](?=\s)|,(?=\s)")
_ASIDE = re.compile(r",\s*\Z")
_ASIDE_END = re.compile(r"\s*,")
_BETWEEN_DASHES = re.compile(r"[(–—:-]\s*\Z")
_HESITANT = re.compile(r",?\s+(?:or\s+|maybe\s+|perhaps\s+)?(?:er,?\s+)?\Z|,\s+\Z")
_HALF = Decimal(50)
_HESITANT_MOST = Decimal(5)
_SAME_SHARE_POINTS = Decimal(6)
"""A fraction and a percentage said together ("nearly half, 48 per cent") differ by less than this."""
_SAME_SHARE_CHARS = 60
_BEHIND_CHARS = 260


def find_shares(context: SentenceContext) -> list[Share]:
    """Return the shares of a sentence in reading order; none overlaps another."""
    found = [
        *_from_to(context),
        *_changes(context),
        *points_from_to(context),
        *moved_to(context),
        *one_point(context),
        *net(context),
        *find_counts(context),
        *_hesitant(context),
        *_quantity_shares(context),
        *_most(context),
        *_two_to_one(context),
        *_evenly_split(context),
        *_follow_ups(context),
    ]
    kept: list[Share] = []
    for share in found:
        if not any(share.anchor.overlaps(other.anchor) for other in kept):
            kept.append(share)
    merged = _merged(context.text, sorted(kept, key=lambda one: one.anchor.start))
    return [_with_brackets(context.text, share) for share in merged]


def _quantity_shares(context: SentenceContext) -> Iterator[Share]:
    for quantity in context.quantities:
        if quantity.unit == "percent" and quantity.low is not None and quantity.low > WHOLE:
            continue
        is_lead = _LEAD_NOUN.match(
            context.text, quantity.whole.end, context.sentence.end
        ) or _SWING_OF.search(
            context.text, max(context.sentence.start, quantity.whole.start - 24), quantity.whole.start
        )
        if quantity.unit == "percent" and quantity.form != "fraction" and is_lead:
            lead = value("points", quantity)
            yield Share(
                quantity.whole, (Value("points", "points", lead.low, lead.high, lead.bound, None, lead.span),)
            )
        elif quantity.unit == "percent":
            yield Share(quantity.whole, (value("percent", quantity),))
        elif quantity.form == "points":
            yield Share(quantity.whole, (points_value(context, quantity),))


def _from_to(context: SentenceContext) -> Iterator[Share]:
    """Read "Support fell from 52 to 39": shares without any per cent sign."""
    for match in _BARE.finditer(context.text, context.sentence.start, context.sentence.end):
        after, before = Span(*match.span("after")), Span(*match.span("before"))
        now = plain_value("percent", Decimal(match.group("after")), after)
        then = plain_value("from_percent", Decimal(match.group("before")), before)
        yield Share(Span(before.start, after.end), (now, then), is_sure=True)


def _changes(context: SentenceContext) -> Iterator[Share]:
    """Read "fell from 54% in May to 35%" as one share of now with the share that it came from."""
    for change in context.changes:
        before, after = change.before, change.after
        if before is None or after is None or after.form != "percent":
            continue
        if before.form != "percent" and not (
            before.form == "number" and before.low is not None and before.low <= WHOLE
        ):
            continue
        anchor = Span(min(before.whole.start, after.whole.start), max(before.whole.end, after.whole.end))
        then = replace(value("from_percent", before), unit="percent")
        yield Share(anchor, (value("percent", after), then))


def _hesitant(context: SentenceContext) -> Iterator[Share]:
    """Read "fifty-two, fifty-three per cent" as a range."""
    for one, other in zip(context.quantities, context.quantities[1:], strict=False):
        if one.form != "number" or other.form != "percent" or one.low is None or other.low is None:
            continue
        gap = context.text[one.whole.end : other.whole.start]
        if _HESITANT.fullmatch(gap) and 0 < other.low - one.low <= _HESITANT_MOST:
            span = Span(one.whole.start, other.whole.end)
            yield Share(
                span, (Value("percent", "percent", one.low, other.low, Bound.BETWEEN, Decimal(1), span),)
            )


def _most(context: SentenceContext) -> Iterator[Share]:
    """Read "most of those polled want", "the minority who object": more or less than half."""
    text, sentence = context.text, context.sentence
    for match in _MOST.finditer(text, sentence.start, sentence.end):
        behind = read_behind(read_words(text, match.end(), min(sentence.end, match.end() + _BEHIND_CHARS)))
        is_voted = behind.deed in (Deed.MIND, Deed.VOTING) and behind.is_near
        if not is_voted or behind.base not in (Base.PEOPLE, Base.NONE):
            continue
        bound = Bound.LESS_THAN if "minority" in match.group().lower() else Bound.MORE_THAN
        span = Span(*match.span())
        yield Share(span, (Value("percent", "percent", _HALF, _HALF, bound, None, span),))


def _evenly_split(context: SentenceContext) -> Iterator[Share]:
    """Read "voters are evenly split" as half."""
    text, sentence = context.text, context.sentence
    for match in _EVEN.finditer(text, sentence.start, sentence.end):
        words = read_words(text, sentence.start, match.start())
        if any(is_people(word) for word in words):
            span = Span(*match.span())
            yield Share(span, (Value("percent", "percent", _HALF, _HALF, Bound.ABOUT, None, span),))


def _two_to_one(context: SentenceContext) -> Iterator[Share]:
    for match in _TO_ONE.finditer(context.text, context.sentence.start, context.sentence.end):
        parts = read_figure(match.group("a"))
        if not parts:
            continue
        span = Span(*match.span())
        percent = (WHOLE * parts / (parts + 1)).quantize(Decimal("0.01"))
        bound = Bound.ABOUT if match.group("much") else Bound.EXACT
        if (match.group("much") or "").strip().lower() in {"almost", "nearly"}:
            percent = percent.to_integral_value(ROUND_FLOOR)
        share = Value("percent", "percent", percent, percent, Bound.ABOUT, Decimal(1), span)
        yield Share(
            span, (share, Value("ratio", "ratio", parts, parts, bound, None, span, of="the other side"))
        )


def _follow_ups(context: SentenceContext) -> Iterator[Share]:
    """Read "... the figure was 89", where a percentage came before."""
    earlier = context.before + context.text[context.sentence.start : context.sentence.end]
    if not re.search(r"%|per\s?cent", earlier):
        return
    for match in _FOLLOW.finditer(context.text, context.sentence.start, context.sentence.end):
        span = Span(*match.span("n"))
        yield Share(span, (plain_value("percent", Decimal(match.group("n")), span),))


def _with_brackets(text: str, share: Share) -> Share:
    """Take brackets that hold nothing but the figure into its anchor."""
    start, end = share.anchor.start, share.anchor.end
    if share.rough is None and text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return replace(share, anchor=Span(start - 1, end + 1))
    return share


def _merged(text: str, shares: Sequence[Share]) -> list[Share]:
    """Read "nearly half (48 per cent)" as one share: the exact figure, anchored at both."""
    kept: list[Share] = []
    for share in shares:
        if kept and _same_share(text, kept[-1], share):
            rough = kept.pop()
            closing = _CLOSING.match(text, share.anchor.end)
            anchor = Span(rough.anchor.start, closing.end() if closing else share.anchor.end)
            share = Share(anchor, share.values, rough.people, rough.is_sure, rough=rough.anchor)
        kept.append(share)
    return kept


def _same_share(text: str, first: Share, second: Share) -> bool:
    one, two = first.values[0], second.values[0]
    if one.role != "percent" or two.role != "percent" or one.low is None or two.low is None:
        return False
    gap = text[first.anchor.end : second.anchor.start]
    said = first.anchor.cut(text)
    if first.is_sure and abs(one.low - two.low) < 1:
        return len(gap) <= _SAME_SHARE_CHARS
    if (
        "%" in said
        or "cent" in said
        or len(gap) > _SAME_SHARE_CHARS
        or ("(" in gap.rstrip(" (") and ")" not in gap)
    ):
        return False
    is_aside = (
        _ASIDE.search(gap) and "," not in gap.rstrip(" ,") and _ASIDE_END.match(text, second.anchor.end)
    )
    if (gap.strip() == gap and len(gap) == 1) or not (is_aside or _BETWEEN_DASHES.search(gap)):
        return False
    if one.bound is Bound.MORE_THAN and two.low > one.low:
        return True  # "a majority (63%)", "more than half, 72%, ..."
    return abs(one.low - two.low) < _SAME_SHARE_POINTS
