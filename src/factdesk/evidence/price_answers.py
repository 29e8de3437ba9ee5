"""Answers price claims from the prices of a source: what a thing costs, how two compare, what moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from factdesk.claims.aligning import value_segments
from factdesk.claims.comparing import ValueComparison, compare_values
from factdesk.claims.findings import Finding
from factdesk.claims.price_sides import read_contrast
from factdesk.claims.price_traits import UNIVERSAL, with_unit_behind
from factdesk.evidence.price_contrasts import answer_contrast
from factdesk.evidence.price_entries import PriceLedger
from factdesk.evidence.price_entry import Entry
from factdesk.evidence.price_fitting import Fit, Side, fit_side, read_side
from factdesk.evidence.price_results import CONFLICT, MATCH, WEAKER, Answer, end_of, found_words, silent
from factdesk.model import Bound, FacetOutcome, Value


def answer_price(claimed: Finding, text: str, ledger: PriceLedger) -> list[Answer]:
    """Return one answer a value of a price claim; for a claim without a figure, the one of its order."""
    own = [one for one in claimed.values if one.role in ("amount", "ratio", "diff")]
    if not ledger.entries:
        return []
    if not own:
        contrast = read_contrast(None, claimed, text)
        return [answer_contrast(contrast, text, ledger)] if contrast else []
    answers = []
    for value in own:
        if value.role == "amount":
            answers.append(_answer_amount(value, side_of(value, claimed, text), text, ledger))
        else:
            contrast = read_contrast(value, claimed, text)
            said = value.span.cut(text) if value.span else claimed.text
            answers.append(answer_contrast(contrast, said, ledger) if contrast else silent(said))
    return answers


def side_of(value: Value, claimed: Finding, text: str) -> Side:
    """Return the words of a claim that say of what one of its amounts is."""
    quote = claimed.quote
    own = [one for one in claimed.values if one.role in ("amount", "ratio", "diff")]
    if len(own) < 2 or value.span is None:
        return _with_unit(read_side(quote.cut(text)), value, text)
    segments = value_segments(text, quote, [one for one in own if one.span])
    spans = [one.span for one in own if one.span]
    segment = segments.get(value.span, quote)
    lead = text[quote.start : min(one.start for one in spans)]
    first = min(spans, key=lambda one: one.start)
    said = segment.cut(text)
    own_side = read_side(said)
    side = own_side if segment.covers(first) or own_side.terms else read_side(f"{lead} {said}")
    return _with_unit(side, value, text)


def _with_unit(side: Side, value: Value, text: str) -> Side:
    if value.span is None:
        return side
    return replace(side, traits=with_unit_behind(side.traits, text, value.span.end))


_BARE = re.compile(
    r"[\d.,\s]*(?:hundred|thousand|million|billion|a|one|two|three|four|five|six|seven|eight|nine|ten|\s)*"
    r"(?P<word>pesos?|crowns?|dollars?|pounds?|cents?|pence|dinars?|francs?|rupees?|shillings?|kron\w+|lira|pounds?|rials?|riyals?|\$|£)[\d.,\s]*",
    re.IGNORECASE,
)
_SIGNS = {"$": "dollar", "£": "pound", "pence": "pound"}


def _word_of(said: str) -> str:
    """Return the bare name of a currency that several countries have ("pesos"), or ""."""
    match = _BARE.fullmatch(said.strip())
    if match is None:
        return ""
    word = match["word"].lower()
    return _SIGNS.get(word, word.removesuffix("s"))


def currencies(value: Value, said: str, ledger: PriceLedger) -> frozenset[str]:
    """Return the currencies of a source that a claimed amount may be in: "pesos" are those of the source."""
    word = _word_of(said)
    named = {
        one.unit
        for one in ledger.entries
        if word and one.value.span and _word_of(one.value.span.cut(ledger.source.text)) == word
    }
    return frozenset({value.unit, *named})


def _answer_amount(value: Value, side: Side, text: str, ledger: PriceLedger) -> Answer:
    said = value.span.cut(text) if value.span else str(value.low)
    units = currencies(value, said, ledger)
    entries = [one for one in ledger.entries if one.unit in units and one.value.low is not None]
    fits = [fit_side(side, one, ledger) for one in entries]
    judged = [
        (one, compare_values(*_at_the_same_end(replace(value, unit=one.entry.unit), one.entry, side)))
        for one in fits
    ]
    return _decide(judged, side, said, ledger)


def _at_the_same_end(value: Value, entry: Entry, side: Side) -> tuple[Value, Value]:
    """Return both values; where both are what something starts at, as what they say to the digit."""
    found = end_of(entry, side)
    if "low" in side.traits.on("end") and "low" in entry.traits.on("end"):
        return _exact(value), _exact(found)
    return value, found


def _exact(value: Value) -> Value:
    if value.bound is not Bound.AT_LEAST or value.low is None:
        return value
    return replace(value, bound=Bound.EXACT, high=value.low)


def _decide(
    judged: Sequence[tuple[Fit, ValueComparison]], side: Side, said: str, ledger: PriceLedger
) -> Answer:
    matching = [one for one in judged if one[1].outcome is MATCH and one[0].is_same]
    denying = [one for one in judged if one[1].outcome is CONFLICT and one[0].is_surely_same]
    weaker = [one for one in judged if one[1].outcome is WEAKER and one[0].is_same]
    best = max(matching, key=_share, default=None)
    rivals = [one for one in judged if one[1].outcome is CONFLICT and one[0].is_same]
    if best and not any(_comes_first(one[0], best[0], side) for one in rivals):
        if UNIVERSAL.search(side.text):
            return silent(said)
        return _answer(MATCH, best, said, ledger)
    denying = [one for one in denying if side.when != "past" or one[0].entry.when == "past"]
    if denying and not weaker and (best is None or best[0].is_older):
        return _answer(CONFLICT, max(denying, key=_share), said, ledger)
    if weaker and not matching:
        return _answer(WEAKER, max(weaker, key=_share), said, ledger)
    return silent(said)


def _comes_first(rival: Fit, best: Fit, side: Side) -> bool:
    """Whether another price fits a side better, or as well where the side names a trait that neither has."""
    if rival.is_older and not best.is_older:
        return False
    if rival.share > best.share or (best.is_older and not rival.is_older):
        return True
    untold = [
        axis
        for axis in ("market", "end", "channel")
        if side.traits.on(axis) and not best.entry.traits.on(axis)
    ]
    return bool(untold) and rival.share >= best.share


def _share(one: tuple[Fit, ValueComparison]) -> float:
    return one[0].share


def _answer(
    outcome: FacetOutcome, one: tuple[Fit, ValueComparison], said: str, ledger: PriceLedger
) -> Answer:
    entry = one[0].entry
    return Answer(outcome, (entry,), said, found_words((entry,), ledger), one[1].note)
