"""Weighs the words around a figure: each cue that stands where it should adds its weight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from factdesk.claims.phrases import compile_hint, compile_phrase
from factdesk.model import Span

_WINDOW_CHARACTERS = 300
"""So far to each side of a figure a cue of its clause is looked for."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase, the side of the figure where it counts (before, after, left, right, clause), its weight."""

    side: str
    weight: float
    phrase: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues that are weighed together, and one expression that is fast to tell that none of them is there."""

    each: tuple[Cue, ...]
    any_phrase: re.Pattern[str]


def group_cues(cues: Iterable[Cue], table: Mapping[str, Any]) -> Cues:
    """Put cues of a phrase table together."""
    each = tuple(cues)
    return Cues(each, compile_hint((cue.phrase for cue in each), table))


def read_cues(table: Mapping[str, Any]) -> tuple[Cue, ...]:
    """Return the cues of a phrase table."""
    return tuple(_cue(entry, table) for entry in table["cue"])


@lru_cache(maxsize=64)
def holds_any(sentence: str, phrases: re.Pattern[str]) -> bool:
    """Whether any of many phrases stands in a sentence: asked once for all of its figures."""
    return phrases.search(sentence) is not None


def weigh(text: str, sentence: Span, clause: Span, figure: Span, cues: Cues) -> float:
    """Return the sum of the weights of the cues that hold for a figure of a clause of a sentence."""
    if not holds_any(sentence.cut(text), cues.any_phrase):
        return 0.0
    left = text[max(clause.start, figure.start - _WINDOW_CHARACTERS) : figure.start]
    right = text[figure.end : min(clause.end, figure.end + _WINDOW_CHARACTERS)]
    return sum(cue.weight for cue in cues.each if _holds(cue, left, right))


def _cue(entry: Mapping[str, Any], table: Mapping[str, Any]) -> Cue:
    phrase = str(entry["phrase"])
    if entry["side"] == "before":
        pattern = compile_phrase(rf"(?:{phrase})[\s(]*\Z", table)
    elif entry["side"] == "after":
        pattern = compile_phrase(rf"\A[\s,()–—-]*(?:{phrase})", table)
    else:
        pattern = compile_phrase(phrase, table)
    return Cue(entry["side"], float(entry["weight"]), phrase, pattern)


def _holds(cue: Cue, left: str, right: str) -> bool:
    if cue.side == "after":
        return cue.pattern.match(right) is not None
    if cue.side in {"before", "left"}:
        return cue.pattern.search(left) is not None
    if cue.side == "right":
        return cue.pattern.search(right) is not None
    return cue.pattern.search(left) is not None or cue.pattern.search(right) is not None
