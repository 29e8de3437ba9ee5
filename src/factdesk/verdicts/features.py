"""Measures how much of a claim's words, names and figures its sources hold, for the confidence model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from factdesk.claims.alike import Term, Terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.ranking import Reached

FEATURES = (
    "cover_1",
    "cover_3",
    "cover_all",
    "figures_missing",
    "names_missing",
    "claim_length",
    "source_length",
    "best_share",
)
"""Names of the features, all about between 0 and 1."""


def measure(claimed: Terms, sources: Sequence[ParsedSource], best_share: float = 0.0) -> Mapping[str, float]:
    """Return the features of a claim against its sources; the closest source counts."""
    measured = [_measure_one(claimed, source) for source in sources]
    best = max(measured, key=lambda one: one["cover_3"], default=dict.fromkeys(FEATURES, 0.0))
    return {**best, "best_share": best_share}


def _measure_one(claimed: Terms, source: ParsedSource) -> dict[str, float]:
    sentences = [source.terms(passage.number) for passage in source.passages]
    reached = Reached(claimed, source.index)
    weights = {term: reached.weights[term.stem] for term in reached.terms}
    covers = _greedy_cover(weights, sentences)
    anywhere = [term for term in weights if any(terms.holds(term) for terms in sentences)]
    return {
        "cover_1": covers[0],
        "cover_3": covers[1],
        "cover_all": _share(anywhere, weights),
        "figures_missing": _missing("number", weights, anywhere),
        "names_missing": _missing("name", weights, anywhere),
        "claim_length": min(1.0, len(claimed.terms) / 30),
        "source_length": min(1.0, math.log1p(len(sentences)) / 6),
        "best_share": 0.0,
    }


def _greedy_cover(weights: Mapping[Term, float], sentences: Sequence[Terms]) -> tuple[float, float]:
    """Return which share of the claim's weight the best sentence holds, and the best three together."""
    total = sum(weights.values())
    left = dict(weights)
    covers = []
    for _ in range(3):
        gains = [sum(weight for term, weight in left.items() if terms.holds(term)) for terms in sentences]
        if gains:
            best = sentences[gains.index(max(gains))]
            left = {term: weight for term, weight in left.items() if not best.holds(term)}
        covers.append(1 - sum(left.values()) / total if total else 0.0)
    return covers[0], covers[2]


def _share(held: Sequence[Term], weights: Mapping[Term, float]) -> float:
    total = sum(weights.values())
    return sum(weights[term] for term in held) / total if total else 0.0


def _missing(form: str, weights: Mapping[Term, float], anywhere: Sequence[Term]) -> float:
    claimed = [term for term in weights if term.form == form]
    return sum(term not in anywhere for term in claimed) / len(claimed) if claimed else 0.0
