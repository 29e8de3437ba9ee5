"""Settles a claim that one share is above another: more of one than of the other, a lead in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.aligning import times_in
from factdesk.claims.alike import LIGHT_WEIGHT, Term, Terms, coverage, read_terms
from factdesk.claims.names import names_in
from factdesk.claims.poll_standing import (
    AGAINST,
    FOR,
    OTHER,
    SAME,
    UNSURE,
    People,
    Side,
    compare_people,
    read_people,
    read_side,
)
from factdesk.claims.relations import Relation
from factdesk.claims.surroundings import is_attribution
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.settled import Ruling
from factdesk.evidence.share_claims import (
    ALIGNED,
)
from factdesk.evidence.share_entry import ShareEntry, Shares
from factdesk.model import Bound, FacetComparison, FacetName, FacetOutcome, Value

SIDE_SHOWN = 0.6
"""Share of the words of one side of a comparison that must be said of its figure."""

LEAST_GAP = Decimal(1)
"""Shares that differ by less are level: polls are rounded."""

POINTS_SLACK = Decimal("0.5")
ABOUT_SLACK = Decimal("1.5")
FARTHEST = 3
"""Sentences that may lie between two figures that are compared."""

LEAD = re.compile(
    r"\b(?:ahead|leads?|led|leading|in\s+front|advantage|margin|gap|behind|trail(?:s|ed|ing)?|outnumber\w*)\b",
    re.I,
)
_TRAILS = re.compile(r"\b(?:behind|trail(?:s|ed|ing)?)\b", re.IGNORECASE)


def ruling_on(
    said: str, outcome: FacetOutcome, entries: Sequence[ShareEntry], source: ParsedSource
) -> Ruling:
    """Return the ruling of figures on words of a claim."""
    shown = [one.value.span for one in entries if one.value.span]
    if len(entries) == 1 and entries[0].moved and entries[0].moved.span:
        shown = [*shown, entries[0].moved.span]
    found = " … ".join(one.cut(source.text) for one in sorted(shown, key=lambda one: one.start))
    facet = FacetComparison(FacetName.VALUE, said, found, outcome, shown[0] if shown else None)
    stance = "backs" if outcome is FacetOutcome.MATCH else "denies"
    return Ruling(entries[0].number, stance, (), (facet,))


def is_as_said(points: Value, gap: Decimal) -> bool:
    """Whether a gap of two shares, in points, is the one that a claim says, its bound allowed for."""
    low = min(abs(one) for one in (points.low, points.high) if one is not None)
    if points.bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        return low <= gap <= low * 2
    if points.bound in (Bound.LESS_THAN, Bound.AT_MOST):
        return low / 2 <= gap <= low
    return abs(gap - low) <= (ABOUT_SLACK if points.bound is Bound.ABOUT else POINTS_SLACK)


def rule_on_contrast(relation: Relation, text: str, source: ParsedSource) -> list[Ruling]:
    """Compare the figures of the two sides of "more ... than ..."."""
    more, less = read_side(relation.more), read_side(relation.less)
    common = read_terms(relation.common).joined(read_terms(relation.more)).joined(read_terms(relation.less))
    people = read_people(text, 0, len(text))
    said = relation.cue.cut(text)
    settled: dict[FacetOutcome, Ruling] = {}
    for high, low in _sides(relation, more, less, common, people, source):
        outcome = _order(high.value, low.value)
        if outcome is FacetOutcome.CONFLICT and not _may_deny(high, low):
            continue
        if outcome is not None:
            settled.setdefault(outcome, ruling_on(said, outcome, (high, low), source))
    return list(settled.values())


def _may_deny(high: ShareEntry, low: ShareEntry) -> bool:
    """Whether two figures stand so close that their order denies a claim: in one sentence, both polls."""
    return high.number == low.number and high.is_typed and low.is_typed


def _order(high: Value, low: Value) -> FacetOutcome | None:
    if high.low is None or low.low is None or high.bound is not low.bound:
        return None
    if abs(high.low - low.low) < LEAST_GAP:
        return None
    return FacetOutcome.MATCH if high.low > low.low else FacetOutcome.CONFLICT


def _sides(
    relation: Relation, more: Side, less: Side, common: Terms, people: People | None, source: ParsedSource
) -> Iterator[tuple[ShareEntry, ShareEntry]]:
    """Yield the figures of the two sides, the nearest to each other first."""
    shares = source.shares
    is_by_side = more.end != less.end and not _own_words(relation.less, relation.more)
    pairs = [(high, low) for high, low in _neighbours(shares.entries) if _are_comparable(high, low)]
    for high, low in sorted(pairs, key=lambda one: (abs(one[0].number - one[1].number), one[0].number)):
        if is_by_side:
            if _are_of_two_sides(high, low, more, less, common, people, shares):
                yield high, low
        elif _are_of_two_things(high, low, relation, people, shares):
            yield high, low


def _neighbours(entries: Sequence[ShareEntry]) -> Iterator[tuple[ShareEntry, ShareEntry]]:
    """Yield both orders of every two figures that stand in sentences near each other."""
    for at, one in enumerate(entries):
        for other in entries[at + 1 :]:
            if other.number - one.number > FARTHEST:
                break
            yield one, other
            yield other, one


def _are_comparable(high: ShareEntry, low: ShareEntry) -> bool:
    return high.of_now and low.of_now and not (high.times ^ low.times) and high.segment != low.segment


def _own_words(side: str, other: str) -> tuple[Term, ...]:
    """Return the words of one side that the other does not say: its own, by which its figure is known."""
    without = read_terms(other)
    spans = read_side(side).words
    return tuple(
        term
        for term in read_terms(side).terms
        if term.weight > LIGHT_WEIGHT
        and term.form != "number"
        and not without.holds(term)
        and not any(one.overlaps(term.span) for one in spans)
    )


def _are_of_two_sides(
    high: ShareEntry,
    low: ShareEntry,
    more: Side,
    less: Side,
    common: Terms,
    people: People | None,
    shares: Shares,
) -> bool:
    """Whether one figure is of those for and the other of those against the same thing."""
    if (high.side.end, low.side.end) != (more.end, less.end) or UNSURE in (high.side.end, low.side.end):
        return False
    if not (high.side.is_told or low.side.is_told):
        return False
    topic = [term for term in common.terms if _is_topic(term, people)]
    if not topic or high.number != low.number:
        return False
    near = high.own.joined(high.near).joined(low.own).joined(low.near)
    is_of_them = all(
        compare_people(people if _is_real(people) else None, one.people, shares.known) == SAME
        for one in (high, low)
    )
    return is_of_them and coverage(topic, near, shares.known.terms) >= ALIGNED


def _is_real(people: People | None) -> bool:
    """Whether people are a group and not the two sides themselves ("opponents", "supporters")."""
    return people is not None and not (people.head and read_side(people.head.word).is_told)


def _is_topic(term: Term, people: People | None) -> bool:
    if term.weight <= LIGHT_WEIGHT or term.form == "number" or read_side(term.word).is_told:
        return False
    return people is None or people.head is None or term.stem != people.head.stem


def _are_of_two_things(
    high: ShareEntry, low: ShareEntry, relation: Relation, people: People | None, shares: Shares
) -> bool:
    """Whether each figure is known by its side's own words, and both by what the sides share."""
    ours, theirs = _words_of(high), _words_of(low)
    less = _own_words(relation.less, relation.more)
    more = tuple(term for term in _own_words(relation.more, relation.less) if not theirs.holds(term))
    if not less or not more:
        return False
    told = [term for term in more if ours.holds(term)]
    rest = [term for term in more if not ours.holds(term)]
    if not told or coverage(less, theirs) < SIDE_SHOWN or any(ours.holds(term) for term in less):
        return False
    if high.side.end != low.side.end or high.side.end == UNSURE:
        return False
    near = high.near.joined(low.near).joined(low.own).joined(high.own).joined(shares.known.terms)
    return coverage(rest, near) >= ALIGNED and coverage(read_terms(relation.common).terms, near) >= ALIGNED


