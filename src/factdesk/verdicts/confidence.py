"""A small calibrated model of how far a verdict can be trusted. It orders the queue; it changes no rating.

``support`` is the probability that the source backs the claim in full: by one logistic model where the rules
settle something, and by another, which knows words, names and figures alone, where they settle nothing.
``confidence`` is the probability that the rating given is right, by a third. Weights, how they were trained,
from what, and how often answers of each confidence were right (``reliability``) are in
``config/weights/confidence.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from factdesk.evidence.passages import ParsedSource
from factdesk.model import Rating
from factdesk.verdicts.assembling import Assembled
from factdesk.verdicts.features import measure
from factdesk.verdicts.logistic import probability, read_weights

PLACES = Decimal("0.0001")
NEVER_CERTAIN = Decimal("0.9990")

SHORT_SOURCE = 0.55
"""``source_length`` below which a source is a few sentences about the claim's own matter (about 25).

Every claim about it shares its words there, true or not, so that they say less.
"""

IN_SHORT = (
    *("plain_3", "exact_all", "cover_1", "rows", "any_unbacked", "missing_all", "stretch_least"),
    *("negation_differs", "best_share"),
)
"""Features that have a weight of their own in a short source."""

WITH_RATING = ("cover_3", "rows", "best_share", "any_unbacked", "facets", "stretch_least")
"""Features that may speak for one rating and against another."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Support and confidence, each with 4 places."""

    support: Decimal
    confidence: Decimal


def trust_in(assembled: Assembled, text: str, sources: Sequence[ParsedSource]) -> Estimate:
    """Return how far a verdict on a claim can be trusted; the sources are taken as they are written."""
    return estimate(assembled.rating, measure(text, sources, assembled.share, assembled.facets))


def estimate(rating: Rating, features: Mapping[str, float]) -> Estimate:
    """Return how far a rating can be trusted, from its features (see `factdesk.verdicts.features`)."""
    weights = read_weights("confidence")
    name, measured = support_features(rating, features)
    return Estimate(
        _rounded(probability(weights["support"][name], measured)),
        _rounded(probability(weights["confidence"], with_rating(rating, features))),
    )


def support_features(rating: Rating, features: Mapping[str, float]) -> tuple[str, dict[str, float]]:
    """Return which model of support is asked, ``decided`` or ``undecided``, and what it is given."""
    if rating is not Rating.NOT_ENOUGH_EVIDENCE:
        return "decided", {**features, f"rating_{rating.value}": 1.0}
    words = {name: value for name, value in features.items() if not name.startswith("facet")}
    if features.get("source_length", 0.0) >= SHORT_SOURCE:
        return "undecided", words
    in_short = {f"{name}_in_short": features.get(name, 0.0) for name in IN_SHORT}
    return "undecided", {**words, **in_short, "short": 1.0}


def with_rating(rating: Rating, features: Mapping[str, float]) -> dict[str, float]:
    """Return the features with the rating itself, and with what each says under that rating."""
    of_rating = {f"{name}_if_{rating.value}": features.get(name, 0.0) for name in WITH_RATING}
    return {**features, f"rating_{rating.value}": 1.0, **of_rating}


def _rounded(chance: float) -> Decimal:
    exact = Decimal(repr(round(chance, 9))).quantize(PLACES)
    return max(Decimal(1) - NEVER_CERTAIN, min(NEVER_CERTAIN, exact))
