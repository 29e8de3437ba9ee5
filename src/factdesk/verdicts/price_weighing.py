"""Weighs a price claim by the prices of a whole source, where no single sentence settles it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from factdesk.claims.alike import LIGHT_WEIGHT, coverage, read_terms
from factdesk.claims.facets import attribution_facets
from factdesk.claims.findings import Finding
from factdesk.claims.price_traits import LOOSE, UNIVERSAL
from factdesk.evidence.compare import Compared, claim_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.price_answers import answer_price, side_of
from factdesk.evidence.price_entries import PriceLedger, ledger_of
from factdesk.evidence.price_entry import Entry
from factdesk.evidence.price_fitting import fit_side
from factdesk.evidence.price_implied import is_implied
from factdesk.evidence.price_results import Answer
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Value
from factdesk.verdicts.turned_moves import turned_about
from factdesk.verdicts.weighing import Weighed, with_note

LEAST_TO_DENY = 0.5
"""Share of the claim's words that must fit a price before it can contradict the claim."""

_TOLD = re.compile(r"\b(?:according\s+to|says?|said|reported|reports|told|announced)\b", re.IGNORECASE)

_STANCES = {
    FacetOutcome.MATCH: "backs",
    FacetOutcome.CONFLICT: "denies",
    FacetOutcome.WEAKER: "silent",
}


def weigh_prices(
    claimed: Finding, text: str, source: ParsedSource, weighed: Sequence[Weighed]
) -> list[Weighed]:
    """Return what is worth something for a price claim, looked at with all the prices of a source.

    What a sentence was taken to say of the claim is given up where its figure is another thing's price.
    Where no sentence settles the claim, the prices of the whole source are set against it.
    """
    if claimed.kind != "price":
        return list(weighed)
    ledger = ledger_of(source)
    kept = [_unless_of_another(one, claimed, text, ledger) for one in weighed]
    kept = [turned_about(one, claimed, text) for one in kept]
    if claimed.parts or any(one.stance in ("backs", "denies") for one in kept):
        return kept
    found = _from_all_prices(claimed, text, source, ledger)
    return [*kept, *(one for one in found if not _is_beyond(one, claimed, text, ledger))]


def _is_beyond(one: Weighed, claimed: Finding, text: str, ledger: PriceLedger) -> bool:
    """Whether a claim goes further than the prices that back it, or is implied by those that deny it."""
    if one.stance == "backs":
        return _goes_further(one, claimed, text, ledger)
    return one.stance == "denies" and (
        _is_of_an_untold_year(text, ledger.source)
        or any(is_implied(value, ledger) for value in claimed.values if value.role == "amount")
    )


_YEAR = re.compile(r"(?<![\d.,£$€])(?:19|20)\d\d(?![\d%]|[.,]\d)")


def _is_of_an_untold_year(text: str, source: ParsedSource) -> bool:
    """Whether a claim names a year of which the source neither speaks nor was written in it."""
    years = set(_YEAR.findall(text))
    told = set(_YEAR.findall(source.text))
    if source.published_on is not None:
        told.add(str(source.published_on.year))
    return bool(years) and not years & told


def _unless_of_another(one: Weighed, claimed: Finding, text: str, ledger: PriceLedger) -> Weighed:
    """Return a weighed sentence, silent where one of its figures is the price of something else."""
    if one.stance == "silent":
        return one
    if one.stance == "denies" and _is_of_an_untold_year(text, ledger.source):
        return replace(one, stance="silent")
    if one.stance == "backs" and _goes_further(one, claimed, text, ledger):
        return replace(one, stance="silent", missing=())
    for value in claimed.values:
        if value.span and _is_of_another(one, value, claimed, text, ledger):
            return replace(one, stance="silent", missing=())
    return one


def _goes_further(one: Weighed, claimed: Finding, text: str, ledger: PriceLedger) -> bool:
    """Whether a claim says more than a sentence that has its figure: of whom it is, or of all cases."""
    return _is_said_by_another(one, claimed, text, ledger) or _says_all(one, claimed, text)


