"""Tells where a source speaks of the narrower thing of a claim elsewhere: its figure is another."""

from __future__ import annotations

import re
from dataclasses import replace

from factdesk.claims.findings import Finding
from factdesk.evidence.passages import ParsedSource
from factdesk.model import FacetComparison, FacetName, FacetOutcome

_MODIFIED = re.compile(r"(?P<kind>[a-z-]{4,})\s+(?P<thing>[a-z-]{3,})", re.IGNORECASE)
_POINTS_BACK = r"\b(?:the|these|those|this|that|such|its|their)\s+(?:\w+\s+)?"


def of_the_narrower_thing(
    facets: tuple[FacetComparison, ...], claimed: Finding, source: ParsedSource
) -> tuple[FacetComparison, ...]:
    """Return the facets with matched values made incomparable where another sentence has the claim's thing.

    Where a source says that eggs doubled and organic eggs rose by 8%, the eggs are not the organic ones.
    "The eggs" may well be: a sentence that points back is left alone.
    """
    item = claimed.facet(FacetName.ITEM)
    named = _MODIFIED.fullmatch(item.text.strip()) if item is not None else None
    if named is None:
        return facets
    return tuple(
        replace(one, outcome=FacetOutcome.INCOMPARABLE) if _is_of_the_wider(one, named, source) else one
        for one in facets
    )


def _is_of_the_wider(one: FacetComparison, named: re.Match[str], source: ParsedSource) -> bool:
    """Whether the sentence of a figure names the thing without its kind, and another one with it."""
    if one.facet is not FacetName.VALUE or one.span is None:
        return False
    span = one.span
    said = next((c.sentence.cut(source.text) for c in source.contexts if c.sentence.overlaps(span)), "")
    kind, thing = re.escape(named["kind"]), re.escape(named["thing"])
    if not re.search(rf"\b{thing}\b", said, re.IGNORECASE) or re.search(
        rf"\b{kind}\b|{_POINTS_BACK}{thing}\b", said, re.IGNORECASE
    ):
        return False
    return re.search(rf"\b{kind}\s+{thing}\b", source.text, re.IGNORECASE) is not None
