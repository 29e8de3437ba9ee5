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
    told = _Told(text, sentences)
    for place, finding in enumerate(findings):
        ratio = next((one for one in finding.values if one.role == "ratio" and one.of), None)
        if ratio is None or ratio.span is None or ratio.low is None or ratio.low != ratio.high:
            continue
        if ratio.low < SMALLEST or ratio.of is None:
            continue
        whole = finding.value("amount") or _price_before(findings, place)
        base = told.amount_of(ratio.of, finding.sentence)
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


class _Told:
    """The amounts that an essay tells, by the words beside them; each sentence is read once."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        self._text = text
        self._sentences = [(one, frozenset(_stems(one.cut(text)))) for one in sentences]
        self._found: dict[frozenset[str], list[tuple[Span, Quantity | None]]] = {}

    def amount_of(self, of: str, own: Span) -> tuple[Quantity, str] | None:
        """Return the one amount that other sentences give for what is multiplied, and its words."""
        wanted = frozenset(_stems(of))
        if len(wanted) < FEWEST_WORDS:
            return None
        if wanted not in self._found:
            self._found[wanted] = [
                (sentence, _only_amount(sentence.cut(self._text)))
                for sentence, stems in self._sentences
                if wanted <= stems
            ]
        others = [(sentence, amount) for sentence, amount in self._found[wanted] if sentence != own]
        amounts = {(one.unit, one.low) if one is not None else None for _, one in others}
        if len(amounts) != 1:
            return None
        sentence, amount = others[0]
        if amount is None:
            return None
        return amount, amount.span.cut(sentence.cut(self._text))


def _only_amount(said: str) -> Quantity | None:
    """Return the amount of a sentence that has one figure, which is money and exact or about."""
    figures = find_quantities(said)
    if len(figures) != 1 or figures[0].form != "money" or figures[0].low is None:
        return None
    (amount,) = figures
    exact = amount.low == amount.high and amount.bound in (Bound.EXACT, Bound.ABOUT)
    return amount if exact else None


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
