"""Compares prices and polls: the values first, each with the words that speak of it."""

from __future__ import annotations

from factdesk.claims.aligning import value_segments, whole_statement, window_around
from factdesk.claims.findings import Finding
from factdesk.claims.side_figures import compare_side_figures
from factdesk.claims.stands import GROUP_AXES, read_stands
from factdesk.claims.statements import compare_surroundings
from factdesk.claims.value_matching import match_values
from factdesk.model import FacetComparison, FacetName, FacetOutcome


def compare_prices(
    claimed: Finding, text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed price with a found one, facet by facet."""
    return compare_valued(claimed, text, found, found_text, keeps_mood=True)


def compare_polls(
    claimed: Finding, text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed poll figure with a found one, facet by facet; the population must be the same."""
    compared = compare_valued(claimed, text, found, found_text)
    return (*compared, *_compare_groups(claimed, text, compared, found, found_text))


def _compare_groups(
    claimed: Finding, text: str, compared: tuple[FacetComparison, ...], found: Finding, found_text: str
) -> list[FacetComparison]:
    """Return the groups ("women", "the young") of whom the matched share is said and the claim is not."""
    shown = [one.span for one in compared if one.facet is FacetName.VALUE and one.span]
    segments = value_segments(found_text, found.sentence, found.values)
    said = {stand.axis for stand in read_stands(claimed.sentence.cut(text))}
    groups = []
    for segment in {segments[span] for span in shown if span in segments}:
        for stand in read_stands(segment.cut(found_text)):
            if stand.axis in GROUP_AXES and stand.axis not in said:
                span = stand.span.shifted(segment.start)
                groups.append(
                    FacetComparison(
                        FacetName.POPULATION, "", span.cut(found_text), FacetOutcome.INCOMPARABLE, span
                    )
                )
    return groups


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
    side = compare_side_figures(claimed, text, found, window)
    return (*values, *side, *compare_surroundings(claimed, text, window, segment, whole, is_marked=is_marked))
