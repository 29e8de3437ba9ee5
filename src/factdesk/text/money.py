"""Reads the amount of money that a number is part of, by the currency beside it."""

from __future__ import annotations

from decimal import Decimal

from factdesk.text.currencies import (
    AFTER,
    BEFORE,
    DOLLAR_SIGN,
    NAMES_BEFORE,
    TIGHT,
    TIGHT_SUBUNIT,
    Mark,
    resolve,
)
from factdesk.text.figures import Figure
from factdesk.text.numbers import read_number
from factdesk.text.scales import SCALES, Number
from factdesk.text.tokens import Tokens, listed
from factdesk.text.units import is_year

_GRAND = listed("currencies", "informal_thousand", "words")
_THOUSANDTHS = listed("currencies", "thousandths", "codes")
"""Currencies whose amounts are written with three decimals: "423.923 KD"."""
_SMALLEST_NAMED = 100
"""Smallest plain figure after a currency's name: "rupees 500", not "in dollars 20 years ago"."""
_WEIGHT_NEXT = listed("units", "weight_next", "words")
_WEIGHING = listed("units", "weighing", "words")
_WEIGHT_WORDS_BACK = 5
_SMALLEST_SUM = 1000
"""Of pounds "of" something, fewer than this many are a weight."""
_SIGNS = frozenset("€$£")
_HALF = Decimal("0.5")
_LONGEST_MARK_LETTER = 1


def read_money(tokens: Tokens, number: Number, country: str | None, free_from: int) -> Figure | None:
    """Return the amount of money that a number is part of; ``free_from`` is the first token not yet taken."""
    if tokens.word(number.after) == "s" and tokens.gap(number.after) == 0:
        return None  # "$100s of millions"
    before = _mark_before(tokens, number, free_from)
    after = _mark_after(tokens, number, has_before=before is not None)
    if before is None and after is None:
        return _read_grand(tokens, number, country)
    first, mark = before if before is not None else (number.first, None)
    last, refined = after if after is not None else (number.after, None)
    if mark is None or (refined is not None and set(refined.codes) & set(mark.codes) and refined.worth == 1):
        mark = refined
    elif refined is not None:
        last = number.after
    assert mark is not None
    unit, ambiguous = resolve(mark, country)
    is_grouped = number.grouped is not None and unit not in _THOUSANDTHS
    value = number.grouped if is_grouped and number.grouped is not None else number.value
    last, scale = _scale_after(tokens, number, last)
    amount, precision = value * mark.worth * scale, number.precision * mark.worth * scale
    if is_grouped:
        precision = Decimal(1)
    return Figure(
        "money", unit, amount, amount, precision, first, last, first, last,
        ambiguous=ambiguous, number=number, is_prefixed=before is not None,
    )  # fmt: skip


def _scale_after(tokens: Tokens, number: Number, last: int) -> tuple[int, Decimal]:
    """Read a scale that follows the currency: "75 USD million"."""
    if last > number.after and not number.has_scale and tokens.is_joined(last):
        worth = SCALES.get(tokens.word(last))
        if worth is not None and worth >= 1000:
            return last + 1, worth
    return last, Decimal(1)


def _mark_before(tokens: Tokens, number: Number, free_from: int) -> tuple[int, Mark] | None:
    at = number.first
    if at <= free_from or tokens.gap(at) > 1:
        return None
    raw = tokens.raw(at - 1)
    if raw in TIGHT and tokens.gap(at) == 0 and tokens.kinds[at] == "figure" and _is_apart(tokens, at - 1):
        return at - 1, TIGHT[raw]
    if tokens.lowered[at - 1] not in BEFORE.edges:
        return None
    is_amount = number.has_scale or number.value >= _SMALLEST_NAMED or number.precision < 1
    is_amount = is_amount and not is_year(tokens, number)
    for first, mark in BEFORE.found_before(tokens, at):
        if first < free_from or not _is_apart(tokens, first) or not _is_written_so(tokens, first, at, mark):
            continue
        is_named = first < at - 1 and tokens.kind(number.after) != "word"
        if is_amount or is_named or tokens.lowered[at - 1] not in NAMES_BEFORE:
            return first, mark
    return None


def _is_apart(tokens: Tokens, at: int) -> bool:
    """Whether a mark of letters does not continue another word or figure."""
    if not tokens.lowered[at][0].isalpha():
        return True
    return tokens.gap(at) > 0 or tokens.kind(at - 1) == "sign"


def _is_written_so(tokens: Tokens, first: int, after: int, mark: Mark) -> bool:
    """Whether capitals and gaps are as the mark asks: "a $5 note" is no Australian dollar."""
    word = tokens.raw(first)
    if mark.is_code and not word.isupper():
        return False
    if mark.is_capital and not word[0].isupper():
        return False
    for at in range(first + 1, after):
        gap = tokens.gap(at)
        is_loose = len(tokens.raw(at - 1)) > _LONGEST_MARK_LETTER or tokens.raw(at - 1) == "c"
        is_loose = is_loose or (at - 2 > first and tokens.word(at - 2) == ".")
        if gap > 1 or (gap == 1 and not is_loose and tokens.kind(at - 1) == "word"):
            return False
    return True


