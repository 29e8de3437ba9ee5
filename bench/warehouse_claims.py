"""A made-up claim: its words, where they stand, and what its pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from bench.warehouse_pages import Page

from factdesk.model import (
    Basis,
    Bound,
    Citation,
    Claim,
    Distance,
    EssayVersion,
    Evidence,
    FacetComparison,
    FacetName,
    FacetOutcome,
    Mention,
    ReviewEvent,
    Span,
    Value,
    Verdict,
)

METHODS = ("a" * 64, "b" * 64)
"""The methods by which verdicts of made-up claims were reached, the earlier one first."""


@dataclass
class JudgedClaim:
    """A claim with the pages that it cites and its verdicts, the last one in force."""

    claim: Claim
    sentence: str
    pages: list[Page]
    verdicts: list[Verdict] = field(default_factory=list)
    events: list[ReviewEvent] = field(default_factory=list)


def make_quote(place: int, thing: str, where: str, amount: int) -> tuple[str, str, tuple[Value, ...]]:
    """Return the words, the kind and the values of a claim; the three kinds take turns by its place."""
    if place % 3 == 0:
        value = Value("amount", "SEK", Decimal(amount), Decimal(amount), Bound.EXACT, Decimal(1))
        return f"{thing} to {where} costs {amount} crowns since week {place}", "price", (value,)
    if place % 3 == 1:
        share = Decimal(amount % 97 + 1)
        value = Value("percent", "percent", share, share, Bound.EXACT, Decimal(1))
        return f"{share} percent of {amount} people asked in {where} use {thing} ({place})", "poll", (value,)
    return f"{thing} for {where} was sold out on day {amount} of tour {place}", "sellout", ()


def make_mention(one: JudgedClaim, version: EssayVersion, text: str, number: int) -> Mention:
    """Return where a claim stands in the text of a version; the first page is cited in its sentence."""
    start = text.index(one.sentence)
    quote = start + one.sentence.index(one.claim.quote)
    citations = tuple(
        Citation(page.source.id, Distance.SENTENCE if place == 0 else Distance.PARAGRAPH, Basis.CITED)
        for place, page in enumerate(one.pages)
    )
    worth = Decimal(2000 + (number * 37 + start * 11) % 8000) / 10000
    return Mention(
        one.claim.id,
        version.id,
        Span(quote, quote + len(one.claim.quote)),
        Span(start, start + len(one.sentence)),
        one.sentence,
        citations,
        worth,
        f"line {1 + start // 80}",
    )


def make_evidence(one: JudgedClaim, page: Page, later: bool) -> Evidence:
    """Return the passage of a page that bears on a claim, in the page's later text where it has one."""
    text = page.text(later and page.changes)
    start = max(text.find(one.claim.quote), 0)
    span = Span(start, min(start + len(one.claim.quote), len(text)))
    snapshot = page.snapshot(later and page.changes)
    return Evidence(one.claim.id, snapshot.id, span, span.cut(text), compare(one), Basis.CITED, METHODS[0])


def compare(one: JudgedClaim) -> tuple[FacetComparison, ...]:
    """Return the one facet that a claim and its page have in common."""
    item = one.claim.facets[0]
    return (
        FacetComparison(
            FacetName.ITEM, item.text, item.text, FacetOutcome.MATCH, Span(5, 5 + len(item.text))
        ),
    )
