"""Says which of a source's figures a claim's figure speaks of, and what that figure says of it.

A figure is matched only where it belongs to the claim's names and words; it contradicts the claim only
where its kind reads it as such and the claim's words stand in its own stretch of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from factdesk.claims.aligning import (
    Aligned,
    Window,
    align_values,
    quantities_in,
    spoken_terms,
    value_segments,
)
from factdesk.claims.alike import coverage, read_terms
from factdesk.claims.comparing import ValueComparison, compare_values
from factdesk.claims.derived import earlier_values, implied_values
from factdesk.claims.findings import Finding
from factdesk.claims.names import names_in
from factdesk.claims.stands import opposed_axes, read_stands
from factdesk.claims.surroundings import own_terms, sentence_around
from factdesk.claims.value_views import TELLS_PAST, View, as_difference
from factdesk.model import Bound, FacetComparison, FacetName, FacetOutcome, Span, Value

OWNER_MARGIN = 0.3
"""How much better a claim must fit the figure that stands with its name than the one that is its own."""

PLAIN = "plain"
"""Role of a found figure that no kind reads as its own; it may match a claim but never contradict it."""

OWN_WORDS = 0.5
"""Share of a claim's words that must stand in a figure's own stretch before it can contradict the claim."""

SWAP_MARGIN = 0.15
"""How much better the claim's words must fit another figure before a figure is taken for a stranger's."""


@dataclass(frozen=True, slots=True)
class ValueMatch:
    """A claimed value, the found value that it was compared with, and the words around that."""

    claimed: Value
    found: Value | None
    comparison: ValueComparison
    segment: Span | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the same figure of three digits or more stands in both."""
        if self.found is None or self.comparison.outcome is not FacetOutcome.MATCH:
            return False
        figure = self.claimed.low
        return (
            figure is not None and figure == self.found.low and len(figure.normalize().as_tuple().digits) > 2
        )

    def as_facet(self, text: str, found_text: str) -> FacetComparison:
        """Return the facet comparison for the record."""
        said = self.claimed.span.cut(text) if self.claimed.span else _said(self.claimed)
        if self.found is None:
            return FacetComparison(FacetName.VALUE, said, "", self.comparison.outcome)
        span = self.found.span
        shown = span.cut(found_text) if span else _said(self.found)
        return FacetComparison(FacetName.VALUE, said, shown, self.comparison.outcome, span)


def match_values(
    claimed: Finding, text: str, found: Finding, window: Window, *, keeps_mood: bool = False
) -> list[ValueMatch]:
    """Compare every claimed value with the values of the found sentence, each with its own words.

    Values of the finding that stand outside the sentence only serve to imply differences and ratios.
    ``keeps_mood`` says that a wanted or supposed figure does not speak of the claim.
    """
    aligned = align_values(spoken_terms(claimed, text), found, window)
    view = View(
        text=text,
        quote=claimed.quote.cut(text),
        restated=tuple(other for other in claimed.values if other.role == "also"),
        also_said=_figures_of(claimed, text),
        terms=spoken_terms(claimed, text),
        aligned=tuple(aligned),
        all_values=tuple(found.values),
        window=window,
        keeps_mood=keeps_mood,
    )
    own = [as_difference(value, text) for value in claimed.values if value.role != "also"]
    return [_match_value(value, view) for value in own]


def _figures_of(claimed: Finding, text: str) -> frozenset[Decimal]:
    """Return every figure of the claim's sentence: what matches one of them contradicts no other."""
    said = quantities_in(claimed.sentence.cut(text))
    figures = {one.low for one in said} | {value.low for value in claimed.values}
    return frozenset(figure for figure in figures if figure is not None)


def _match_value(value: Value, view: View) -> ValueMatch:
    for one in view.aligned:
        comparison = _compare_or_restated(value, view, one.value)
        if comparison.outcome is FacetOutcome.MATCH:
            if (denied := _denied_restatement(value, view)) is not None:
                return denied
            if (moved := _moved_since(value, one, view)) is not None:
                return moved
            if view.is_earlier_end(one) or view.is_other_end(value, one):
                return ValueMatch(value, one.value, ValueComparison(FacetOutcome.INCOMPARABLE, "earlier"))
            if view.is_supposed(one.segment):
                return ValueMatch(value, one.value, ValueComparison(FacetOutcome.INCOMPARABLE, "supposed"))
            return _unless_swapped(ValueMatch(value, one.value, comparison, one.segment), one, view)
    return _match_implied(value, view) or _match_earlier(value, view) or _nearest_value(value, view)


