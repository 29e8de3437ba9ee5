"""The second figure of a pair ("52-48 support the ban"): the same words, but of those who do not."""

from __future__ import annotations

import re
from dataclasses import replace

from factdesk.claims.findings import Finding
from factdesk.claims.poll_figures import Share
from factdesk.model import Facet, FacetComparison, FacetName, FacetOutcome

_FIRST_SIDE = re.compile(r"\d\s?%?\s?[-–—]\s?\Z")
"""What stands before the second figure of "52-48"."""
_FIRST_SIDE_CHARACTERS = 8


def other_side(finding: Finding, share: Share) -> Finding:
    """Return the claim of a share's second figure: the same words, but no answer of the first side."""
    figure = share.other[0].span or share.anchor
    own = (one for one in without_answer(finding) if one.span is None or one.span.start >= figure.start)
    people = finding.facets_named(FacetName.POPULATION)
    return replace(finding, values=share.other, facets=tuple(dict.fromkeys((*own, *people))), parts=())


def is_other_side(finding: Finding, text: str) -> bool:
    """Whether a finding is of the second figure of a pair."""
    percent = finding.value("percent")
    if percent is None or percent.span is None or finding.facet(FacetName.ANSWER):
        return False
    start = percent.span.start
    return _FIRST_SIDE.search(text[max(0, start - _FIRST_SIDE_CHARACTERS) : start]) is not None


def is_denied_answer(one: FacetComparison) -> bool:
    """Whether words of a claim and a source contradict each other."""
    return one.facet is FacetName.ANSWER and one.outcome is FacetOutcome.CONFLICT


def without_answer(finding: Finding) -> tuple[Facet, ...]:
    """Return the facets of a finding but its answer."""
    return tuple(facet for facet in finding.facets if facet.name is not FacetName.ANSWER)
