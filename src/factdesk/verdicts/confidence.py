"""A small calibrated model of how far a verdict can be trusted. It orders the queue; it changes no rating.

Two logistic models: ``support`` is the probability that the source backs the claim in full, and
``confidence`` the probability that the rating given is right. Weights, how they were trained and from
what are in ``config/weights/confidence.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from factdesk.model import Rating
from factdesk.resources import bundled

PLACES = Decimal("0.0001")
NEVER_CERTAIN = Decimal("0.9990")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Support and confidence, each with 4 places."""

    support: Decimal
    confidence: Decimal


@cache
def read_weights() -> Mapping[str, Any]:
    """Return the bundled weights."""
    text = bundled("config", "weights", "confidence.json").read_text(encoding="utf-8")
    weights: Mapping[str, Any] = json.loads(text)
    return weights


def estimate(rating: Rating, features: Mapping[str, float]) -> Estimate:
    """Return how far a rating can be trusted, from its features (see `factdesk.verdicts.features`)."""
    weights = read_weights()
    support = _probability(weights["support"], {**features, f"rating_{rating.value}": 1.0})
    confidence = _probability(weights["confidence"], {**features, f"rating_{rating.value}": 1.0})
    return Estimate(_rounded(support), _rounded(confidence))


def _probability(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    score = weights.get("bias", 0.0) + sum(
        weight * features.get(name, 0.0) for name, weight in weights.items() if name != "bias"
    )
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def _rounded(probability: float) -> Decimal:
    exact = Decimal(repr(round(probability, 9))).quantize(PLACES)
    return max(Decimal(1) - NEVER_CERTAIN, min(NEVER_CERTAIN, exact))
