"""Settles what a claim says of two shares together: a lead, a change, more of one than of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import permutations

from factdesk.claims.aligning import times_in
from factdesk.claims.alike import gather_terms
from factdesk.claims.findings import Finding
from factdesk.claims.names import names_in
from factdesk.claims.poll_standing import (
    People,
    Side,
    read_people,
    read_side,
)
from factdesk.claims.relations import Relation, read_relation
from factdesk.claims.stands import read_stands
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.settled import Ruling
from factdesk.evidence.share_claims import (
    OWN_LEAST,
    SHOWN,
    Fit,
    ShareClaim,
    fit_entries,
    subject_terms,
)
from factdesk.evidence.share_contrasts import (
    LEAD,
    LEAST_GAP,
    is_as_said,
    rule_on_contrast,
    rule_on_lead,
    ruling_on,
)
from factdesk.evidence.share_entry import DAYS, ShareEntry
from factdesk.evidence.share_settling import may_decide
from factdesk.evidence.share_times import age_of
from factdesk.model import Bound, FacetOutcome, Span, Value


@dataclass(frozen=True, slots=True)
class _Change:
    """A claimed change: its points (None where only the way is said), the way, and what changed."""

    way: int
    points: Value | None
    claim: ShareClaim


def rule_on_relation(claimed: Finding, text: str, source: ParsedSource) -> list[Ruling]:
    """Return what a source's shares say of a claimed lead, change or comparison, if anything."""
    points = next((one for one in claimed.values if one.role == "points"), None)
    if (ends := _ends_of(claimed)) is not None:
        return _rule_on_ends(*ends, text, source)
    if any(one.role in ("percent", "from_percent", "ratio") for one in claimed.values):
        return []
    relation = read_relation(text) if points is None else None
    if relation is not None and not relation.is_change:
        return rule_on_contrast(relation, text, source)
    if points is not None and LEAD.search(text):
        return rule_on_lead(points, text, source)
    way = _way(text, points)
    if way and (points is not None or relation is not None):
        return _rule_on_change(_Change(way, points, _change_claim(text, points, relation)), text, source)
    return []


def _ends_of(claimed: Finding) -> tuple[Value, Value] | None:
    """Return the shares from which and to which something is said to have moved."""
    roles = {one.role: one for one in claimed.values}
    start, end = roles.get("from_percent"), roles.get("percent")
    return (start, end) if start and end and set(roles) == {"from_percent", "percent"} else None


def _rule_on_ends(start: Value, end: Value, text: str, source: ParsedSource) -> list[Ruling]:
    """Deny a move "from 50% to 62%" where the source has 50 now and 62 before."""
    way = 1 if (end.low or 0) > (start.low or 0) else -1
    change = _Change(way, None, _change_claim(text, None, None))
    fits = _fits(change.claim, source)
    for now in (one.entry for one in fits):
        for then in _before(now, change.claim, fits, source):
            is_turned = (now.value.low, then.value.low) == (start.low, end.low) != (end.low, start.low)
            if is_turned and _are_sure(fits, (now,)):
                return [_ruling(change, FacetOutcome.CONFLICT, (now, then), text, source)]
    return []


def _before(
    now: ShareEntry, claim: ShareClaim, fits: Sequence[Fit], source: ParsedSource
) -> Iterator[ShareEntry]:
    """Yield the earlier figures of the same thing: told apart, or short ones of the same sentence."""
    elsewhere = [one.entry for one in fits]
    for one in fit_entries(claim, source.shares, source.published_on):
        then = one.entry
        is_beside = then.number == now.number and then.is_elliptic and one.is_of_it
        is_known = (is_beside or then in elsewhere) and then.side.end == claim.side.end
        if is_known and _are_now_and_then(now, then, frozenset(), None):
            yield then


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
    return FacetOutcome.MATCH if is_as_said(change.points, abs(moved)) else None


def _ruling(
    change: _Change, outcome: FacetOutcome, entries: Sequence[ShareEntry], text: str, source: ParsedSource
) -> Ruling:
    stand = next((one for one in read_stands(text) if one.axis == "direction"), None)
    points = change.points.span if change.points else None
    span = points or (stand.span if stand else None)
    return ruling_on(span.cut(text) if span else text, outcome, entries, source)
