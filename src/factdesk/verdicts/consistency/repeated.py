"""One figure told two ways: "an adult ticket to Rila costs £14", and later £15."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations

from factdesk.claims.findings import Finding
from factdesk.model import Bound, FacetName, Flag, Span, Value
from factdesk.text.quantities import find_quantities
from factdesk.text.words import STOP_WORDS, stem, words
from factdesk.verdicts.consistency.sayings import Fault, table

FEWEST_WORDS = 2
"""So many words must say which thing it is, a name among them: two rooms may be of two hotels."""

MOST_ALIKE = 6
"""What is told more often in the same words is a list, or prices day by day."""

ABOUT_SLACK = Decimal("0.1")
"""Share by which figures may differ where one is said with "about"."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A figure that stands alone in its sentence, and the words that say what it is of."""

    place: int
    value: Value
    span: Span
    of: frozenset[str]
    words: str


def find_repeated(findings: Sequence[Finding], text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the figures of one thing that differ, each with the place of its finding.

    The sentences must say the same in other respects, word for word but for neutral ones, and each tell one
    figure only. What is told of several times, of what somebody said, or of the past once and of now once, is
    left alone.
    """
    alone = Counter(finding.sentence for finding in findings)
    groups: dict[tuple[object, ...], list[_Told]] = defaultdict(list)
    for place, finding in enumerate(findings):
        told = _read(place, finding, text) if alone[finding.sentence] == 1 else None
        if told is not None:
            key = (finding.kind, told.value.role, told.value.unit, told.of, _past(finding, text))
            groups[key].append(told)
    for group in groups.values():
        for one, other in combinations(group if len(group) <= MOST_ALIKE else (), 2):
            if _differ(one.value, other.value):
                yield one.place, _fault(one, other)
                yield other.place, _fault(other, one)


_SAID = re.compile(
    r"[“”\"]|\b(?:said|says|say|according|claim\w*|told|reported|another|other|different|instead|elsewhere|later"
    r"|earlier|now|today|then|first|second|last|next|previous\w*|former\w*|once|still|already|again"
    r"|new|old|if|when|while|until|from|rose|fell|each|per)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did|cost|paid|charged|sold|came|went|backed|supported|opposed)\b")
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w'’-]+")


def _past(finding: Finding, text: str) -> bool:
    return _PAST.search(finding.sentence.cut(text)) is not None


def _read(place: int, finding: Finding, text: str) -> _Told | None:
    values = [one for one in finding.values if one.role != "also"]
    if len(values) != 1 or values[0].role not in ("amount", "percent"):
        return None
    value, span, sentence = values[0], values[0].span, finding.sentence.cut(text)
    if (
        span is None
        or value.low is None
        or value.low != value.high
        or value.bound not in (Bound.EXACT, Bound.ABOUT)
    ):
        return None
    if Flag.QUOTED in finding.flags or finding.facet(FacetName.TIME) is not None or _SAID.search(sentence):
        return None
    if sum(1 for _ in find_quantities(sentence)) != 1:
        return None
    of = _words_beside(sentence, span.shifted(-finding.sentence.start), finding)
    if len(of) < FEWEST_WORDS or _NAME.search(sentence) is None:
        return None
    return _Told(place, value, span, of, span.cut(text))


def _words_beside(sentence: str, span: Span, finding: Finding) -> frozenset[str]:
    also = [
        one.span.shifted(-finding.sentence.start) for one in finding.values if one.role == "also" and one.span
    ]
    taken = [span, *also]
    return frozenset(
        stem(word)
        for word, at in words(sentence)
        if word not in STOP_WORDS and word not in _neutral() and not any(one.overlaps(at) for one in taken)
    )


@cache
def _neutral() -> frozenset[str]:
    return frozenset(str(table()["same"]["neutral"]).split())


def _differ(one: Value, other: Value) -> bool:
    assert one.low is not None
    assert other.low is not None
    steps = (one.precision or Decimal(0), other.precision or Decimal(0))
    # Two figures of the same fineness are not rounded apart; a coarser one may be the finer one, rounded.
    slack = Decimal(0) if steps[0] == steps[1] else max(steps) / 2
    if Bound.ABOUT in (one.bound, other.bound):
        slack += ABOUT_SLACK * max(one.low, other.low)
    return abs(one.low - other.low) > slack


def _fault(one: _Told, other: _Told) -> Fault:
    sentence = f"The essay says {one.words} here and {other.words} elsewhere, of the same in the same words."
    return Fault("told_twice", sentence, (one.span,))
