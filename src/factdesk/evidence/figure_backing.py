"""Says which figures of a sentence a source does not back.

A figure is backed where the source says its worth (or rounds to it, or says the same measure in another
unit) somewhere near what the sentence speaks of. A day must be a day of its own month, and the year of a
month without a day must be said with that month. A figure that the
source says only far from everything else that the sentence says, in a list of months or a price list, backs
nothing. A figure that is not backed is a strong sign that the sentence is not shown in full, and no proof
that it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from factdesk.claims.alike import gather_terms, read_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.ranking import Reached
from factdesk.evidence.said_figures import Measured, SaidFigure, read_figures
from factdesk.model import Span

FAR_SHARE = 0.3
"""A figure stands far off where its surroundings hold less than this of what the best ones hold."""

LEAST_BEST = 0.4
"""Where no place of the source holds this share of the sentence, nothing is called far off."""

ROUNDED_TO = Decimal(20)
"""A figure is taken to be rounded to a power of ten that is at most this part of it."""

SAME_MEASURE = Decimal("0.03")
"""Two measures within this share of the greater are the same, said in two units."""

_EARLIEST_YEAR, _LATEST_YEAR = 1400, 2100


@lru_cache(maxsize=16)
def unbacked_figures(text: str, source: ParsedSource) -> tuple[Span, ...]:
    """Return the spans of the figures of a sentence that a source does not back, in reading order."""
    figures = read_figures(text)
    if not figures:
        return ()
    near = _Nearness(text, source)
    unbacked = [one for one in figures if not _is_backed(one, source, near)]
    return tuple(one.span for one in unbacked if not _restates_backed(one, figures, unbacked, text))


class _Nearness:
    """How close places of a source come to what a sentence says besides its figures, 0 to 1."""

    def __init__(self, text: str, source: ParsedSource) -> None:
        words = [term for term in read_terms(text).terms if term.form != "number"]
        self._reached = Reached(gather_terms(words), source.index)
        self._best = max(map(self._at, self._reached.held), default=0.0)

    def _at(self, number: int) -> float:
        held: set[str] = set()
        for near in (number - 1, number, number + 1):
            held.update(self._reached.held.get(near, ()))
        return sum(self._reached.weights[stem] for stem in held) / (self._reached.total or 1.0)

    def is_far(self, numbers: Iterable[int]) -> bool:
        """Whether all these sentences stand far from what the sentence speaks of."""
        if self._best < LEAST_BEST:
            return False
        return all(self._at(number) < FAR_SHARE * self._best for number in numbers)


def _is_backed(figure: SaidFigure, source: ParsedSource, near: _Nearness) -> bool:
    if figure.day is not None and figure.day not in source.said.days:
        return False
    if figure.month is not None and figure.month not in source.said.months:
        return False
    numbers = {
        number
        for worth in wanted_worths(figure)
        for number in source.said.sentences_with(worth, _slack(worth))
    }
    if any(_is_same_measure(one, other) for one in figure.measures for other in source.said.measures):
        return True
    return bool(numbers) and not near.is_far(numbers)


def wanted_worths(figure: SaidFigure) -> Iterable[Decimal]:
    """Return the numbers any of which backs a figure: every year of a decade for a decade."""
    if not figure.is_decade:
        return figure.worths
    return [worth + year for worth in figure.worths for year in range(10)]


def _slack(worth: Decimal) -> Decimal:
    """Return how far another figure may be off that is said more precisely: "36,000" of 35,987."""
    is_year = _EARLIEST_YEAR <= worth <= _LATEST_YEAR and worth == worth.to_integral_value()
    if is_year or worth <= 0:
        return Decimal(0)
    exponent = worth.as_tuple().exponent
    assert isinstance(exponent, int)
    step = Decimal(10) ** exponent
    while step * ROUNDED_TO > worth:
        step /= 10
    return step / 2


def _is_same_measure(one: Measured, other: Measured) -> bool:
    (kind, worth), (other_kind, other_worth) = one, other
    return kind == other_kind and abs(worth - other_worth) <= SAME_MEASURE * max(worth, other_worth)


def _restates_backed(
    figure: SaidFigure, figures: Sequence[SaidFigure], unbacked: Sequence[SaidFigure], text: str
) -> bool:
    """Whether a figure only says another one again, in brackets and another unit: "50-foot (15 m)"."""
    at = figures.index(figure)
    if at == 0 or "(" not in text[figures[at - 1].span.end : figure.span.start]:
        return False
    before = figures[at - 1]
    same = any(_is_same_measure(one, other) for one in figure.measures for other in before.measures)
    return same and before not in unbacked
