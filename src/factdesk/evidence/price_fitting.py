"""Says how well the words of a claim, or of one side of it, fit one price of a source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from factdesk.claims.aligning import quantities_in, times_in
from factdesk.claims.alike import LIGHT_WEIGHT, Term, gather_terms, read_terms
from factdesk.claims.facet_comparisons import is_another_date
from factdesk.claims.names import names_in
from factdesk.claims.price_counts import read_counts
from factdesk.claims.price_traits import (
    CARRYING,
    FUTURE,
    LOOSE,
    PAST,
    PRESENT,
    Traits,
    differing_axes,
    read_traits,
)
from factdesk.evidence.price_entries import PriceLedger
from factdesk.evidence.price_entry import Entry
from factdesk.model import Span
from factdesk.text.places import find_places, lies_in

OWN, TAKEN, NEARBY, TOPIC = 1.0, 0.95, 0.7, 0.6
"""How far a word counts that stands with the figure, before it, in its paragraph, or all over the text."""

FITS = 0.7
"""Share of a side's words that must fit a price before it is the price of that side."""

FITS_IF_TOLD = 0.6
"""The same where the price is told apart by a trait of its own, as the side is ("the cheapest")."""

FITS_CLOSELY = 0.8
"""The same before that price can contradict the claim."""

STANDS_AT_ALL = 0.25
"""Share of them, names of the whole text aside, that must stand so close at all."""

STANDS_CLOSE = 0.5
"""Share of the words that must stand with the figure, or where it refers back to, to contradict."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a claim says one price is of. ``when`` is past, now, future or ""."""

    text: str
    terms: tuple[Term, ...]
    traits: Traits
    when: str
    times: frozenset[str]

    @property
    def is_bare(self) -> bool:
        """Whether it says nothing but which of several prices it is ("the gate price")."""
        return not self.terms


@lru_cache(maxsize=1024)
def read_side(text: str) -> Side:
    """Return what a stretch of a claim says that its price is of."""
    traits = read_traits(text)
    gone = [*traits.spans, *(one.whole for one in quantities_in(text))]
    if currency := currency_named(text):
        gone.append(currency[1])
    terms = tuple(
        term
        for term in read_terms(text).terms
        if term.form != "number"
        and (term.form == "name" or (term.weight > LIGHT_WEIGHT and term.stem not in CARRYING))
        and not any(map(str.isdigit, term.word))
        and not times_in(term.word.capitalize())
        and not any(one.overlaps(term.span) for one in gone)
    )
    return Side(text, terms, traits, when_of(text), times_in(text))


_IN_CURRENCY = re.compile(r"\bin\s+(?:terms\s+of\s+)?(?:the\s+)?(?P<word>[a-z]{3,10})\b", re.IGNORECASE)


def currency_named(said: str) -> tuple[str, Span] | None:
    """Return the currency in which a change is told ("in naira") and where that is said."""
    for match in _IN_CURRENCY.finditer(said):
        read = quantities_in(f"1 {match['word']}")
        if read and read[0].form == "money":
            return read[0].unit, Span(*match.span())
    return None


