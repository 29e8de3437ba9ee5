"""Compares how widely something is said to be sold out: everywhere, or in the places that are named."""

from __future__ import annotations

import re

from factdesk.claims.findings import Finding
from factdesk.claims.stock_reading import stock_pattern
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span


def compare_reach(
    claimed: Finding, text: str, sentence: Span, found_text: str
) -> tuple[FacetComparison, ...]:
    """Return a wider scope where a claim speaks of every place and the sentence does not.

    Two towns without insulin are not "all over the country".
    """
    said = stock_pattern("reach").search(claimed.quote.cut(text))
    wide = (stock_pattern(name) for name in ("reach", "universal"))
    if said is None or any(one.search(found_text, sentence.start, sentence.end) for one in wide):
        return ()
    return (FacetComparison(FacetName.SCOPE, said.group(), "", FacetOutcome.WEAKER),)


_OF_PLACES = re.compile(r"\A(?:all|every|each|entire|whole)\Z", re.IGNORECASE)


def is_of_places(scope: str, quote: str) -> bool:
    """Whether "all" or "every" in a claim speaks of places ("at every shop") and not of what is sold."""
    if not _OF_PLACES.match(scope):
        return False
    return any(
        re.search(rf"\b{re.escape(scope)}\b", one.group(), re.IGNORECASE)
        for one in stock_pattern("reach").finditer(quote)
    )
