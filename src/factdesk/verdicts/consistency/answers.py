"""Answers that nobody can give at once and that are more than all: 55% for and 60% against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from factdesk.claims.findings import Finding
from factdesk.claims.stands import opposed_axes
from factdesk.model import Bound, FacetName, Span, Value
from factdesk.text.words import content_stems
from factdesk.verdicts.consistency.sayings import Fault, plain

EXCLUSIVE_AXES = frozenset({"stance", "trust", "contentment", "taste", "outlook"})
"""Axes of ``alike.toml`` whose two ends nobody takes at once in one question."""

ALL = Decimal("101.5")
"""More than all, with two rounded shares."""


def find_past_all(findings: Sequence[Finding], text: str) -> Iterator[tuple[int, Fault]]:
    """Yield the later of two opposed answers of one sentence that make more than everybody."""
    sentences: dict[Span, list[int]] = defaultdict(list)
    for place, finding in enumerate(findings):
        if finding.kind == "poll":
            sentences[finding.sentence].append(place)
    for places in sentences.values():
        for one, other in combinations(places, 2):
            fault = _past_all(findings[one], findings[other], text)
            if fault is not None:
                yield other, fault


def _past_all(one: Finding, other: Finding, text: str) -> Fault | None:
    shares = _share(one), _share(other)
    if shares[0] is None or shares[1] is None or not _same_people(one, other):
        return None
    low, high = shares[0].low, shares[1].low
    if low is None or high is None or low + high <= ALL:
        return None
    if not _exclude(_answer(one), _answer(other)):
        return None
    spans = tuple(share.span for share in shares if share is not None and share.span is not None)
    said = " and ".join(span.cut(text) for span in spans)
    sentence = f"{said} of one question make {plain(low + high)}%, more than everybody."
    return Fault("past_all", sentence, spans)


def _exclude(one: str, other: str) -> bool:
    """Whether two answers stand at the ends of one axis and speak of the same: "the plan", and "it"."""
    for ours, theirs in opposed_axes(one, other):
        if ours.axis in EXCLUSIVE_AXES:
            of, of_other = _object(one, ours.span), _object(other, theirs.span)
            return of <= of_other or of_other <= of
    return False


def _object(answer: str, stand: Span) -> frozenset[str]:
    return frozenset(content_stems(f"{answer[: stand.start]} {answer[stand.end :]}"))


def _share(finding: Finding) -> Value | None:
    shares = [one for one in finding.values if one.role == "percent"]
    if len(shares) != 1 or shares[0].low != shares[0].high:
        return None
    return shares[0] if shares[0].bound in (Bound.EXACT, Bound.ABOUT) and shares[0].span else None


def _answer(finding: Finding) -> str:
    answer = finding.facet(FacetName.ANSWER)
    return answer.text if answer else ""


def _same_people(one: Finding, other: Finding) -> bool:
    names = (FacetName.POPULATION, FacetName.TIME, FacetName.ENTITY)
    return all(_norms(one, name) == _norms(other, name) for name in names)


def _norms(finding: Finding, name: FacetName) -> set[str]:
    return {facet.norm for facet in finding.facets_named(name)}
