"""Compares prices and polls: the values first, each with the words that speak of it."""

from __future__ import annotations

from factdesk.claims.aligning import whole_statement, window_around
from factdesk.claims.facet_comparisons import match_values
from factdesk.claims.findings import Finding
from factdesk.claims.statements import compare_surroundings
from factdesk.model import FacetComparison


def compare_prices(
    claimed: Finding, text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed price with a found one, facet by facet."""
    return compare_valued(claimed, text, found, found_text, keeps_mood=True)


def compare_polls(
    claimed: Finding, text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed poll figure with a found one, facet by facet; the population must be the same."""
    return compare_valued(claimed, text, found, found_text)


def compare_valued(
    claimed: Finding, text: str, found: Finding, found_text: str, *, keeps_mood: bool = False
) -> tuple[FacetComparison, ...]:
    """Compare the values of a claim with those of a sentence, and the words around the matched one."""
    window = window_around(found_text, found.sentence)
    whole = whole_statement(claimed, text)
    matches = match_values(whole, text, found, window, keeps_mood=keeps_mood)
    values = [match.as_facet(text, found_text) for match in matches]
    segment = next((match.segment for match in matches if match.segment), None)
    is_marked = any(match.is_marked for match in matches)
    return (*values, *compare_surroundings(claimed, text, window, segment, whole, is_marked=is_marked))
