"""What a source's prices say of one value of a claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from factdesk.evidence.price_entries import PriceLedger
from factdesk.evidence.price_entry import Entry
from factdesk.evidence.price_fitting import Side
from factdesk.model import Bound, FacetOutcome, Value

MATCH, CONFLICT, WEAKER = FacetOutcome.MATCH, FacetOutcome.CONFLICT, FacetOutcome.WEAKER


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says of one value of a claim, and the prices that say it.

    ``said`` are the claim's words, ``found`` the source's; ``outcome`` is match, conflict, weaker or absent.
    """

    outcome: FacetOutcome
    entries: tuple[Entry, ...]
    said: str
    found: str
    note: str = ""


def silent(said: str) -> Answer:
    """Return the answer of a source that says nothing of a value."""
    return Answer(FacetOutcome.ABSENT, (), said, "")


def found_words(entries: Iterable[Entry], ledger: PriceLedger) -> str:
    """Return the source's figures as it writes them."""
    spans = dict.fromkeys(one.value.span for one in entries if one.value.span)
    return " … ".join(span.cut(ledger.source.text) for span in spans)


def end_of(entry: Entry, side: Side) -> Value:
    """Return the end of a range of which a side speaks ("the upper estimate")."""
    low, high = entry.value.low, entry.value.high
    if low == high or low is None or high is None:
        return entry.value
    ends = side.traits.on("end")
    figure = high if "high" in ends else low if "low" in ends else None
    return (
        replace(entry.value, low=figure, high=figure, bound=Bound.EXACT)
        if figure is not None
        else entry.value
    )
