"""Finds in a source the two figures that a claim compares, and says which of them is the greater."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factdesk.claims.aligning import times_in, value_segments, window_around
from factdesk.claims.alike import LIGHT_WEIGHT, Term, Terms, coverage, gather_terms, read_terms
from factdesk.claims.derived import in_order
from factdesk.claims.findings import Finding
from factdesk.claims.relations import Relation, read_relation
from factdesk.claims.stands import opposed_axes
from factdesk.claims.surroundings import own_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span, Value

SIDE_SHOWN = 0.6
"""Share of the words of one side that must stand with its figure."""

COMMON_SHOWN = 0.5
"""Share of the words of both sides that must stand near."""

OWN_LEAD = 0.3
"""How much better a figure must fit its own side than the other."""

AS_GOOD = 0.9
"""A second pair of figures that fits so well beside the best one is shown too."""

LEAST_POINTS = 1
FARTHEST_SENTENCES = 6


@dataclass(frozen=True, slots=True)
class Spoken:
    """A figure of a source with what is said of it."""

    number: int
    value: Value
    own: Terms
    segment: Span
    near: Terms


@dataclass(frozen=True, slots=True)
class Shown:
    """What a source says of a comparison: the sentence, the outcome, the words that show it."""

    number: int
    outcome: FacetOutcome
    span: Span
    found: str
    fit: float


def compare_relation(
    claimed: Finding, text: str, source: ParsedSource
) -> list[tuple[int, FacetComparison, float]]:
    """Return for each sentence that settles a comparison its number, what it says and how well it fits."""
    relation = read_relation(text)
    if relation is None:
        return []
    spoken = list(_spoken(claimed.kind, source))
    shown = list(
        _changes(relation, spoken, source) if relation.is_change else _contrasts(relation, spoken, source)
    )
    best = max((one.fit for one in shown), default=0.0)
    said = relation.cue.cut(text)
    return [
        (one.number, FacetComparison(FacetName.VALUE, said, one.found, one.outcome, one.span), one.fit)
        for one in shown
        if one.fit >= best * AS_GOOD
    ]


def _spoken(kind: str, source: ParsedSource) -> Iterator[Spoken]:
    for number, values in enumerate(source.figures):
        sentence = source.contexts[number].sentence
        wanted = [one for one in values if one.span and one.low is not None and _is_of_kind(one, kind)]
        segments = value_segments(source.text, sentence, [one for one in values if one.unit != "count"])
        near = window_around(source.text, sentence).near_terms if wanted else read_terms("")
        for value in wanted:
            assert value.span is not None
            segment = segments.get(value.span, sentence)
            own = read_terms(segment.cut(source.text))
            if not any(term.weight > LIGHT_WEIGHT and term.form != "number" for term in own.terms):
                own = own_terms(source.text, sentence, segment)
            yield Spoken(number, value, own, segment, near)


def _is_of_kind(value: Value, kind: str) -> bool:
    if value.role == "also":
        return False
    return value.unit == "percent" if kind == "poll" else len(value.unit) == 3


def _weighty(text: str, without: Terms | None = None) -> tuple[Term, ...]:
    return tuple(
        term
        for term in read_terms(text).terms
        if term.weight > LIGHT_WEIGHT
        and term.form != "number"
        and not times_in(term.word.capitalize())
        and not (without and without.holds(term))
    )


def _contrasts(relation: Relation, spoken: Sequence[Spoken], source: ParsedSource) -> Iterator[Shown]:
    more, less = _sides(relation)
    common = (*_weighty(relation.common), *_weighty(relation.more, gather_terms(more)))
    if not more or not less:
        return
    ours = [(one, coverage(more, one.own)) for one in spoken if coverage(more, one.own) >= SIDE_SHOWN]
    theirs = [(one, coverage(less, one.own)) for one in spoken if coverage(less, one.own) >= SIDE_SHOWN]
    for high, high_fit in ours:
        if not _names_stand(more, high, source):
            continue
        if high_fit - coverage(less, high.own) < OWN_LEAD or _is_turned(relation.more, high, source):
            continue
        for low, low_fit in theirs:
            if not _names_stand(less, low, source):
                continue
            if low.value.unit != high.value.unit or abs(low.number - high.number) > FARTHEST_SENTENCES:
                continue
            if low_fit - coverage(more, low.own) < OWN_LEAD or _is_turned(relation.less, low, source):
                continue
            if coverage(common, high.near.joined(low.near)) < COMMON_SHOWN:
                continue
            if not _are_of_one_thing(common, high, low, source):
                continue
            outcome = _order(high.value, low.value)
            if outcome is not None:
                yield _shown(high, low, outcome, high_fit + low_fit, source)


def _are_of_one_thing(common: Sequence[Term], high: Spoken, low: Spoken, source: ParsedSource) -> bool:
    """Whether two figures stand in one sentence, side by side, or each with what both sides are of."""
    if high.number == low.number:
        return True
    is_beside = abs(high.number - low.number) == 1 and (
        source.contexts[high.number].paragraph == source.contexts[low.number].paragraph
    )
    if is_beside and high.value.unit != "percent":
        return True
    return bool(common) and min(coverage(common, high.own), coverage(common, low.own)) >= SIDE_SHOWN


def _sides(relation: Relation) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Return the words that tell the two sides apart: those for and against where they differ in that."""
    opposed = opposed_axes(relation.more, relation.less)
    if opposed:
        ours, theirs = opposed[0]
        return _weighty(ours.span.cut(relation.more)), _weighty(theirs.span.cut(relation.less))
    more = _weighty(relation.more, read_terms(relation.less))
    return more, _weighty(relation.less, read_terms(relation.more))


