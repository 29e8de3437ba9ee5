"""Reads the currency beside a number: signs, codes, names and subunits, from the table of currencies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from factdesk.text.figures import Figure
from factdesk.text.lexicons import load_table
from factdesk.text.numbers import SCALES, Number, read_number
from factdesk.text.tokens import Phrases, Tokens, listed

_TABLE = load_table("currencies")
_CURRENCIES: dict[str, dict[str, Any]] = _TABLE["currency"]
_COUNTRIES: dict[str, dict[str, str]] = load_table("gazetteer")["country"]
_CAPITALS_ONLY = listed("currencies", "words_not_codes", "words")
_GRAND = listed("currencies", "informal_thousand", "words")
_THOUSANDTHS = frozenset({"KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD", "BTC", "ETH"})
"""Currencies whose amounts are written with three decimals: "423.923 KD"."""
_WEIGHT_NEXT = frozenset({"of", "lighter", "heavier", "overweight"})
_WEIGHING = listed("units", "weighing", "words")
_WEIGHT_WORDS_BACK = 5
_SMALLEST_SUM = 1000
"""Of pounds "of" something, fewer than this many are a weight."""
_LONGEST_MARK_LETTER = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """What a sign or a word says of the currency.

    ``codes`` are those that it may stand for, the one meant by default first; ``worth`` is less than
    1 for a subunit; ``is_capital`` asks for a capital first letter, ``is_code`` for capitals
    throughout; ``at_least`` is the smallest figure with which the word is money at all.
    """

    codes: tuple[str, ...]
    ambiguous: bool = False
    worth: Decimal = Decimal(1)
    is_capital: bool = False
    is_code: bool = False
    at_least: int = 0
    is_weight: bool = False


def _adjectives(code: str) -> frozenset[str]:
    """Return the words that tell a currency from its namesakes: "Canadian", "Hong Kong"."""
    entry = _CURRENCIES[code]
    words = set(entry.get("adjectives", ()))
    for country in entry.get("countries", "").split():
        row = _COUNTRIES.get(country, {"name": ""})
        words.update(word.lower() for word in (row["name"], *row.get("people", "").split("|")) if word)
    return frozenset(words)


def _codes(entry: dict[str, Any]) -> tuple[str, ...]:
    default = entry["default"]
    return (default, *(code for code in entry["codes"].split() if code != default))


def _code_marks() -> dict[str, Mark]:
    return {code.lower(): Mark((code,), is_code=code.lower() in _CAPITALS_ONLY) for code in _CURRENCIES}


def _sign_marks() -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for code, entry in _CURRENCIES.items():
        for sign in entry.get("signs", ()):
            marks[sign.lower()] = Mark((code,))
        for code_sign in (f"{code}$",) if "$" in "".join(entry.get("signs", ())) else ():
            marks.setdefault(code_sign.lower(), Mark((code,)))
            marks.setdefault(f"$ {code}".lower(), Mark((code,)))
        needs_capitals = bool(entry.get("needs_capitals"))
        for letters in entry.get("letters", ()):
            mark = Mark((code,), is_capital=letters in _CAPITALS_ONLY, is_code=needs_capitals)
            marks[letters] = marks[f"{letters}."] = mark
    for sign, entry in _TABLE["shared"].items():
        mark = Mark(_codes(entry), ambiguous=entry["ambiguous"], is_capital=sign in _CAPITALS_ONLY)
        marks[sign] = mark
        if sign.isalpha():
            marks[f"{sign}."] = mark
    return marks


def _name_marks() -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for entry in _TABLE["generic"].values():
        codes = _codes(entry)
        for form in entry["forms"].split():
            least = int(_TABLE["generic_at_least"].get(form.rstrip("s"), 0))
            marks[form] = Mark(
                codes, ambiguous=entry["ambiguous"], at_least=least, is_weight=form.startswith("pound")
            )
            for code in codes:
                for adjective in _adjectives(code):
                    marks[f"{adjective} {form}"] = Mark((code,))
    for code, entry in _CURRENCIES.items():
        for name in entry.get("names", ()):
            if not entry.get("needs_adjective"):
                marks[name] = Mark((code,))
            for adjective in _adjectives(code):
                marks[f"{adjective} {name}"] = Mark((code,))
    return marks


def _subunit_marks() -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for entry in _TABLE["subunit"].values():
        for form in entry["forms"].split():
            marks[form] = Mark((entry["of"],), ambiguous=entry["ambiguous"], worth=Decimal(entry["worth"]))
    for adjective in ("us", "american"):
        marks[f"{adjective} cents"] = Mark(("USD",), worth=Decimal("0.01"))
    for adjective in ("euro", "eur"):
        marks[f"{adjective} cents"] = Mark(("EUR",), worth=Decimal("0.01"))
    return marks


_SIGNS = _sign_marks()
_NAMES_BEFORE = frozenset(_TABLE["names_before"]["words"].split())
_SMALLEST_NAMED = 100
"""Smallest plain figure after a currency's name: "rupees 500", not "in dollars 20 years ago"."""
_BEFORE = Phrases(
    {
        **_code_marks(),
        **_SIGNS,
        **{name: mark for name, mark in _name_marks().items() if name.split()[-1] in _NAMES_BEFORE},
    },
    by_last=True,
)
_AFTER = Phrases({**_code_marks(), **_SIGNS, **_name_marks(), **_subunit_marks()})
_TIGHT = {letter: code for code, entry in _CURRENCIES.items() for letter in entry.get("tight", ())}
_TIGHT_SUBUNIT: dict[str, str] = _TABLE["tight_subunit"]
_BY_COUNTRY = {
    (country, code) for code, entry in _CURRENCIES.items() for country in entry.get("countries", "").split()
}


