"""Settles what a claim says of two shares together: a lead, a change, more of one than of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import permutations

from factdesk.claims.aligning import times_in
from factdesk.claims.alike import LIGHT_WEIGHT, Term, Terms, coverage, gather_terms, read_terms
from factdesk.claims.findings import Finding
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
from factdesk.claims.relations import Relation, read_relation
from factdesk.claims.stands import read_stands
from factdesk.claims.surroundings import is_attribution
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.settled import Ruling
from factdesk.evidence.share_claims import (
    ALIGNED,
    OWN_LEAST,
    SHOWN,
    Fit,
    ShareClaim,
    age_of,
    fit_entries,
    may_decide,
    subject_terms,
)
from factdesk.evidence.share_entries import DAYS, ShareEntry, Shares
from factdesk.model import Bound, FacetComparison, FacetName, FacetOutcome, Span, Value

SIDE_SHOWN = 0.6
"""Share of the words of one side of a comparison that must be said of its figure."""

LEAST_GAP = Decimal(1)
"""Shares that differ by less are level: polls are rounded."""

POINTS_SLACK = Decimal("0.5")
ABOUT_SLACK = Decimal("1.5")
FARTHEST = 3
"""Sentences that may lie between two figures that are compared."""

_LEAD = re.compile(
    r"\b(?:ahead|leads?|led|leading|in\s+front|advantage|margin|gap|behind|trail(?:s|ed|ing)?|outnumber\w*)\b",
    re.I,
)
_TRAILS = re.compile(r"\b(?:behind|trail(?:s|ed|ing)?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Change:
    """A claimed change: its points (None where only the way is said), the way, and what changed."""

    way: int
    points: Value | None
    claim: ShareClaim


def rule_on_relation(claimed: Finding, text: str, source: ParsedSource) -> list[Ruling]:
    """Return what a source's shares say of a claimed lead, change or comparison, if anything."""
    points = next((one for one in claimed.values if one.role == "points"), None)
    if any(one.role in ("percent", "from_percent", "ratio") for one in claimed.values):
        return []
    relation = read_relation(text) if points is None else None
    if relation is not None and not relation.is_change:
        return _rule_on_contrast(relation, text, source)
    if points is not None and _LEAD.search(text):
        return _rule_on_lead(points, text, source)
    way = _way(text, points)
    if way and (points is not None or relation is not None):
        return _rule_on_change(_Change(way, points, _change_claim(text, points, relation)), text, source)
    return []


def _way(text: str, points: Value | None) -> int:
    ends = {one.end for one in read_stands(text) if one.axis == "direction"}
    if len(ends) == 1:
        return 1 if "up" in ends else -1
    if points is not None and points.low is not None and points.low < 0:
        return -1
    relation = read_relation(text)
    if relation is not None and relation.is_change:
        return 1 if relation.direction == "up" else -1
    return 0


_CHANGING = re.compile(
    r"\b(?:share|proportion|percentage|number|between|since|within|years?|months?|weeks?|time|rate|level|figure|result|compar\w+|lost|los(?:e|es|ing)|gain\w*|won|shed|got|moved?|three|two|previous|relative|terms)\b",
    re.I,
)


def _change_claim(text: str, points: Value | None, relation: Relation | None) -> ShareClaim:
    people = _people_who_changed(text)
    gone = [one.span for one in read_stands(text) if one.axis == "direction"]
    gone += [points.span] if points and points.span else []
    gone += [people.span] if people else []
    gone += [relation.cue] if relation else []
    said = text
    if people is not None:
        said = (
            text[: people.span.start] + " " * (people.span.end - people.span.start) + text[people.span.end :]
        )
    side = _side_of_change(said)
    gone += list(side.words)
    attributed = re.match(r"\s*according\s+to\s+[^,]+,|.*?(,\s*according\s+to\s+[^,.]+)", text, re.IGNORECASE)
    if attributed:
        gone.append(Span(*attributed.span(1 if attributed.group(1) else 0)))
    topic = tuple(
        term
        for term in subject_terms(text)
        if not _CHANGING.fullmatch(term.word) and not any(one.overlaps(term.span) for one in gone)
    )
    names = tuple(
        gather_terms(name.terms)
        for name in names_in(text)
        if not any(one.overlaps(name.span) for one in gone)
    )
    value = points or Value("points", "points", None, None, Bound.EXACT, None)
    return ShareClaim(value, topic, names, people, side, frozenset(), True, text)


_SHARE_OF = re.compile(r"\b(?:share|proportion|percentage|number)\s+of\s", re.IGNORECASE)


def _people_who_changed(text: str) -> People | None:
    """Return the people of a change; in "the share of tenants who ..." their clause is the subject."""
    people = read_people(text, 0, len(text))
    if people is None or people.head is None or not _SHARE_OF.search(text[: people.span.start]):
        return people
    said = people.span.cut(text)
    clause = re.search(r"\s(?:who|that|whose)\s", said)
    if clause is None:
        return people
    start = people.span.start
    return read_people(text, start, start + clause.start())


