"""Finds every figure of a text: money, percentages, shares, multiples, counts and spans of time.

The grammar walks once over the tokens of the text and looks a bounded way around each number, so its
work grows with the length of the text and nothing else. What words mean stands in ``tables/``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import compress, count

from factdesk.model import Bound
from factdesk.text.changes import Change, find_changes
from factdesk.text.figures import Figure, Quantity
from factdesk.text.limits import join_limits
from factdesk.text.modifiers import bound_figure
from factdesk.text.money import join_subunits, read_money
from factdesk.text.numbers import read_number
from factdesk.text.price_tags import read_price_tag
from factdesk.text.ranges import join_ranges
from factdesk.text.restated import join_restated
from factdesk.text.scales import ONES, SIGNS, TENS, Number
from factdesk.text.shares import TRIGGERS, is_one, read_counted_share, read_share
from factdesk.text.standings import RANK_OPENERS, read_odds, read_ranks, read_standing
from factdesk.text.tokens import Tokens, listed, tokenize
from factdesk.text.units import counts_nothing, is_year, read_measure, read_percent_of, read_unit

__all__ = ["Change", "Quantity", "find_changes", "find_quantities"]

_ADDRESS = re.compile(r"(?:\bhttps?://|\bwww\.)[^\s<>\"]+", re.IGNORECASE)
_LAST_YEAR = 2100
_YEAR_WORDS = listed("units", "year", "after")
_PLURALS = listed("units", "year", "plurals")
_COUNTED = listed("units", "year", "counted")
_BEFORE_RANGE = 3
_LARGEST = Decimal(10) ** 25
_MINUS_WORDS = frozenset({"minus", "negative"})
_BEFORE_MINUS = frozenset("([<>=≤≥")
_NUMBER_STARTS = frozenset(
    {*ONES, *TENS, *SIGNS, "a", "an", "half", "quarter", "hundred", "thousand", "million", "billion"}
)
_STARTS = _NUMBER_STARTS | TRIGGERS | RANK_OPENERS


def find_quantities(text: str, *, country: str | None = None) -> list[Quantity]:
    """Return the quantities of a text in reading order; their spans are offsets into it.

    ``country`` (ISO 3166 alpha-2) decides what "$", "pesos", "kronor" and the like stand for.
    """
    tokens = tokenize(_without_addresses(text))
    tag = read_price_tag(tokens, country)
    if tag is not None:
        return [_finish(tokens, tag)]
    figures = _read_figures(tokens, country)
    if len(figures) > 1:
        figures = join_ranges(tokens, figures)
    figures = [bound_figure(tokens, figure) for figure in figures]
    if len(figures) > 1:
        figures = join_restated(tokens, join_limits(tokens, figures))
    return [_finish(tokens, figure) for figure in figures if not _is_lone_year(tokens, figure)]


def _without_addresses(text: str) -> str:
    """Put letters in the place of web addresses, whose figures say nothing."""
    if "://" not in text and "www." not in text and "WWW." not in text:
        return text
    return _ADDRESS.sub(lambda match: "x" * len(match.group()), text)


def _read_figures(tokens: Tokens, country: str | None) -> list[Figure]:
    figures: list[Figure] = []
    after = free_from = 0
    for at in _starts(tokens):
        if at < after:
            continue
        found, after = _read_at(tokens, at, country, free_from)
        if found:
            figures.extend(found)
            free_from = after
    return figures


def _starts(tokens: Tokens) -> list[int]:
    """Return the tokens at which a quantity may begin."""
    in_words = compress(count(), map(_STARTS.__contains__, tokens.lowered))
    in_figures = compress(count(), map("figure".__eq__, tokens.kinds))
    return sorted((*in_words, *in_figures))


def _read_at(tokens: Tokens, at: int, country: str | None, free_from: int) -> tuple[tuple[Figure, ...], int]:
    """Return the figures that begin at a token (two for "52-48") and the token to go on from."""
    word = tokens.lowered[at]
    is_number = tokens.kinds[at] == "figure" or word in _NUMBER_STARTS
    number = read_number(tokens, at) if is_number else None
    if number is not None:
        found = _read_counted(tokens, number, country, free_from)
        return found, max(found[-1].after if found else number.after, at + 1)
    share = read_ranks(tokens, at) if word in RANK_OPENERS else read_share(tokens, at)
    return ((share,), share.after) if share is not None else ((), at + 1)


def _read_counted(tokens: Tokens, number: Number, country: str | None, free_from: int) -> tuple[Figure, ...]:
    money = read_money(tokens, number, country, free_from)
    if money is not None:
        return (_signed(tokens, join_subunits(tokens, money)),)
    figure = read_odds(tokens, number) or read_counted_share(tokens, number) or read_unit(tokens, number)
    figure = figure or read_percent_of(tokens, number)
    if figure is not None:
        return (_signed(tokens, figure),)
    standing = read_standing(tokens, number)
    if standing is not None:
        return standing
    measure = read_measure(tokens, number)
    if measure is not None:
        return (_signed(tokens, measure),)
    if number.is_vague or is_one(tokens, number) or counts_nothing(tokens, number):
        return ()
    return () if tokens.word(number.after) == "times" else (_signed(tokens, _bare(number)),)


def _signed(tokens: Tokens, figure: Figure) -> Figure:
    """Take a minus into a figure: "-5", "minus 28"; not the dash of "9-5" or of a bullet."""
    at = figure.first - 1
    word = tokens.word(at)
    is_minus = (
        word in ("minus", "negative") and tokens.is_joined(figure.first) and tokens.word(at - 1) != "or"
    )
    if word in ("-", "−", "–") and tokens.gap(figure.first) == 0:
        is_minus = at == 0 or tokens.gap(at) > 0 or tokens.word(at - 1) in _BEFORE_MINUS
    if word == "plus" and tokens.word(at - 1) == "and" and tokens.word(at - 3) in _MINUS_WORDS:
        return figure._replace(first=at, whole_first=at)  # "between minus five and plus five"
    if not is_minus or figure.form in ("fraction", "multiple"):
        return figure
    return figure._replace(low=-figure.low, high=-figure.high, first=at, whole_first=at)


def _bare(number: Number) -> Figure:
    return Figure(
        "number", "count", number.value, number.value, number.precision,
        number.first, number.after, number.first, number.after, number=number,
    )  # fmt: skip


def _is_lone_year(tokens: Tokens, figure: Figure) -> bool:
    """Whether four digits are a year: nothing bounds them and no plural follows ("1800 people")."""
    if figure.form != "number" or figure.number is None or not is_year(tokens, figure.number):
        return False
    if figure.bound is Bound.BETWEEN:
        near = tokens.lowered[max(0, figure.whole_first - _BEFORE_RANGE) : figure.whole_first]
        is_counted = _counts_plural(tokens, figure) or not _COUNTED.isdisjoint(near)
        return figure.high <= _LAST_YEAR and not is_counted
    before = tokens.word(figure.first - 1)
    if _is_compared(tokens, figure):
        return False
    is_bounded = figure.whole_first != figure.first and before not in ("around", "about", "circa", "from")
    return not is_bounded and (before in _YEAR_WORDS or not _counts_plural(tokens, figure))


def _is_compared(tokens: Tokens, figure: Figure) -> bool:
    """Whether four digits are a limit or equal something: "2000 or more", "the score equals 1998"."""
    before = tokens.word(figure.first - 1)
    if tokens.word(figure.after) == "or" and figure.bound in (Bound.AT_LEAST, Bound.AT_MOST):
        return before == "of" or before not in _YEAR_WORDS
    is_to = before == "to" and tokens.word(figure.first - 2) in ("equal", "equals")
    return is_to or before in ("equal", "equals")


def _counts_plural(tokens: Tokens, figure: Figure) -> bool:
    word = tokens.word(figure.after)
    if tokens.kind(figure.after) != "word" or tokens.raw(figure.after)[0].isupper():
        return False
    return word in _PLURALS or (len(word) > 3 and word.endswith("s") and not word.endswith("ss"))


@lru_cache(maxsize=4096)
def _tidy(value: Decimal) -> Decimal:
    """Return a value without trailing zeros and without an exponent."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() and value < _LARGEST else value


def _finish(tokens: Tokens, figure: Figure) -> Quantity:
    span = whole = tokens.span(figure.first, figure.after)
    if figure.whole_first != figure.first or figure.whole_after != figure.after:
        whole = tokens.span(figure.whole_first, figure.whole_after)
    low = high = _tidy(figure.low)
    if figure.high is not figure.low:
        high = _tidy(figure.high)
    again = tuple(_finish(tokens, one) for one in figure.restated) if figure.restated else ()
    return Quantity(
        figure.form, figure.unit, low, high, figure.bound, figure.precision,
        span, whole, again, figure.ambiguous,
    )  # fmt: skip
