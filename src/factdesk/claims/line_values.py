"""The values of a finding as a JSON line says them: numbers are JSON numbers, what is not said is null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.model import FacetName, Value

Line = dict[str, Any]


def facet_text(finding: Finding, name: FacetName) -> str | None:
    """Return the words of the first facet of a name, or None."""
    facet = finding.facet(name)
    return facet.text if facet else None


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