def _match_earlier(value: Value, view: View) -> ValueMatch | None:
    """Return the match with what a source says that something was before it moved."""
    if value.role not in ("amount", "percent") or not TELLS_PAST.search(view.quote):
        return None
    for implied in earlier_values(value.unit, view.all_values, view.window.text):
        is_here = implied.span is not None and view.window.sentence.covers(implied.span)
        if is_here and compare_values(value, implied).outcome is FacetOutcome.MATCH:
            return ValueMatch(value, implied, ValueComparison(FacetOutcome.MATCH, "derived"))
    return None


_SPEAKS_OF_NOW = re.compile(
    r"\b(?:now|currently|today|these\s+days|at\s+present|will|(?:go|goes|going)\s+(?:up|down|back)\s+to)\b",
    re.IGNORECASE,
)


def _moved_since(value: Value, at: Aligned, view: View) -> ValueMatch | None:
    """Return the conflict of a claim about today with the figure that took the place of the one it gives."""
    if not view.is_earlier_end(at) or not _SPEAKS_OF_NOW.search(view.quote):
        return None
    for other in view.aligned:
        if other.value.unit != value.unit or other is at or view.is_earlier_end(other):
            continue
        if compare_values(value, other.value).outcome is FacetOutcome.CONFLICT and other.own >= OWN_WORDS:
            return ValueMatch(
                value, other.value, ValueComparison(FacetOutcome.CONFLICT, "moved"), other.segment
            )
    return None


def _denied_restatement(value: Value, view: View) -> ValueMatch | None:
    """Return the conflict of a claim's second currency with the source's, where the source gives it."""
    for other in view.restated:
        same = [one for one in view.aligned if one.value.unit == other.unit]
        same = [one for one in same if one.value.low == other.low or one.value.low not in view.also_said]
        outcomes = [compare_values(other, one.value).outcome for one in same]
        if FacetOutcome.CONFLICT in outcomes and FacetOutcome.MATCH not in outcomes:
            shown = same[outcomes.index(FacetOutcome.CONFLICT)]
            return ValueMatch(
                other, shown.value, ValueComparison(FacetOutcome.CONFLICT, "restated"), shown.segment
            )
    return None


def _match_implied(value: Value, view: View) -> ValueMatch | None:
    """Return the match with a difference or ratio of two figures; the other direction is a conflict."""
    moves = {stand.end for stand in read_stands(view.quote) if stand.axis == "direction"}
    if value.unit not in ("points", "ratio") and value.role != "diff" and not moves:
        return None
    said = _signed(value, moves)
    turned: ValueMatch | None = None
    for implied in implied_values(value, view.all_values, view.window.text):
        is_directed = bool(moves) or value.unit == "ratio" or said.low != abs(said.low or 0)
        if is_directed and not implied.has_order:
            continue
        if compare_values(said, implied.value).outcome is FacetOutcome.MATCH:
            return ValueMatch(value, implied.value, ValueComparison(FacetOutcome.MATCH, "derived"))
        if not is_directed and compare_values(said, _negated(implied.value)).outcome is FacetOutcome.MATCH:
            return ValueMatch(value, implied.value, ValueComparison(FacetOutcome.MATCH, "derived"))
        if is_directed and compare_values(_negated(said), implied.value).outcome is FacetOutcome.MATCH:
            turned = ValueMatch(value, implied.value, ValueComparison(FacetOutcome.CONFLICT, "direction"))
    return turned


def _signed(value: Value, moves: Iterable[str]) -> Value:
    """Return a difference with the sign of its direction: "fell by 19 points" is -19."""
    if value.unit == "ratio" or value.low is None or value.high is None:
        return value
    down = "down" in moves and "up" not in moves
    low, high = sorted((abs(value.low), abs(value.high)))
    is_less = down or value.low < 0
    return replace(value, low=-high if is_less else low, high=-low if is_less else high)


def _negated(value: Value) -> Value:
    if value.unit == "ratio" or value.low is None or value.high is None:
        return replace(value, low=None, high=None)
    flipped = {Bound.MORE_THAN: Bound.LESS_THAN, Bound.AT_LEAST: Bound.AT_MOST}
    return replace(value, low=-value.high, high=-value.low, bound=flipped.get(value.bound, value.bound))


def _nearest_value(value: Value, view: View) -> ValueMatch:
    """Return the value that the claim's words fit best; it conflicts only where they fit it well."""
    same = [one for one in view.aligned if one.value.unit == value.unit and one.value.role != "ratio"]
    same = [one for one in same if one.value.low not in view.also_said and one.value.role != PLAIN]
    if not same:
        unit = FacetOutcome.INCOMPARABLE if view.aligned else FacetOutcome.ABSENT
        return ValueMatch(value, None, ValueComparison(unit))
    best = same[0]
    comparison = compare_values(value, best.value)
    if comparison.outcome is FacetOutcome.CONFLICT and (
        best.own < OWN_WORDS
        or view.differs_in_mood(best.segment)
        or view.is_later(best.segment)
        or view.is_former(best)
        or view.lacks_stance(best.segment)
        or view.lacks_group(best.segment)
        or value.role in ("diff", "points", "ratio")
    ):
        comparison = ValueComparison(FacetOutcome.INCOMPARABLE, "other")
    return ValueMatch(value, best.value, comparison, best.segment)


