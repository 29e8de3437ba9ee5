"""Ranks the sentences of a source for a claim: each for what it holds that the earlier ones do not.

A term counts by its own weight times its idf over the source's sentences. Marks below were tried on the
tuned half of WiCE's development claims alone; each of them raised recall of the first three there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from factdesk.claims.alike import Term, Terms
from factdesk.evidence.sentence_index import SentenceIndex

ALIKE = 0.7
"""What a kindred word, or one that says the same, counts against the claim's own word."""

HELD_BEFORE = 0.4
"""What a term counts that an earlier passage holds already."""

IN_A_ROW = 0.4
"""What two claimed words in a row count on top, against the mean of the two."""

NEIGHBOUR = 0.15
"""What a term counts that stands only in the sentence before or after."""

SHORTEST, LENGTH_POWER = 10, 0.15
"""Long sentences hold more by chance: a gain is divided by a low power of the terms."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The number of a sentence and its gain over the weight of all claimed terms, about 0 to 1."""

    number: int
    gain: float


class Reached:
    """What each sentence of one source holds of one claim: asked for by ranking, by marking and by features.

    ``terms`` are the claim's terms, each stem once; ``weights`` their weight times idf.
    """

    def __init__(self, claimed: Terms, index: SentenceIndex) -> None:
        self.index = index
        self.terms: tuple[Term, ...] = tuple({term.stem: term for term in claimed.terms}.values())
        self.holding = {term.stem: index.holding(term) for term in self.terms}
        self.exact = {term.stem: index.exact(term) for term in self.terms}
        self.weights = {
            term.stem: term.weight * math.log(1 + len(index) / (1 + len(self.holding[term.stem])))
            for term in self.terms
        }
        self.total = sum(self.weights.values())
        self.held = self._held()
        rows = zip(claimed.terms, claimed.terms[1:], strict=False)
        self._rows = {(one.stem, other.stem) for one, other in rows}
        self._ranked: dict[int, list[Ranked]] = {}

    def best(self, most: int) -> list[Ranked]:
        """Return the sentences as `rank` does; they are ranked once."""
        if most not in self._ranked:
            self._ranked[most] = rank(self, most)
        return self._ranked[most]

    def _held(self) -> dict[int, dict[str, float]]:
        """Return for each sentence that holds anything the stems that it holds and how closely."""
        held: dict[int, dict[str, float]] = {}
        for term in self.terms:
            exact = self.exact[term.stem]
            for number in self.holding[term.stem]:
                held.setdefault(number, {})[term.stem] = 1.0 if number in exact else ALIKE
        return held

    def covers(self) -> dict[int, float]:
        """Return for each sentence that holds anything its share of the claimed weight."""
        total = self.total or 1.0
        return {n: sum(self.weights[stem] for stem in stems) / total for n, stems in self.held.items()}

    def fixed_gains(self) -> dict[int, float]:
        """Return what a sentence gains by words in a row and by its neighbours, whatever came before."""
        gains = {number: self._from_neighbours(number) for number in self.held}
        for one, other in self._rows:
            for number in self.index.in_a_row(one, other):
                gains[number] += IN_A_ROW * (self.weights[one] + self.weights[other]) / 2
        return gains

    def _from_neighbours(self, number: int) -> float:
        own = self.held[number]
        return sum(
            NEIGHBOUR * self.weights[stem] * max(0.0, close - own.get(stem, 0.0))
            for beside in (number - 1, number + 1)
            for stem, close in self.held.get(beside, {}).items()
        )


def rank(reached: Reached, most: int) -> list[Ranked]:
    """Return up to ``most`` sentences, the best first; ties in reading order, no two with the same terms."""
    fixed = reached.fixed_gains()
    covered: dict[str, float] = {}
    ranked: list[Ranked] = []
    left = sorted(reached.held)
    while left and len(ranked) < most:
        gains = [
            (_gain(reached, number, covered) + fixed[number]) / _length(reached, number) for number in left
        ]
        best = max(range(len(left)), key=lambda at: (gains[at], -left[at]))
        chosen = left[best]
        ranked.append(Ranked(chosen, gains[best] / reached.total if reached.total else 0.0))
        covered = _with(covered, reached.held[chosen])
        left = [number for number in left if number != chosen and not _is_twin(reached, number, chosen)]
    return ranked


def _gain(reached: Reached, number: int, covered: dict[str, float]) -> float:
    gain = 0.0
    for stem, close in reached.held[number].items():
        before = covered.get(stem, 0.0)
        gain += reached.weights[stem] * (max(0.0, close - before) + HELD_BEFORE * min(close, before))
    return gain


def _length(reached: Reached, number: int) -> float:
    return float((reached.index.lengths[number] + SHORTEST) ** LENGTH_POWER)


def _with(covered: dict[str, float], held: dict[str, float]) -> dict[str, float]:
    return {**covered, **{stem: max(close, covered.get(stem, 0.0)) for stem, close in held.items()}}


def _is_twin(reached: Reached, number: int, other: int) -> bool:
    """Whether two sentences say the same words: a page often prints a line twice."""
    return reached.index.said(number) == reached.index.said(other)


def best_numbers(reached: Reached, most: int, first: Sequence[int] = ()) -> list[int]:
    """Return the numbers of the best sentences, those of ``first`` before all."""
    ranked = [one.number for one in reached.best(most)]
    return list(dict.fromkeys((*first, *ranked)))[:most]
