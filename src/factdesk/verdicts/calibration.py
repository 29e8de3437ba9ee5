"""Says how good probabilities are: pairs of a probability and whether it came true, in any order."""

from __future__ import annotations

from collections.abc import Sequence

BINS = 10

Told = Sequence[tuple[float, bool]]


def reliability(told: Told) -> list[dict[str, float | int]]:
    """Return a line a tenth that has any: edges, mean probability, share that came true, how many."""
    found: list[dict[str, float | int]] = []
    for at in range(BINS):
        inside = [(chance, came) for chance, came in told if min(BINS - 1, int(chance * BINS)) == at]
        if inside:
            mean = sum(chance for chance, _ in inside) / len(inside)
            right = sum(came for _, came in inside) / len(inside)
            edges = {"from": at / BINS, "to": (at + 1) / BINS}
            found.append({**edges, "confidence": round(mean, 4), "right": round(right, 4), "n": len(inside)})
    return found


def calibration_error(told: Told) -> float:
    """Return the expected calibration error: the mean distance of probability and truth over ten tenths."""
    if not told:
        return 0.0
    gaps = (abs(one["confidence"] - one["right"]) * one["n"] for one in reliability(told))
    return sum(gaps) / len(told)


def area_under_curve(told: Told) -> float:
    """Return how often something true has the higher probability than something false; ties count half."""
    true, false = _sides(told)
    wins = sum((one > other) + (one == other) / 2 for one in true for other in false)
    return wins / (len(true) * len(false)) if true and false else 0.0


def balanced_accuracy(told: Told, cut: float) -> float:
    """Return the mean of the shares rightly told among the true and among the false, from ``cut`` on true."""
    true, false = _sides(told)
    if not true or not false:
        return 0.0
    return (sum(one >= cut for one in true) / len(true) + sum(one < cut for one in false) / len(false)) / 2


def _sides(told: Told) -> tuple[list[float], list[float]]:
    return [chance for chance, came in told if came], [chance for chance, came in told if not came]
