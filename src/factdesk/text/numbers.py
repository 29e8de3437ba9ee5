"""Reads one number, in figures or words, with its scale: "1,5 Mio.", "twelve hundred", "$120K"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from factdesk.text.lexicons import load_table
from factdesk.text.tokens import Tokens

_TABLE = load_table("number_words")
ONES: dict[str, int] = _TABLE["ones"]
TENS: dict[str, int] = _TABLE["tens"]
SCALES: dict[str, Decimal] = {word: Decimal(worth) for word, worth in _TABLE["scales"].items()}
LETTERS: dict[str, Decimal] = {letter: Decimal(worth) for letter, worth in _TABLE["letters"].items()}
PARTS: dict[str, int] = _TABLE["parts"]
SIGNS: dict[str, str] = _TABLE["signs"]
_CAPITAL_OR_TWO = re.compile(r"[A-Z]|[a-z]{2,3}|k|m")
_LETTERS_APART = frozenset({"k", "m", "mn", "bn", "tn", "trn", "mln", "cr", "b"})

_LONGEST_FIGURE = 40
"""A longer run of digits is no number that anybody says."""
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SWISS = re.compile(r"\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?")
_DECIMAL = re.compile(r"\d*[.,·]\d+")
_MOST_GROUPS = 6
_MOST_WORDS = 24
_GROUP_SPACES = frozenset({" ", "\u00a0", "\u2009", "\u202f"})


@dataclass(frozen=True, slots=True)
class Number:
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
    scale: Decimal = Decimal(1)
    is_worded: bool = False
    is_vague: bool = False

    @property
    def has_scale(self) -> bool:
        """Whether a word or letter for thousands, millions and so on belongs to it."""
        return self.scale != 1


def read_number(tokens: Tokens, at: int) -> Number | None:
    """Return the number that begins at a token, or None."""
    kind = tokens.kinds[at]
    if kind == "figure":
        number = _read_figure(tokens, at)
    elif kind == "word":
        number = read_words(tokens, at)
    else:
        number = _read_sign(tokens, at)
    return number


def read_figure_text(figure: str) -> tuple[Decimal, Decimal, Decimal | None] | None:
    """Return value, worth of the last digit and the grouped reading of a figure; None if it is no number."""
    if len(figure) > _LONGEST_FIGURE:
        return None
    if figure.isdecimal():
        return Decimal(figure), Decimal(1), None
    if _ENGLISH.fullmatch(figure) or _INDIAN.fullmatch(figure):
        return _plain(figure.replace(",", ""))
    if _DOTTED.fullmatch(figure):
        value, precision, _ = _plain(figure.replace(".", "").replace(",", "."))
        if figure.count(".") > 1 or "," in figure:
            return value, precision, None
        small, worth, _ = _plain(figure)
        return small, worth, None if figure.startswith("0") else value
    if _SWISS.fullmatch(figure):
        return _plain(re.sub("['’]", "", figure).replace(",", "."))
    if _DECIMAL.fullmatch(figure):
        return _plain(re.sub("[,·]", ".", figure))
    return None


def _plain(figure: str) -> tuple[Decimal, Decimal, None]:
    value = Decimal(figure)
    decimals = len(figure.partition(".")[2])
    return value, Decimal(1).scaleb(-decimals), None


def _read_figure(tokens: Tokens, at: int) -> Number | None:
    after = at + 1
    figure = tokens.raw(at)
    if figure.isdecimal() and len(figure) <= 3 and figure[0] != "0":
        after = _after_spaced_groups(tokens, at)
        figure = "".join(tokens.raw(index) for index in range(at, after))
        if after > at + 1 and "," in figure:
            figure = figure.replace(",", ".")
    reading = read_figure_text(figure)
    if reading is None:
        return None
    value, precision, grouped = reading
    number = _with_open_end(
        tokens, _with_spaced_decimals(tokens, Number(at, after, value, precision, grouped))
    )
    return _with_scale(tokens, _with_fraction(tokens, number))


def _after_spaced_groups(tokens: Tokens, at: int) -> int:
    """Return the index after "145 000" or "1 234 567,89"; the spaces must be single and alike."""
    after = at + 1
    space = None
    while (
        after < min(len(tokens), at + _MOST_GROUPS)
        and tokens.kinds[after] == "figure"
        and tokens.gap(after) == 1
    ):
        between = tokens.text[tokens.ends[after - 1]]
        group = tokens.raw(after)
        if (
            between not in _GROUP_SPACES
            or between != (space or between)
            or not re.fullmatch(r"\d{3}(?:[.,]\d\d?)?", group)
        ):
            break
        space = between
        after += 1
        if len(group) > 3:
            break
    return after


def _with_open_end(tokens: Tokens, number: Number) -> Number:
    """Take ",-" into a price: "1.899,-"."""
    at = number.after
    if (
        tokens.lowered[at : at + 2] not in ([",", "-"], [".", "-"], [",", "–"], [",", "—"])
        or tokens.gap(at)
        or tokens.gap(at + 1)
    ):
        return number
    if tokens.kind(at + 2) == "figure" and tokens.gap(at + 2) == 0:
        return number
    value = number.value if number.grouped is None else number.grouped
    return replace(number, after=at + 2, value=value, grouped=None)


def _with_spaced_decimals(tokens: Tokens, number: Number) -> Number:
    """Read "4 . 8" and "90 , 000" of texts whose signs were set apart."""
    at = number.after
    sign, figure = tokens.word(at), tokens.word(at + 1)
    if sign not in (".", ",") or tokens.gap(at) != 1 or tokens.gap(at + 1) > 1 or not figure.isdecimal():
        return number
    if (
        (sign == ",") != (len(figure) == 3)
        or len(figure) > 3
        or number.precision != 1
        or number.after > number.first + 1
    ):
        return number
    worth = Decimal(1) if sign == "," else Decimal(1).scaleb(-len(figure))
    value = number.value * 1000 + int(figure) if sign == "," else number.value + int(figure) * worth
    return replace(number, after=at + 2, value=value, precision=worth, grouped=None)


def _with_fraction(tokens: Tokens, number: Number) -> Number:
    """Take "½" or "1/2" or "and a half" into the number before it."""
    after = number.after
    if number.precision == 1 and tokens.gap(after) == 1 and tokens.lowered[after + 1 : after + 2] == ["/"]:
        part = _written_part(tokens, after)
        if part is not None:
            return replace(number, after=after + 3, value=number.value + part, grouped=None)
    sign = SIGNS.get(tokens.word(after))
    if sign is not None and tokens.gap(after) <= 1:
        return replace(number, after=after + 1, value=number.value + _part_value(sign), grouped=None)
    if tokens.lowered[after : after + 3] in (
        ["and", "a", "half"],
        ["and", "a", "quarter"],
    ) and tokens.is_joined(after):
        part = Decimal(1) / PARTS[tokens.lowered[after + 2]]
        return replace(number, after=after + 3, value=number.value + part, grouped=None)
    return number


def _written_part(tokens: Tokens, at: int) -> Decimal | None:
    """Return the worth of "1/2" or "3/4" written with a stroke, or None for a date or anything else."""
    top, bottom = tokens.word(at), tokens.word(at + 2)
    if not (top.isdecimal() and bottom.isdecimal()) or tokens.gap(at + 1) or tokens.gap(at + 2):
        return None
    if len(top) > 2 or len(bottom) > 2 or not 0 < int(top) < int(bottom) or tokens.word(at + 3) == "/":
        return None
    return Decimal(int(top)) / Decimal(int(bottom))


def read_written_share(tokens: Tokens, at: int) -> tuple[Decimal, int] | None:
    """Return the worth of "2/3" that begins at a token and the index after it; None for a date like 9/11."""
    if tokens.word(at + 1) != "/" or tokens.word(at - 1) == "/" and tokens.gap(at) == 0:
        return None
    part = _written_part(tokens, at)
    is_plain = part is not None and (int(tokens.word(at + 2)) <= 5 or tokens.word(at + 3) == "of")
    return (part, at + 3) if part is not None and is_plain else None


def _part_value(sign: str) -> Decimal:
    top, _, bottom = sign.partition("/")
    return Decimal(top) / Decimal(bottom or 1)


def _with_scale(tokens: Tokens, number: Number) -> Number:
    """Take "million", "lakh crore", "K", "bn" or "Mio." into the number before it."""
    after, scale = number.after, Decimal(1)
    letter = _letter_scale(tokens, after)
    if letter is not None:
        scale, after = letter, after + 1
    while after < len(tokens) and _is_near(tokens, after):
        step = after + 1 if tokens.word(after) == "-" else after
        worth = SCALES.get(tokens.word(step))
        if worth is None or (step > after and tokens.gap(step) != 0):
            break
        scale, after = scale * worth, step + 1
    if scale == 1:
        return number
    if tokens.word(after) == "." and tokens.word(after - 1) in _ABBREVIATED and tokens.gap(after) == 0:
        after += 1
    value, precision = number.value * scale, number.precision * scale
    return replace(number, after=after, value=value, precision=precision, scale=scale, grouped=None)


_ABBREVIATED = frozenset({"mio", "mln", "mrd", "mld", "bln", "tsd", "mill"})


def _is_near(tokens: Tokens, at: int) -> bool:
    return tokens.gap(at) <= 1 or tokens.is_joined(at)


def _letter_scale(tokens: Tokens, at: int) -> Decimal | None:
    word = tokens.word(at)
    if word not in LETTERS or tokens.gap(at) > 1:
        return None
    if tokens.gap(at) == 1:
        return LETTERS[word] if word in _LETTERS_APART and word not in {"m", "b", "k"} else None
    return LETTERS[word] if word != "l" else None


def _read_sign(tokens: Tokens, at: int) -> Number | None:
    sign = SIGNS.get(tokens.lowered[at])
    if sign is None:
        return None
    return _with_scale(tokens, Number(at, at + 1, _part_value(sign), Decimal("0.01")))


def read_words(tokens: Tokens, at: int) -> Number | None:
    """Return the number that begins with a word, or None: "a hundred and fifty", "half a million"."""
    word = tokens.lowered[at]
    if word in ("half", "quarter", "a", "an", "quarters"):
        begun = _read_part_of_scale(tokens, at)
        if begun is not None:
            return begun
    if word in ("a", "an"):
        return _read_spelled(tokens, at + 1, at) if tokens.word(at + 1) in SCALES else None
    if word in SCALES:
        return _read_lone_scale(tokens, at)
    return _read_spelled(tokens, at, at) if word in ONES or word in TENS else None


def _read_lone_scale(tokens: Tokens, at: int) -> Number | None:
    """Read "million" of "million dollars", where nothing that counts stands before it."""
    if tokens.word(at - 1) in _COUNTING or tokens.kind(at - 1) == "figure":
        return None
    worth = SCALES[tokens.lowered[at]]
    return Number(at, at + 1, worth, worth, scale=worth, is_worded=True, is_vague=True)


_COUNTING = frozenset(
    "several few many some couple of a multi - dozens hundreds thousands millions tens the per".split()
)


def _read_part_of_scale(tokens: Tokens, at: int) -> Number | None:
    """Read "half a million", "quarter million", "a quarter of a million", "half a dozen"."""
    index = at + 1 if tokens.lowered[at] in ("a", "an") else at
    part = PARTS.get(tokens.word(index))
    if part not in (2, 4):
        return None
    index += 1
    index += tokens.word(index) == "-"
    index += tokens.word(index) == "of"
    index += tokens.word(index) in ("a", "an")
    worth = SCALES.get(tokens.word(index))
    if worth is None or tokens.word(index).endswith("s"):
        return None
    return Number(at, index + 1, worth / part, worth / part, scale=worth, is_worded=True)


def _read_spelled(tokens: Tokens, at: int, first: int) -> Number | None:
    """Read number words from ``at``; ``first`` is where an article before them stands."""
    total, current, last = Decimal(0), Decimal(1 if first < at else 0), Decimal(1)
    index, after, scale, fresh = at, at, Decimal(1), first == at
    while index < min(len(tokens), at + _MOST_WORDS):
        word = tokens.lowered[index]
        if word in ONES and _takes(current, ONES[word], fresh=fresh):
            current, last = current + ONES[word], Decimal(1)
        elif word in TENS and (current % 100 == 0):
            current, last = current + TENS[word], Decimal(1)
        elif word in SCALES and (current or not fresh):
            worth = SCALES[word]
            scale = max(scale, worth)
            if worth <= 100:
                current, last = current * worth, worth
            else:
                total, current, last = total + current * worth, Decimal(0), worth
        else:
            break
        fresh = False
        after = index + 1
        index = _next_spelled(tokens, after)
    if after == at:
        return None
    half = _half_after(tokens, after)
    number = _with_spoken_decimals(
        tokens, Number(first, after, total + current, last, scale=scale, is_worded=True)
    )
    return number if half is None else _scale_half(tokens, number, half)


def _with_spoken_decimals(tokens: Tokens, number: Number) -> Number:
    """Read "three point five million"."""
    at = number.after
    if tokens.word(at) != "point" or number.has_scale:
        return number
    digits = ""
    while at + 1 < len(tokens) and len(digits) < 6 and 0 <= ONES.get(tokens.word(at + 1), 99) < 10:
        digits += str(ONES[tokens.word(at + 1)])
        at += 1
    if not digits:
        return number
    worth = Decimal(1).scaleb(-len(digits))
    return _with_scale(
        tokens, replace(number, after=at + 1, value=number.value + int(digits) * worth, precision=worth)
    )


def _takes(current: Decimal, ones: int, *, fresh: bool) -> bool:
    """Whether ones may follow what is read: "twenty three" and "a hundred twelve", not "nineteen eighty"."""
    if fresh:
        return True
    tail = current % 100
    return tail == 0 or (tail >= 20 and tail % 10 == 0 and 0 < ones < 10)


def _next_spelled(tokens: Tokens, after: int) -> int:
    """Return where the next number word may stand: after a hyphen, a space, a comma or "and"."""
    end = len(tokens)
    word = tokens.word(after)
    if after >= end or not tokens.is_joined(after):
        return end
    if word == "-" and tokens.gap(after) == 0 and tokens.gap(after + 1) == 0:
        return after + 1
    is_after_scale = tokens.word(after - 1) in SCALES
    if word == "and" and is_after_scale and _is_spelled(tokens.word(after + 1)):
        return after + 1
    if word == "," and is_after_scale and _is_spelled(tokens.word(after + 1)):
        return after + 1
    return after


def _is_spelled(word: str) -> bool:
    return word in ONES or word in TENS


_HALVES = (["and", "a", "half"], ["and", "a", "quarter"])


def _half_after(tokens: Tokens, after: int) -> int | None:
    """Return the index after "and a half" or "-and-a-half"."""
    if not tokens.is_joined(after):
        return None
    if tokens.lowered[after : after + 3] in _HALVES:
        return after + 3
    is_hyphened = tokens.word(after) == "-" and tokens.lowered[after : after + 6 : 2] == ["-", "-", "-"]
    return after + 6 if is_hyphened and tokens.lowered[after + 1 : after + 6 : 2] in _HALVES else None


def _scale_half(tokens: Tokens, number: Number, after: int) -> Number:
    """Take "and a half" and a scale after it: "one and a half million", "three million and a half"."""
    part = Decimal(1) / PARTS[tokens.lowered[after - 1]]
    value = number.value + part * (number.scale if number.scale > 100 else 1)
    return _with_scale(tokens, replace(number, after=after, value=value, precision=part))
