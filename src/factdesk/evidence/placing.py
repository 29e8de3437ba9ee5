"""Holds a figure to the place that its own words name.

"Bread costs 3.20 euros in Riga. In Vilnius nobody kept figures." says nothing of bread in Vilnius, though
every word of such a claim stands there.
"""

from __future__ import annotations

import re
from dataclasses import replace

from factdesk.claims.findings import Finding
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span
from factdesk.text.places import Place, find_places, lies_in

_TURN = re.compile(r";\s+|,\s+(?:and|but|while|whereas|though|although)\s+")
"""Marks behind which a sentence may go on about another place."""


def in_the_same_place(
    facets: tuple[FacetComparison, ...], claimed: Finding, text: str, found: Finding, source: str
) -> tuple[FacetComparison, ...]:
    """Return the facets with a claimed place made absent where the found words name another one instead.

    ``found`` is a finding of the text ``source``. A place of the claim counts only where it stands with
    the value or state; a city and its country are one another's place.
    """
    own = find_places(claimed.quote.cut(text))
    stretch = _stretch(facets, found, source)
    said = stretch.cut(source).lower()
    if any(place.name.lower() in said for place in own):  # "HONG KONG — A landscape by a Shanghai painter"
        return facets
    named = [place for place in find_places(stretch.cut(source)) if place.form != "demonym"]
    if not own or not named or any(_are_near(one, other) for one in own for other in named):
        return facets
    return tuple(_away(one, own, stretch) for one in facets)


def _stretch(facets: tuple[FacetComparison, ...], found: Finding, source: str) -> Span:
    """Return the part of the sentence in which the value stands; for a state, the whole sentence."""
    value = next((one.span for one in facets if one.facet is FacetName.VALUE and one.span), None)
    if value is None:
        return found.sentence
    turns = [match.span() for match in _TURN.finditer(source, found.sentence.start, found.sentence.end)]
    start = max((end for _, end in turns if end <= value.start), default=found.sentence.start)
    end = min((start for start, _ in turns if start >= value.end), default=found.sentence.end)
    return Span(start, end)


def _are_near(one: Place, other: Place) -> bool:
    return lies_in(one.name, other.name) or lies_in(other.name, one.name) or one.country == other.name


def _away(one: FacetComparison, own: list[Place], stretch: Span) -> FacetComparison:
    is_place = one.facet is FacetName.ENTITY and any(place.name in one.claimed for place in own)
    stands_here = one.span is not None and stretch.covers(one.span)
    if not is_place or stands_here or one.outcome is not FacetOutcome.MATCH:
        return one
    return replace(one, outcome=FacetOutcome.ABSENT, found="")