def when_of(text: str) -> str:
    """Return whether a stretch of a claim speaks of the past, of now or of the future."""
    if PAST.search(text):
        return "past"
    if PRESENT.search(text):
        return "now"
    return "future" if FUTURE.search(text) else ""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a side fits a price: the share of its words, those close by, those found nowhere."""

    entry: Entry
    share: float
    close: float
    absent: tuple[Term, ...]
    is_of_another: bool
    is_older: bool = False
    is_told: bool = False
    names_another: bool = False

    @property
    def is_same(self) -> bool:
        """Whether the price may back what the claim says of that side."""
        needed = FITS_IF_TOLD if self.is_told else FITS
        if self.close < STANDS_AT_ALL and not self.is_told:
            return False
        return not self.is_of_another and not self.absent and self.share >= needed

    @property
    def is_surely_same(self) -> bool:
        """Whether the price may contradict what the claim says of that side."""
        return (
            not self.is_of_another
            and not self.is_older
            and not self.absent
            and self.share >= FITS_CLOSELY
            and self.close >= STANDS_CLOSE
            and not self.names_another
        )


def fit_side(side: Side, entry: Entry, ledger: PriceLedger, loose: frozenset[str] = LOOSE) -> Fit:
    """Return how well a side fits a price of the source."""
    rivals = _rivals(entry, ledger)
    total = held = close = far = 0.0
    absent: list[Term] = []
    is_stolen = False
    near, later = ledger.setting(entry), ledger.sequel(entry)
    names_others = _names_another(side, entry, ledger)
    names_things = _names_another_thing(side, entry)
    for term in side.terms:
        total += term.weight
        is_topic = ledger.topic.holds(term)
        worth = 0.0
        if entry.own.holds(term) or entry.taken.holds(term):
            worth = OWN if entry.own.holds(term) else TAKEN
            close += term.weight
        elif is_topic or (
            near.holds(term)
            and not (term.form == "name" and names_others)
            and not any(one.own.holds(term) for one in rivals)
        ):
            worth = NEARBY if near.holds(term) or term.form == "name" else TOPIC
            far += term.weight if term.form == "name" else 0.0
        elif near.holds(term):
            is_stolen = is_stolen or term.form == "name" or names_things
            worth = NEARBY
        elif not _is_deed(term, side.text):
            absent.append(term)
            is_stolen = is_stolen or later.holds(term)
        held += term.weight * worth
    is_other = is_stolen or bool(axes_apart(side, entry, loose)) or _is_elsewhere(side, entry, ledger)
    is_other = (
        is_other or _is_at_another_time(side, entry, ledger) or _is_of_another_count(side, entry, ledger)
    )
    has_own = any(entry.own.holds(term) for term in side.terms) or not side.terms
    is_detached = (
        names_things and not has_own and not _POINTS_BACK.search(entry.clause.cut(ledger.source.text))
    )
    is_older = entry.when == "past" and side.when == ""
    names_another = far > 0 and names_others
    is_told = any(side.traits.on(axis) & entry.traits.on(axis) for axis in _TELLING)
    if not total:
        said = {axis for axis in side.traits.values if side.traits.on(axis) & entry.traits.on(axis)}
        share = 1.0 if said and said == set(side.traits.values) else 0.0
        return Fit(entry, share, share, (), is_other, is_older, is_told, names_another or is_detached)
    return Fit(
        entry,
        held / total,
        close / max(total - far, 0.1),
        tuple(absent),
        is_other,
        is_older,
        is_told,
        names_another or is_detached,
    )


_TELLING = ("end", "channel", "buyer", "market", "trip")


def axes_apart(side: Side, entry: Entry, loose: frozenset[str] = LOOSE) -> tuple[str, ...]:
    """Return the axes on which a side and a price are different things; a range has both its ends."""
    axes = differing_axes(side.traits, entry.traits, entry.around, loose)
    is_range = entry.value.low != entry.value.high
    return tuple(axis for axis in axes if not (axis == "end" and is_range))


def _rivals(entry: Entry, ledger: PriceLedger) -> Sequence[Entry]:
    """Return the other prices of the paragraph, whose words are theirs."""
    paragraph = ledger.source.contexts[entry.number].paragraph
    return [
        one
        for one in ledger.entries
        if one.clause != entry.clause
        and one.value.low != entry.value.low
        and one.unit == entry.unit
        and ledger.source.contexts[one.number].paragraph == paragraph
    ]


def _is_elsewhere(side: Side, entry: Entry, ledger: PriceLedger) -> bool:
    """Whether the words of a price name a place, and none of the side's."""
    clause = entry.clause.cut(ledger.source.text)
    ours = [one.name for one in find_places(side.text)]
    theirs = [one.name for one in find_places(clause) if one.form != "demonym"]
    if not ours or not theirs or any(one.lower() in clause.lower() for one in ours):
        return False
    return not any(lies_in(one, other) or lies_in(other, one) for one in ours for other in theirs)


_POINTS_BACK = re.compile(r"\b(?:it|them|they|one|ones|that|this|these|those|the\s+same)\b", re.IGNORECASE)


def _names_another(side: Side, entry: Entry, ledger: PriceLedger) -> bool:
    """Whether the words of a price hold a name that is neither the side's nor one of the whole text."""
    ours = gather_terms(side.terms)
    names = (name for name in names_in(entry.clause.cut(ledger.source.text)))
    return any(not name.stands_in(ours) and not name.stands_in(ledger.topic) for name in names)


_DEED = re.compile(r"\w{2,}(?:ed|ing)\Z", re.IGNORECASE)


def _is_deed(term: Term, text: str) -> bool:
    """Whether a word tells what is done ("was charged", "buying") and does not narrow the noun behind it."""
    if term.form != "word" or not _DEED.match(term.word):
        return False
    return (
        re.match(
            r"\s+(?:the|an?|by|to|for|in|at|on|from|of|about|only|with)\b|\W*\Z|\s*[,£$€\d]",
            text[term.span.end :],
        )
        is not None
    )


def _names_another_thing(side: Side, entry: Entry) -> bool:
    """Whether the words of a price name something of which the side does not speak."""
    ours = gather_terms(read_terms(side.text).terms)
    return any(
        term.form == "word"
        and term.weight > LIGHT_WEIGHT
        and term.stem not in CARRYING
        and not _DEED.match(term.word)
        and not ours.holds(term)
        for term in entry.own.terms
    )


def _is_at_another_time(side: Side, entry: Entry, ledger: PriceLedger) -> bool:
    """Whether side and price name other days, months or years, or one is of the past and the other not."""
    if side.when == "past":
        return entry.when in ("now", "future") or (bool(side.times) and _differ_in_time(side, entry, ledger))
    if entry.when == "past" and side.when:
        return True
    return bool(side.times) and _differ_in_time(side, entry, ledger)


def _differ_in_time(side: Side, entry: Entry, ledger: PriceLedger) -> bool:
    sentence = ledger.source.contexts[entry.number].sentence
    if _are_apart(side.times, entry.times):
        return True
    text = ledger.source.text
    return is_another_date(side.text, entry.clause.cut(text), sentence.cut(text))


_MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])


def _are_apart(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether both name months, or both name years, and none in common."""
    for kept in (lambda one: one in _MONTHS, lambda one: one[0].isdigit()):
        mine, other = set(filter(kept, ours)), set(filter(kept, theirs))
        if mine and other and not mine & other:
            return True
    return False


def _is_of_another_count(side: Side, entry: Entry, ledger: PriceLedger) -> bool:
    """Whether side and price count, number or label the same things and not alike."""
    ours, theirs = read_counts(side.text), read_counts(entry.clause.cut(ledger.source.text))
    return any(not ours[one] & theirs[one] for one in ours.keys() & theirs.keys())
