"""Reads pounds, shillings and pence: "6d.", "£3 10s. 6d.", "two guineas", "half a crown", "eighteenpence".

The amounts are given in pounds (GBP), a penny being a 240th. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factdesk.model import Bound, Span
from factdesk.text.figures import Quantity
from factdesk.text.folds import plain_letters
from factdesk.text.lexicons import load_table
from factdesk.text.scales import ONES, TENS

_TABLE = load_table("old_money")
_COINS = {
    form: Decimal(entry["pence"]) for entry in _TABLE["coin"].values() for form in entry["forms"].split()
}
_ONE_WORD: dict[str, int] = _TABLE["in_one_word"]
_NUMBERS: dict[str, int] = {**ONES, **TENS, **_TABLE["number"]}
_SHILLING_COUNTRIES = frozenset(_TABLE["shilling_countries"]["codes"].split())
_PENCE_A_POUND = 240
_NEW_PENNY = Decimal("2.4")
_MOST_SHILLINGS = 60
"""More shillings than so many at once are those of East Africa."""
_BOUNDS = {
    phrase: Bound(bound)
    for bound in ("about", "more_than", "at_least", "less_than", "at_most")
    for phrase in load_table("modifiers")["before"][bound]
}
_MODIFIER = re.compile(
    rf"(?<![\w-])(?P<said>{'|'.join(re.escape(one) for one in sorted(_BOUNDS, key=len, reverse=True))})\s+\Z",
    re.IGNORECASE,
)
_MODIFIER_CHARACTERS = 40
_DIGITS = Decimal("0.0001")
_FRACTIONS = {"¼": Decimal("0.25"), "½": Decimal("0.5"), "¾": Decimal("0.75")}
_SMALL_DIGITS = Decimal("0.000001")
"""Less than a penny, and parts of one, need more places: a farthing is £0.001042."""
_TENS_AND_ONES = f"(?:{'|'.join(TENS)})[ -](?:{'|'.join(word for word, worth in ONES.items() if worth)})"
_WORDS = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_N = rf"(?:\d{{1,3}}(?:,\d{{3}})*|{_TENS_AND_ONES}|{_WORDS})"
_NAMES = "|".join(re.escape(form) for form in sorted(_COINS, key=len, reverse=True))
_PENCE = "|".join(_ONE_WORD)
_TRIGGER = re.compile(
    r"[\d¼½¾]\s?[sd]\b|pence|penny|shilling|guinea|gns|\bbob\b|florin|crown|quid|fiver|tenner"
    r"|(?:an?|another) pound|farthing|groat",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    rf"""
    (?<![\w.$€-])(?:
      £\s?(?P<pounds>\d{{1,3}}(?:,\d{{3}})*)[ ,]\s?(?P<shillings>\d{{1,2}})\s?s\.?
      (?:[ ,]\s?(?P<odd>\d{{1,2}})\s?d\.?)?
    | (?P<s>\d{{1,2}})\s?s\.?,?\s(?:and\s)?(?P<d>\d{{1,2}})\s?d\.?
    | (?P<only_s>\d{{1,2}})s\.(?=\s+(?:an?|per|the|each|for|in|on|at|to)\b)
    | (?P<only_d>\d{{1,2}})(?P<part>[¼½¾])?d(?:\.|(?=\s+(?:an?|per|the|each|for|in|on|at|to|return)\b))
    | (?P<new>{_N})\snew\spence
    | (?P<half>half(?:\s|-)(?:a(?:\s|-))?crowns?)
    | (?:(?P<bob>{_N})\s(?:shillings\s)?and\s)?(?:an?\s)?(?P<word>{_PENCE})
    | (?P<single>an?|another)\s(?P<unit>pound|penny)
      (?=\s+(?:more|less|an?|each|per|off|on|cheaper|dearer|extra|apiece|to|for)\b|[.,;:!?)]|\Z)
    | (?P<halved>half\s)?(?P<count>{_N})(?:[\s-]|(?<=\d))(?P<coin>{_NAMES})
      (?:\s(?:and\s)?(?P<rest>{_N})\s(?:pence|penny))?
    )(?![\w£])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def find_old_money(text: str, *, country: str | None = None) -> list[Quantity]:
    """Return the amounts of old British money of a text, in reading order; spans are offsets into it.

    ``country`` (ISO 3166 alpha-2) tells where shillings are a currency of their own.
    """
    if not _TRIGGER.search(text):
        return []
    return list(_read(plain_letters(text), country))


def _read(text: str, country: str | None) -> Iterator[Quantity]:
    before = -2
    for match in _AMOUNT.finditer(text):
        pence = _pence(match, country)
        if pence is None or (match.group("single") and match.start() - before <= 1):
            continue
        before = match.end()
        digits = _SMALL_DIGITS if pence < 1 or match.group("part") else _DIGITS
        amount = (pence / _PENCE_A_POUND).quantize(digits).normalize()
        span = Span(*match.span())
        start = max(0, span.start - _MODIFIER_CHARACTERS)
        modifier = _MODIFIER.search(text[start : span.start])
        bound = _BOUNDS[modifier.group("said").lower()] if modifier else Bound.EXACT
        whole = Span(start + modifier.start(), span.end) if modifier else span
        yield Quantity("money", "GBP", amount, amount, bound, None, span, whole)


def _pence(match: re.Match[str], country: str | None) -> Decimal | None:
    """Return the old pence of an amount; None where it is none."""
    said = match.groupdict()
    if said["new"]:
        return _number(said["new"]) * _PENCE_A_POUND / 100
    if said["single"]:
        return Decimal(_PENCE_A_POUND) if str(said["unit"]).lower() == "pound" else _NEW_PENNY
    if said["half"]:
        return Decimal(30)
    if said["word"]:
        return Decimal(_ONE_WORD[said["word"].lower()]) + 12 * _number(said["bob"])
    if said["coin"]:
        return _coins(said, country)
    shillings = _number(said["shillings"]) + _number(said["s"]) + _number(said["only_s"])
    odd = _number(said["odd"]) + _number(said["d"]) + _number(said["only_d"])
    odd += _FRACTIONS.get(said["part"] or "", 0)
    return _PENCE_A_POUND * _number(said["pounds"]) + 12 * shillings + odd


def _coins(said: dict[str, str | None], country: str | None) -> Decimal | None:
    count, coin = _number(said["count"]), str(said["coin"]).lower()
    is_foreign = country in _SHILLING_COUNTRIES or count > _MOST_SHILLINGS
    if coin.startswith("shilling") and is_foreign:
        return None
    worth = count * _COINS[coin] + _number(said["rest"])
    return worth / 2 if said["halved"] else worth


def _number(said: str | None) -> Decimal:
    """Return what a figure or a number word is worth; nothing said is 0."""
    if not said:
        return Decimal(0)
    plain = said.replace(",", "").lower()
    if plain.isdigit():
        return Decimal(plain)
    return Decimal(sum(_NUMBERS[word] for word in re.split(r"[ -]", plain)))
