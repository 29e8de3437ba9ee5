"""Chooses the passages of a source that bear on a claim.

Rare words count more (idf over the source's own sentences), without length normalisation. Passages to
*show* are chosen greedily, each for what the earlier ones do not cover. Passages to *compare* are all
those above a fixed mark: the weights there do not depend on the source, so that a paragraph that has
nothing to do with the claim changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from factdesk.claims.alike import Term, Terms, coverage
from factdesk.evidence.passages import ParsedSource, Passage

BEARING_SHARE = 0.16
"""A sentence that holds less of a claim's weight does not bear on it."""

MOST_COMPARED = 16
MOST_SHOWN = 3


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


def choose_shown(claimed: Terms, source: ParsedSource) -> list[Passage]:
    """Return up to three passages that together hold most of a claim's rare words (greedy idf)."""
    sentences = [(passage, source.terms(passage.number)) for passage in source.passages]
    open_terms = rarities(claimed, [terms for _, terms in sentences])
    shown: list[Passage] = []
    while len(shown) < MOST_SHOWN and open_terms:
        best, gain = None, 0.0
        for passage, terms in sentences:
            worth = sum(weight for term, weight in open_terms.items() if terms.holds(term))
            if worth > gain + 1e-9:
                best, gain = (passage, terms), worth
        if best is None or gain < 1.0:
            break
        shown.append(best[0])
        open_terms = {term: weight for term, weight in open_terms.items() if not best[1].holds(term)}
    return shown


def rarities(claimed: Terms, sentences: Sequence[Terms]) -> dict[Term, float]:
    """Return the weight of each claimed term: its own weight times its idf over the sentences."""
    return {term: _rarity(term, sentences) for term in claimed.terms}


def _rarity(term: Term, sentences: Sequence[Terms]) -> float:
    holding = sum(1 for terms in sentences if terms.holds(term))
    return term.weight * math.log(1 + len(sentences) / (1 + holding))
