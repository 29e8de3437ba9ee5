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
_NONE = Decimal(0)
_TABLE = load_phrases("checkworthiness")
_WORD_LISTS = {name: word_set(_TABLE, name) for name in _TABLE}
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_DIGIT = re.compile(r"\d")
_PAST_ENDING = re.compile(r"[a-z]{3}ed\b")
_NAME = re.compile(r"(?<=[\w,;:’'] )[A-Z][^\W\d_]+|\b[A-Z]{2,}\b")

_FEW_WORDS = 5
_LONG_QUOTE_CHARACTERS = 120

SENTENCE_FEATURES = (*_WORD_LISTS, "figure", "past_ending", "name", "question", "few_words")
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


def _sum(weights: Mapping[str, Decimal], features: Iterable[str]) -> Decimal:
    return sum((weights.get(name, _NONE) for name in features), _NONE)


def _within(total: Decimal) -> Decimal:
    return min(max(total, Decimal(0)), Decimal(1)).quantize(_PLACES)


def sentence_features(sentence: str) -> list[str]:
    """Return the names of the features that a sentence has."""
    lower = sentence.lower().replace("’", "'")
    said = _WORD.findall(lower)
    words = frozenset(said)
    holds = {
        **{name: not words.isdisjoint(listed) for name, listed in _WORD_LISTS.items()},
        "figure": _DIGIT.search(sentence) is not None,
        "past_ending": _PAST_ENDING.search(lower) is not None,
        "name": any(one.lower() not in _WORD_LISTS["time"] for one in _NAME.findall(sentence)),
        "question": sentence.rstrip("\"”’') ").endswith("?"),
        "few_words": len(said) < _FEW_WORDS,
    }
    return [name for name, has in holds.items() if has]


def finding_features(finding: Finding) -> list[str]:
    """Return the names of the features that a finding has besides its sentence's, its kind among them."""
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
    return [name for name, has in holds.items() if has]
