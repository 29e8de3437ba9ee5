"""Aligns a claim's share with those of a source: of the same people, side, time and subject, before values.

The figure that fits best decides, whatever its value: an equal one backs the claim, another denies it. Where
no figure fits, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from factdesk.claims.aligning import clauses_of, times_in
from factdesk.claims.alike import (
    EMPTY,
    LIGHT_WEIGHT,
    WORD_WEIGHT,
    Term,
    Terms,
    base_stem,
    gather_terms,
    read_terms,
)
from factdesk.claims.comparing import compare_values
from factdesk.claims.names import names_in
from factdesk.claims.phrases import load_phrases
from factdesk.claims.poll_standing import (
    OTHER,
    PAST,
    PRESENT,
    SAME,
    UNKNOWN,
    UNSURE,
    People,
    Side,
    compare_people,
)
from factdesk.claims.surroundings import is_attribution
from factdesk.evidence.share_entries import DAYS, ShareEntry, Shares
from factdesk.model import Bound, FacetOutcome, Span, Value
from factdesk.text.places import lies_in

NEAR_WORTH = 0.85
"""What a word counts that leads to a figure (its question, the clause before) beside one of its own."""

SUBJECT_WORTH = 0.6
"""What a word counts that is only what the whole source is about."""

ALIGNED = 0.66
"""How much of a claim's subject must be said of a figure before the figure speaks of the claim."""

SHOWN = 0.8
"""How much of a claim's subject must be said near a figure that backs it: the rest is paraphrase."""

OWN_LEAST = 0.3
"""How much of it the figure's own stretch must say where other figures stand beside it."""

TIED = 0.08
"""Figures that fit nearly as well as the best one."""

SUM_OF_SIDES = Decimal(103)
"""Two opposite shares of the same people cannot come to more, rounding allowed."""


@dataclass(frozen=True, slots=True)
class ShareClaim:
    """A claimed share: its value, the words of its subject, whom it is of, which side, and when."""

    value: Value
    topic: tuple[Term, ...]
    names: tuple[Terms, ...]
    people: People | None
    side: Side
    times: frozenset[str]
    tells_past: bool
    said: str
    days: frozenset[str] = frozenset()
    where: Terms = EMPTY
    start: int = 0
    tails: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """How an entry fits a claim: its score, of whom and when it is beside the claim.

    ``shown`` is the share of the claim's subject that is said anywhere of the figure.
    """

    entry: ShareEntry
    score: float
    own: float
    people: str
    time: str
    is_named: bool
    shown: float = 1.0

    @property
    def is_aligned(self) -> bool:
        """Whether it speaks of the same people, time and subject."""
        return self.is_of_it and self.time != OTHER

    @property
    def is_of_it(self) -> bool:
        """Whether it speaks of the same people and subject, whenever."""
        return self.people == SAME and self.is_named and self.score >= ALIGNED


def read_share_claim(
    value: Value, entry: ShareEntry, text: str, before: tuple[Term, ...] = (), said_by: Sequence[Span] = ()
) -> ShareClaim:
    """Return a claimed value as read in its sentence; ``entry`` is that sentence's own reading of it.

    ``before`` is the subject of the share before it, which an elliptic one shares; ``said_by`` the words
    that tell whose word it is.
    """
    clauses = clauses_of(text, entry.segment)
    figure = value.span or entry.value.span or entry.segment
    head = max((at for at, one in enumerate(clauses) if one.start <= figure.start), default=0)
    tails = [one for one in clauses[head + 1 :] if not is_attribution(one.cut(text))]
    said = Span(entry.segment.start, clauses[head].end if clauses else entry.segment.end)
    told = [one for one in clauses[: head + 1] if is_attribution(one.cut(text))]
    gone = [figure, *told, *said_by]
    topic = _topic(text, said, entry, gone) or before
    words = said.cut(text)
    names = tuple(
        gather_terms(name.terms)
        for name in names_in(words)
        if not _is_people(name.text, entry.people)
        and not any(one.overlaps(name.span.shifted(said.start)) for one in gone)
        and not all(term.stem in _DAY_STEMS for term in name.terms)
    )
    return ShareClaim(
        value=value,
        topic=topic,
        names=names,
        people=entry.people,
        side=entry.side,
        times=times_in(text) - DAYS,
        tells_past=PAST.search(words) is not None and PRESENT.search(words) is None,
        said=words,
        days=entry.days,
        where=entry.where,
        start=entry.side_start,
        tails=tuple(tails),
    )


_DAY_STEMS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])


