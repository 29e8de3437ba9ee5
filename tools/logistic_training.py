"""Trains logistic models by Newton's method with an L2 penalty; the same rows give the same weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256

STEPS = 12
CLOSE_ENOUGH = 1e-7
PLACES = 4
FOLDS = 5

Features = Mapping[str, float]


def train(rows: Sequence[tuple[Features, bool, float]], penalty: float) -> dict[str, float]:
    """Return the weights of (features, answer, weight of the row), with ``bias``, rounded to 4 places."""
    names = ["bias", *sorted({name for features, *_ in rows for name in features})]
    place = {name: at for at, name in enumerate(names)}
    sparse = [
        ([(0, 1.0), *((place[name], value) for name, value in features.items() if value)], answer, weight)
        for features, answer, weight in rows
    ]
    weights = [0.0] * len(names)
    for _ in range(STEPS):
        step = _solve(*_slope_and_curve(sparse, weights, penalty))
        weights = [one + change for one, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < CLOSE_ENOUGH:
            break
    return {name: round(weight, PLACES) for name, weight in zip(names, weights, strict=True)}


def _slope_and_curve(sparse, weights, penalty):
    size = len(weights)
    slope = [0.0, *(-penalty * one for one in weights[1:])]
    curve = [[0.0] * size for _ in range(size)]
    for at in range(size):
        curve[at][at] = penalty if at else 1e-9
    for cells, answer, row_weight in sparse:
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(weights[at] * value for at, value in cells)))))
        error, bend = row_weight * (answer - chance), row_weight * chance * (1 - chance)
        for at, value in cells:
            slope[at] += error * value
            row, bent = curve[at], bend * value
            for other, other_value in cells:
                row[other] += bent * other_value
    return curve, slope


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a system of linear equations by elimination with the largest pivot."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda other: abs(rows[other][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            if factor:
                rows[below] = [one - factor * top for one, top in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(rows[at][other] * found[other] for other in range(at + 1, size))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found


def fold_of(key: str) -> int:
    """Return the fold of a key: by digits of its sha256 that the split into halves does not use."""
    return int(sha256(key.encode()).hexdigest()[8:16], 16) % FOLDS


def is_tuned(key: str) -> bool:
    """Whether a key belongs to the half that may be trained on, as the quality measures split it."""
    return sha256(key.encode()).hexdigest()[0] in "01234567"
