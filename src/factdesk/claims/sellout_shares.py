"""Reads sell-outs told by counting: "19,500 of its 20,000 passes have gone", "two thirds full"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, word_set
from factdesk.claims.sellout_words import STOCK, TABLE
from factdesk.model import Span

NEARLY_SOLD = Decimal("0.8")
"""From this share of the stock sold on, something is nearly sold out; below it, it can be had."""

_COUNTED = compile_phrase(TABLE["counted"], TABLE)
_COUNTED_LATER = compile_phrase(TABLE["counted_later"], TABLE)
_COUNTED_LEFT = compile_phrase(TABLE["counted_left"], TABLE)
_ALL_BUT = compile_phrase(rf"(?:{TABLE['all_but']})\s*\Z", TABLE)
_SOLD_AFTER = compile_phrase(TABLE["share_sold_after"], TABLE)
_LEFT_AFTER = compile_phrase(TABLE["share_left_after"], TABLE)
_SOLD_BEFORE = compile_phrase(rf"(?:{TABLE['share_sold_before']})\s*\Z", TABLE)
_LEFT_BEFORE = compile_phrase(rf"(?:{TABLE['share_left_before']})\s*\Z", TABLE)
_TOLD_BEFORE = compile_phrase(rf"(?:{TABLE['share_told_before']})\s*\Z", TABLE)
_FULL_AFTER = compile_phrase(TABLE["share_full_after"], TABLE)
_KEYS = word_set(TABLE, "share_keys")
_COUNTS = frozenset({"of", "half", "third", "thirds", "quarter", "quarters", "%", "percent", "cent"})
_HINT = re.compile(r"%|per\s?cent|\bof\b|\b(?:half|thirds?|quarters?)\b", re.IGNORECASE)
_NUMBERS: dict[str, int] = TABLE["count_words"]
_OF_A_FIRM = re.compile(
    r"\b(?:stakes?|shares?|holdings?|interests?) of (?:about |around |some )?\Z", re.IGNORECASE
)
_REACH_CHARS = 110


@dataclass(frozen=True, slots=True)
class StockShare:
    """A share of some stock that is sold or left, with the state that this comes to."""

    anchor: Span
    state: str


@dataclass(frozen=True, slots=True)
class _Figure:
    span: Span
    share: Decimal


def has_share_words(context: SentenceContext) -> bool:
    """Whether a sentence may count stock at all (cheap)."""
    return not (_COUNTS.isdisjoint(context.words) or _KEYS.isdisjoint(context.words))


def find_stock_shares(context: SentenceContext) -> Iterator[StockShare]:
    """Yield the counted shares of stock that a sentence says are sold or left."""
    text, sentence = context.text, context.sentence
    if not has_share_words(context) or not _HINT.search(text, sentence.start, sentence.end):
        return
    if not STOCK.search(text, sentence.start, sentence.end):
        return
    yield from _counts_left(text, sentence)
    for figure in (*_counts(context), *_percentages(context)):
        read = _read(text, sentence, figure)
        if read is not None:
            yield read


def _counts(context: SentenceContext) -> Iterator[_Figure]:
    text, sentence = context.text, context.sentence
    for match in _COUNTED.finditer(text, sentence.start, sentence.end):
        upper, lower = _number(match.group("a")), _number(match.group("b"))
        if upper is not None and lower and upper <= lower:
            yield _counted(text, sentence, Span(*match.span()), Decimal(upper) / lower)
    for match in _COUNTED_LATER.finditer(text, sentence.start, sentence.end):
        upper, lower = _number(match.group("a")), _number(match.group("b"))
        if upper is not None and lower and upper <= lower:
            yield _counted_later(text, match, Decimal(upper) / lower)


def _counts_left(text: str, sentence: Span) -> Iterator[StockShare]:
    """Read "eleven numbers left out of eight hundred"."""
    for match in _COUNTED_LEFT.finditer(text, sentence.start, sentence.end):
        upper, lower = _number(match.group("a")), _number(match.group("b"))
        if upper is not None and lower and upper <= lower:
            yield _share(Span(*match.span()), Decimal(upper) / lower, is_left=True)


def _counted_later(text: str, match: re.Match[str], share: Decimal) -> _Figure:
    """Return the share of "of the nine flats, eight"; "of the 640, all but nine" is the others."""
    span = Span(match.start(), match.end("a"))
    return _Figure(span, 1 - share if _ALL_BUT.search(text[match.start() : match.start("a")]) else share)


def _counted(text: str, sentence: Span, span: Span, share: Decimal) -> _Figure:
    """Return a counted share; "all but forty of the 2,000" counts what is not meant."""
    before = _ALL_BUT.search(text[sentence.start : span.start])
    if before is None:
        return _Figure(span, share)
    return _Figure(Span(sentence.start + before.start(), span.end), 1 - share)


def _number(words: str) -> int | None:
    said = " ".join(words.lower().replace(",", "").split())
    if said.isdigit() or said in _NUMBERS:
        return int(said) if said.isdigit() else _NUMBERS[said]
    first, _, rest = said.partition(" hundred")
    hundreds = (_NUMBERS.get(first) or 0) * 100 if " hundred" in said else 0
    parts = [] if hundreds and not rest else (rest.removeprefix(" and ") if hundreds else said).split("-")
    known = [_NUMBERS[part] for part in parts if part in _NUMBERS]
    return hundreds + sum(known) if len(known) == len(parts) else None


def _percentages(context: SentenceContext) -> Iterator[_Figure]:
    for quantity in context.quantities:
        if quantity.unit == "percent" and quantity.low is not None and quantity.low <= 100:
            yield _Figure(quantity.whole, quantity.low / 100)


def _read(text: str, sentence: Span, figure: _Figure) -> StockShare | None:
    """Return what the words around a figure say of it: sold, left or full; None when they say nothing."""
    end = min(sentence.end, figure.span.end + _REACH_CHARS)
    start = max(sentence.start, figure.span.start - _REACH_CHARS)
    before = text[start : figure.span.start]
    if _OF_A_FIRM.search(before):
        return None
    after = _after_space(text, figure.span.end, end)
    for pattern, is_left in ((_LEFT_AFTER, True), (_SOLD_AFTER, False), (_FULL_AFTER, False)):
        match = pattern.match(text, after, end)
        if match:
            return _share(Span(figure.span.start, match.end()), figure.share, is_left=is_left)
    if not STOCK.search(text, figure.span.end, end):
        return None
    for pattern, is_left in ((_LEFT_BEFORE, True), (_SOLD_BEFORE, False), (_TOLD_BEFORE, False)):
        match = pattern.search(before)
        if match:
            anchor = Span(start + match.start(), figure.span.end)
            return _share(anchor, figure.share, is_left=is_left)
    return None


def _after_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _share(anchor: Span, share: Decimal, *, is_left: bool) -> StockShare:
    sold = 1 - share if is_left else share
    if sold >= 1:
        return StockShare(anchor, "sold_out")
    return StockShare(anchor, "nearly_sold_out" if sold >= NEARLY_SOLD else "available")