def _side_of_change(said: str) -> Side:
    """Return the side of what changed; "has dropped" is no turn of it."""
    blanked = said
    for one in read_stands(said):
        if one.axis == "direction":
            blanked = (
                blanked[: one.span.start] + " " * (one.span.end - one.span.start) + blanked[one.span.end :]
            )
    return read_side(blanked)


def _fits(claim: ShareClaim, source: ParsedSource) -> list[Fit]:
    """Return the shares that are of what changed, whatever their time."""
    return [
        one
        for one in fit_entries(claim, source.shares, source.published_on)
        if one.is_of_it and one.entry.side.end == claim.side.end and may_decide(claim, one)
    ]


def _rule_on_change(change: _Change, text: str, source: ParsedSource) -> list[Ruling]:
    if not change.claim.topic and not change.claim.side.is_told:
        return []
    fits = _fits(change.claim, source)
    times = times_in(text) - DAYS
    for now, moved in _moves(fits, times, source.published_on):
        outcome = _compare_move(change, moved)
        if outcome is FacetOutcome.CONFLICT and not _are_sure(fits, now):
            continue
        if outcome is not None:
            return [_ruling(change, outcome, now, text, source)]
    return []


def _are_sure(fits: Sequence[Fit], entries: Sequence[ShareEntry]) -> bool:
    """Whether figures are so surely of what a claim says has changed that they can deny it."""
    told = [fit for fit in fits if any(fit.entry is one for one in entries)]
    is_shown = all(fit.shown >= SHOWN and fit.entry.is_typed for fit in told)
    return is_shown and any(fit.own >= OWN_LEAST for fit in told)


def _moves(
    fits: Sequence[Fit], times: frozenset[str], published: date | None
) -> Iterator[tuple[tuple[ShareEntry, ...], Decimal]]:
    """Yield the figures that tell a change and by how much it was, the best fitting first."""
    for fit in fits:
        moved = fit.entry.moved
        if fit.entry.of_now and moved is not None and moved.low is not None:
            yield (fit.entry,), moved.low
    for one, other in permutations(fits, 2):
        now, then = one.entry, other.entry
        if not _are_now_and_then(now, then, times, published):
            continue
        if now.value.low is not None and then.value.low is not None:
            yield (now, then), now.value.low - then.value.low


def _are_now_and_then(
    now: ShareEntry, then: ShareEntry, times: frozenset[str], published: date | None
) -> bool:
    """Whether one figure is the later and the other the earlier one of a change."""
    if now.value.bound is not Bound.EXACT or then.value.bound is not Bound.EXACT:
        return False
    if not now.of_now or now.times & then.times or now.is_supposed or then.is_supposed:
        return False
    if not then.of_now:
        return True
    is_said = bool(then.times and then.times <= times)
    is_older = published is not None and bool(then.times) and age_of(then, published) > age_of(now, published)
    return is_said or is_older or (bool(then.times) and not now.times)


def _compare_move(change: _Change, moved: Decimal) -> FacetOutcome | None:
    if abs(moved) < LEAST_GAP:
        return None
    if (moved > 0) is not (change.way > 0):
        return FacetOutcome.CONFLICT
    if change.points is None:
        return FacetOutcome.MATCH
    return FacetOutcome.MATCH if _is_as_said(change.points, abs(moved)) else None


def _is_as_said(points: Value, gap: Decimal) -> bool:
    low = min(abs(one) for one in (points.low, points.high) if one is not None)
    if points.bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        return low <= gap <= low * 2
    if points.bound in (Bound.LESS_THAN, Bound.AT_MOST):
        return low / 2 <= gap <= low
    return abs(gap - low) <= (ABOUT_SLACK if points.bound is Bound.ABOUT else POINTS_SLACK)


def _ruling(
    change: _Change, outcome: FacetOutcome, entries: Sequence[ShareEntry], text: str, source: ParsedSource
) -> Ruling:
    stand = next((one for one in read_stands(text) if one.axis == "direction"), None)
    points = change.points.span if change.points else None
    span = points or (stand.span if stand else None)
    return ruling_on(span.cut(text) if span else text, outcome, entries, source)


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


# ------------------------------------------------------------------------------------ two sides


def _rule_on_contrast(relation: Relation, text: str, source: ParsedSource) -> list[Ruling]:
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


def _rule_on_lead(points: Value, text: str, source: ParsedSource) -> list[Ruling]:
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
        if not _is_as_said(replace(points, bound=points.bound), abs(gap)):
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
        topic = [term for term in topic if not _LEAD.fullmatch(term.word)]
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
