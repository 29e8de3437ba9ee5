"""Finds where a source tells a second account of what backs a claim: another poll of that week, another sign.

Such a sentence seldom repeats the claim's words ("the rival poll, published the same morning, has only 41
per cent"), so that it is not found as a passage that contradicts it. A claim that is backed by one account
and not by the other is neither supported nor refuted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from factdesk.claims.alike import Terms, read_terms
from factdesk.claims.comparing import compare_values
from factdesk.claims.findings import Finding
from factdesk.claims.stands import GROUP_AXES, opposed_axes, read_stands
from factdesk.claims.surroundings import topic_of
from factdesk.evidence.compare import Compared
from factdesk.evidence.passages import ParsedSource
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Value
from factdesk.text.places import find_places, lies_in
from factdesk.verdicts.weighing import Weighed

RIVALS_TABLE = Path(__file__).resolve().parent / "tables" / "rivals.toml"

_SIDES = frozenset({"stance", "trust", "contentment", "taste", "outlook", "direction", "order", "stock"})
"""Axes on which two accounts of one thing may differ; on any other they speak of two things."""

_PLACED = re.compile(r"\b(?:in|at|from|to|near|for|of)\s+(?:the\s+)?([A-Z][\w’'-]+)")
"""A name that says where or of whom: no gazetteer has them all."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def weigh_rivals(
    claimed: Finding, text: str, source: ParsedSource, weighed: Sequence[Weighed]
) -> list[Weighed]:
    """Return what a second account in a source says against a claim that the source backs; else nothing."""
    backing = next((one for one in weighed if one.stance == "backs"), None)
    if backing is None or claimed.facet(FacetName.ATTRIBUTION) is not None:
        return []  # what one account says is true of it, whatever another says
    known = _known(claimed, text, source, backing)
    found = []
    for passage in source.passages:
        said = passage.span.cut(source.text)
        if passage.span.overlaps(backing.compared.finding.sentence) or not tells_otherwise(said):
            continue
        conflict = _conflict(claimed, text, source, passage.number)
        if conflict is None or not _is_of_the_same(said, known, claimed, text, source, passage.number):
            continue
        finding = Finding(claimed.kind, passage.span, passage.span, said, (), (), (), ())
        found.append(
            Weighed(Compared(passage, finding, (conflict,), max(1.0, backing.compared.share)), "denies")
        )
    return found


def tells_otherwise(said: str) -> bool:
    """Whether a sentence tells that it is a second account of the same thing.

    >>> tells_otherwise("A rival poll, published the same morning, has only 41 per cent for it.")
    True
    >>> tells_otherwise("In the same survey 41 per cent were for it.")
    False
    """
    words = _patterns()
    if words["elsewhen"].search(said):
        return False
    return bool(
        words["same"].search(said)
        or words["account"].search(said)
        or (words["contrast"].search(said) and words["by"].search(said))
    )


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    with RIVALS_TABLE.open("rb") as file:
        table: Mapping[str, Any] = tomllib.load(file)

    def one_of(words: str) -> str:
        return "(?:" + "|".join(words.split()) + ")"

    other, noun = one_of(table["account"]["other"]), one_of(table["account"]["noun"])
    patterns = {
        "same": rf"\bsame\s+{one_of(table['same']['of'])}\b",
        "account": rf"\b{other}\s+(?:\w+\s+)?{noun}s?\b",
        "contrast": rf"\b{one_of(table['contrast']['words'])}\b",
        "by": rf"\b{one_of(table['contrast']['by'])}\b",
        "elsewhen": rf"\b{one_of(table['elsewhen']['words'])}\b",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()}


def _known(claimed: Finding, text: str, source: ParsedSource, backing: Weighed) -> Terms:
    """Return the words of the claim and of what backs it, with what the source is all about."""
    # Not its neighbours: the second account is often one of them.
    backs = read_terms(backing.compared.finding.sentence.cut(source.text))
    return read_terms(claimed.quote.cut(text)).joined(backs).joined(topic_of(source.text))


def _conflict(claimed: Finding, text: str, source: ParsedSource, number: int) -> FacetComparison | None:
    if claimed.kind == "sellout":
        return _conflict_of_states(claimed, source, number)
    for value in claimed.values:
        found = _first_of_unit(value, source.figures[number])
        if found is None or found.span is None or value.span is None or value.role == "also":
            continue
        if compare_values(value, found).outcome is FacetOutcome.CONFLICT:
            return FacetComparison(
                FacetName.VALUE,
                value.span.cut(text),
                found.span.cut(source.text),
                FacetOutcome.CONFLICT,
                found.span,
            )
    return None


def _first_of_unit(value: Value, figures: Sequence[Value]) -> Value | None:
    """Return the first figure that could be a second account's; a sentence that has the value too is none."""
    same = [one for one in figures if one.unit == value.unit]
    if any(one.low == value.low and one.high == value.high for one in same):
        return None
    return same[0] if same else None


def _conflict_of_states(claimed: Finding, source: ParsedSource, number: int) -> FacetComparison | None:
    state = claimed.facet(FacetName.STATE)
    if state is None:
        return None
    ends = {"sold_out": {"available"}, "available": {"sold_out"}, "nearly_sold_out": {"available"}}
    for found in source.findings("sellout", number):
        other = found.facet(FacetName.STATE)
        if other is not None and other.span is not None and other.norm in ends.get(state.norm or "", ()):
            return FacetComparison(FacetName.STATE, state.text, other.text, FacetOutcome.CONFLICT, other.span)
    return None


def _is_of_the_same(
    said: str, known: Terms, claimed: Finding, text: str, source: ParsedSource, number: int
) -> bool:
    """Whether a sentence speaks of the claim's thing and of no other place, year, group or people."""
    quote = claimed.quote.cut(text)
    own = read_terms(quote)
    if not any(
        term.weight >= 1 and term.form != "number" and own.holds(term) for term in read_terms(said).terms
    ):
        return False
    places = [place.name for place in find_places(quote)]
    if any(not _is_known_place(place.name, places, known) for place in find_places(said)):
        return False
    if any(
        not known.holds(term) for name in _PLACED.findall(said) for term in read_terms(f"in {name}").terms
    ):
        return False
    if set(_YEAR.findall(said)) - set(_YEAR.findall(text)):
        return False
    if {one.axis for one in read_stands(said)} & GROUP_AXES and not (
        {one.axis for one in read_stands(quote)} & GROUP_AXES
    ):
        return False
    if any(ours.axis not in _SIDES for ours, _ in opposed_axes(quote, said)):
        return False
    return all(known.holds(term) for term in _asked(claimed, source, number))


def _is_known_place(name: str, places: Sequence[str], known: Terms) -> bool:
    if any(lies_in(name, one) or lies_in(one, name) for one in places):
        return True
    terms = read_terms(name).terms
    return bool(terms) and all(known.holds(term) for term in terms)


def _asked(claimed: Finding, source: ParsedSource, number: int) -> Iterator[Any]:
    """Yield the words for whom a survey asked, where a sentence of the source says so."""
    if claimed.kind != "poll":
        return
    for found in source.findings("poll", number):
        for facet in found.facets_named(FacetName.POPULATION):
            yield from (one for one in read_terms(facet.text).terms if one.weight >= 1 and one.form == "word")
