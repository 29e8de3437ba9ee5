"""Evaluates a logistic model whose weights were trained elsewhere and lie in a JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from factdesk.resources import bundled

FARTHEST_SCORE = 30.0
"""Scores beyond this say the same as this: the probability there is 1 or 0 to thirteen places."""


@cache
def read_weights(name: str) -> Mapping[str, Any]:
    """Return the bundled weights of ``config/weights/NAME.json``."""
    text = bundled("config", "weights", f"{name}.json").read_text(encoding="utf-8")
    weights: Mapping[str, Any] = json.loads(text)
    return weights


def probability(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Return the probability, 0 to 1, that a model with a bias gives; a feature that is not given is 0."""
    score = weights.get("bias", 0.0) + sum(
        weights.get(name, 0.0) * value for name, value in features.items() if name != "bias"
    )
    return 1.0 / (1.0 + math.exp(-max(-FARTHEST_SCORE, min(FARTHEST_SCORE, score))))


def log_odds(chance: float) -> float:
    """Return the logarithm of the odds of a probability, within about 7 either way."""
    kept = min(0.999, max(0.001, chance))
    return math.log(kept / (1 - kept))
