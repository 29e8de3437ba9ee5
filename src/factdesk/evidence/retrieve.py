"""Chooses the passages of a source that bear on a claim.

Rare words count more (idf over the source's own sentences), without length normalisation. Passages to
*show* are chosen greedily, each for what the earlier ones do not cover. Passages to *compare* are all
those above a fixed mark: the weights there do not depend on the source, so that a paragraph that has
nothing to do with the claim changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from factdesk.claims.alike import Term, Terms
from factdesk.evidence.passages import ParsedSource, Passage
from factdesk.evidence.ranking import Reached, rank

BEARING_SHARE = 0.16
"""A sentence that holds less of a claim's weight does not bear on it."""

MOST_COMPARED = 16
MOST_SHOWN = 3

LEAST_GAIN = 0.05
"""A passage that adds less than this of a claim's weight is not worth a look."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage and the share of the claim's weight that it holds."""

    passage: Passage
    share: float


def retrieve(claimed: Terms, source: ParsedSource) -> list[Retrieved]:
    """Return the passages that bear on a claim, best first; ties in reading order."""
    shares = _shares(claimed.terms, source)
    figures = _with_figure(claimed.terms, source)
    found = [
        Retrieved(source.passages[number], share)
        for number, share in shares.items()
        if share >= BEARING_SHARE or number in figures
    ]
    found.sort(key=lambda one: (-one.share, one.passage.number))
    return found[:MOST_COMPARED]


def _shares(claimed: Sequence[Term], source: ParsedSource) -> dict[int, float]:
    """Return for each sentence that holds anything what `coverage` says of it; of all, of an empty claim."""
    total = 0.0
    held: defaultdict[int, float] = defaultdict(float)
    for term in claimed:
        total += term.weight
        for number in source.index.holding(term):
            held[number] += term.weight
    if not total:
        return dict.fromkeys(range(len(source.passages)), 1.0)
    return {number: weight / total for number, weight in held.items()}


def _with_figure(claimed: Sequence[Term], source: ParsedSource) -> set[int]:
    """Return the sentences that have a number of a claim, of two digits at least."""
    numbers = (term for term in claimed if term.form == "number" and len(term.stem) > 1)
    return {number for term in numbers for number in source.index.exact(term)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A passage to show, the number of its source, and its gain over the claim's weight there."""

    source: int
    passage: Passage
    gain: float


def choose_from(claimed: Terms, sources: Sequence[ParsedSource]) -> list[Chosen]:
    """Return up to three passages of several sources, the best first; of equals the earlier source's."""
    chosen = [
        Chosen(number, source.passages[one.number], one.gain)
        for number, source in enumerate(sources)
        for one in rank(Reached(claimed, source.index), MOST_SHOWN)
        if one.gain >= LEAST_GAIN
    ]
    return sorted(chosen, key=lambda one: -one.gain)[:MOST_SHOWN]