def is_currency(unit: str) -> bool:
    """Whether a unit is the code of a currency of the table."""
    return unit in _CURRENCIES


def resolve(mark: Mark, country: str | None) -> tuple[str, bool]:
    """Return the currency that a mark stands for in a country, and whether that is a guess."""
    for code in mark.codes if country else ():
        if (country, code) in _BY_COUNTRY:
            return code, False
    return mark.codes[0], mark.ambiguous


def read_money(tokens: Tokens, number: Number, country: str | None, free_from: int) -> Figure | None:
    """Return the amount of money that a number is part of; ``free_from`` is the first token not yet taken."""
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
    is_amount = number.has_scale or number.value >= _SMALLEST_NAMED or number.precision < 1
    if at <= free_from or tokens.gap(at) > 1:
        return None
    raw = tokens.raw(at - 1)
    if raw in _TIGHT and tokens.gap(at) == 0 and tokens.kinds[at] == "figure" and _is_apart(tokens, at - 1):
        return at - 1, Mark((_TIGHT[raw],))
    for first, mark in _candidates_before(tokens, at):
        if first < free_from or not _is_apart(tokens, first) or not _is_written_so(tokens, first, at, mark):
            continue
        if is_amount or tokens.lowered[at - 1] not in _NAMES_BEFORE:
            return first, mark
    return None


def _candidates_before(tokens: Tokens, at: int) -> list[tuple[int, Mark]]:
    """Return the marks that end before a token, longest first."""
    return [
        (at - len(parts), mark)
        for parts, mark in _BEFORE.get(tokens.word(at - 1), ())
        if at >= len(parts) and tokens.lowered[at - len(parts) : at] == list(parts)
    ]


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
        if gap > 1 or (gap == 1 and not is_loose and tokens.kind(at - 1) == "word"):
            return False
    return True


def _mark_after(tokens: Tokens, number: Number, *, has_before: bool) -> tuple[int, Mark] | None:
    at = number.after
    if at >= len(tokens):
        return None
    if tokens.raw(at) in _TIGHT_SUBUNIT and tokens.gap(at) == 0:
        return at + 1, Mark((_TIGHT_SUBUNIT[tokens.raw(at)],), worth=Decimal("0.01"))
    if tokens.word(at) == "-" and tokens.gap(at) == 0 and tokens.gap(at + 1) == 0:
        at += tokens.kind(at + 1) == "word"
    if tokens.word(at) == "of" and number.is_worded:
        at += 1
    if not tokens.is_joined(at):
        return None
    for parts, mark in _AFTER.get(tokens.word(at), ()):
        after = at + len(parts)
        if tokens.lowered[at:after] != list(parts) or not _is_written_so(tokens, at, after, mark):
            continue
        if _fits(tokens, number, at, after, mark, has_before=has_before):
            return after, mark
    return None


def _fits(tokens: Tokens, number: Number, at: int, after: int, mark: Mark, *, has_before: bool) -> bool:
    if number.value < mark.at_least:
        return False
    if mark.is_weight and _is_weight(tokens, number, after):
        return False
    is_sign = tokens.kind(after - 1) == "sign" and tokens.lowered[after - 1] != "."
    if is_sign and tokens.kind(after) == "figure" and tokens.gap(after) == 0 and tokens.gap(at) > 0:
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
    unit, _ = resolve(_SIGNS["$"] if country != "GB" else Mark(("GBP",)), country)
    amount, after = number.value * 1000, number.after + 1
    return Figure(
        "money", unit, amount, amount, number.precision * 1000, number.first, after, number.first, after,
        ambiguous=country is None, number=number,
    )  # fmt: skip


def join_subunits(tokens: Tokens, money: Figure) -> Figure:
    """Take "50 cents" or "50" into the amount before it: "3 dollars 50 cents", "15 dollars 50."."""
    at = money.after
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
    elif mark is None and at == money.after and _is_trailing_cents(tokens, money, number):
        after = number.after
    else:
        return money
    amount = money.low + number.value / 100
    return replace(money, low=amount, high=amount, precision=Decimal("0.01"), after=after, whole_after=after)


def _is_trailing_cents(tokens: Tokens, money: Figure, number: Number) -> bool:
    """ "15 dollars 50." but not "50 dollars 20 times"."""
    if money.is_prefixed or tokens.kinds[number.first] != "figure" or len(tokens.raw(number.first)) != 2:
        return False
    following = tokens.word(number.after)
    is_name = tokens.kind(money.after - 1) == "word"
    return (
        is_name
        and (following in ("more", "each", "a", "per", "and", "") or not following[:1].isalnum())
        and following != "%"
    )
