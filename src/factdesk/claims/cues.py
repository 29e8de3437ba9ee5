"""Weighs the words around a figure: each cue that stands where it should adds its weight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factdesk.claims.phrases import compile_phrase
from factdesk.model import Span

_WINDOW_CHARACTERS = 300
"""So far to each side of a figure a cue of its clause is looked for."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase, the side of the figure where it counts (before, after, left, right, clause), its weight."""

    side: str
    weight: float
    pattern: re.Pattern[str]


def read_cues(table: Mapping[str, Any]) -> tuple[Cue, ...]:
    """Return the cues of a phrase table."""
    return tuple(_cue(entry, table) for entry in table["cue"])


def weigh(text: str, clause: Span, figure: Span, cues: Sequence[Cue]) -> float:
    """Return the sum of the weights of the cues that hold for a figure of a clause."""
    left = text[max(clause.start, figure.start - _WINDOW_CHARACTERS) : figure.start]
    right = text[figure.end : min(clause.end, figure.end + _WINDOW_CHARACTERS)]
    return sum(cue.weight for cue in cues if _holds(cue, left, right))


def _cue(entry: Mapping[str, Any], table: Mapping[str, Any]) -> Cue:
    phrase = str(entry["phrase"])
    if entry["side"] == "before":
        pattern = compile_phrase(rf"(?:{phrase})[\s(]*\Z", table)
    elif entry["side"] == "after":
        pattern = compile_phrase(rf"\A[\s,()–—-]*(?:{phrase})", table)
    else:
        pattern = compile_phrase(phrase, table)
    return Cue(entry["side"], float(entry["weight"]), pattern)


def _holds(cue: Cue, left: str, right: str) -> bool:
    if cue.side == "after":
        return cue.pattern.match(right) is not None
    if cue.side in {"before", "left"}:
        return cue.pattern.search(left) is not None
    if cue.side == "right":
        return cue.pattern.search(right) is not None
    return cue.pattern.search(left) is not None or cue.pattern.search(right) is not None