def _mark_after(tokens: Tokens, number: Number, *, has_before: bool) -> tuple[int, Mark] | None:
    at = number.after
    word = tokens.lowered[at]
    if word in TIGHT_SUBUNIT and tokens.gap(at) == 0 and tokens.raw(at) in TIGHT_SUBUNIT:
        return at + 1, TIGHT_SUBUNIT[word]
    if word == "-" and tokens.gap(at) == 0 and tokens.gap(at + 1) == 0:
        at += tokens.kind(at + 1) == "word"
    if word == "of" and number.is_worded:
        at += 1
    if tokens.lowered[at] not in AFTER.edges or not tokens.is_joined(at):
        return None
    for after, mark in AFTER.found_from(tokens, at):
        if not _is_written_so(tokens, at, after, mark):
            continue
        if _fits(tokens, number, at, after, mark, has_before=has_before):
            return after, mark
    return None


def _fits(tokens: Tokens, number: Number, at: int, after: int, mark: Mark, *, has_before: bool) -> bool:
    if number.value < mark.at_least:
        return False
    if mark.is_weight and _is_weight(tokens, number, after):
        return False
    is_of_next = tokens.kind(after) == "figure" and tokens.gap(after) == 0 < tokens.gap(at)
    if is_of_next and tokens.lowered[after - 1] != ".":
        return False
    return not (has_before and mark.worth != 1)


def _is_weight(tokens: Tokens, number: Number, after: int) -> bool:
    """Whether "pounds" are a weight: "two pounds of apples", "lifted 90 pounds"."""
    if tokens.word(after) in _WEIGHT_NEXT:
        return number.value < _SMALLEST_SUM
    before = tokens.lowered[max(0, number.first - _WEIGHT_WORDS_BACK) : number.first]
    return any(word in _WEIGHING for word in before)


def _read_grand(tokens: Tokens, number: Number, country: str | None) -> Figure | None:
    if tokens.word(number.after) not in _GRAND or not tokens.is_joined(number.after) or number.value > 999:
        return None
    unit, _ = resolve(DOLLAR_SIGN if country != "GB" else Mark(("GBP",)), country)
    amount, after = number.value * 1000, number.after + 1
    return Figure(
        "money", unit, amount, amount, number.precision * 1000, number.first, after, number.first, after,
        ambiguous=country is None, number=number,
    )  # fmt: skip


def join_subunits(tokens: Tokens, money: Figure) -> Figure:
    """Take "50 cents" or "50" into the amount before it: "3 dollars 50 cents", "15 dollars 50."."""
    at = money.after
    if _is_glued_cents(tokens, money):
        cents = Decimal(int(tokens.raw(at))) / 100
        return money._replace(low=money.low + cents, high=money.low + cents,
            precision=Decimal("0.01"), after=at + 1, whole_after=at + 1,
        )  # fmt: skip
    if tokens.lowered[at : at + 3] == ["and", "a", "half"] and _is_whole(money):
        half = money._replace(low=money.low + _HALF, high=money.high + _HALF, precision=_HALF)
        return half._replace(after=at + 3, whole_after=at + 3)
    if money.number is None or (money.number.has_scale and money.number.value >= 1000) or at >= len(tokens):
        return money
    at += tokens.word(at) == "and"
    if at >= len(tokens) or not tokens.is_joined(at) or tokens.kinds[at] == "sign":
        return money
    number = read_number(tokens, at)
    if (
        number is None
        or number.value >= 100
        or number.value != int(number.value)
        or money.low != int(money.low)
    ):
        return money
    mark = _mark_after(tokens, number, has_before=False)
    if mark is not None and mark[1].worth == Decimal("0.01"):
        after = mark[0]
    elif mark is None and _is_trailing_cents(tokens, money, number):
        after = number.after
    else:
        return money
    amount = money.low + number.value / 100
    return money._replace(low=amount, high=amount, precision=Decimal("0.01"), after=after, whole_after=after)


def _is_whole(money: Figure) -> bool:
    """Whether a plain whole number of the currency itself was said: neither "2.5" nor "2 million"."""
    number = money.number
    return number is not None and number.precision == 1 and not number.has_scale and money.low == number.value


def _is_glued_cents(tokens: Tokens, money: Figure) -> bool:
    """Whether two digits touch the sign after a whole amount: "35€99"."""
    at = money.after
    if tokens.kind(at) != "figure" or tokens.gap(at) or tokens.gap(at - 1) or money.is_prefixed:
        return False
    raw = tokens.raw(at)
    return _is_whole(money) and tokens.raw(at - 1) in _SIGNS and len(raw) == 2 and raw.isdecimal()


def _is_trailing_cents(tokens: Tokens, money: Figure, number: Number) -> bool:
    """Whether cents follow a name: "15 dollars 50.", "15 dollars and 50." but not "50 dollars 20 times"."""
    is_spoken = number.is_worded and money.number is not None and money.number.is_worded
    is_written = tokens.kinds[number.first] == "figure" and len(tokens.raw(number.first)) == 2
    if money.is_prefixed or not (is_written or (is_spoken and number.value >= 10)):
        return False
    following = tokens.word(number.after)
    is_part_of_word = tokens.gap(number.after) == 0 and following[:1].isalpha()
    if tokens.kind(money.after - 1) != "word" or following == "%" or is_part_of_word:
        return False
    if tokens.word(money.after) == "and":
        return following in ("", ".", ";", "!", "?")
    return following in ("more", "each", "a", "per", "and", "") or not following[:1].isalnum()
