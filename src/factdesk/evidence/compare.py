"""Compares a claim with the passages of a source that bear on it, facet by facet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from factdesk.claims import kind_named
from factdesk.claims.aligning import whole_statement, window_around
from factdesk.claims.alike import Terms, coverage, read_terms
from factdesk.claims.facet_comparisons import compare_names, compare_times
from factdesk.claims.findings import Finding
from factdesk.claims.sold_out import stock_finding
from factdesk.claims.statements import names_of
from factdesk.claims.stock_reading import is_english, stock_findings
from factdesk.evidence.narrower_things import of_the_narrower_thing
from factdesk.evidence.passages import ParsedSource, Passage
from factdesk.evidence.placing import in_the_same_place
from factdesk.evidence.relations import compare_relation
from factdesk.evidence.retrieve import Retrieved, retrieve
from factdesk.evidence.settled import Ruling
from factdesk.evidence.share_judging import claimed_shares, rule_on_shares, strange_spans
from factdesk.evidence.share_relations import rule_on_relation
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span, Value


@dataclass(frozen=True, slots=True)
class Compared:
    """What one finding of a source says of a claim. ``share`` is the claim's weight that it holds.

    ``ruling`` is given where one figure, aligned by whom, when and what it is of, settles the claim.
    """

    passage: Passage
    finding: Finding
    facets: tuple[FacetComparison, ...]
    share: float
    ruling: Ruling | None = None


def compare_with_source(claimed: Finding, text: str, source: ParsedSource) -> list[Compared]:
    """Compare a claim with every passage of a source that bears on it, best first."""
    if claimed.kind == "poll":
        if ruled := _ruled(claimed, text, source):
            return ruled
        if claimed_shares(claimed, text):
            return _silent(claimed, text, source)
    if is_comparison(claimed):
        return _compare_relations(claimed, text, source)
    kind = kind_named(claimed.kind)
    strange = strange_spans(claimed, text, source) if claimed.kind == "poll" else ()
    compared = []
    for one in retrieve(claim_terms(claimed, text), source):
        for found in findings_in(claimed, one, source):
            facets = kind.compare(claimed, text, found, source.text)
            facets = with_topic(facets, one.passage, source, claimed.quote.cut(text))
            facets = of_the_same_thing(facets, claimed, one.passage, source)
            facets = of_the_narrower_thing(facets, claimed, source)
            facets = in_the_same_place(facets, claimed, text, found, source.text)
            if claimed.kind == "poll":
                facets = _without_denial(facets)
            if facets and not _is_of_others(facets, strange):
                compared.append(Compared(one.passage, found, facets, one.share))
    return compared


def _ruled(claimed: Finding, text: str, source: ParsedSource) -> list[Compared]:
    """Return what figures settle that are aligned with a poll's by people, side, time and subject."""
    return [
        Compared(
            source.passages[ruling.number],
            _sentence_of(claimed.kind, source.passages[ruling.number], source),
            ruling.facets,
            1.0,
            ruling,
        )
        for ruling in rule_on_shares(claimed, text, source) or rule_on_relation(claimed, text, source)
    ]


def _silent(claimed: Finding, text: str, source: ParsedSource) -> list[Compared]:
    """Return the passages that bear on a share none of which gives one of the same people, side and time."""
    return [
        Compared(
            one.passage,
            _sentence_of(claimed.kind, one.passage, source),
            (),
            one.share,
            Ruling(one.passage.number, "silent", (), ()),
        )
        for one in retrieve(claim_terms(claimed, text), source)
    ]


def _sentence_of(kind: str, passage: Passage, source: ParsedSource) -> Finding:
    return Finding(kind, passage.span, passage.span, passage.span.cut(source.text), (), (), (), ())


def _without_denial(facets: Sequence[FacetComparison]) -> tuple[FacetComparison, ...]:
    """Return the facets with a value's conflict made incomparable: only an aligned share denies a poll."""
    return tuple(
        replace(one, outcome=FacetOutcome.INCOMPARABLE) if _is_value_conflict(one) else one for one in facets
    )


def _is_of_others(facets: Sequence[FacetComparison], strange: Sequence[Span]) -> bool:
    """Whether the figure that was compared is of other people or another time than the claim's."""
    return any(
        one.facet is FacetName.VALUE and one.span and any(one.span.overlaps(other) for other in strange)
        for one in facets
    )


_BEFORE_HEAD = re.compile(r"\s+(?:in|at|of|for|from|on|to|with|by|per|near)\b.*", re.DOTALL | re.IGNORECASE)


def of_the_same_thing(
    facets: tuple[FacetComparison, ...], claimed: Finding, passage: Passage, source: ParsedSource
) -> tuple[FacetComparison, ...]:
    """Return the facets with a value's conflict made incomparable where the passage never names the item.

    A glass of wine at £7.50 does not contradict a pint at £6.20, however many other words they share.
    """
    item = claimed.facet(FacetName.ITEM)
    if item is None or not any(_is_value_conflict(one) for one in facets):
        return facets
    head = read_terms(_BEFORE_HEAD.sub("", item.text)).terms
    near = read_terms(passage.paragraph.cut(source.text))
    if not head or near.holds(head[-1]):
        return facets
    return tuple(
        replace(one, outcome=FacetOutcome.INCOMPARABLE) if _is_value_conflict(one) else one for one in facets
    )