def _compare_or_restated(value: Value, view: View, found: Value) -> ValueComparison:
    comparison = compare_values(value, found)
    if comparison.outcome is not FacetOutcome.INCOMPARABLE:
        return comparison
    is_said_itself = any(one.value.unit == value.unit for one in view.aligned)
    for other in () if is_said_itself else view.restated:
        if compare_values(other, found).outcome is FacetOutcome.MATCH:
            return ValueComparison(FacetOutcome.MATCH, "restated")
    if _is_bare_match(value, view, found):
        return ValueComparison(FacetOutcome.MATCH, "bare")
    return comparison


def _is_bare_match(value: Value, view: View, found: Value) -> bool:
    """Whether a figure without a unit ("the window price is 1,046") is the claim's, to the digit."""
    if found.unit != "count" or value.unit in ("ratio", "points") or found.low != value.low:
        return False
    has_unit_near = any(one.unit == value.unit for one in view.all_values)
    return has_unit_near and value.low is not None and value.low > 12


def _unless_swapped(match: ValueMatch, at: Aligned, view: View) -> ValueMatch:
    """Return the match, unless the claim's names or words belong to another figure of the sentence."""
    rivals = [
        one
        for one in view.aligned
        if one.value.unit in (at.value.unit, match.claimed.unit)
        and compare_values(match.claimed, one.value).outcome is FacetOutcome.CONFLICT
        and one.value.low not in view.also_said
        and (match.claimed.role != "diff" or one.value.role == "diff")
    ]
    has_typed = any(one.value.role != PLAIN and one.value.unit == at.value.unit for one in view.aligned)
    typed = rivals if has_typed else []
    owner = _owner_by_name(at, typed, view) or _owner_by_stance(at, typed, view)
    if owner is not None:
        swapped = ValueComparison(FacetOutcome.CONFLICT, "swapped")
        return ValueMatch(match.claimed, owner.value, swapped, owner.segment)
    if any(rival.own - at.own > SWAP_MARGIN for rival in rivals) or _belongs_beside(match.claimed, at, view):
        return replace(match, comparison=ValueComparison(FacetOutcome.INCOMPARABLE, "other"))
    return match


def _belongs_beside(claimed: Value, at: Aligned, view: View) -> bool:
    """Whether a neighbouring sentence gives the claim's own thing another figure of the same unit."""
    window, text = view.window, view.window.text
    here = read_terms(window.sentence.cut(text))
    terms = view.terms
    for value in view.all_values:
        if value.span is None or window.sentence.covers(value.span) or value.unit != claimed.unit:
            continue
        if compare_values(claimed, value).outcome is not FacetOutcome.CONFLICT:
            continue
        sentence = sentence_around(text, value.span)
        segment = value_segments(text, sentence, view.all_values).get(value.span, sentence)
        beside = own_terms(text, sentence, segment)
        if any(name.stands_in(beside) and not name.stands_in(here) for name in names_in(view.quote)):
            return True
        if coverage(terms, beside) - coverage(terms, here) > OWNER_MARGIN:
            return True
    return False


def _owner_by_name(at: Aligned, rivals: Sequence[Aligned], view: View) -> Aligned | None:
    """Return the rival figure that stands with the claim's name, where the match stands with another."""
    window, quote = view.window, view.quote
    own = read_terms(at.segment.cut(window.text))
    ours = read_terms(quote)
    is_of_others = any(not name.stands_in(ours) for name in names_in(at.segment.cut(window.text)))
    for rival in rivals:
        if not is_of_others and rival.own - at.own < OWNER_MARGIN:
            continue
        theirs = read_terms(rival.segment.cut(window.text))
        if any(name.stands_in(theirs) and not name.stands_in(own) for name in names_in(quote)):
            return rival
    return None


def _owner_by_stance(at: Aligned, rivals: Sequence[Aligned], view: View) -> Aligned | None:
    """Return the rival figure on the claim's side, where the match is on the other side."""
    window, quote = view.window, view.quote
    if not opposed_axes(quote, at.segment.cut(window.text)):
        return None
    return next((one for one in rivals if not opposed_axes(quote, one.segment.cut(window.text))), None)


def _said(value: Value) -> str:
    number = value.low if value.low is not None else value.high
    return f"{(number or Decimal(0)).normalize():f} {value.unit}"