def _says_all(one: Weighed, claimed: Finding, text: str) -> bool:
    """Whether a claim speaks of every case and the sentence does not."""
    return bool(UNIVERSAL.search(claimed.quote.cut(text))) and not UNIVERSAL.search(one.compared.finding.text)


def _is_said_by_another(one: Weighed, claimed: Finding, text: str, ledger: PriceLedger) -> bool:
    """Whether claim and sentence each name who says it, and not the same one."""
    named = claimed.facet(FacetName.ATTRIBUTION) if _TOLD.search(claimed.text) or _TOLD.search(text) else None
    told = attribution_facets(ledger.source.text, one.compared.finding.sentence)
    if named is None or not told:
        return False
    who, teller = read_terms(named.text), read_terms(told[0].text)
    return not any(teller.holds(term) for term in who.terms if term.weight > LIGHT_WEIGHT)


def _is_of_another(one: Weighed, value: Value, claimed: Finding, text: str, ledger: PriceLedger) -> bool:
    assert value.span is not None
    said = value.span.cut(text)
    spans = [
        facet.span
        for facet in one.compared.facets
        if facet.facet is FacetName.VALUE and facet.claimed == said and facet.span is not None
    ]
    entries = [
        entry
        for entry in ledger.entries
        if entry.value.span and any(entry.value.span.overlaps(span) for span in spans)
    ]
    if value.role != "amount":  # "rose by 4,800" is neither shown nor denied by what it costs now
        return value.role == "diff" and any(
            one.stance == "denies" or entry.value.low == abs(value.low or 0) for entry in entries
        )
    side = side_of(value, claimed, text)
    loose = LOOSE if one.stance == "backs" else LOOSE | {"end"}
    fits = [fit_side(side, entry, ledger, loose) for entry in entries]
    if one.stance == "denies":
        if is_implied(value, ledger):
            return True
        return bool(fits) and all(
            fit.is_of_another or fit.is_older or fit.share < LEAST_TO_DENY for fit in fits
        )
    return bool(fits) and all(fit.is_of_another for fit in fits)


def _from_all_prices(claimed: Finding, text: str, source: ParsedSource, ledger: PriceLedger) -> list[Weighed]:
    answers = answer_price(claimed, text, ledger)
    stance = _stance(answers) if answers else ""
    if not stance:
        return []
    telling = [one for one in answers if _STANCES.get(one.outcome, "") == stance] or [
        one for one in answers if one.outcome is FacetOutcome.MATCH
    ]
    absent = (one.said for one in answers if one.outcome is not FacetOutcome.MATCH)
    missing = tuple(absent) if stance == "partly" else ()
    facets = tuple(_facet(one) for one in telling)
    numbers = dict.fromkeys(entry.number for one in telling for entry in one.entries)
    found = [Weighed(_compared(claimed, text, source, number, facets), stance, missing) for number in numbers]
    return [with_note(one, claimed, text) for one in found]


def _stance(answers: Sequence[Answer]) -> str:
    """Return what several values of one claim come to: all must be shown, one contradicted contradicts it."""
    outcomes = [one.outcome for one in answers]
    if FacetOutcome.CONFLICT in outcomes:
        return "denies"
    if all(one is FacetOutcome.MATCH for one in outcomes):
        return "backs"
    if FacetOutcome.MATCH in outcomes and all(
        one in (FacetOutcome.MATCH, FacetOutcome.ABSENT) for one in outcomes
    ):
        return "partly"
    return "silent" if all(one is FacetOutcome.WEAKER for one in outcomes) else ""


def _facet(answer: Answer) -> FacetComparison:
    entry: Entry = answer.entries[0]
    return FacetComparison(FacetName.VALUE, answer.said, answer.found, answer.outcome, entry.value.span)


def _compared(
    claimed: Finding, text: str, source: ParsedSource, number: int, facets: tuple[FacetComparison, ...]
) -> Compared:
    passage = source.passages[number]
    found = Finding(claimed.kind, passage.span, passage.span, passage.span.cut(source.text), (), (), (), ())
    share = coverage(claim_terms(claimed, text).terms, source.terms(number))
    return Compared(passage, found, facets, share)
