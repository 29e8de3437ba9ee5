"""Marks the words of a claim that no passage of a source backs, for the reviewer. It changes no rating.

Two small logistic models look at each word: the first at the word and the passages that come nearest to
the claim, the second also at the first one's answers for the words around it, since what is not backed is
mostly a whole stretch ("on the morning of the race"). Weights and how they were trained are in
``config/weights/unsupported.json``.
"""

from __future__ import annotations

from collections.abc import Sequence

from factdesk.claims.alike import read_terms
from factdesk.evidence.figure_backing import unbacked_figures
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.ranking import Reached, best_numbers
from factdesk.model import Span
from factdesk.verdicts.logistic import probability, read_weights
from factdesk.verdicts.word_features import ClaimWord, WordMeasures, measure_again, read_claim_words

LOOKED_AT = 3
"""Passages that are looked at, as many as are shown."""

_Features = list[dict[str, float]]


def find_unsupported(text: str, source: ParsedSource, shown: Sequence[int] = ()) -> tuple[Span, ...]:
    """Return the stretches of a claim that a source does not back, in reading order.

    ``shown`` are the numbers of the passages that decided, the first first. Nothing is marked where the
    source has nothing to do with the claim at all, and nothing in a claim without words.
    """
    claim_words, features = measure_words(text, source, shown)
    if not claim_words or not source.passages:
        return ()
    chances = word_chances(claim_words, features)
    threshold = float(read_weights("unsupported")["threshold"])
    return join_marked([w for w, c in zip(claim_words, chances, strict=True) if c >= threshold], claim_words)


def measure_words(
    text: str, source: ParsedSource, shown: Sequence[int] = ()
) -> tuple[tuple[ClaimWord, ...], _Features]:
    """Return the words of a claim with the features of the first look."""
    claimed = read_terms(text)
    claim_words = read_claim_words(text, claimed)
    reached = Reached(claimed, source.index)
    numbers = best_numbers(reached, LOOKED_AT, shown)
    measures = WordMeasures(claim_words, reached, numbers, unbacked_figures(text, source))
    return claim_words, measures.features()


def word_chances(claim_words: Sequence[ClaimWord], features: _Features) -> list[float]:
    """Return for each word the probability that it is not backed."""
    weights = read_weights("unsupported")
    first = [probability(weights["first"], one) for one in features]
    return [probability(weights["second"], one) for one in measure_again(claim_words, first, features)]


def join_marked(marked: Sequence[ClaimWord], claim_words: Sequence[ClaimWord]) -> tuple[Span, ...]:
    """Return the spans of the marked words; those with no other word between them are one span."""
    places = {word.span.start: at for at, word in enumerate(claim_words)}
    joined: list[Span] = []
    last = -2
    for word in marked:
        at = places[word.span.start]
        if joined and at == last + 1:
            joined[-1] = Span(joined[-1].start, word.span.end)
        else:
            joined.append(word.span)
        last = at
    return tuple(joined)
