"""Writes a finding as the JSON line of ``factdesk claims --json``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.model import FacetName, Value

Line = dict[str, Any]


def claim_line(finding: Finding, text: str) -> Line:
    """Return the line of one finding; offsets count code points of ``text``, numbers are JSON numbers."""
    line: Line = {
        "kind": finding.kind,
        "quote": finding.quote.cut(text),
        "start": finding.quote.start,
        "end": finding.quote.end,
        "sentence": finding.sentence.cut(text),
        "sentence_start": finding.sentence.start,
        "sentence_end": finding.sentence.end,
        "flags": [flag.value for flag in finding.flags],
        "parts": [
            {"text": part.text, "start": part.span.start, "end": part.span.end} for part in finding.parts
        ],
        "checkworthiness": _number(finding.checkworthiness),
    }
    return line | _BY_KIND[finding.kind](finding)


def _price(finding: Finding) -> Line:
    amount, ratio, diff = finding.value("amount"), finding.value("ratio"), finding.value("diff")
    first, money = amount or ratio or diff, amount or diff
    return {
        "amount": _low(amount),
        "amount_max": _high(amount),
        "currency": money.unit if money else None,
        "bound": first.bound.value if first else None,
        "also": [
            {"amount": _low(value), "currency": value.unit}
            for value in finding.values
            if value.role == "also"
        ],
        "ratio": _low(ratio),
        "ratio_of": ratio.of if ratio else None,
        "diff": _low(diff),
        "item": _facet_text(finding, FacetName.ITEM),
    }


def _poll(finding: Finding) -> Line:
    percent, points, ratio = finding.value("percent"), finding.value("points"), finding.value("ratio")
    first = percent or points or ratio
    return {
        "percent": _low(percent),
        "percent_max": _high(percent),
        "points": _low(points),
        "from_percent": _low(finding.value("from_percent")),
        "ratio": _low(ratio),
        "ratio_of": ratio.of if ratio else None,
        "bound": first.bound.value if first else None,
        "answer": _facet_text(finding, FacetName.ANSWER),
        "population": _facet_text(finding, FacetName.POPULATION),
    }


def _sellout(finding: Finding) -> Line:
    state = finding.facet(FacetName.STATE)
    return {
        "state": state.norm if state else None,
        "item": _facet_text(finding, FacetName.ITEM),
        "entities": [facet.text for facet in finding.facets_named(FacetName.ENTITY)],
    }


_BY_KIND = {"price": _price, "poll": _poll, "sellout": _sellout}


def _facet_text(finding: Finding, name: FacetName) -> str | None:
    facet = finding.facet(name)
    return facet.text if facet else None


def _low(value: Value | None) -> int | float | None:
    """Return the lower end as said, or the only end there is."""
    if value is None:
        return None
    return _number(value.low if value.low is not None else value.high)


def _high(value: Value | None) -> int | float | None:
    """Return the upper end where it is another one than the lower."""
    if value is None or value.low is None or value.low == value.high:
        return None
    return _number(value.high)


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
