"""A claim against one source: which facets match, and what shows it."""

import pytest

from factdesk.claims.find import find_claims
from factdesk.evidence.compare import compare_with_source
from factdesk.evidence.passages import ParsedSource

ROWS = [
    # claim, source, facet, claimed, outcome
    (
        "Flights from Oslo to Bergen were sold out.",
        "By noon flights from Oslo to Bergen were sold out.",
        "state",
        "sold out",
        "match",
    ),
    (
        "Flights from Oslo to Bergen were sold out.",
        "By noon flights from Oslo to Bergen were sold out.",
        "entity",
        "Bergen",
        "match",
    ),
    (
        "Plane tickets to Portugal were sold out.",
        "Direct flights to Lisbon in Portugal were sold out.",
        "item",
        "Plane tickets",
        "match",
    ),
    (
        "Plane tickets to Portugal were sold out.",
        "Direct flights to Lisbon were sold out.",
        "entity",
        "Portugal",
        "match",
    ),
    (
        "Plane tickets to Lisbon were sold out.",
        "Direct flights to Portugal were sold out.",
        "entity",
        "Lisbon",
        "absent",
    ),
    (
        "62 percent of Danes oppose the wind farm.",
        "A poll found that 62 percent of Danes support the wind farm.",
        "answer",
        "oppose",
        "conflict",
    ),
    (
        "A day pass costs 4.60 euros in Graz.",
        "A day pass costs 6.40 euros in Graz.",
        "value",
        "4.60 euros",
        "conflict",
    ),
]


@pytest.mark.parametrize(("claim", "source", "facet", "claimed", "outcome"), ROWS)
def test_one_facet(claim, source, facet, claimed, outcome):
    (finding, *_) = find_claims(claim)
    compared = compare_with_source(finding, claim, ParsedSource(source))

    facets = [one for row in compared for one in row.facets if one.facet == facet and one.claimed == claimed]
    assert facets
    assert facets[0].outcome == outcome
    for one in facets:
        assert one.span is None or one.span.cut(source)


def test_a_source_that_says_nothing_of_it_gives_nothing():
    claim = "A day pass costs 4.60 euros in Graz."
    (finding, *_) = find_claims(claim)

    assert compare_with_source(finding, claim, ParsedSource("Otters sleep on their backs.")) == []
