"""Says what the aligned figures of a source tell of a claimed share.

The figure that fits best decides, whatever its value: an equal one backs the claim, another denies it. Where
no figure fits, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from factdesk.claims.alike import (
    LIGHT_WEIGHT,
    Term,
    Terms,
    read_terms,
)
from factdesk.claims.comparing import compare_values
from factdesk.claims.poll_standing import (
    UNKNOWN,
    UNSURE,
    Side,
)
from factdesk.evidence.share_claims import OWN_LEAST, SHOWN, Fit, ShareClaim
from factdesk.evidence.share_entry import WHEN_OR_WAY, ShareEntry
from factdesk.evidence.share_times import age_of
from factdesk.model import Bound, FacetOutcome, Span, Value

TIED = 0.08
"""Figures that fit nearly as well as the best one."""

SUM_OF_SIDES = Decimal(103)
"""Two opposite shares of the same people cannot come to more, rounding allowed."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a source's aligned figure says of a claimed one: the outcome and the entry that decides.

    ``is_by_side`` says that it is of those on the other side. ``denied_by`` is the figure of another poll
    that says otherwise where this one backs the claim.
    """

    outcome: FacetOutcome
    entry: ShareEntry
    denied_by: ShareEntry | None = None
    is_by_side: bool = False


def then_value(claim: ShareClaim, entry: ShareEntry) -> Value | None:
    """Return what a share was before it moved, where the claim speaks of that time."""
    if entry.moved is None or entry.moved.low is None or entry.value.low is None:
        return None
    if not (claim.tells_past or claim.times & entry.moved_from):
        return None
    before = entry.value.low - entry.moved.low
    return Value("percent", "percent", before, before, Bound.EXACT, entry.value.precision, entry.value.span)


def _settle_then(claim: ShareClaim, fits: Sequence[Fit]) -> Settled | None:
    """Return what a figure and its move say of the time before: 29, five points down, was 34."""
    for fit in fits:
        value = then_value(claim, fit.entry)
        is_aligned = fit.is_of_it and may_decide(claim, fit)
        if value is None or not is_aligned or not _on_same_side(claim.side, fit.entry.side):
            continue
        outcome = compare_values(claim.value, value).outcome
        if outcome is FacetOutcome.MATCH or (outcome is FacetOutcome.CONFLICT and fit.entry.is_typed):
            return Settled(outcome, fit.entry)
    return None


def _newest(fits: Sequence[Fit], published: date | None) -> list[Fit]:
    """Return the figures of today where others are of an earlier time: a claim without a time is of now."""
    undated = [one for one in fits if not one.entry.times or _is_fresh(one.entry, published)]
    if undated and len(undated) < len(fits):
        return undated
    if published is None or not fits:
        return list(fits)
    ages = [age_of(one.entry, published) for one in fits]
    return [one for one, age in zip(fits, ages, strict=True) if age == min(ages)]


def _is_fresh(entry: ShareEntry, published: date | None) -> bool:
    """Whether a dated figure is of the month in which its source was written."""
    return published is not None and age_of(entry, published) == 0


def settle(claim: ShareClaim, fits: Sequence[Fit], published: date | None) -> Settled | None:
    """Return what the best aligned figure says, None where none is aligned."""
    if (then := _settle_then(claim, fits)) is not None:
        return then
    aligned = [one for one in fits if one.is_aligned and may_decide(claim, one)]
    same = [one for one in aligned if _on_same_side(claim.side, one.entry.side)]
    # What fits best, and only of that the newest: an undated figure of another subject is none of them.
    same = [one for one in same if one.score >= same[0].score - TIED]
    same = _newest(same, published) if not claim.times and not claim.tells_past else same
    if same:
        settled = _settle_among(claim, same)
        if settled is not None and _is_of_a_neighbour(claim, settled.entry, fits):
            return None
        return settled and _with_denial(claim, settled, aligned)
    for one in aligned:
        if _is_the_rest(claim, one.entry):
            return Settled(FacetOutcome.MATCH, one.entry)
        is_sided = UNSURE not in (claim.side.end, one.entry.side.end) and one.entry.is_typed
        if is_sided and _are_too_many(claim.value, one.entry.value):
            return Settled(FacetOutcome.CONFLICT, one.entry, is_by_side=True)
    return None


def _is_of_a_neighbour(claim: ShareClaim, settled: ShareEntry, fits: Sequence[Fit]) -> bool:
    """Whether the claim names what only the short figure beside the settled one is of.

    In "71% blamed pay and 64% the hours" the claim of those who blamed the hours is not of the 71.
    """
    said = read_terms(claim.said)
    for one in fits:
        other = one.entry
        is_beside = other.number == settled.number and other.segment != settled.segment
        if not (is_beside and other.is_elliptic and other.people == settled.people):
            continue
        words = [term for term in other.own.terms if not term.groups & WHEN_OR_WAY]
        is_named = bool(words) and all(said.holds(term) for term in words)
        if is_named and not any(settled.own.holds(term) for term in words):
            return not all(said.holds(term) for term in settled.own.terms)
    return False


def _with_denial(claim: ShareClaim, settled: Settled, same: Sequence[Fit]) -> Settled:
    """Return the outcome with the figure of another sentence that contradicts it and is as close."""
    if settled.outcome is not FacetOutcome.MATCH:
        return settled
    own = next(one for one in same if one.entry is settled.entry)
    for one in same:
        entry = one.entry
        is_as_close = one.score >= own.score * AS_CLOSE and entry.is_typed
        is_elsewhere = entry.number != settled.entry.number and entry.times == settled.entry.times
        is_alike = entry.is_supposed is settled.entry.is_supposed and not entry.is_second
        if not (is_as_close and is_elsewhere and is_alike):
            continue
        if UNSURE in (claim.side.end, entry.side.end):
            continue
        is_same = _on_same_side(claim.side, entry.side)
        is_denied = is_same and compare_values(claim.value, entry.value).outcome is FacetOutcome.CONFLICT
        if is_denied or (not is_same and _are_too_many(claim.value, entry.value)):
            return replace(settled, denied_by=entry)
    return settled


def _is_the_rest(claim: ShareClaim, entry: ShareEntry) -> bool:
    """Whether "91 per cent do not want it" follows from 9 per cent who do."""
    if _DO_NOT.search(claim.said) is None or claim.value.low is None or entry.value.low is None:
        return False
    if (
        claim.value.bound is not Bound.EXACT
        or entry.value.bound is not Bound.EXACT
        or entry.side.end == UNSURE
    ):
        return False
    return claim.value.low + entry.value.low == ALL and entry.side.end != claim.side.end


_DO_NOT = re.compile(r"\b(?:do|did|does|would)(?:\s+not|n['’]t)\b", re.IGNORECASE)
ALL = Decimal(100)
AS_CLOSE = 0.75
"""How close, beside the figure that backs a claim, one that contradicts it must be to count."""


def may_decide(claim: ShareClaim, fit: Fit) -> bool:
    """Whether a figure's own stretch says enough, or tells the side and leaves the rest to its lead."""
    if fit.own >= OWN_LEAST:
        return True
    own = fit.entry.told
    if not fit.entry.is_elliptic or (own and claim.side.is_told and not fit.entry.side.is_told):
        return False
    said = read_terms(claim.said)
    return all(said.holds(term) for term in own)