def _topic(text: str, said: Span, entry: ShareEntry, without: Sequence[Span]) -> tuple[Term, ...]:
    gone = [*without, *(one.shifted(entry.side_start) for one in entry.side.words)]
    if entry.people is not None and entry.people.is_own:
        gone.append(entry.people.span)
    return tuple(
        term
        for term in subject_terms(said.cut(text))
        if not any(one.overlaps(term.span.shifted(said.start)) for one in gone)
    )


ATTITUDES = frozenset(base_stem(word) for word in str(load_phrases("poll_sides")["attitude"]).split())


_SEASONS = frozenset({"winter", "spring", "summer", "autumn"})
_MONEY = frozenset({"price", "pric", "cost", "pay", "charg", "buy", "sell"})
"""Words that say little of a price and much of what a poll asks."""


def subject_terms(text: str) -> tuple[Term, ...]:
    """Return the words of a stretch that say of what a share is: no figures, places, times or attitudes."""
    terms = [
        replace(term, weight=WORD_WEIGHT) if term.stem in _MONEY and term.form == "word" else term
        for term in read_terms(text).terms
    ]
    return tuple(
        term
        for term in terms
        if term.weight > LIGHT_WEIGHT
        and term.form != "number"
        and not term.place
        and term.stem not in ATTITUDES
        and term.word not in _SEASONS
        and not times_in(term.word.capitalize())
    )


def _is_people(name: str, people: People | None) -> bool:
    """Whether a name is that of the people themselves ("Danes"), who are compared as such."""
    return people is not None and people.head is not None and people.head.word.lower() == name.lower()


def fit_entries(claim: ShareClaim, shares: Shares, published: date | None) -> list[Fit]:
    """Return how every entry of a source fits a claim, the best first."""
    names = [_named_by(name, shares) for name in claim.names]
    fits = [_fit(claim, entry, names, shares, published) for entry in shares.entries]
    return sorted(fits, key=lambda one: (-one.score, one.entry.number))


@dataclass(frozen=True, slots=True)
class _Named:
    """A name of a claim, the stretches of a source that say it, and whether the whole source is of it."""

    name: Terms
    stretches: frozenset[tuple[int, int]]
    is_known: bool

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(number for number, _ in self.stretches)


def _named_by(name: Terms, shares: Shares) -> _Named:
    holders = (one for one in shares.entries if any(one.own.holds(term) for term in name.terms))
    is_known = all(shares.known.terms.holds(term) for term in name.terms)
    return _Named(name, frozenset((one.number, one.segment.start) for one in holders), is_known)


def _fit(
    claim: ShareClaim, entry: ShareEntry, names: Sequence[_Named], shares: Shares, published: date | None
) -> Fit:
    held = own = total = shown = 0.0
    for term in claim.topic:
        total += term.weight
        if entry.own.holds(term) or (entry.people and entry.people.is_own and entry.people.terms.holds(term)):
            own += term.weight
            held += term.weight
        elif entry.near.holds(term) or (entry.people is not None and entry.people.terms.holds(term)):
            held += term.weight * NEAR_WORTH
        elif shares.subject.holds(term) or shares.known.terms.holds(term):
            held += term.weight * SUBJECT_WORTH
        else:
            continue
        shown += term.weight
    score, of_own = (held / total, own / total) if total else (0.0, 0.0)
    is_led = entry.is_elliptic or not of_own
    return Fit(
        entry,
        score if is_led else score * 0.7 + of_own * 0.3,
        of_own,
        OTHER if entry.is_of_things else compare_people(claim.people, entry.people, shares.known),
        compare_time(claim, entry, shares.entries, published),
        _is_named(claim, entry, names, shares),
        shown / total if total else 0.0,
    )


def _is_named(claim: ShareClaim, entry: ShareEntry, names: Sequence[_Named], shares: Shares) -> bool:
    """Whether the claim's names stand with a figure and no other figure of its sentence is theirs."""
    if entry.is_supposed and not _UNDER_CONDITION.search(claim.said):
        return False
    if not _stands_where(claim, entry, shares):
        return False
    if claim.days and entry.days and not claim.days & entry.days:
        return False
    if not all(_has_name(claim, entry, one, shares) for one in names):
        return False
    ours = read_terms(claim.said)
    if not all(ours.holds(term) or shares.known.terms.holds(term) for term in entry.where.terms):
        return False
    return all(
        all(ours.holds(term) or shares.known.terms.holds(term) for term in read_terms(place).terms)
        or any(lies_in(place, name.terms[0].word) for name in claim.names)
        for place in entry.places
    )


