"""Scores how much a sentence, or a finding in it, is worth checking: a sum that a person can read.

Each feature is a trait that a reader sees ("names a time", "tells a deed", "is a question"); each has one
weight in ``config/weights/checkworthiness.toml``, and the words lie in
``tables/checkworthiness.toml``. ``tools/train_checkworthiness.py`` writes the weights.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache

from factdesk.claims.findings import Finding
from factdesk.claims.phrases import load_phrases, word_set
from factdesk.model import Bound, FacetName, Flag, Span
from factdesk.resources import bundled

WEIGHTS = ("config", "weights", "checkworthiness.toml")

_PLACES = Decimal("0.0001")
_TABLE = load_phrases("checkworthiness")
_WORD_LISTS = {name: word_set(_TABLE, name) for name in _TABLE}
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_DIGIT = re.compile(r"\d")
_UNIT = re.compile(r"[%£$€¥₹₽]|\bper ?cent\b")
_PAST_ENDING = re.compile(r"[a-z]{3}ed\b")
_NAME = re.compile(r"(?<=[\w,;:’'] )[A-Z][^\W\d_]+|\b[A-Z]{2,}\b")
_QUOTATION = re.compile(r"[\"“”«»]")

_FEW_WORDS = 5
_MANY_WORDS = 40
"""A sentence of so many words has the whole weight of its length; a longer one has no more."""
_LONG_QUOTE_CHARACTERS = 120

SENTENCE_FEATURES = (
    *_WORD_LISTS,
    *("figure", "unit", "past_ending", "name", "several_names", "question", "quotation"),
    *("few_words", "length"),
)
"""What any sentence may have, by name."""

FINDING_FEATURES = (
    *("sellout", "price", "poll", "exact_value", "bounded_value", "relation", "entity", "item"),
    *("population", "dated", "attributed", "parts", "quoted", "uncertain", "long_quote"),
)
"""What a finding may have besides; a kind that is not named here counts as none."""


def score_sentence(sentence: str) -> Decimal:
    """Return the score of any sentence, from 0 to 1, to 4 places."""
    weights = _weights()["sentence"]
    return _within(weights["base"] + _sum(weights, sentence_features(sentence)))


def score_findings(findings: Iterable[Finding], text: str) -> Iterator[Finding]:
    """Yield the findings of a text with their scores; sentences without a finding cost nothing."""
    weights = _weights()
    said: dict[Span, Decimal] = {}
    for finding in findings:
        if finding.sentence not in said:
            features = sentence_features(finding.sentence.cut(text))
            said[finding.sentence] = weights["finding"]["base"] + _sum(weights["sentence"], features)
        total = said[finding.sentence] + _sum(weights["finding"], finding_features(finding))
        yield replace(finding, checkworthiness=_within(total))


@cache
def _weights() -> Mapping[str, Mapping[str, Decimal]]:
    with bundled(*WEIGHTS).open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def _sum(weights: Mapping[str, Decimal], features: Mapping[str, Decimal]) -> Decimal:
    return sum((weights.get(name, 0) * share for name, share in features.items()), Decimal(0))


def _within(total: Decimal) -> Decimal:
    return min(max(total, Decimal(0)), Decimal(1)).quantize(_PLACES)


def sentence_features(sentence: str) -> dict[str, Decimal]:
    """Return the features that a sentence has, each as its share of the weight (1, or the length's)."""
    lower = sentence.lower().replace("’", "'")
    said = _WORD.findall(lower)
    words = frozenset(said)
    names = [one for one in _NAME.findall(sentence) if one.lower() not in _WORD_LISTS["time"]]
    holds = {
        **{name: not words.isdisjoint(listed) for name, listed in _WORD_LISTS.items()},
        "figure": _DIGIT.search(sentence) is not None,
        "unit": _UNIT.search(lower) is not None,
        "past_ending": _PAST_ENDING.search(lower) is not None,
        "name": bool(names),
        "several_names": len(names) > 1,
        "question": sentence.rstrip("\"”’') ").endswith("?"),
        "quotation": _QUOTATION.search(sentence) is not None,
        "few_words": len(said) < _FEW_WORDS,
    }
    features = {name: Decimal(1) for name, has in holds.items() if has}
    return features | {"length": Decimal(min(len(said), _MANY_WORDS)) / _MANY_WORDS}


def finding_features(finding: Finding) -> dict[str, Decimal]:
    """Return the features that a finding has besides those of its sentence, its kind among them."""
    roles = {value.role for value in finding.values}
    has_facet = {facet.name for facet in finding.facets}
    holds = {
        finding.kind: True,
        "exact_value": any(value.bound is Bound.EXACT for value in finding.values),
        "bounded_value": any(value.bound is not Bound.EXACT for value in finding.values),
        "relation": bool(roles & {"ratio", "diff", "points", "from_percent"}),
        "entity": FacetName.ENTITY in has_facet,
        "item": FacetName.ITEM in has_facet,
        "population": FacetName.POPULATION in has_facet,
        "dated": FacetName.TIME in has_facet,
        "attributed": FacetName.ATTRIBUTION in has_facet,
        "parts": bool(finding.parts),
        "quoted": Flag.QUOTED in finding.flags,
        "uncertain": Flag.UNCERTAIN in finding.flags,
        "long_quote": len(finding.text) > _LONG_QUOTE_CHARACTERS,
    }
    return {name: Decimal(1) for name, has in holds.items() if has}