def _on_same_side(ours: Side, theirs: Side) -> bool:
    return ours.end == theirs.end


def _settle_among(claim: ShareClaim, tied: Sequence[Fit]) -> Settled | None:
    exact = {one.entry.segment for one in tied if one.entry.value.bound is Bound.EXACT}
    tied = [
        one for one in tied if one.entry.value.bound is Bound.EXACT or one.entry.segment not in exact
    ]  # "just under half, 48 per cent": the figure counts
    outcomes = [(one, compare_values(claim.value, one.entry.value).outcome) for one in tied]
    for one, outcome in outcomes:
        if outcome is FacetOutcome.MATCH and one.shown >= SHOWN and _is_as_often(claim, one.entry):
            return Settled(outcome, one.entry)
    of_best = [
        one
        for one, outcome in outcomes
        if outcome is FacetOutcome.CONFLICT
        and one.time != UNKNOWN
        and one.entry.is_typed
        and one.shown >= SHOWN
    ]
    if of_best and all(outcome is FacetOutcome.CONFLICT for _, outcome in outcomes):
        return Settled(FacetOutcome.CONFLICT, of_best[0].entry)
    return None


_OFTEN = re.compile(
    r"\b(?:every\s+other\s+day|every\s+second\s+day|every\s+day|daily|every\s+week|weekly|every\s+month|monthly"
    r"|once\s+a\s+\w+|twice\s+a\s+\w+|\w+\s+(?:times|days)\s+a\s+\w+)\b",
    re.IGNORECASE,
)
_EACH_OF_THEM = re.compile(
    r"\b(?:all|any|every|each)\s+(?!of\b|the\b|those\b)(?P<what>[a-z]{3,})", re.IGNORECASE
)
_OFTEN_ALIKE = {"daily": "every day", "weekly": "every week", "monthly": "every month"}


def _often(text: str) -> frozenset[str]:
    said = (" ".join(match.group().lower().split()) for match in _OFTEN.finditer(text))
    return frozenset(_OFTEN_ALIKE.get(one, one) for one in said)


def _is_as_often(claim: ShareClaim, entry: ShareEntry) -> bool:
    """Whether what people do, they do as often as the claim says, and to all that it says ("all vapes")."""
    if _often(claim.said) - _often(entry.said):
        return False
    whole = {match["what"].lower() for match in _EACH_OF_THEM.finditer(claim.said)}
    return whole <= {match["what"].lower() for match in _EACH_OF_THEM.finditer(entry.said)} | _OF_PEOPLE


_OF_PEOPLE = frozenset(
    {"people", "adults", "respondents", "those", "voters", "day", "week", "month", "year", "time"}
)


def _are_too_many(ours: Value, theirs: Value) -> bool:
    """Whether two opposite shares come to more than all: 58 per cent for and 58 against."""
    if ours.low is None or theirs.low is None:
        return False
    if Bound.LESS_THAN in (ours.bound, theirs.bound) or Bound.AT_MOST in (ours.bound, theirs.bound):
        return False
    return ours.low + theirs.low > SUM_OF_SIDES


def absent_tails(claim: ShareClaim, text: str, near: Terms) -> tuple[str, ...]:
    """Return the clauses behind the figure's own of which the source's sentences show next to nothing.

    Neighbours are one part: "mainly because it is too long".
    """
    absent: list[Span] = []
    is_open = False
    for one in claim.tails:
        is_light = not _weighty(one.cut(text))
        if is_light or not _is_shown(one.cut(text), near):
            absent[-1:] = [Span(absent[-1].start, one.end)] if is_open else [*absent[-1:], one]
            is_open = True
        else:
            is_open = False
    return tuple(one.cut(text) for one in absent if _weighty(one.cut(text)))


TAIL_SHOWN = 0.5


def _weighty(said: str) -> list[Term]:
    return [term for term in read_terms(said).terms if term.weight > LIGHT_WEIGHT]


def _is_shown(said: str, near: Terms) -> bool:
    weighty = _weighty(said)
    return (
        sum(term.weight for term in weighty if near.holds(term)) / sum(one.weight for one in weighty)
        >= TAIL_SHOWN
    )