def _has_name(claim: ShareClaim, entry: ShareEntry, named: _Named, shares: Shares) -> bool:
    """Whether a name of the claim stands with a figure: in its stretch, before it, or over the source."""
    name = named.name
    said = entry.own.joined(entry.where).joined(entry.lead)
    said = said.joined(entry.people.terms) if entry.people is not None else said
    if all(said.holds(term) for term in name.terms):
        return True
    if _narrows_people(name, claim.people):
        return False  # "Front supporters" are not any voters
    if entry.number in named.numbers and (entry.number, entry.segment.start) not in named.stretches:
        return False  # another figure of the sentence is theirs
    if named.stretches and not named.is_known and any(term.place for term in name.terms):
        return False  # another figure is that place's
    return all(
        entry.near.holds(term) or shares.known.terms.holds(term) or said.holds(term) for term in name.terms
    )


def _narrows_people(name: Terms, people: People | None) -> bool:
    """Whether a name that is no place stands among the words for the people ("Front supporters")."""
    if people is None or any(term.place for term in name.terms):
        return False
    return all(people.terms.holds(term) for term in name.terms)


def _stands_where(claim: ShareClaim, entry: ShareEntry, shares: Shares) -> bool:
    """Whether a figure is of the place that opens the claim ("In the suburban wards ...")."""
    said = entry.own.joined(entry.where).joined(shares.known.terms)
    said = said.joined(entry.people.terms) if entry.people is not None else said
    return all(said.holds(term) for term in claim.where.terms if not term.place)


_UNDER_CONDITION = re.compile(
    r"\b(?:if|provided|as\s+long\s+as|should|unless|in\s+case|were)\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def compare_time(
    claim: ShareClaim, entry: ShareEntry, entries: Sequence[ShareEntry], published: date | None
) -> str:
    """Return whether a figure is of the claimed time: same, other, or unknown."""
    years, months = _split(claim.times)
    their_years, their_months = _split(entry.times)
    if years and their_years and not years & their_years:
        return OTHER
    if months and their_months and not months & their_months:
        return OTHER
    if years & their_years or months & their_months:
        return SAME
    if not claim.times:
        if not entry.of_now and not claim.tells_past:
            return OTHER
        is_old = published is not None and bool(entry.times) and age_of(entry, published) >= OLD_MONTHS
        return UNKNOWN if is_old or (claim.tells_past and entry.of_now) else SAME
    if not entry.times and entry.of_now:
        if published is not None and years and str(published.year) not in years:
            return OTHER
        of_others = {one for other in entries for one in other.times}
        if months & of_others or years & of_others:
            return OTHER
    elif not entry.times and published is not None and str(published.year) in years:
        return OTHER
    return UNKNOWN


def _split(times: Iterable[str]) -> tuple[set[str], set[str]]:
    years = {one for one in times if _YEAR.fullmatch(one)}
    return years, set(times) - years


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


OLD_MONTHS = 2
"""A dated figure so many months older than its source may be of another time than a claim about now."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def age_of(entry: ShareEntry, published: date) -> int:
    """Return how many months before its source's day a figure is, by the youngest time that it names."""
    years, months = _split(entry.times)
    ages = [(published.month - 1 - _MONTHS.index(one)) % 12 for one in months if one in _MONTHS]
    since = [published.year - int(one) for one in years]
    if ages and since:
        return min(since) * 12 if min(since) else min(ages)
    return min(ages, default=min(since, default=0) * 12)


def settle(claim: ShareClaim, fits: Sequence[Fit], published: date | None) -> Settled | None:
    """Return what the best aligned figure says, None where none is aligned."""
    if (then := _settle_then(claim, fits)) is not None:
        return then
    aligned = [one for one in fits if one.is_aligned and may_decide(claim, one)]
    same = [one for one in aligned if _on_same_side(claim.side, one.entry.side)]
    same = _newest(same, published) if not claim.times and not claim.tells_past else same
    if same:
        settled = _settle_among(claim, [one for one in same if one.score >= same[0].score - TIED])
        return settled and _with_denial(claim, settled, aligned)
    for one in aligned:
        if _is_the_rest(claim, one.entry):
            return Settled(FacetOutcome.MATCH, one.entry)
        is_sided = UNSURE not in (claim.side.end, one.entry.side.end) and one.entry.is_typed
        if is_sided and _are_too_many(claim.value, one.entry.value):
            return Settled(FacetOutcome.CONFLICT, one.entry, is_by_side=True)
    return None


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
