"""Scores how much a finding is worth checking: a sum of weights that a person can read and change.

The weights lie in ``config/weights/checkworthiness.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from factdesk.claims.findings import Finding
from factdesk.model import Bound, FacetName, Flag
from factdesk.resources import bundled

_PLACES = Decimal("0.0001")


def score_finding(finding: Finding) -> Decimal:
    """Return a score from 0 to 1, to 4 places."""
    weights = _weights()
    total = weights["base"] + weights[finding.kind]
    total += sum(weights[feature] for feature, holds in _features(finding).items() if holds)
    return min(max(total, Decimal(0)), Decimal(1)).quantize(_PLACES)


def _features(finding: Finding) -> dict[str, bool]:
    return {
        "has_exact_value": any(value.bound is Bound.EXACT for value in finding.values),
        "has_entity": finding.facet(FacetName.ENTITY) is not None,
        "has_item": finding.facet(FacetName.ITEM) is not None,
        "has_population": finding.facet(FacetName.POPULATION) is not None,
        "has_time": finding.facet(FacetName.TIME) is not None,
        "has_attribution": finding.facet(FacetName.ATTRIBUTION) is not None,
        "lists_things": bool(finding.parts),
        "is_quoted": Flag.QUOTED in finding.flags,
        "is_uncertain": Flag.UNCERTAIN in finding.flags,
    }


@cache
def _weights() -> Mapping[str, Decimal]:
    with bundled("config", "weights", "checkworthiness.toml").open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)
