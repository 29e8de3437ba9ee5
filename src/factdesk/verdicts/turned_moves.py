"""Turns a passage that has both ends of a claimed move the other way round into one that denies it."""

from __future__ import annotations

import re
from dataclasses import replace

from factdesk.claims.findings import Finding
from factdesk.model import FacetName, FacetOutcome
from factdesk.verdicts.weighing import Weighed

_FIGURE = r"(?:about\s+|just\s+|only\s+)?[£$€¥]?\s?(?P<{}>\d[\d,]*(?:\.\d+)?)"
_MOVE = re.compile(
    rf"\bfrom\s+{_FIGURE.format('start')}(?:\s+[a-z’'-]+){{0,4}}?\s+to\s+{_FIGURE.format('end')}",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    rf"{_FIGURE.format('end')}(?:\s+[\w’'-]+){{0,6}}?,?\s+(?:instead\s+of|up\s+from|down\s+from)\s+{_FIGURE.format('start')}",
    re.IGNORECASE,
)


def turned_about(one: Weighed, claimed: Finding, text: str) -> Weighed:
    """Return a passage as denying where it says "from B to A" of the claim's "from A to B".

    Another move than the claim's, with one end in common, denies nothing.
    """
    if one.stance not in ("backs", "partly"):
        return one
    ours = _moves(claimed.sentence.cut(text))
    theirs = _moves(one.compared.finding.text)
    if not any((end, start) in theirs for start, end in ours - theirs):
        return one
    facets = tuple(
        replace(facet, outcome=FacetOutcome.CONFLICT) if facet.facet is FacetName.VALUE else facet
        for facet in one.compared.facets
    )
    return replace(one, stance="denies", missing=(), compared=replace(one.compared, facets=facets))


def _moves(said: str) -> set[tuple[str, str]]:
    """Return the two figures of every "from A to B" or "B instead of A", without the commas of thousands."""
    moves = [*_MOVE.finditer(said), *_INSTEAD.finditer(said)]
    found = {(one["start"].replace(",", ""), one["end"].replace(",", "")) for one in moves}
    return {(start, end) for start, end in found if start != end}
