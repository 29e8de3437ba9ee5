"""Aligns a claim's share with those of a source: of the same people, side, time and subject, before values.

How well a figure fits does not depend on its value; what an aligned one says is told in `share_settling`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

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
from factdesk.claims.names import names_in
from factdesk.claims.phrases import load_phrases
from factdesk.claims.poll_standing import (
    OTHER,
    PAST,
    PRESENT,
    SAME,
    People,
    Side,
    compare_people,
)
from factdesk.claims.surroundings import is_attribution
from factdesk.evidence.share_entry import DAYS, ShareEntry, Shares
from factdesk.evidence.share_times import compare_time
from factdesk.model import Span, Value
from factdesk.text.places import lies_in
from factdesk.text.quantities import find_quantities

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
    if _is_inserted(text, figure) and head + 1 < len(clauses):
        head += 1
    address = _ADDRESS.search(text)
    end = address.start() if address else len(text)  # a link written behind a claim is no part of it
    tails = [one for one in clauses[head + 1 :] if one.start < end and not is_attribution(one.cut(text))]
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


_ADDRESS = re.compile(r"https?://|www\.")


def _is_inserted(text: str, figure: Span) -> bool:
    """Whether a figure stands between commas, so that its sentence goes on: "a majority, 57%, say that"."""
    return text[: figure.start].rstrip().endswith(",") and text[figure.end :].lstrip().startswith(",")


_DAY_STEMS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])


_ASKED_IN = re.compile(
    r"\s*(?:in|according\s+to)\s+[^,]{0,60}?\b(?:survey|poll|questionnaire|study)\b[^,]{0,40},", re.IGNORECASE
)
"""An opening that tells which survey it was: that is no subject of the question."""


def _topic(text: str, said: Span, entry: ShareEntry, without: Sequence[Span]) -> tuple[Term, ...]:
    gone = [*without, *(one.shifted(entry.side_start) for one in entry.side.words)]
    gone += [one.whole.shifted(said.start) for one in find_quantities(said.cut(text))]
    if asked := _ASKED_IN.match(said.cut(text)):
        gone.append(Span(said.start, said.start + asked.end()))
    if entry.people is not None and entry.people.is_own:
        gone.append(entry.people.span)
    lead = _POLL_TAKEN.match(text, said.start, said.end)
    who_asked = lead.end() - said.start if lead else 0
    return tuple(
        term
        for term in subject_terms(said.cut(text))
        if not any(one.overlaps(term.span.shifted(said.start)) for one in gone)
        and (term.form == "name" or term.span.start >= who_asked)
    )


_POLL_TAKEN = re.compile(
    r"\W*(?:in|according\s+to)\s+(?:an?|the|this|one|its)\s+(?:[\w’'-]+\s+){0,3}?(?:poll|survey)\s+"
    r"(?:(?:taken|done|made|published|carried\s+out|conducted|commissioned)\s+)?(?:for|by)\s+[^,;:]{1,60},",
    re.IGNORECASE,
)
"""Tells who asked, not what: "In a poll taken for the county paper, ..."."""


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
        compare_time(claim.times, entry, shares.entries, published, tells_past=claim.tells_past),
        _is_named(claim, entry, names, shares),
        shown / total if total else 0.0,
    )


_OF_THE_VOTE_ITSELF = re.compile(
    r"\b(?:turn-?out|response\s+rate|margin\s+of\s+error|sampling\s+error)\b", re.IGNORECASE
)
"""Says how many took part, or how exact it is; not what anybody thinks."""


def _is_named(claim: ShareClaim, entry: ShareEntry, names: Sequence[_Named], shares: Shares) -> bool:
    """Whether the claim's names stand with a figure and no other figure of its sentence is theirs."""
    if entry.is_supposed and not _UNDER_CONDITION.search(claim.said):
        return False
    if not _stands_where(claim, entry, shares):
        return False
    if _OF_THE_VOTE_ITSELF.search(entry.said) and not _OF_THE_VOTE_ITSELF.search(claim.said):
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
