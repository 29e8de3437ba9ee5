"""Says in a few words what a claim asserts, as it was read: "£640 exact", "sold out: Leeds, York"."""

from __future__ import annotations

from decimal import Decimal

from factdesk.claims import kind_named
from factdesk.claims.findings import Finding
from factdesk.model import SETTING_ASIDE, Bound, FacetName, Value
from factdesk.reports.terminal import visible

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_WHOLE = ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF", 0)
_THOUSANDTHS = ("BHD IQD JOD KWD LYD OMR TND", 3)
_MINOR_UNITS = {code: places for codes, places in (_WHOLE, _THOUSANDTHS) for code in codes.split()}
"""Decimal places of a currency where they are not two. Source: ISO 4217, column "minor unit"."""
_LEAST_ROUNDED = Decimal("0.01")
"""Smaller numbers are said to their last digit, others to two places, or to those of their currency."""
_MOST_LISTED = 6
_MOST_CHARACTERS = 60


def claim_tag(finding: Finding) -> str:
    """Return what a claim asserts, its flags and its check-worthiness, on one line.

    A finding that was set aside says so first and has no worth.
    """
    aside = [flag.value for flag in finding.flags if flag in SETTING_ASIDE]
    marks = [flag.value for flag in finding.flags if flag not in SETTING_ASIDE]
    said = asserted_words(finding)
    if aside:
        return " · ".join([f"set aside ({', '.join(aside)}): {said}", *marks])
    return " · ".join([said, *marks, f"worth {finding.checkworthiness:.2f}"])


def asserted_words(finding: Finding) -> str:
    """Return the values of a finding with their bounds, or its state and what it holds of."""
    thing = kind_named(finding.kind).figure_of(finding)
    told = [_value_words(value, f" {_short(thing)}" if thing else "") for value in finding.values]
    state = finding.facet(FacetName.STATE)
    if not told and state is not None:
        told = [(state.norm or state.text).replace("_", " ")]
        if listed := _listed(finding):
            told = [f"{told[0]}: {listed}"]
    population = finding.facet(FacetName.POPULATION)
    if population is not None:
        told.append(f"of {_short(population.text)}")
    return visible(", ".join(told).replace(", of ", " of ")) or finding.kind


def _listed(finding: Finding) -> str:
    """Return what a state holds of: the listed things, else what it names, else the item."""
    things = [part.text for part in finding.parts] or [
        facet.text for facet in finding.facets_named(FacetName.ENTITY)
    ]
    item = finding.facet(FacetName.ITEM)
    if not things and item is not None:
        things = [item.text]
    more = [f"{len(things) - _MOST_LISTED} more"] if len(things) > _MOST_LISTED else []
    return ", ".join([*map(_short, things[:_MOST_LISTED]), *more])


def _value_words(value: Value, thing: str) -> str:
    bound = "" if value.bound is Bound.BETWEEN else f" {value.bound.value.replace('_', ' ')}"
    if value.role == "also":
        return f"= {_amount_words(value)}"
    if value.role == "from_percent":
        return f"from {_amount_words(value)}"
    if value.role == "diff":
        return f"difference {_amount_words(value)}{bound}{_of(value)}"
    if value.role == "ratio":
        return f"{_amount_words(value)}{'' if value.of and value.bound is Bound.EXACT else bound}{_of(value)}"
    return f"{_amount_words(value)}{thing}{bound}"


def _of(value: Value) -> str:
    return f" {_short(value.of)}" if value.of else ""


def _amount_words(value: Value) -> str:
    is_money = value.unit.isupper()
    ends = [end for end in (value.low, value.high) if end is not None]
    told = "–".join(dict.fromkeys(_number_words(end, value.unit if is_money else None) for end in ends))
    if value.unit in _SYMBOLS:
        return f"{_SYMBOLS[value.unit]}{told}"
    if value.unit == "percent":
        return f"{told}%"
    if value.unit == "ratio":
        return f"{told}×"
    return told if value.unit == "count" else f"{told} {value.unit}"


def _number_words(number: Decimal, currency: str | None) -> str:
    if number == number.to_integral_value() or abs(number) < _LEAST_ROUNDED:
        return _short(f"{number:,f}".removesuffix(".0"))
    places = _MINOR_UNITS.get(currency or "", 2)
    if currency is not None and places:
        return f"{number:,.{places}f}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def _short(words: str) -> str:
    """Return words on one line, cut where they would drown the text they stand beside."""
    line = " ".join(words.split())
    return line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1].rstrip() + "…"