def _names_stand(side: Sequence[Term], one: Spoken, source: ParsedSource) -> bool:
    """Whether the names of a side stand in the figure's own sentence."""
    return all(source.terms(one.number).holds(term) for term in side if term.form == "name")


def _is_turned(side: str, one: Spoken, source: ParsedSource) -> bool:
    """Whether the figure's own stretch stands against what the side says."""
    return bool(opposed_axes(side, one.segment.cut(source.text)))


def _order(high: Value, low: Value) -> FacetOutcome | None:
    assert high.low is not None
    assert low.low is not None
    above, below = high.low - (low.high or low.low), low.low - (high.high or high.low)
    least = LEAST_POINTS if high.unit == "percent" else 0
    if above > 0 and above >= least:
        return FacetOutcome.MATCH
    if below > 0 and below >= least:
        return FacetOutcome.CONFLICT
    return None


def _shown(high: Spoken, low: Spoken, outcome: FacetOutcome, fit: float, source: ParsedSource) -> Shown:
    first = high if high.number >= low.number else low
    assert first.value.span is not None
    assert high.value.span is not None
    assert low.value.span is not None
    found = f"{high.value.span.cut(source.text)} … {low.value.span.cut(source.text)}"
    return Shown(first.number, outcome, first.value.span, found, fit)


def _changes(relation: Relation, spoken: Sequence[Spoken], source: ParsedSource) -> Iterator[Shown]:
    item = _weighty(relation.common)
    if not item:
        return
    for at, one in enumerate(spoken):
        for other in spoken[at + 1 :]:
            if other.number - one.number > 1 or other.value.unit != one.value.unit:
                continue
            if (
                one.near != other.near
                and source.contexts[one.number].paragraph != source.contexts[other.number].paragraph
            ):
                continue
            fit = max(coverage(item, one.own), coverage(item, other.own))
            other_fit = min(coverage(item, one.own), coverage(item, other.own))
            before, after, has_order = in_order(one.value, other.value, source.text)
            if (
                not has_order
                or fit < SIDE_SHOWN
                or (other_fit < COMMON_SHOWN and one.segment != other.segment)
            ):
                continue
            if any(_is_turned(relation.common, each, source) for each in (one, other)):
                continue
            risen = _order(after, before)
            if risen is not None:
                is_as_said = (risen is FacetOutcome.MATCH) is (relation.direction == "up")
                outcome = FacetOutcome.MATCH if is_as_said else FacetOutcome.CONFLICT
                yield _shown(one, other, outcome, fit, source)
