"""Compares a claim with the passages of a source that bear on it, facet by facet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from factdesk.claims import KINDS
from factdesk.claims.alike import Terms, read_terms
from factdesk.claims.findings import Finding
from factdesk.evidence.passages import ParsedSource, Passage
from factdesk.evidence.retrieve import Retrieved, retrieve
from factdesk.model import FacetComparison, Value
from factdesk.text.quantities import Quantity

_ROLES = {"percent": "percent", "points": "points", "ratio": "ratio", "count": "count"}


@dataclass(frozen=True, slots=True)
class Compared:
    """What one finding of a source says of a claim. ``share`` is the claim's weight that it holds."""

    passage: Passage
    finding: Finding
    facets: tuple[FacetComparison, ...]
    share: float


def compare_with_source(claimed: Finding, text: str, source: ParsedSource) -> list[Compared]:
    """Compare a claim with every passage of a source that bears on it, best first."""
    kind = next(one for one in KINDS if one.NAME == claimed.kind)
    compared = []
    for one in retrieve(claim_terms(claimed, text), source):
        for found in findings_in(claimed, one, source):
            facets = kind.compare(claimed, text, found, source.text)
            if facets:
                compared.append(Compared(one.passage, found, facets, one.share))
    return compared


def claim_terms(claimed: Finding, text: str) -> Terms:
    """Return the terms of a claim's quote."""
    return read_terms(claimed.quote.cut(text))


def findings_in(claimed: Finding, one: Retrieved, source: ParsedSource) -> Iterable[Finding]:
    """Return what a sentence of the source says of the claim's kind.

    A kind with values gets one finding with every figure of the sentence: the words around each figure
    decide to which the claim belongs. A sell-out gets one finding a clause.
    """
    found = source.findings(claimed.kind, one.passage.number)
    if not claimed.values:
        return found
    context = source.contexts[one.passage.number]
    figures = tuple(value for quantity in context.quantities for value in values_of(quantity))
    known = {value.span for value in figures}
    extra = tuple(value for finding in found for value in finding.values if value.span not in known)
    if not figures and not extra:
        return ()
    return (
        Finding(
            kind=claimed.kind,
            quote=context.sentence,
            sentence=context.sentence,
            text=context.sentence.cut(source.text),
            values=(*figures, *extra),
            facets=tuple(facet for finding in found for facet in finding.facets),
            parts=(),
            flags=(),
        ),
    )


def values_of(quantity: Quantity) -> list[Value]:
    """Return a quantity, and the same amount in other currencies, as values."""
    value = Value(
        role=_ROLES.get(quantity.unit, "amount"),
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        bound=quantity.bound,
        precision=None if quantity.form == "fraction" else quantity.precision,
        span=quantity.whole if not quantity.restated else quantity.span,
    )
    others = [replace(one, role="also") for other in quantity.restated for one in values_of(other)]
    return [value, *others]
