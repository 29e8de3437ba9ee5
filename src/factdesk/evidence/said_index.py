"""The figures of a source by their worth, built once a source."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from factdesk.claims.contexts import SentenceContext
from factdesk.evidence.said_figures import (
    Day,
    Measured,
    Month,
    read_days,
    read_measures,
    read_months,
    read_worths,
)


class SaidIndex:
    """Which numbers, days, months and measures a text says, and where the numbers stand."""

    def __init__(self, text: str, contexts: Sequence[SentenceContext]) -> None:
        found: defaultdict[Decimal, set[int]] = defaultdict(set)
        for context in contexts:
            for worth in read_worths(context.sentence.cut(text), context.quantities):
                found[worth].add(context.index)
        self._sentences = dict(found)
        self._worths = sorted(found)
        self.days: frozenset[Day] = frozenset(day for _, day in read_days(text))
        self.months: frozenset[Month] = frozenset(month for _, month in read_months(text))
        self.measures: tuple[Measured, ...] = read_measures(text)

    def sentences_with(self, worth: Decimal, slack: Decimal = Decimal(0)) -> frozenset[int]:
        """Return the numbers of the sentences that say a worth, up to ``slack`` more or less."""
        if not slack:
            return frozenset(self._sentences.get(worth, ()))
        low = bisect_left(self._worths, worth - slack)
        high = bisect_right(self._worths, worth + slack)
        return frozenset(n for said in self._worths[low:high] for n in self._sentences[said])
