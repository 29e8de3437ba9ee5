"""Reads on which side a stretch of text stands: up or down, for or against, sold out or to be had.

The sides are the axes of ``alike.toml``. Two stretches that stand at different ends of one axis contradict
each other, or speak of different things (the cheapest and the dearest).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from factdesk.claims.alike import LONGEST_PHRASE, alike_table, base_stem, stems_of
from factdesk.model import Span
from factdesk.text.words import stem, words

GROUP_AXES = frozenset({"sex", "age"})
"""Axes whose ends are groups of people: a share of one group is no share of all."""


@cache
def _mood_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in alike_table()["mood"]["words"].split())


def is_supposed(text: str) -> bool:
    """Whether a stretch speaks of what is wanted, planned or supposed."""
    return any(stem(word) in _mood_stems() and span.cut(text) != "May" for word, span in words(text))


@cache
def _axes() -> dict[tuple[str, ...], tuple[tuple[str, str], ...]]:
    table: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for axis, ends in alike_table()["axes"].items():
        for end, entries in ends.items():
            for entry in entries:
                table.setdefault(stems_of(entry), []).append((axis, end))
    return {key: tuple(dict.fromkeys(ends)) for key, ends in table.items()}


@cache
def denying_axes() -> frozenset[str]:
    """Return the axes whose two ends contradict each other; the ends of others are other things."""
    return frozenset(alike_table()["weights"]["denying_axes"].split())


_NEGATIONS = frozenset(
    {"not", "no", "never", "without", "nobody", "none", "neither", "nor", "hardly", "cannot"}
)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a stretch stands on one axis: "up" on "direction"."""

    axis: str
    end: str
    span: Span
    is_negated: bool


@lru_cache(maxsize=4096)
def read_stands(text: str) -> tuple[Stand, ...]:
    """Return the ends of axes that a stretch names, longest phrase first, with nearby negations."""
    found = words(text)
    stems = [base_stem(word) for word, _ in found]
    stands: list[Stand] = []
    at = 0
    while at < len(stems):
        length, ends = _longest_end(stems, at)
        negated = _is_negated([word for word, _ in found], at)
        span = Span(found[at][1].start, found[at + length - 1][1].end)
        stands.extend(Stand(axis, end, span, negated) for axis, end in ends)
        at += length
    return tuple(stands)


def _longest_end(stems: Sequence[str], at: int) -> tuple[int, tuple[tuple[str, str], ...]]:
    table = _axes()
    for length in range(min(LONGEST_PHRASE, len(stems) - at), 0, -1):
        ends = table.get(tuple(stems[at : at + length]))
        if ends:
            return length, ends
    return 1, ()


def _is_negated(said: Sequence[str], at: int) -> bool:
    return any(word in _NEGATIONS or word.endswith(("n't", "n’t")) for word in said[max(0, at - 4) : at])


def opposed_axes(claimed: str, found: str) -> tuple[tuple[Stand, Stand], ...]:
    """Return the axes on which two stretches stand at different ends, and nothing else of it agrees."""
    ours, theirs = _ends(read_stands(claimed)), _ends(read_stands(found))
    return tuple(
        (next(iter(ours[axis].values())), next(iter(theirs[axis].values())))
        for axis in ours
        if axis in theirs and not set(ours[axis]) & set(theirs[axis])
    )


_FLIPPED = {
    "up": "down",
    "down": "up",
    "for": "against",
    "against": "for",
    "first": "second",
    "second": "first",
}


def _ends(stands: Iterable[Stand]) -> dict[str, dict[str, Stand]]:
    ends: dict[str, dict[str, Stand]] = {}
    for stand in stands:
        end = _FLIPPED.get(stand.end, stand.end) if stand.is_negated else stand.end
        ends.setdefault(stand.axis, {}).setdefault(end, stand)
    return ends
