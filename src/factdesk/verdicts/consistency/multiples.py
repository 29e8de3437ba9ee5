"""Multiples of a figure that the essay tells as well: "five times the average monthly wage"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from factdesk.claims.findings import Finding
from factdesk.model import Bound, FacetName, Span, Value
from factdesk.text.figures import Quantity
from factdesk.text.quantities import find_quantities
from factdesk.text.words import content_stems
from factdesk.verdicts.consistency.sayings import Fault, departs, plain

MULTIPLE_SLACK = Decimal("0.12")
"""Share by which a multiple may differ from the two amounts: writers say five times of 4.6."""

ABOUT_SLACK = Decimal("0.25")
"""The same for "about five times"."""

SMALLEST = Decimal("1.5")
"""Smaller multiples are told as rises, and those are compared with their ends."""

FEWEST_WORDS = 2
"""So many words of what is multiplied must stand with its amount: "a wage" may be anybody's."""

NEAR_CHARACTERS = 400
"""So far back the price may stand of a thing that is then called a multiple."""

_PERIODS = ((re.compile(r"\bmonthly\b"), "month"), (re.compile(r"\b(?:yearly|annual)\b"), "year"),
            (re.compile(r"\bweekly\b"), "week"), (re.compile(r"\bdaily\b"), "day"))  # fmt: skip


def find_multiples(
    findings: Sequence[Finding], text: str, sentences: Sequence[Span]
) -> Iterator[tuple[int, Fault]]:
    """Yield the multiples that an essay's own amounts deny, with the place of their finding."""
    for place, finding in enumerate(findings):
        ratio = next((one for one in finding.values if one.role == "ratio" and one.of), None)
        if ratio is None or ratio.span is None or ratio.low is None or ratio.low != ratio.high:
            continue
        if ratio.low < SMALLEST or ratio.of is None:
            continue
        whole = finding.value("amount") or _price_before(findings, place)
        base = _base(ratio.of, text, sentences, finding.sentence)
        if whole is not None and base is not None:
            yield from ((place, one) for one in _compare(ratio, whole, base[0], base[1], text))


def _price_before(findings: Sequence[Finding], place: int) -> Value | None:
    """Return the amount of the same thing in a sentence shortly before."""
    finding = findings[place]
    item = finding.facet(FacetName.ITEM)
    for other in reversed(findings[:place]):
        if finding.quote.start - other.quote.end > NEAR_CHARACTERS:
            return None
        named = other.facet(FacetName.ITEM)
        amounts = [one for one in other.values if one.role == "amount"]
        if item is not None and named is not None and named.norm == item.norm and len(amounts) == 1:
            return amounts[0]
    return None


def _base(of: str, text: str, sentences: Sequence[Span], own: Span) -> tuple[Quantity, str] | None:
    """Return the one amount that the essay gives for what is multiplied, and its words."""
    wanted = frozenset(_stems(of))
    if len(wanted) < FEWEST_WORDS:
        return None
    found: dict[tuple[str, Decimal], tuple[Quantity, str]] = {}
    for sentence in sentences:
        said = sentence.cut(text)
        if sentence == own or not wanted <= set(_stems(said)):
            continue
        figures = find_quantities(said)
        amounts = [one for one in figures if one.form == "money"]
        if len(amounts) != 1 or len(figures) != 1 or amounts[0].low is None:
            return None
        (amount,) = amounts
        if amount.low != amount.high or amount.bound not in (Bound.EXACT, Bound.ABOUT):
            return None
        assert amount.low is not None
        found[amount.unit, amount.low] = (amount, amount.span.cut(said))
    return next(iter(found.values())) if len(found) == 1 else None


def _stems(text: str) -> list[str]:
    said = text.lower()
    for pattern, period in _PERIODS:
        said = pattern.sub(period, said)
    return content_stems(said)


def _compare(ratio: Value, whole: Value, base: Quantity, base_words: str, text: str) -> Iterator[Fault]:
    if whole.low is None or whole.low != whole.high or not base.low or whole.unit != base.unit:
        return
    if whole.bound not in (Bound.EXACT, Bound.ABOUT) or ratio.low is None:
        return
    assert ratio.span is not None
    actual, slack = whole.low / base.low, ratio.low * MULTIPLE_SLACK
    if departs(ratio.low, actual, ratio.bound, slack, ratio.low * ABOUT_SLACK):
        words, said = (one.span.cut(text) if one.span else "" for one in (whole, ratio))
        sentence = f"{words} is {plain(actual)} times the {base_words} that the essay gives, not “{said}”."
        spans = tuple(one.span for one in (whole, ratio) if one.span is not None)
        yield Fault("multiple_differs", sentence, spans)
