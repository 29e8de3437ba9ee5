"""What a claim names, and which capitalised words name nothing."""

from __future__ import annotations

import pytest

from factdesk.claims.find import find_claims
from factdesk.model import FacetName


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A barrel costs US$80 in Leeds.", ["Leeds"]),
        ("A barrel in Leeds costs HK$600.", ["Leeds"]),
        ("Between 40% and 50% of voters in Leeds back the plan.", ["Leeds"]),
        ("Two-thirds of voters in Leeds back the plan.", ["Leeds"]),
        ("Twenty-one per cent of voters in Leeds back the plan.", ["Leeds"]),
        ("Up to 40% of voters in Kirk-Ella back the plan.", ["Kirk-Ella"]),
    ],
)
def test_words_of_figures_name_nothing(text: str, named: list[str]) -> None:
    (found,) = find_claims(text)
    assert [facet.text for facet in found.facets_named(FacetName.ENTITY)] == named
