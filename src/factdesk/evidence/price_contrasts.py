"""Answers claims that compare: one price with another, or with what the same thing cost before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from factdesk.claims.comparing import ValueComparison, compare_values
from factdesk.claims.price_sides import Contrast, with_shared_words
from factdesk.claims.price_traits import LOOSE, MOVED_DOWN, MOVED_NOT, MOVED_UP
from factdesk.evidence.price_entries import PriceLedger
from factdesk.evidence.price_entry import Entry
from factdesk.evidence.price_fitting import Fit, Side, axes_apart, currency_named, fit_side, read_side
from factdesk.evidence.price_results import CONFLICT, MATCH, WEAKER, Answer, end_of, found_words, silent
from factdesk.model import Bound, FacetOutcome, Value

FARTHEST_SENTENCES = 8
"""Two prices farther apart are not set against each other."""


def answer_contrast(contrast: Contrast, said: str, ledger: PriceLedger) -> Answer:
    """Answer a claim that sets two prices, or two times of one, against each other."""
    left, right = read_side(contrast.left), read_side(contrast.right)
    if contrast.is_change:
        return _answer_change(contrast, left, said, ledger)
    has_shared = left.is_bare or right.is_bare
    contrast = with_shared_words(contrast, left.is_bare, right.is_bare)
    left, right = read_side(contrast.left), read_side(contrast.right)
    judged = list(_pairs(contrast, left, right, ledger))
    if has_shared:  # which prices are meant is a guess where a side names no thing; it contradicts nothing
        judged = [one for one in judged if one.comparison.outcome is not CONFLICT or one.is_in_one_sentence]
    return _decide_pairs(judged, said, ledger)


@dataclass(frozen=True, slots=True)
class _Pair:
    fits: tuple[Fit, Fit]
    comparison: ValueComparison

    @property
    def share(self) -> float:
        return self.fits[0].share + self.fits[1].share

    @property
    def is_in_one_sentence(self) -> bool:
        return self.fits[0].entry.number == self.fits[1].entry.number

    @property
    def entries(self) -> tuple[Entry, Entry]:
        return self.fits[0].entry, self.fits[1].entry


def _pairs(contrast: Contrast, left: Side, right: Side, ledger: PriceLedger) -> Iterator[_Pair]:
    ours, theirs = _fitting(left, ledger), _fitting(right, ledger)
    for high in ours:
        for low in theirs:
            if _are_comparable(high.entry, low.entry) and high.entry.clause != low.entry.clause:
                yield _Pair((high, low), _compare(contrast, high.entry, end_of(low.entry, right)))


_LOOSE_IN_PAIRS = LOOSE | {"end"}
"""Of two prices that are set against each other, each may be the lowest of its kind."""


def _fitting(side: Side, ledger: PriceLedger) -> list[Fit]:
    fits = (fit_side(side, entry, ledger, _LOOSE_IN_PAIRS) for entry in ledger.entries)
    return [one for one in fits if one.is_same]


def _are_comparable(one: Entry, other: Entry) -> bool:
    return (
        one.unit == other.unit
        and one is not other
        and one.value.low != other.value.low
        and abs(one.number - other.number) <= FARTHEST_SENTENCES
    )


def _compare(contrast: Contrast, left: Entry, right: Value) -> ValueComparison:
    """Say whether two prices stand to each other as the claim says."""
    ours, theirs = left.value.low, right.low
    highest = right.high if right.high is not None else right.low
    assert ours is not None
    assert theirs is not None
    assert highest is not None
    value = contrast.value
    if value is None:
        if theirs < ours < highest:
            return ValueComparison(WEAKER)
        is_above = ours >= highest
        return ValueComparison(MATCH if is_above is (contrast.sign > 0) else CONFLICT)
    if theirs != highest or not theirs:
        return ValueComparison(WEAKER)
    if value.unit == "ratio":
        found = replace(value, low=ours / theirs, high=ours / theirs, bound=Bound.EXACT, precision=None)
    else:
        gap = ours - theirs
        found = replace(value, low=gap, high=gap, bound=Bound.EXACT)
        value = _signed(value, contrast.sign)
    return compare_values(value, found)


def _signed(value: Value, sign: int) -> Value:
    if value.low is None or value.high is None:
        return value
    low, high = sorted((sign * abs(value.low), sign * abs(value.high)))
    return replace(value, low=low, high=high)


def _decide_pairs(judged: Sequence[_Pair], said: str, ledger: PriceLedger) -> Answer:
    best: dict[FacetOutcome, _Pair] = {}
    for one in judged:
        known = best.get(one.comparison.outcome)
        if known is None or one.share > known.share:
            best[one.comparison.outcome] = one
    backs, denies, weaker = best.get(MATCH), best.get(CONFLICT), best.get(WEAKER)
    if backs and (denies is None or backs.share >= denies.share):
        return Answer(MATCH, backs.entries, said, found_words(backs.entries, ledger), "derived")
    if denies and backs is None and all(one.is_surely_same for one in denies.fits):
        return Answer(CONFLICT, denies.entries, said, found_words(denies.entries, ledger), "derived")
    if weaker and not backs and not denies:
        return Answer(WEAKER, weaker.entries, said, found_words(weaker.entries, ledger))
    return silent(said)


def _answer_change(contrast: Contrast, side: Side, said: str, ledger: PriceLedger) -> Answer:
    """Answer a claim that something became dearer or cheaper: for every group of buyers that it names."""
    buyers = sorted(side.traits.on("buyer"))
    if len(buyers) < 2:
        return _answer_one_change(contrast, side, said, ledger)
    sides = [
        replace(side, traits=replace(side.traits, values={**side.traits.values, "buyer": frozenset({one})}))
        for one in buyers
    ]
    answers = [_answer_one_change(contrast, one, said, ledger) for one in sides]
    denied = next((one for one in answers if one.outcome is CONFLICT), None)
    silent = next((one for one in answers if one.outcome is not MATCH), None)
    return denied or silent or answers[0]


def _answer_one_change(contrast: Contrast, side: Side, said: str, ledger: PriceLedger) -> Answer:
    now, was = replace(side, when=""), replace(side, when="past", times=frozenset())
    judged = list(_pairs_in_time(contrast, now, was, ledger))
    answer = _decide_pairs(judged, said, ledger)
    if contrast.value is not None or answer.outcome in (MATCH, CONFLICT):
        return answer
    return _answer_from_words(contrast, now, said, ledger)


def _pairs_in_time(contrast: Contrast, now: Side, was: Side, ledger: PriceLedger) -> Iterator[_Pair]:
    after = [one for one in _fitting(now, ledger) if not one.is_older]
    before = [one for one in _fitting(was, ledger) if one.entry.when == "past"]
    currency = currency_named(now.text)
    for new in after:
        for old in before:
            if currency and new.entry.unit != currency[0]:
                continue
            if _are_comparable(new.entry, old.entry) and not _are_apart(new.entry, old.entry):
                yield _Pair((new, old), _compare(contrast, new.entry, old.entry.value))


def _are_apart(one: Entry, other: Entry) -> bool:
    """Whether two prices are of different things by their traits."""
    side = Side("", (), one.traits, "", frozenset())
    return bool(axes_apart(side, other)) and one.traits.on("buyer") != other.traits.on("buyer")


def _answer_from_words(contrast: Contrast, side: Side, said: str, ledger: PriceLedger) -> Answer:
    """Answer from what the words around a price say that it did: "Diesel stayed at 14.90"."""
    for entry in ledger.entries:
        fit = fit_side(side, entry, ledger)
        moved = _moved(entry, ledger.source.text) if fit.is_surely_same and entry.when != "past" else None
        if moved is None:
            continue
        outcome = MATCH if moved == contrast.sign else CONFLICT
        return Answer(outcome, (entry,), said, entry.clause.cut(ledger.source.text).strip(" ,;"))
    return silent(said)


def _moved(entry: Entry, text: str) -> int | None:
    """Return 1, -1 or 0 where the words of a price say that it rose, fell or stayed; None where none do."""
    said = entry.clause.cut(text)
    moves = [
        sign for sign, pattern in ((1, MOVED_UP), (-1, MOVED_DOWN), (0, MOVED_NOT)) if pattern.search(said)
    ]
    return moves[0] if len(moves) == 1 else None
