"""Marks the words of a claim that no passage of a source backs, for the reviewer. It changes no rating.

Two small logistic models look at each word: the first at the word and the passages that come nearest to
the claim, the second also at the first one's answers for the words around it, since what is not backed is
mostly a whole stretch ("on the morning of the race"). Weights and how they were trained are in
``config/weights/unsupported.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factdesk.claims.alike import read_terms
from factdesk.evidence.figure_backing import unbacked_figures
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.ranking import Reached, best_numbers
from factdesk.model import FacetComparison, FacetOutcome, Span
from factdesk.text.words import content_stems
from factdesk.verdicts.logistic import probability, read_weights
from factdesk.verdicts.word_features import ClaimWord, WordMeasures, measure_again, read_claim_words

LOOKED_AT = 3
"""Passages that are looked at, as many as are shown."""

NEARLY_CERTAIN = 0.6
"""From this probability on a word is marked although every facet of the claim matched."""

_KEPT = 16
"""Claims, each with a source, whose measures are kept: a verdict asks for them twice."""

_Features = list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class LookedIn:
    """A source, and the numbers of those of its passages that decided, the first first."""

    source: ParsedSource
    shown: tuple[int, ...] = ()


def find_unsupported(
    text: str,
    looked_in: Sequence[LookedIn],
    *,
    is_shown: bool = False,
    facets: Sequence[FacetComparison] = (),
) -> tuple[Span, ...]:
    """Return the stretches of a claim that no source backs, in reading order.

    What a facet matched is backed, though by other words ("Portugal" by Lisbon).

    ``is_shown`` says that every facet of the claim matched: then only what is nearly certain is marked.
    Nothing is marked where no passage was looked at, and nothing in a claim without words.
    """
    of_sources = [measure_words(text, one.source, one.shown) for one in looked_in if one.source.passages]
    if not of_sources or not of_sources[0][0]:
        return ()
    claim_words = of_sources[0][0]
    by_source = [word_chances(claim_words, features) for _, features in of_sources]
    least = NEARLY_CERTAIN if is_shown else float(read_weights("unsupported")["threshold"])
    marked = [
        word
        for word, chances in zip(claim_words, zip(*by_source, strict=True), strict=True)
        if min(chances) >= least
    ]
    matched = _matched_in(text, facets)
    kept = [word for word in marked if not any(one.overlaps(word.span) for one in matched)]
    joined = join_marked(kept, claim_words)
    return tuple(one for one in joined if not matched or content_stems(one.cut(text)))


def _matched_in(text: str, facets: Sequence[FacetComparison]) -> list[Span]:
    """Return where the words of matched facets stand in a claim."""
    said = {one.claimed for one in facets if one.outcome is FacetOutcome.MATCH and one.claimed}
    return [Span(*match.span()) for words in said for match in re.finditer(re.escape(words), text)]


def measure_words(
    text: str, source: ParsedSource, shown: Sequence[int] = ()
) -> tuple[tuple[ClaimWord, ...], _Features]:
    """Return the words of a claim with the features of the first look."""
    return _measured(text, source, tuple(best_numbers(reach(text, source), LOOKED_AT, shown)))


@lru_cache(maxsize=_KEPT)
def reach(text: str, source: ParsedSource) -> Reached:
    """Return what each sentence of a source holds of a claim; marking and measuring both ask for it."""
    return Reached(read_terms(text), source.index)


@lru_cache(maxsize=_KEPT)
def _measured(
    text: str, source: ParsedSource, numbers: tuple[int, ...]
) -> tuple[tuple[ClaimWord, ...], _Features]:
    reached = reach(text, source)
    claim_words = read_claim_words(text, read_terms(text))
    first = [beside for one in numbers[:1] for beside in _with_antecedent(one, source)]
    measures = WordMeasures(claim_words, reached, numbers, first, unbacked_figures(text, source))
    return claim_words, measures.features()


def _with_antecedent(number: int, source: ParsedSource) -> tuple[int, ...]:
    """Return a sentence and the one before it in its paragraph, which holds what "it" stands for."""
    passages = source.passages
    if number and passages[number - 1].paragraph == passages[number].paragraph:
        return (number - 1, number)
    return (number,)


def word_chances(claim_words: Sequence[ClaimWord], features: _Features) -> list[float]:
    """Return for each word the probability that it is not backed."""
    weights = read_weights("unsupported")
    first = [probability(weights["first"], one) for one in features]
    again = [probability(weights["second"], one) for one in measure_again(claim_words, first, features)]
    return [0.0 if is_held(one) else chance for one, chance in zip(features, again, strict=True)]


def is_held(features: Mapping[str, float]) -> bool:
    """Whether the first passage has the word itself, or one that says the same: it is never marked."""
    return not features.get("small") and not features.get("absent_1")


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


def sentences_of(source: ParsedSource, shown: Sequence[Span]) -> tuple[int, ...]:
    """Return the numbers of the sentences in which passages that are shown begin."""
    return tuple(dict.fromkeys(source.sentence_at(one.start) for one in shown))


def within(marked: Sequence[Span], quote: Span) -> tuple[Span, ...]:
    """Return what of the marks lies in a quote, as spans relative to its start."""
    clipped = (
        Span(max(one.start, quote.start), min(one.end, quote.end)) for one in marked if one.overlaps(quote)
    )
    return tuple(one.shifted(-quote.start) for one in clipped)
