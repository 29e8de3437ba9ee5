"""A number with its scale: "1,5 Mio.", "120K", "two and a half million"."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from factdesk.text.currencies import AFTER
from factdesk.text.lexicons import load_table
from factdesk.text.tokens import Tokens, listed

_TABLE = load_table("number_words")
_ONE = Decimal(1)
ONES: dict[str, int] = _TABLE["ones"]
TENS: dict[str, int] = _TABLE["tens"]
SCALES: dict[str, Decimal] = {word: Decimal(worth) for word, worth in _TABLE["scales"].items()}
LETTERS: dict[str, Decimal] = {letter: Decimal(worth) for letter, worth in _TABLE["letters"].items()}
PARTS: dict[str, int] = _TABLE["parts"]
SIGNS: dict[str, str] = _TABLE["signs"]
_LETTERS_APART = listed("number_words", "apart", "letters")
_ABBREVIATED = listed("number_words", "abbreviated", "words")
_MONEY_SIGNS = frozenset("$€£¥₹")
_MOST_SCALES = 5
"""Tokens of scales after one number: "lakh crore", "thousand-million"."""
_LAKH_SIGNS = frozenset({"₹", "rs", "inr"})
"""Before a figure, these make its "L" lakhs and not litres."""
_HALVES = (["and", "a", "half"], ["and", "a", "quarter"])


class Number(NamedTuple):
    """One number: tokens ``first`` to ``after`` (excluded), its value and the worth of its last digit.

    ``is_vague`` marks a scale without a figure ("million dollars"), which counts only beside a unit.
    ``grouped`` is the other reading of "1.500", with the dot as a thousands mark; it is the right one
    beside an amount of money. ``scale`` is the worth of "million" and the like, else 1.
    """

    first: int
    after: int
    value: Decimal
    precision: Decimal
    grouped: Decimal | None = None
    scale: Decimal = _ONE
    is_worded: bool = False
    is_vague: bool = False

    @property
    def has_scale(self) -> bool:
        """Whether a word or letter for thousands, millions and so on belongs to it."""
        return self.scale != 1


def with_scale(tokens: Tokens, number: Number) -> Number:
    """Take "million", "lakh crore", "K", "bn" or "Mio." into the number before it."""
    after, scale = number.after, _ONE
    word = tokens.lowered[after]
    if word not in SCALES and word not in LETTERS and word != "-":
        return number
    letter = _letter_scale(tokens, number.first, after)
    if letter is not None:
        scale, after = letter, after + 1
    while after < min(len(tokens), number.after + _MOST_SCALES) and _is_near(tokens, after):
        step = after + 1 if tokens.word(after) == "-" else after
        worth = SCALES.get(tokens.word(step))
        if worth is None or (step > after and tokens.gap(step) != 0):
            break
        scale, after = scale * worth, step + 1
    if scale is _ONE:
        return number
    if tokens.word(after) == "." and tokens.word(after - 1) in _ABBREVIATED and tokens.gap(after) == 0:
        after += 1
    value, precision = number.value * scale, number.precision * scale
    return number._replace(after=after, value=value, precision=precision, scale=scale, grouped=None)


def _is_near(tokens: Tokens, at: int) -> bool:
    return tokens.gap(at) <= 1 or tokens.is_joined(at)


def _letter_scale(tokens: Tokens, first: int, at: int) -> Decimal | None:
    """Read a letter that touches its figure ("120K"), or stands apart after a sign of money ("£12.5 m")."""
    word = tokens.word(at)
    if word not in LETTERS or tokens.gap(at) > 1:
        return None
    if tokens.gap(at) == 1:
        is_money = tokens.word(first - 1) in _MONEY_SIGNS or tokens.word(at + 1) in AFTER.edges
        return LETTERS[word] if word in _LETTERS_APART and (len(word) > 1 or is_money) else None
    return LETTERS[word] if word != "l" or tokens.word(first - 1) in _LAKH_SIGNS else None


def part_value(sign: str) -> Decimal:
    """Return the worth of "0.5" or "1/3" as the table writes it."""
    top, _, bottom = sign.partition("/")
    return Decimal(top) / Decimal(bottom or 1)


def half_after(tokens: Tokens, after: int) -> int | None:
    """Return the index after "and a half" or "-and-a-half"."""
    if not tokens.is_joined(after):
        return None
    if tokens.lowered[after : after + 3] in _HALVES:
        return after + 3
    is_hyphened = tokens.word(after) == "-" and tokens.lowered[after : after + 6 : 2] == ["-", "-", "-"]
    return after + 6 if is_hyphened and tokens.lowered[after + 1 : after + 6 : 2] in _HALVES else None
