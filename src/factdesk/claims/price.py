"""The kind "price": what something costs, cost, was sold for, or by how much that changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.facets import (
    attribution_facets,
    entity_facets,
    scope_facets,
    time_facets,
    without_attribution,
)
from factdesk.claims.figures import compare_prices
from factdesk.claims.findings import Finding
from factdesk.claims.flags import find_flags
from factdesk.claims.line_values import Line, facet_text, high_of, low_of
from factdesk.claims.lists import find_lists, placed_parts
from factdesk.claims.phrases import compile_phrase, word_set
from factdesk.claims.price_amounts import afterthoughts, with_implied
from factdesk.claims.price_bare import bare_amounts
from factdesk.claims.price_differences import difference
from factdesk.claims.price_evidence import THRESHOLD, VOUCHED_THRESHOLD, price_score
from factdesk.claims.price_items import find_item, is_unclear
from factdesk.claims.price_money import find_amounts
from factdesk.claims.price_quotes import said_clauses
from factdesk.claims.price_ratios import is_multiplied, ratios
from factdesk.claims.price_relations import Said, with_relations
from factdesk.claims.price_words import TABLE
from factdesk.model import Bound, FacetComparison, FacetName, Flag, Span, Value
from factdesk.text.quantities import Quantity

NAME = "price"
RESTS_ON: tuple[str, ...] = ()

_KEYS = word_set(TABLE, "keys")
_NOBODY = compile_phrase(rf"(?:{'|'.join(TABLE['nobody'])})\s*\Z", TABLE)
_DIGIT = re.compile(r"\d")


def find(context: SentenceContext) -> list[Finding]:
    """Return the prices that a sentence states, flagged ones too, in reading order."""
    if _KEYS.isdisjoint(context.words) and not _DIGIT.search(
        context.text, context.sentence.start, context.sentence.end
    ):
        return []
    return findings_of(context, _said(context))


def findings_of(context: SentenceContext, said: Sequence[Said]) -> list[Finding]:
    """Return a finding of each figure that is said, with its quote, facets and flags."""
    if not said:
        return []
    clauses = said_clauses(context, said)
    return [
        _finding(context, one, without_attribution(context.text, quote, one.anchor))
        for one, quote in zip(said, clauses, strict=True)
    ]


def compare(
    claimed: Finding, claimed_text: str, found: Finding, found_text: str
) -> tuple[FacetComparison, ...]:
    """Compare a claimed price with a found one, facet by facet."""
    return compare_prices(claimed, claimed_text, found, found_text)


def line_values(finding: Finding) -> Line:
    """Return what the JSON line of a price says besides what all lines say."""
    amount, ratio, diff = finding.value("amount"), finding.value("ratio"), finding.value("diff")
    first, money = amount or ratio or diff, amount or diff
    return {
        "amount": low_of(amount),
        "amount_max": high_of(amount),
        "currency": money.unit if money else None,
        "bound": first.bound.value if first else None,
        "also": [
            {"amount": low_of(value), "currency": value.unit}
            for value in finding.values
            if value.role == "also"
        ],
        "ratio": low_of(ratio),
        "ratio_max": high_of(ratio),
        "ratio_of": ratio.of if ratio else None,
        "diff": low_of(diff),
        "diff_max": high_of(diff),
        "item": facet_text(finding, FacetName.ITEM),
    }


def figure_of(finding: Finding) -> str | None:
    """Return nothing: an amount has its currency."""
    return None


def _said(context: SentenceContext) -> list[Said]:
    """Return all figures of the sentence that are prices or relate prices, in reading order."""
    amounts = find_amounts(context)
    moves = {one.whole for one in amounts if difference(context, one, has_price=True)}
    priced = [*_priced(context, amounts, moves), *afterthoughts(context)]
    priced += bare_amounts(context, priced)
    priced = sorted(priced, key=lambda one: one.anchor.start)
    differences = [
        found
        for one in amounts
        if one.whole in moves and (found := difference(context, one, has_price=bool(priced)))
    ]
    said = with_relations(context, priced, differences + ratios(context, has_price=bool(priced)))
    return with_implied(context, said)


def _priced(context: SentenceContext, amounts: Sequence[Quantity], moves: set[Span]) -> list[Said]:
    """Keep the amounts that are prices and no ``moves`` of one; a sure price vouches for those beside it."""
    scores = {
        one.whole: price_score(context, one)
        for one in amounts
        if one.whole not in moves and not is_multiplied(context, one)
    }
    needed = VOUCHED_THRESHOLD if any(score >= THRESHOLD for score in scores.values()) else THRESHOLD
    return [
        Said(one.whole, values_of(one)) for one in amounts if scores.get(one.whole, -needed - 1) >= needed
    ]


def values_of(amount: Quantity) -> tuple[Value, ...]:
    """Return an amount of money with the same amount in other currencies."""
    value = _value("amount", amount)
    return (value, *(_value("also", one) for one in amount.restated))


def _value(role: str, quantity: Quantity) -> Value:
    return Value(
        role=role,
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        bound=quantity.bound,
        precision=quantity.precision,
        span=quantity.span,
    )


def _finding(context: SentenceContext, said: Said, quote: Span) -> Finding:
    text = context.text
    lists = find_lists(text, quote)
    item = find_item(context, quote, said.anchor)
    return Finding(
        kind=NAME,
        quote=quote,
        sentence=context.sentence,
        text=quote.cut(text),
        values=said.values,
        facets=(
            *item,
            *entity_facets(context, quote, lists),
            *scope_facets(text, quote, is_price=True),
            *time_facets(context, quote),
            *attribution_facets(text, context.sentence),
        ),
        parts=placed_parts(text, quote),
        flags=_flags(context, quote, said, has_item=bool(item)),
    )


def _flags(context: SentenceContext, quote: Span, said: Said, *, has_item: bool) -> tuple[Flag, ...]:
    """Return the flags of the clause; what nobody has paid is denied, what is priced may be unsure."""
    flags = set(find_flags(context, quote, said.anchor, kind=NAME))
    left = context.text[context.sentence.start : said.anchor.start]
    if said.values[0].bound is Bound.EXACT and _NOBODY.search(left):
        flags.add(Flag.NEGATED)
    if not has_item and is_unclear(context, quote, said.anchor):
        flags.add(Flag.UNCERTAIN)
    return tuple(flag for flag in Flag if flag in flags)
