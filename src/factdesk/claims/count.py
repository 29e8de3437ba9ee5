"""The kind "count": how many people or things something happened to ("more than 260,000 people fled")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from factdesk.claims import poll
from factdesk.claims.clauses import value_clauses
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.count_readings import DEEDS, DENIED, Counted, read_counts
from factdesk.claims.facets import (
    attribution_facets,
    entity_facets,
    phrase_norm,
    scope_facets,
    time_facets,
    without_attribution,
)
from factdesk.claims.figures import compare_valued
from factdesk.claims.findings import Finding
from factdesk.claims.flags import find_flags
from factdesk.claims.line_values import Line, facet_text, high_of, low_of
from factdesk.claims.lists import find_lists, placed_parts
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.value_matching import PLAIN
from factdesk.model import Facet, FacetComparison, FacetName, Flag, Span, Value
from factdesk.text.quantities import Quantity
from factdesk.text.words import stem

NAME = "count"
RESTS_ON: tuple[str, ...] = ("poll",)
"""What a poll counts is no count."""

_TABLE = load_phrases("count")
_SAME = {stem(word): name for name, words in _TABLE["same"].items() for word in words.split()}
_DEEDS = frozenset(DEEDS)
_PART = compile_phrases(_TABLE["aligned"]["part"], _TABLE)
_PERIOD = compile_phrases(_TABLE["aligned"]["period"], _TABLE)


def find(context: SentenceContext) -> list[Finding]:
    """Return what a sentence counts, flagged findings too, in reading order."""
    text, sentence = context.text, context.sentence
    counted = list(read_counts(context))
    if not counted:
        return []
    taken = [*(one.quote for one in poll.find(context)), *(one.span for one in context.dates)]
    counted = [one for one in counted if not any(one.quantity.whole.overlaps(span) for span in taken)]
    clauses = value_clauses(text, sentence, [one.quantity.whole for one in counted])
    return [
        _finding(context, one, _quote(text, one, clause))
        for one, clause in zip(counted, clauses, strict=True)
    ]


def compare(
    claimed: Finding, claimed_text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed count with the figures of a sentence, facet by facet.

    Only a count of the same things, to which the same happened, can contradict; any other figure there may
    only match.
    """
    values = tuple(_aligned_values(claimed, claimed_text, found, found_text))
    return compare_valued(claimed, claimed_text, replace(found, values=values), found_text)


def line_values(finding: Finding) -> Line:
    """Return what the JSON line of a count says besides what all lines say."""
    value = finding.value("count")
    return {
        "count": low_of(value),
        "count_max": high_of(value),
        "bound": value.bound.value if value else None,
        "item": facet_text(finding, FacetName.ITEM),
        "action": facet_text(finding, FacetName.ANSWER),
        "entities": [facet.text for facet in finding.facets_named(FacetName.ENTITY)],
    }


def figure_of(finding: Finding) -> str | None:
    """Return the things that a count counts: "312" says too little, "312 schools" does not."""
    return facet_text(finding, FacetName.ITEM)


def _aligned_values(claimed: Finding, text: str, found: Finding, found_text: str) -> Iterator[Value]:
    """Yield the values of a found sentence; those that cannot contradict the claim become plain.

    Where another thing is known to have happened to the things, the figure is left out: "300 people were
    hurt" says nothing of how many died.
    """
    item, deed = claimed.facet(FacetName.ITEM), claimed.facet(FacetName.ANSWER)
    is_comparable = _is_whole(claimed, text) and _is_whole(found, found_text)
    is_comparable = is_comparable and not _is_of_other_time(claimed, text, found, found_text)
    items, deeds = found.facets_named(FacetName.ITEM), found.facets_named(FacetName.ANSWER)
    counts = [value for value in found.values if value.role == "count"]
    for value, its_item, its_deed in zip(counts, items, deeds, strict=True):
        is_same_deed = _deed(its_deed) == _deed(deed)
        if is_same_deed and is_comparable and _things(its_item) == _things(item):
            yield value
        elif is_same_deed or not {_deed(its_deed), _deed(deed)} <= _DEEDS:
            yield replace(value, role=PLAIN)
    yield from (value for value in found.values if value.role != "count")


def _is_whole(finding: Finding, text: str) -> bool:
    """Whether a sentence gives one whole, not parts that are told or added one by one."""
    return _PART.search(finding.sentence.cut(text)) is None


def _is_of_other_time(claimed: Finding, text: str, found: Finding, found_text: str) -> bool:
    """Whether the source names a year or a month, or looks back, and the claim names no time."""
    return bool(
        _PERIOD.search(found.sentence.cut(found_text)) and not _PERIOD.search(claimed.sentence.cut(text))
    )


def _things(item: Facet | None) -> frozenset[str]:
    """Return the stems of what is counted: "residents" are people, "primary schools" not all schools."""
    return frozenset(_SAME.get(word, word) for word in (item.norm.split() if item else ()))


def _deed(deed: Facet | None) -> str:
    """Return the list of verbs that a deed belongs to, else its own stem."""
    if deed is None:
        return ""
    said = [
        (len(match.group()), name) for name, verbs in DEEDS.items() for match in verbs.finditer(deed.text)
    ]
    return max(said)[1] if said else deed.norm.split()[-1] if deed.norm else ""


def _quote(text: str, counted: Counted, clause: Span) -> Span:
    """Return the clause of a figure with its verb and without who says it."""
    anchor = counted.anchor
    whole = Span(min(clause.start, anchor.start), max(clause.end, anchor.end))
    return without_attribution(text, whole, anchor)


def _finding(context: SentenceContext, counted: Counted, quote: Span) -> Finding:
    text, quantity = context.text, counted.quantity
    return Finding(
        kind=NAME,
        quote=quote,
        sentence=context.sentence,
        text=quote.cut(text),
        values=(_value(quantity),),
        facets=(
            _facet(text, FacetName.ITEM, counted.noun),
            _facet(text, FacetName.ANSWER, counted.verb),
            *(
                one
                for one in entity_facets(context, quote, find_lists(text, quote))
                if one.span != counted.noun
            ),
            *scope_facets(text, quote),
            *time_facets(context, quote),
            *attribution_facets(text, context.sentence),
        ),
        parts=placed_parts(text, quote),
        flags=_flags(context, counted, quote),
    )


def _flags(context: SentenceContext, counted: Counted, quote: Span) -> tuple[Flag, ...]:
    """Return the flags of a count; its verb may stand behind the figure and deny it there."""
    flags = find_flags(context, quote, counted.anchor, kind=NAME)
    is_denied = DENIED.search(counted.verb.cut(context.text)) is not None
    return (*flags, Flag.NEGATED) if is_denied and Flag.NEGATED not in flags else flags


def _value(quantity: Quantity) -> Value:
    return Value(
        role="count",
        unit="count",
        low=quantity.low,
        high=quantity.high,
        bound=quantity.bound,
        precision=quantity.precision,
        span=quantity.span,
    )


def _facet(text: str, name: FacetName, span: Span) -> Facet:
    return Facet(name, span.cut(text), phrase_norm(span.cut(text)), span)
