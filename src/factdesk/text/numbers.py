"""Reads one number that begins at a token, in figures or words: "1,5 Mio.", "145 000", "twelve hundred"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from factdesk.text.scales import PARTS, SIGNS, Number, part_value, with_scale
from factdesk.text.spelled import read_words
from factdesk.text.tokens import Tokens

_LONGEST_FIGURE = 40
"""A longer run of digits is no number that anybody says."""
_TOO_LARGE = Decimal(10) ** 21
"""From here on neither; shares and ratios of it would not fit into the digits that decimals keep."""
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SWISS = re.compile(r"\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?")
_DECIMAL = re.compile(r"\d*[.,·]\d+")
_ARABIC_SIGNS = str.maketrans("٫٬", ".,")
_OPEN_ENDS = ([",", "-"], [".", "-"], [",", "–"], [",", "—"], [".", "–"], [".", "—"], ["/", "-"])
_OPEN_SIGNS = frozenset({",", ".", "/"})
_ONE = Decimal(1)
_BEFORE_SHARE = frozenset({"than", "least", "most", "over", "under", "above", "below", "almost", "nearly"})
_USUAL_PARTS = frozenset({6, 7, 8, 10, 12, 16, 20})
"""With these below the stroke, it is a share after a modifier ("more than 7/8"), and else maybe a date."""
_MOST_GROUPS = 6
_GROUP_SPACES = frozenset({" ", "\u00a0", "\u2009", "\u202f"})


def read_number(tokens: Tokens, at: int) -> Number | None:
    """Return the number that begins at a token, or None."""
    number = _read_any_number(tokens, at)
    return number if number is None or number.value < _TOO_LARGE else None


def _read_any_number(tokens: Tokens, at: int) -> Number | None:
    kind = tokens.kinds[at]
    if kind == "figure":
        return _read_figure(tokens, at)
    if tokens.lowered[at] in SIGNS:
        return _read_sign(tokens, at)
    return read_words(tokens, at) if kind == "word" else None


def read_figure_text(figure: str) -> tuple[Decimal, Decimal, Decimal | None] | None:
    """Return value, worth of the last digit and the grouped reading of a figure; None if it is no number."""
    return _read_known_length(figure) if len(figure) <= _LONGEST_FIGURE else None


@lru_cache(maxsize=4096)
def _read_known_length(figure: str) -> tuple[Decimal, Decimal, Decimal | None] | None:
    if not figure.isascii():
        figure = figure.translate(_ARABIC_SIGNS)
    if figure.isdecimal():
        return Decimal(figure), _ONE, None
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
    if tokens.kinds[after] == "figure" and len(figure) <= 3 and figure.isdecimal() and figure[0] != "0":
        after = _after_spaced_groups(tokens, at)
        figure = "".join(tokens.raw(index) for index in range(at, after))
        if after > at + 1 and "," in figure:
            figure = figure.replace(",", ".")
    reading = read_figure_text(figure)
    if reading is None:
        return None
    number = Number(at, after, *reading)
    if tokens.lowered[after] in _OPEN_SIGNS:
        number = _with_open_end(tokens, _with_spaced_decimals(tokens, number))
    return with_scale(tokens, _with_fraction(tokens, number))


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
    """Take ",-" or "/-" into a price: "1.899,-", "Rs.1,23,456/-"."""
    at = number.after
    if tokens.lowered[at : at + 2] not in _OPEN_ENDS or tokens.gap(at) or tokens.gap(at + 1):
        return number
    if tokens.kind(at + 2) == "figure" and tokens.gap(at + 2) == 0:
        return number
    value = number.value if number.grouped is None else number.grouped
    return number._replace(after=at + 2, value=value, grouped=None)


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
    return number._replace(after=at + 2, value=value, precision=worth, grouped=None)


def _with_fraction(tokens: Tokens, number: Number) -> Number:
    """Take "½" or "1/2" or "and a half" into the number before it."""
    after = number.after
    word = tokens.lowered[after]
    if word != "and" and word not in SIGNS and tokens.kinds[after] != "figure":
        return number
    if number.precision == 1 and tokens.gap(after) == 1 and tokens.lowered[after + 1] == "/":
        part = _written_part(tokens, after)
        if part is not None:
            return number._replace(after=after + 3, value=number.value + part, grouped=None)
    sign = SIGNS.get(word)
    if sign is not None and tokens.gap(after) <= 1:
        return number._replace(after=after + 1, value=number.value + part_value(sign), grouped=None)
    if tokens.lowered[after : after + 3] in (
        ["and", "a", "half"],
        ["and", "a", "quarter"],
    ) and tokens.is_joined(after):
        part = Decimal(1) / PARTS[tokens.lowered[after + 2]]
        return number._replace(after=after + 3, value=number.value + part, grouped=None)
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
    if tokens.word(at + 1) != "/" or (tokens.word(at - 1) == "/" and tokens.gap(at) == 0):
        return None
    part = _written_part(tokens, at)
    if part is None:
        return None
    parts = int(tokens.word(at + 2))
    is_said = tokens.word(at - 1) in _BEFORE_SHARE and parts in _USUAL_PARTS
    return (part, at + 3) if is_said or parts <= 5 or tokens.word(at + 3) == "of" else None


def _read_sign(tokens: Tokens, at: int) -> Number:
    return with_scale(tokens, Number(at, at + 1, part_value(SIGNS[tokens.lowered[at]]), Decimal("0.01")))
