"""Weighs a price claim by the prices of a whole source, where no single sentence settles it."""

from __future__ import annotations

from collections.abc import Sequence

from factdesk.claims.alike import coverage
from factdesk.claims.findings import Finding
from factdesk.evidence.compare import Compared, claim_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.price_answers import answer_price
from factdesk.evidence.price_entries import Entry, ledger_of
from factdesk.evidence.price_results import Answer
from factdesk.model import FacetComparison, FacetName, FacetOutcome
from factdesk.verdicts.weighing import Weighed

_STANCES = {
    FacetOutcome.MATCH: "backs",
    FacetOutcome.CONFLICT: "denies",
    FacetOutcome.WEAKER: "weaker",
}


def weigh_prices(
    claimed: Finding, text: str, source: ParsedSource, weighed: Sequence[Weighed]
) -> list[Weighed]:
    """Return what the prices of a source say of a claim that none of its ``weighed`` sentences settles."""
    if claimed.kind != "price" or claimed.parts or any(one.stance in ("backs", "denies") for one in weighed):
        return []
    answers = answer_price(claimed, text, ledger_of(source))
    if not answers:
        return []
    stance = _stance(answers)
    if not stance:
        return []
    telling = [one for one in answers if _STANCES.get(one.outcome, "") == stance] or [
        one for one in answers if one.outcome is FacetOutcome.MATCH
    ]
    missing = tuple(
        one.said for one in answers if stance == "partly" and one.outcome is not FacetOutcome.MATCH
    )
    facets = tuple(_facet(one) for one in telling)
    entries = dict.fromkeys(entry.number for one in telling for entry in one.entries)
    return [Weighed(_compared(claimed, text, source, number, facets), stance, missing) for number in entries]


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
    return ""


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