def _words_of(entry: ShareEntry) -> Terms:
    """Return what is said of a figure itself: its subject, its people and its place."""
    terms = entry.own.joined(entry.where)
    people = entry.people
    if people is None or not people.is_own:
        return terms
    return terms.joined(people.terms)


def rule_on_lead(points: Value, text: str, source: ParsedSource) -> list[Ruling]:
    """Compare a claimed lead with the gap of two shares of one sentence."""
    sign = -1 if _TRAILS.search(text) else 1
    names = [one for one in names_in(text) if not is_attribution(text[: one.span.end])]
    people = read_people(text, 0, len(text))
    for one, other in _neighbours(source.shares.entries):
        if one.number != other.number or not _are_comparable(one, other):
            continue
        gap = _gap(one, other, names, text, people, source.shares)
        if gap is None or abs(gap) < LEAST_GAP:
            continue
        if not is_as_said(replace(points, bound=points.bound), abs(gap)):
            continue
        outcome = FacetOutcome.MATCH if gap * sign > 0 else FacetOutcome.CONFLICT
        said = points.span.cut(text) if points.span else text
        return [ruling_on(said, outcome, (one, other), source)]
    return []


def _gap(
    one: ShareEntry,
    other: ShareEntry,
    names: Sequence[object],
    text: str,
    people: People | None,
    shares: Shares,
) -> Decimal | None:
    """Return by how much the claim's first side leads the other, None where the figures are others'."""
    if one.value.low is None or other.value.low is None:
        return None
    first = _first_owner(one, other, text)
    if first is None:
        return None
    if any(
        compare_people(people if _is_real(people) else None, each.people, shares.known) == OTHER
        for each in (one, other)
    ):
        return None
    return one.value.low - other.value.low if first is one else other.value.low - one.value.low


def _first_owner(one: ShareEntry, other: ShareEntry, text: str) -> ShareEntry | None:
    """Return the figure of the side that the claim names first: by name, else by for and against."""
    named = [(name, _holder(name.terms, one, other)) for name in names_in(text)]
    owners = [holder for _, holder in named if holder is not None]
    if len(owners) >= 2 and owners[0] is not owners[1]:
        return owners[0]
    said = read_side(text)
    ends = [read_side(span.cut(text)).end for span in sorted(said.words, key=lambda span: span.start)]
    if {one.side.end, other.side.end} == {FOR, AGAINST} and len(set(ends)) == 2:
        topic = [
            term
            for term in read_terms(text).terms
            if _is_topic(term, None) and not times_in(term.word.capitalize())
        ]
        topic = [term for term in topic if not LEAD.fullmatch(term.word)]
        near = one.own.joined(one.near).joined(other.own).joined(other.near)
        if topic and coverage(topic, near) >= ALIGNED:
            return one if one.side.end == ends[0] else other
    return None


def _holder(terms: Sequence[Term], one: ShareEntry, other: ShareEntry) -> ShareEntry | None:
    """Return the only one of two figures whose own words name somebody."""
    ours = all(one.own.holds(term) for term in terms) or one.own.holds(terms[-1])
    theirs = all(other.own.holds(term) for term in terms) or other.own.holds(terms[-1])
    if ours is theirs:
        return None
    return one if ours else other