def _is_value_conflict(one: FacetComparison) -> bool:
    return one.facet is FacetName.VALUE and one.outcome is FacetOutcome.CONFLICT


def is_comparison(claimed: Finding) -> bool:
    """Whether a claim compares two things without a figure of its own."""
    return claimed.kind != "sellout" and not claimed.values


def _compare_relations(claimed: Finding, text: str, source: ParsedSource) -> list[Compared]:
    compared = []
    terms = claim_terms(claimed, text).terms
    for number, value, _ in compare_relation(claimed, text, source):
        passage = source.passages[number]
        found = Finding(
            claimed.kind, passage.span, passage.span, passage.span.cut(source.text), (), (), (), ()
        )
        window = window_around(source.text, passage.span)
        names = compare_names(names_of(claimed, text), window, lambda place, name: False)
        facets = with_topic(
            (value, *names, *compare_times(text, window, passage.span)), passage, source, text
        )
        compared.append(Compared(passage, found, facets, coverage(terms, source.terms(number))))
    return sorted(compared, key=lambda one: (-one.share, one.passage.number))


def claim_terms(claimed: Finding, text: str) -> Terms:
    """Return the terms of a claim's quote, or of its sentence where the quote says too little."""
    return read_terms(whole_statement(claimed, text).quote.cut(text))


def findings_in(claimed: Finding, one: Retrieved, source: ParsedSource) -> Iterable[Finding]:
    """Return what a sentence of the source says of the claim's kind.

    A kind with values gets one finding with every figure of the sentence: the words around each figure
    decide to which the claim belongs. Figures that the kind does not read as its own have the role
    plain. A sell-out gets one finding a clause.
    """
    found = source.findings(claimed.kind, one.passage.number)
    if not claimed.values:
        if not is_english(one.passage.span.cut(source.text)):
            return ()
        sentence = source.contexts[one.passage.number].sentence
        said = stock_findings(sentence, source.text)
        if source.is_silent(claimed.kind, one.passage.number):
            return said or stock_finding(sentence, source.text)
        return (*found, *(other for other in said if not any(_speaks_in(mine, other) for mine in found)))
    context = source.contexts[one.passage.number]
    figures = source.figures_near(claimed.kind, one.passage)
    typed = tuple(value for finding in found for value in finding.values)
    plain = tuple(value for value in figures if not any(_is_same(value, one) for one in typed))
    if not plain and not typed:
        return ()
    return (
        Finding(
            kind=claimed.kind,
            quote=context.sentence,
            sentence=context.sentence,
            text=context.sentence.cut(source.text),
            values=(*typed, *plain),
            facets=tuple(facet for finding in found for facet in finding.facets),
            parts=(),
            flags=(),
        ),
    )


def _speaks_in(found: Finding, other: Finding) -> bool:
    """Whether a finding says its state in the clause of another."""
    state = found.facet(FacetName.STATE)
    return state is not None and state.span is not None and state.span.overlaps(other.quote)


def _is_same(plain: Value, typed: Value) -> bool:
    return bool(plain.span and typed.span and plain.span.overlaps(typed.span) and plain.unit == typed.unit)


def with_topic(
    facets: Iterable[FacetComparison], passage: Passage, source: ParsedSource, quote: str
) -> tuple[FacetComparison, ...]:
    """Return the facets with names matched that the whole source is about, and the year of its writing.

    A page on Thornley need not say Thornley in every paragraph; but where the paragraph names another
    place, the figure may be that place's, unless the claim names that place too
    and the page's own place is where something starts or is ("from Belgrade").
    """
    compared = tuple(facets)
    also = [one.claimed for one in compared if one.facet is FacetName.ENTITY and one.outcome is _MATCH]
    return tuple(
        _in_topic(one, also if _is_setting(one.claimed, quote) else (), passage, source) for one in compared
    )


_MATCH = FacetOutcome.MATCH


def _is_setting(name: str, quote: str) -> bool:
    """Whether a name alone, not one of a list, says from where or where something is."""
    if name not in quote:
        return False
    said = re.escape(name)
    return re.search(rf"\b(?:from|in|at|to)\s+(?:the\s+)?{said}(?!,|\s+(?:and|or)\b)", quote) is not None


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _in_topic(
    facet: FacetComparison, also: Sequence[str], passage: Passage, source: ParsedSource
) -> FacetComparison:
    if facet.facet is FacetName.ENTITY and facet.outcome is FacetOutcome.ABSENT:
        if source.is_about(facet.claimed, passage, also):
            return replace(facet, outcome=_MATCH, found=facet.claimed)
    elif facet.facet is FacetName.TIME and facet.outcome is not _MATCH and source.published_on is not None:
        claimed, found = set(_YEAR.findall(facet.claimed)), set(_YEAR.findall(facet.found))
        if claimed and claimed <= found | {str(source.published_on.year)}:
            return replace(facet, outcome=_MATCH)
    return facet
