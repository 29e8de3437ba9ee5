"""Which words of a sentence a price is quoted by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims.clauses import value_clauses
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.price_relations import Said
from factdesk.model import Span

_FROM = re.compile(r"\bfrom\s+\Z", re.IGNORECASE)
_TO = re.compile(r"\s*(?:[\w/-]+\s+){0,4}to\s+(?:\w+\s+){0,2}\Z", re.IGNORECASE)
_LOOSE_END = re.compile(
    r"(?:\s+(?:to|from|at|for|and|or|but|than|by|with|is|are|was|were|of|as|then|now|not|the|an?|up|down))+\Z",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(r"(?:is|are|was|were|costs?|had|has|fetched|fetches)\s", re.IGNORECASE)
"""A clause without its subject: "onions, ₹28 on Monday, were ₹70 by Saturday"."""
_LABEL = re.compile(r"\W*(?P<name>[^.!?:;\n]{2,36}):\s*(?:from\s+|about\s+)?", re.IGNORECASE)


def said_clauses(context: SentenceContext, said: Sequence[Said]) -> list[Span]:
    """Return the quote of each figure, in reading order; that of £16.50 in "from £14 to £16.50" has both."""
    text = context.text
    clauses = value_clauses(text, context.sentence, [one.anchor for one in said])
    for index in range(1, len(said)):
        before, after = said[index - 1], said[index]
        is_change = _is_change(text, before.anchor, after.anchor)
        if (is_change and clauses[index - 1].end <= after.anchor.end) or _VERB_FIRST.match(
            text, clauses[index].start
        ):
            clauses[index] = Span(clauses[index - 1].start, clauses[index].end)
    return [
        _tidied(text, _with_label(context, clause, one.anchor), one.anchor)
        for clause, one in zip(clauses, said, strict=True)
    ]


def _with_label(context: SentenceContext, clause: Span, anchor: Span) -> Span:
    """Take the label before a bare figure into its quote: "Cost to the parish: £4,310"."""
    text, start = context.text, context.sentence.start
    if clause.start < anchor.start or clause.start == start:
        return clause
    label = _LABEL.fullmatch(text, start, anchor.start)
    return Span(label.start("name"), clause.end) if label else clause


def _is_change(text: str, before: Span, after: Span) -> bool:
    is_from = _FROM.search(text, max(0, before.start - 8), before.start) or text.startswith(
        "from ", before.start
    )
    return bool(is_from) and _TO.fullmatch(text, before.end, after.start) is not None


def _tidied(text: str, clause: Span, anchor: Span) -> Span:
    """Take joining words off the end of a quote: "boosted from $157 to"."""
    end = clause.end
    start = clause.start
    closed = text.rfind(") ", start, anchor.start)
    closed = max(closed, text.rfind("), ", start, anchor.start))
    if closed >= 0 and "(" not in text[start:closed]:
        start = closed + len(text[closed:]) - len(text[closed:].lstrip("), "))
    loose = _LOOSE_END.search(text, anchor.end, end)
    return Span(start, loose.start() if loose else end)
