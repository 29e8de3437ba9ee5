"""Looks up which sentences of a source hold a term: built once a source, asked by every claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import TypeVar

from factdesk.claims.alike import Term, Terms, telling_groups

Key = TypeVar("Key")


class SentenceIndex:
    """The numbers of the sentences that hold a stem, a group of words, or two words in a row.

    A look-up answers for all sentences what `factdesk.claims.alike.Terms.holds` answers for one.
    """

    def __init__(self, sentences: Sequence[Terms]) -> None:
        self.lengths: tuple[int, ...] = tuple(len(one.terms) for one in sentences)
        self._said = tuple(tuple(term.stem for term in one.terms) for one in sentences)
        self._stems = _postings(one.stems for one in sentences)
        self._groups = _postings(one.groups for one in sentences)
        self._kin = _postings(one.kin for one in sentences)
        self._places = _postings(one.places for one in sentences)
        self._rows = _postings(set(pairwise(one)) for one in self._said)

    def __len__(self) -> int:
        return len(self.lengths)

    def said(self, number: int) -> tuple[str, ...]:
        """Return the stems of one sentence in reading order."""
        return self._said[number]

    def exact(self, term: Term) -> frozenset[int]:
        """Return the sentences that have the term's own stem."""
        return frozenset(self._stems.get(term.stem, ()))

    def holding(self, term: Term) -> frozenset[int]:
        """Return the sentences that have the term, a kindred word, or one that says the same."""
        found = self.exact(term)
        if term.form == "number":
            return found
        if term.place:
            found = found.union(self._places.get(term.place, ()))
        for group in telling_groups(term):
            found = found.union(self._groups.get(group, ()))
        return found.union(self._kin.get(term.kin, ())) if term.kin else found

    def in_a_row(self, first: str, second: str) -> frozenset[int]:
        """Return the sentences in which two stems stand one after the other, small words left out."""
        return frozenset(self._rows.get((first, second), ()))


def _postings(sentences: Iterable[AbstractSet[Key]]) -> dict[Key, list[int]]:
    """Return for each key the sentences that have it, in reading order; few keys are ever asked for."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for number, keys in enumerate(sentences):
        for key in keys:
            found[key].append(number)
    return found
