"""The values of a finding as a JSON line says them: numbers are JSON numbers, what is not said is null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.model import Facet, FacetName, Value

Line = dict[str, Any]

_PER = "per_"
_OF_SAMPLE = ("sample ", "error ")


def facet_text(finding: Finding, name: FacetName) -> str | None:
    """Return the words of the first facet of a name, or None."""
    facet = finding.facet(name)
    return facet.text if facet else None


def facet_values(finding: Finding) -> Line:
    """Return what binds a finding besides its values: who says it, when it holds, what narrows it.

    ``scope`` leaves out the unit of sale (``sold_by``: "gallon", "hour") and what was said of a sample.
    """
    scopes = finding.facets_named(FacetName.SCOPE)
    sold_by = (one.norm.removeprefix(_PER) for one in scopes if one.norm.startswith(_PER))
    return {
        "attribution": facet_text(finding, FacetName.ATTRIBUTION),
        "time": [_words_and_norm(one) for one in finding.facets_named(FacetName.TIME)],
        "scope": [_words_and_norm(one) for one in scopes if not one.norm.startswith((_PER, *_OF_SAMPLE))],
        "sold_by": next(sold_by, None),
    }


def sample_value(finding: Finding, what: str) -> int | float | None:
    """Return how many were asked ("sample") or the margin of error in points ("error"), or None."""
    said = (one.norm.split() for one in finding.facets_named(FacetName.SCOPE))
    number = next((words[1] for words in said if words[0] == what and len(words) > 1), None)
    return json_number(Decimal(number)) if number is not None else None


def _words_and_norm(facet: Facet) -> Line:
    return {"text": facet.text, "norm": facet.norm}


def low_of(value: Value | None) -> int | float | None:
    """Return the lower end as said, or the only end there is."""
    if value is None:
        return None
    return json_number(value.low if value.low is not None else value.high)


def high_of(value: Value | None) -> int | float | None:
    """Return the upper end where it is another one than the lower."""
    if value is None or value.low is None or value.low == value.high:
        return None
    return json_number(value.high)


def json_number(number: Decimal | None) -> int | float | None:
    """Return a number as JSON has it: whole numbers without a point."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
