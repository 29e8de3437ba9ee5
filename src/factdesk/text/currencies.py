"""What signs, codes, names and subunits say of a currency, compiled from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from factdesk.text.lexicons import load_table
from factdesk.text.tokens import Phrases, listed

_TABLE = load_table("currencies")
_CURRENCIES: dict[str, dict[str, Any]] = _TABLE["currency"]
_COUNTRIES: dict[str, dict[str, str]] = load_table("gazetteer")["country"]
_TAG_CODES = listed("currencies", "tag_codes", "words")
_CAPITALS_ONLY = listed("currencies", "words_not_codes", "words")


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
    return {
        code.lower(): Mark((code,), is_code=code.lower() in _CAPITALS_ONLY)
        for code in _CURRENCIES
        if code.lower() not in _TAG_CODES
    }


def _tag_marks() -> dict[str, Mark]:
    marks = {code.upper(): Mark((code.upper(),)) for code in _TAG_CODES}
    for code, entry in _CURRENCIES.items():
        marks.update({tag: Mark((code,), ambiguous=True) for tag in entry.get("tags", ())})
    return marks


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
            is_code = needs_capitals and letters.upper() != letters
            mark = Mark((code,), is_capital=letters in _CAPITALS_ONLY, is_code=is_code)
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
            marks.update(
                {f"{adjective} {form}": Mark((code,)) for code in codes for adjective in _adjectives(code)}
            )
            for code in codes:  # "Congolese" is told by the table, though two countries are Congo
                for adjective in _CURRENCIES[code].get("adjectives", ()):
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
            marks[form] = Mark(
                (entry["of"], *entry.get("codes", "").split()),
                ambiguous=entry["ambiguous"],
                worth=Decimal(entry["worth"]),
            )
    for adjective in ("us", "american"):
        marks[f"{adjective} cents"] = Mark(("USD",), worth=Decimal("0.01"))
    for adjective in ("euro", "eur"):
        marks[f"{adjective} cents"] = Mark(("EUR",), worth=Decimal("0.01"))
    return marks


_SIGNS = _sign_marks()
DOLLAR_SIGN = _SIGNS["$"]
NAMES_BEFORE = frozenset(_TABLE["names_before"]["words"].split())
BEFORE = Phrases(
    {
        **_code_marks(),
        **_SIGNS,
        **{name: mark for name, mark in _name_marks().items() if name.split()[-1] in NAMES_BEFORE},
    },
    by_last=True,
)
TAGS = _tag_marks()
"""Marks that count only where a text is nothing but the mark and a figure, as they are written."""
AFTER = Phrases({**_code_marks(), **_SIGNS, **_name_marks(), **_subunit_marks()})
TIGHT = {letter: Mark((code,)) for code, entry in _CURRENCIES.items() for letter in entry.get("tight", ())}
TIGHT_SUBUNIT = {
    letter: Mark((code,), worth=Decimal("0.01")) for letter, code in _TABLE["tight_subunit"].items()
}
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
