"""Arithmetic of the scorers: splits, overlaps, matching one to one, precision and recall."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Row = dict[str, Any]
Part = Literal["tune", "held"]
Interval = tuple[int, int]

LEAST_OVERLAP = 0.5
"""Share of the shorter quote that two quotes must have in common to be the same claim."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of each part of a set.

    ``held`` is the figure that floors are pinned on; where a set is not split, only ``whole`` is given.
    ``count`` is how many cases the pinned figure rests on.
    """

    name: str
    whole: float | None
    tune: float | None = None
    held: float | None = None
    count: int = 0

    @property
    def figure(self) -> float | None:
        """The figure that floors are pinned on."""
        return self.whole if self.held is None else self.held


@dataclass(frozen=True, slots=True)
class Scored:
    """What one scorer brought: its measures, and the errors of the tune part as lines to read."""

    measures: tuple[Measure, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one part, enough for precision and recall."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.found + other.found, self.gold + other.gold)

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None when nothing was found."""
        return share(self.right, self.found)

    @property
    def recall(self) -> float | None:
        """Share of what should be found that was; None when there is nothing to find."""
        return share(self.right, self.gold)


def share(part: float, whole: float) -> float | None:
    """Return ``part / whole``, or None when there is no whole."""
    return part / whole if whole else None


def part_of(key: str) -> Part:
    """Return the part that a case belongs to, by the first hex digit of its key's sha256."""
    return "tune" if hashlib.sha256(key.encode()).hexdigest()[0] in "01234567" else "held"


def read_rows(path: Path) -> list[Row]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def overlap(one: Interval, other: Interval) -> float:
    """Return the shared characters over the shorter interval's length."""
    shorter = min(one[1] - one[0], other[1] - other[0])
    return max(0, min(one[1], other[1]) - max(one[0], other[0])) / shorter if shorter > 0 else 0.0


def places_of(quote: str, text: str) -> list[Interval]:
    """Return every place where ``quote`` stands in ``text``."""
    places, start = [], text.find(quote)
    while start >= 0:
        places.append((start, start + len(quote)))
        start = text.find(quote, start + 1)
    return places


def quote_overlap(quote: str, text: str, found: Interval) -> float:
    """Return the best overlap of ``found`` with a place where ``quote`` stands."""
    return max((overlap(place, found) for place in places_of(quote, text)), default=0.0)


def match_one_to_one(
    golds: Sequence[Row], founds: Sequence[Row], fit: Callable[[Row, Row], float]
) -> list[tuple[int, int]]:
    """Return the largest one-to-one matching of golds and founds that fit (``fit`` above 0).

    Augmenting paths, the best fit tried first: as many pairs as can be, whatever the order found.
    """
    wishes = [
        sorted(
            (n for n in range(len(founds)) if fit(gold, founds[n]) > 0), key=lambda n: -fit(gold, founds[n])
        )
        for gold in golds
    ]
    taken: dict[int, int] = {}

    def place(gold: int, tried: set[int]) -> bool:
        for found in wishes[gold]:
            if found in tried:
                continue
            tried.add(found)
            if found not in taken or place(taken[found], tried):
                taken[found] = gold
                return True
        return False

    for gold in range(len(golds)):
        place(gold, set())
    return sorted((gold, found) for found, gold in taken.items())


def is_near(found: float | None, gold: float | None, *, within: float = 0.0, ratio: float = 1e-6) -> bool:
    """Whether two numbers are equal up to ``within`` (absolute) or ``ratio`` (of the gold one)."""
    if found is None or gold is None:
        return found is None and gold is None
    return abs(found - gold) <= max(within, abs(gold) * ratio)


def parts_measure(name: str, figure: Callable[[Iterable[Part]], tuple[float | None, int]]) -> Measure:
    """Return a measure of both parts from a function that scores the parts it is given."""
    held, count = figure(("held",))
    return Measure(name, figure(("tune", "held"))[0], figure(("tune",))[0], held, count)
