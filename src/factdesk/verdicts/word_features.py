"""Measures each word of a claim against a source: whether a shown passage, or any at all, holds it.

All features are numbers of about 0 to 1; names that begin with ``w_`` are single small words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factdesk.claims.alike import Term, Terms
from factdesk.evidence.ranking import Reached
from factdesk.model import Span
from factdesk.text.lexicons import load_words
from factdesk.text.words import words
from factdesk.verdicts.logistic import log_odds

OPENERS = load_words("chunks", "openers")
SMALL = load_words("chunks", "small")
_PAUSE = re.compile(r"[,;:()–—“”\"]")
_NEIGHBOURS = 4
"""So many words to either side are looked through for the next one that says something."""


@dataclass(frozen=True, slots=True)
class ClaimWord:
    """A word of a claim, its term (None for a small word), and the number of its stretch."""

    text: str
    span: Span
    term: Term | None
    stretch: int


def read_claim_words(text: str, claimed: Terms) -> tuple[ClaimWord, ...]:
    """Return the words of a claim; a stretch ends where a pause or a small word opens the next one."""
    by_start = {term.span.start: term for term in claimed.terms}
    found: list[ClaimWord] = []
    stretch, end = 0, 0
    for word, span in words(text):
        if word in OPENERS or _PAUSE.search(text, end, span.start):
            stretch += 1
        end = span.end
        found.append(ClaimWord(word, span, by_start.get(span.start), stretch))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Held:
    """Which passages lack a term: the first, the first three, they and their neighbours, all."""

    first: float
    three: float
    near: float
    everywhere: float
    alike: float
    far: float
    frequency: float


class WordMeasures:
    """The features of every word of one claim.

    ``numbers`` are the passages looked at; ``first`` is the best of them, with the sentence before it where
    that may hold what it refers back to.
    """

    def __init__(
        self,
        claim_words: Sequence[ClaimWord],
        reached: Reached,
        numbers: Sequence[int],
        first: Sequence[int],
        unbacked: Sequence[Span],
    ) -> None:
        self._words = claim_words
        self._reached = reached
        self._first = frozenset(first)
        self._three = frozenset((*numbers, *first))
        self._near = frozenset(beside for one in numbers for beside in (one - 1, one, one + 1))
        self._covers = reached.covers()
        self._best = max(self._covers.values(), default=0.0)
        self._held = [self._hold(word.term) for word in claim_words]
        self._unbacked = [any(one.overlaps(word.span) for one in unbacked) for word in claim_words]
        self._shares = self._share_held(self._first), self._share_held(self._three)

    def features(self) -> list[dict[str, float]]:
        """Return the features of each word, in reading order."""
        return [self._of(at) for at in range(len(self._words))]

    def _hold(self, term: Term | None) -> _Held | None:
        if term is None:
            return None
        holding = self._reached.holding.get(term.stem, frozenset())
        exact = self._reached.exact.get(term.stem, frozenset())
        is_alike = bool(holding & self._three) and not exact & self._three
        return _Held(
            first=float(not holding & self._first),
            three=float(not holding & self._three),
            near=float(not holding & self._near),
            everywhere=float(not holding),
            alike=float(is_alike),
            far=1.0 - self._closest(term, holding),
            frequency=math.log1p(len(holding)) / 4,
        )

    def _closest(self, term: Term, holding: frozenset[int]) -> float:
        """Return how much of the rest of the claim stands beside the term at best, against the best place."""
        own = self._reached.weights.get(term.stem, 0.0) / (self._reached.total or 1.0)
        rest = self._best - own
        if not holding or rest <= 0:
            return float(bool(holding))
        return min(1.0, max(self._covers[number] - own for number in holding) / rest)

    def _share_held(self, numbers: frozenset[int]) -> float:
        held: set[str] = set()
        for number in numbers:
            held.update(self._reached.held.get(number, ()))
        return sum(self._reached.weights[stem] for stem in held) / (self._reached.total or 1.0)

    def _of(self, at: int) -> dict[str, float]:
        word, held = self._words[at], self._held[at]
        own = _own(word, held)
        found = {
            **own,
            "unbacked": float(self._unbacked[at]),
            "place": at / len(self._words),
            "opening": float(at < 3),
            "shown_1": self._shares[0],
            "shown_3": self._shares[1],
            "absent_1_shown": own.get("absent_1", 0.0) * self._shares[0],
            "absent_3_shown": own.get("absent_3", 0.0) * self._shares[1],
            "in_a_row": self._in_a_row(at),
            "claim_words": len(self._words) / 20,
            **self._beside(at, -1, "before"),
            **self._beside(at, 1, "after"),
            **self._of_stretch(at),
        }
        before, after = found["before_absent_3"], found["after_absent_3"]
        is_small, is_opener = float(held is None), float(word.text in OPENERS)
        return {
            **found,
            "between": before * after,
            "small_between": is_small * before * after,
            "small_before": is_small * before,
            "small_after": is_small * after,
            "opener_after": is_opener * after,
            "opener_unbacked": is_opener * found["after_unbacked"],
            "absent_beside": own.get("absent_3", 0.0) * (before + after),
            "small_stretch": is_small * found["stretch_absent_3"],
            "small_stretch_unbacked": is_small * found["stretch_unbacked"],
            "opener_stretch": is_opener * found["stretch_absent_3"],
            "absent_of_others": own.get("absent_3", 0.0) * found["others_absent_3"],
        }

    def _in_a_row(self, at: int) -> float:
        """Return 1 where the source has the word beside the same neighbour as the claim."""
        term = self._words[at].term
        if term is None:
            return 0.0
        before, after = self._next(at, -1, 3), self._next(at, 1, 3)
        pairs = []
        if before is not None:
            pairs.append((self._term(before).stem, term.stem))
        if after is not None:
            pairs.append((term.stem, self._term(after).stem))
        return float(any(self._reached.index.in_a_row(*pair) for pair in pairs))

    def _term(self, at: int) -> Term:
        term = self._words[at].term
        assert term is not None
        return term

    def _next(self, at: int, step: int, farthest: int) -> int | None:
        places = range(at + step, at + step * (farthest + 1), step)
        return next((n for n in places if 0 <= n < len(self._words) and self._words[n].term), None)

    def _beside(self, at: int, step: int, name: str) -> dict[str, float]:
        place = self._next(at, step, _NEIGHBOURS)
        held = self._held[place] if place is not None else None
        near = [at + step, at + 2 * step]
        return {
            f"{name}_none": float(held is None),
            f"{name}_absent_1": held.first if held else 0.0,
            f"{name}_absent_3": held.three if held else 0.0,
            f"{name}_absent": held.everywhere if held else 0.0,
            f"{name}_unbacked": float(any(0 <= n < len(self._words) and self._unbacked[n] for n in near)),
        }

    def _of_stretch(self, at: int) -> dict[str, float]:
        own = self._words[at].stretch
        inside = [h for w, h in zip(self._words, self._held, strict=True) if h and w.stretch == own]
        others = [h for w, h in zip(self._words, self._held, strict=True) if h and w.stretch != own]
        marks = zip(self._words, self._unbacked, strict=True)
        return {
            "stretch_absent_1": _mean([one.first for one in inside]),
            "stretch_absent_3": _mean([one.three for one in inside]),
            "stretch_absent": _mean([one.everywhere for one in inside]),
            "stretch_far": _mean([one.far for one in inside]),
            "stretch_unbacked": float(any(mark for word, mark in marks if word.stretch == own)),
            "stretch_words": len(inside) / 5,
            "others_absent_3": _mean([one.three for one in others]),
        }


def _own(word: ClaimWord, held: _Held | None) -> dict[str, float]:
    small = {f"w_{word.text}": 1.0} if word.text in SMALL else {}
    endings = {f"ends_{end}": 1.0 for end in ("ly", "ing", "ed") if word.text.endswith(end)}
    if held is None or word.term is None:
        return {**small, **endings, "small": 1.0}
    is_name, is_number = float(word.term.form == "name"), float(word.term.form == "number")
    return {
        **small,
        **endings,
        "absent_1": held.first,
        "absent_3": held.three,
        "absent_near": held.near,
        "absent": held.everywhere,
        "alike_3": held.alike,
        "far": held.far,
        "frequency": held.frequency,
        "name": is_name,
        "number": is_number,
        "light": float(word.term.weight < 1),
        "name_absent_3": is_name * held.three,
        "name_absent": is_name * held.everywhere,
        "number_absent_3": is_number * held.three,
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def measure_again(
    claim_words: Sequence[ClaimWord], chances: Sequence[float], features: Sequence[Mapping[str, float]]
) -> list[dict[str, float]]:
    """Return the features of a second look: each word's first chance, and those of the words around it."""
    highest = max(chances, default=0.0)
    return [_again(claim_words, chances, features[at], at, highest) for at in range(len(claim_words))]


def _again(
    claim_words: Sequence[ClaimWord],
    chances: Sequence[float],
    features: Mapping[str, float],
    at: int,
    highest: float,
) -> dict[str, float]:
    def beside(step: int) -> float:
        return chances[at + step] if 0 <= at + step < len(chances) else 0.0

    own = claim_words[at].stretch
    pairs = zip(claim_words, chances, strict=True)
    inside = [chance for word, chance in pairs if word.stretch == own and word.term]
    small, between = features.get("small", 0.0), min(beside(-1), beside(1))
    return {
        "odds": log_odds(chances[at]),
        "before": beside(-1),
        "after": beside(1),
        "second_before": beside(-2),
        "second_after": beside(2),
        "highest": highest,
        "of_highest": chances[at] / highest if highest else 0.0,
        "stretch_mean": _mean(inside),
        "stretch_most": max(inside, default=0.0),
        "small": small,
        "between": between,
        "small_after": small * beside(1),
        "small_between": small * between,
        "small_stretch": small * max(inside, default=0.0),
        "number": features.get("number", 0.0),
        "unbacked": features.get("unbacked", 0.0),
    }
