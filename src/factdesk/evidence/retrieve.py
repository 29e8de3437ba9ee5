"""Chooses the passages of a source that bear on a claim.

Rare words count more (idf over the source's own sentences), without length normalisation. Passages to
*show* are chosen greedily, each for what the earlier ones do not cover. Passages to *compare* are all
those above a fixed mark: the weights there do not depend on the source, so that a paragraph that has
nothing to do with the claim changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factdesk.claims.alike import Term, Terms, coverage
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
    found = []
    for passage in source.passages:
        terms = source.terms(passage.number)
        share = coverage(claimed.terms, terms)
        if share >= BEARING_SHARE or _shares_figure(claimed.terms, terms):
            found.append(Retrieved(passage, share))
    found.sort(key=lambda one: (-one.share, one.passage.number))
    return found[:MOST_COMPARED]


def _shares_figure(claimed: Sequence[Term], found: Terms) -> bool:
    return any(term.form == "number" and len(term.stem) > 1 and term.stem in found.stems for term in claimed)


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
