"""Measures how much of a claim's words, names and figures its sources hold, for the confidence model."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from factdesk.claims.alike import Term, read_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.ranking import Reached
from factdesk.evidence.said_figures import read_figures
from factdesk.model import FacetComparison, FacetOutcome
from factdesk.verdicts.unsupported import measure_words, reach, word_chances
from factdesk.verdicts.word_features import ClaimWord

OVERLAP = (
    *("plain_1", "plain_1_near", "plain_3", "plain_3_near", "plain_all", "exact_all"),
    *("cover_1", "cover_3", "rows", "threes", "best_share"),
)
"""Features that grow with the words that claim and source have in common: ``plain`` by the fixed weights of
terms, ``cover`` by these times idf, ``near`` with the neighbouring sentences, ``rows`` and ``threes`` by two
and three words in a row."""

LACKING = (
    *("missing_3_near", "missing_all", "names_missing_3", "numbers_missing_3", "words_missing_3"),
    *("any_unbacked", "stretch_least", "chance_most", "marked", "negation_differs"),
)
"""Features of what the source lacks or turns round; ``missing`` counts terms, on a scale of logarithms."""

SIZES = ("names", "figures", "claim_words", "source_length")

FACETS = ("facets", *(f"facet_{outcome.value}" for outcome in FacetOutcome))
"""How many facets were compared, and the share of each outcome among them."""

FEATURES = (*OVERLAP, *LACKING, *SIZES, *FACETS)
"""Names of the features, all about between 0 and 1."""

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|hardly)\b|n['’]t\b", re.IGNORECASE
)
_MARKED = 0.35


def measure(
    text: str,
    sources: Sequence[ParsedSource],
    best_share: float = 0.0,
    facets: Sequence[FacetComparison] = (),
) -> Mapping[str, float]:
    """Return the features of a claim against its sources; the closest source counts."""
    measured = [_measure_one(text, source) for source in sources if source.passages]
    best = max(measured, key=lambda one: one["cover_3"], default=dict.fromkeys(FEATURES, 0.0))
    return {**best, "best_share": best_share, **_outcomes(facets)}


def _outcomes(facets: Sequence[FacetComparison]) -> dict[str, float]:
    found = {f"facet_{one.value}": 0.0 for one in FacetOutcome}
    for facet in facets:
        found[f"facet_{facet.outcome.value}"] += 1 / len(facets)
    return {**found, "facets": min(1.0, len(facets) / 6)}


def _measure_one(text: str, source: ParsedSource) -> dict[str, float]:
    reached = reach(text, source)
    numbers = [one.number for one in reached.best(3)]
    claim_words, measured = measure_words(text, source)
    return {
        **_overlap(text, reached, numbers),
        **_missing(reached, numbers),
        **_words(claim_words, measured),
        "negation_differs": _negation_differs(text, source, numbers[:1]),
        "any_unbacked": max((one.get("unbacked", 0.0) for one in measured), default=0.0),
        "figures": min(1.0, len(read_figures(text)) / 5),
        "source_length": min(1.0, math.log1p(len(source.passages)) / 6),
    }


def _overlap(text: str, reached: Reached, numbers: Sequence[int]) -> dict[str, float]:
    stems = [term.stem for term in read_terms(text).terms]
    in_a_row = reached.index.in_a_row
    rows = [in_a_row(one, other) for one, other in pairwise(stems)]
    threes = [one & other for one, other in pairwise(rows)]
    return {
        "plain_1": _plain(reached, numbers[:1]),
        "plain_1_near": _plain(reached, _with_neighbours(numbers[:1])),
        "plain_3": _plain(reached, numbers),
        "plain_3_near": _plain(reached, _with_neighbours(numbers)),
        "plain_all": _plain_share(reached, [term for term in reached.terms if reached.holding[term.stem]]),
        "exact_all": _mean([float(bool(exact)) for exact in reached.exact.values()]),
        "cover_1": _covered(reached, numbers[:1]),
        "cover_3": _covered(reached, numbers),
        "rows": _mean([float(bool(one)) for one in rows]),
        "threes": _mean([float(bool(one)) for one in threes]),
    }


def _missing(reached: Reached, numbers: Sequence[int]) -> dict[str, float]:
    near = _with_neighbours(numbers)
    lacking = _lacking(reached, numbers)
    return {
        "missing_3_near": _counted(len(_lacking(reached, near))),
        "missing_all": _counted(sum(not holding for holding in reached.holding.values())),
        "names_missing_3": _counted(sum(term.form == "name" for term in lacking)),
        "numbers_missing_3": _counted(sum(term.form == "number" for term in lacking)),
        "words_missing_3": _counted(sum(term.form == "word" and term.weight >= 1 for term in lacking)),
        "names": _counted(sum(term.form == "name" for term in reached.terms)),
        "claim_words": _counted(sum(term.weight >= 1 for term in reached.terms)),
    }


def _counted(count: int) -> float:
    return math.log1p(count) / 3


def _with_neighbours(numbers: Iterable[int]) -> set[int]:
    return {beside for number in numbers for beside in (number - 1, number, number + 1)}


def _lacking(reached: Reached, numbers: Iterable[int]) -> list[Term]:
    wanted = set(numbers)
    return [term for term in reached.terms if not reached.holding[term.stem] & wanted]


def _plain(reached: Reached, numbers: Iterable[int]) -> float:
    """Return the share of the claim's fixed weight that some sentences hold together."""
    wanted = set(numbers)
    return _plain_share(reached, [term for term in reached.terms if reached.holding[term.stem] & wanted])


def _plain_share(reached: Reached, held: Iterable[Term]) -> float:
    total = sum(term.weight for term in reached.terms)
    return sum(term.weight for term in held) / total if total else 0.0


def _covered(reached: Reached, numbers: Iterable[int]) -> float:
    """Return the share of the claim's weight times idf that some sentences hold together."""
    stems = {stem for number in numbers for stem in reached.held[number]}
    return sum(reached.weights[stem] for stem in stems) / reached.total if reached.total else 0.0


def _words(claim_words: Sequence[ClaimWord], measured: list[dict[str, float]]) -> dict[str, float]:
    """Return what the marking of unsupported words says of all words, and how well each stretch is held."""
    chances = word_chances(claim_words, measured)
    held = [1 - one["stretch_absent_3"] for one in measured]
    return {
        "stretch_least": min(held, default=1.0),
        "chance_most": max(chances, default=0.0),
        "marked": _mean([float(chance >= _MARKED) for chance in chances]),
    }


def _negation_differs(text: str, source: ParsedSource, numbers: Sequence[int]) -> float:
    """Return 1 where only one of claim and nearest passage has a word of denial."""
    said = [source.passages[number].span.cut(source.text) for number in numbers]
    return float(any(bool(_NEGATION.search(text)) != bool(_NEGATION.search(one)) for one in said))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
