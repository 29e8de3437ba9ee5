"""Pairs the claims that are gone from the latest reading with the new ones that take their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from factdesk.model import Pair
from factdesk.text.words import words

LEAST_SIMILARITY = 0.6
"""Sentences less alike than this are no versions of each other (the design's threshold, section 3)."""


@dataclass(frozen=True, slots=True)
class OldClaim:
    """What pairing must know of a claim, old or new."""

    claim_id: UUID
    kind: str
    quote: str
    sentence: str


def pair_claims(gone: Sequence[OldClaim], new: Sequence[OldClaim]) -> tuple[Pair, ...]:
    """Return pairs of the same kind, the most similar first, each claim in one pair at most.

    Among equally similar sentences the more similar quotes win, then reading order.
    """
    candidates = sorted(
        (
            (-of_sentence, -_similarity(old.quote, fresh.quote), abs(new_at - old_at), old_at, new_at)
            for old_at, old in enumerate(gone)
            for new_at, fresh in enumerate(new)
            if old.kind == fresh.kind
            and (of_sentence := _similarity(old.sentence, fresh.sentence)) >= LEAST_SIMILARITY
        )
    )
    pairs: list[Pair] = []
    old_taken: set[int] = set()
    new_taken: set[int] = set()
    for *_, old_at, new_at in candidates:
        if old_at not in old_taken and new_at not in new_taken:
            old_taken.add(old_at)
            new_taken.add(new_at)
            pairs.append(Pair(new[new_at].claim_id, gone[old_at].claim_id))
    return tuple(pairs)


def _similarity(one: str, other: str) -> float:
    """Return the Dice coefficient of two bags of words: 1 for the same words, 0 for none in common."""
    first = Counter(word for word, _ in words(one))
    second = Counter(word for word, _ in words(other))
    size = first.total() + second.total()
    return 2 * (first & second).total() / size if size else 1.0
