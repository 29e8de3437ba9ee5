"""Knows where one sentence may be cut, as seen from a place inside or outside of its brackets and asides."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from factdesk.model import Span

Around = tuple[int, ...]
"""The indices of the enclosed stretches around a place, in order."""


class Cuts:
    """The cuts of a sentence of one sort, in reading order, found by bisection.

    A cut counts for a place if every enclosed stretch that holds the cut holds the place too: what
    brackets hold is looked past from outside, and what is outside is seen from within. Cuts do not
    overlap each other; ``enclosed`` has a few layers of stretches (brackets, dashes, appositions).
    """

    def __init__(self, cuts: Iterable[Span], enclosed: Sequence[Sequence[Span]]) -> None:
        self._layers = [(sorted(one.start for one in layer), sorted(layer, key=_start)) for layer in enclosed]
        self._by_around: dict[Around, list[Span]] = {}
        for cut in cuts:
            self._by_around.setdefault(self._around(cut.start, first=0), []).append(cut)

    def last_end(self, offset: int) -> int | None:
        """Return where the last cut ends that counts for a place and stands before it, or None."""
        return max((cuts[at - 1].end for cuts, at in self._before(offset) if at), default=None)

    def ends(self, offset: int) -> list[int]:
        """Return where the cuts end that count for a place and stand before it, in no order."""
        return [cut.end for cuts, at in self._before(offset) for cut in cuts[:at]]

    def starts_after(self, offset: int) -> Iterator[int]:
        """Yield where the cuts start that count for a place and stand behind it, in reading order."""
        found = [(cuts, bisect_left(cuts, offset, key=_start)) for cuts in self._seen_from(offset)]
        while found := [(cuts, at) for cuts, at in found if at < len(cuts)]:
            nearest = min(range(len(found)), key=lambda one: found[one][0][found[one][1]].start)
            cuts, at = found[nearest]
            yield cuts[at].start
            found[nearest] = (cuts, at + 1)

    def _before(self, offset: int) -> list[tuple[list[Span], int]]:
        return [(cuts, bisect_right(cuts, offset, key=_end)) for cuts in self._seen_from(offset)]

    def _seen_from(self, offset: int) -> list[list[Span]]:
        """Return the cuts that count for a place, by the stretches that hold them."""
        around = self._around(offset, first=1)
        parts = chain.from_iterable(combinations(around, size) for size in range(len(around) + 1))
        return [self._by_around[part] for part in parts if part in self._by_around]

    def _around(self, offset: int, *, first: int) -> Around:
        """Return the stretches that hold a place; ``first`` is 1 where their first character is outside."""
        around: list[int] = []
        below = 0
        for starts, layer in self._layers:
            at = bisect_right(starts, offset - first) - 1
            if at >= 0 and offset < layer[at].end:
                around.append(below + at)
            below += len(layer)
        return tuple(around)


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end
