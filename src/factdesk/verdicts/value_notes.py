"""Notes where a claim's figure goes less far, or further, than the one that the source gives.

"More than 300,000" is less than a source says that gives 412,000, and true; "more than 500,000" goes
further than a source that only says "more than 300,000".
"""

from __future__ import annotations

from dataclasses import dataclass

from factdesk.claims.aligning import quantities_in
from factdesk.claims.findings import Finding
from factdesk.evidence.compare import Compared
from factdesk.model import Bound, FacetComparison, FacetName, FacetOutcome, Span, Value

UNDERSTATED, OVERSTATED = "understated", "overstated"

_BOUNDS = frozenset({Bound.MORE_THAN, Bound.AT_LEAST, Bound.LESS_THAN, Bound.AT_MOST})


@dataclass(frozen=True, slots=True)
class ValueNote:
    """How far a claimed figure goes: ``code`` is understated or overstated, the rest both sides' words."""

    code: str
    claimed: str
    found: str


def note_backing(claimed: Finding, text: str, one: Compared) -> ValueNote | None:
    """Return the note of a passage that backs a claim whose bound says less than the passage."""
    for value, facet in _figures(claimed, text, one):
        if value.bound in _BOUNDS and facet.outcome is FacetOutcome.MATCH and _is_another(value, facet.found):
            return ValueNote(UNDERSTATED, _claimed_words(value, claimed, text), _found_words(facet, one))
    return None


def note_silent(claimed: Finding, text: str, one: Compared) -> ValueNote | None:
    """Return the note of a passage on the same thing whose figure says less than the claim's."""
    figures = _figures(claimed, text, one)
    weaker = [one for one in figures if one[1].outcome is FacetOutcome.WEAKER and one[1].found]
    others = (one for one in one.facets if one.facet not in (FacetName.VALUE, FacetName.ITEM))
    words = (one for one in one.facets if one.facet is FacetName.ITEM)
    is_same = all(one.outcome is FacetOutcome.MATCH for one in others) and all(
        one.outcome is not FacetOutcome.ABSENT for one in words
    )
    if not weaker or not is_same or len(weaker) < len(figures):
        return None
    value, facet = weaker[0]
    return ValueNote(OVERSTATED, _claimed_words(value, claimed, text), _found_words(facet, one))


def _figures(claimed: Finding, text: str, one: Compared) -> list[tuple[Value, FacetComparison]]:
    """Return the claimed values, each with what the passage says of it."""
    compared = {facet.claimed: facet for facet in one.facets if facet.facet is FacetName.VALUE}
    said = [(value, value.span.cut(text)) for value in claimed.values if value.span and value.role != "also"]
    return [(value, compared[words]) for value, words in said if words in compared]


def _claimed_words(value: Value, claimed: Finding, text: str) -> str:
    """Return a claimed figure with the words of its bound ("more than 900 rupees")."""
    assert value.span is not None
    return _with_bound(claimed.sentence.cut(text), value.span.shifted(-claimed.sentence.start))


def _found_words(facet: FacetComparison, one: Compared) -> str:
    """Return a found figure with the words of its bound."""
    if facet.span is None or not one.finding.sentence.covers(facet.span):
        return facet.found
    return _with_bound(one.finding.text, facet.span.shifted(-one.finding.sentence.start))


def _with_bound(sentence: str, span: Span) -> str:
    whole = (one.whole for one in quantities_in(sentence) if one.whole.overlaps(span))
    return next(whole, span).cut(sentence)


def _is_another(value: Value, found: str) -> bool:
    """Whether the source's words give another figure than the bound that the claim names."""
    read = quantities_in(found)
    bound = value.low if value.low is not None else value.high
    return bool(read) and read[0].low is not None and read[0].low != bound
