"""Splits a sell-out of two things into its parts: "neither couchettes nor seats", "for A and for B".

Places and names that stand in a list are parts already; these are the listed things that are no names.
"""

from __future__ import annotations

import re
from dataclasses import replace

from factdesk.claims.alike import LIGHT_WEIGHT, read_terms
from factdesk.claims.findings import Finding
from factdesk.claims.names import TIME_NAME
from factdesk.model import Part, Span

_WORD = r"(?!(?:and|nor|or|for|to|in|at|of)\b)[\w'’-]+"
_NOUNS = rf"(?:the\s+)?(?!the\b){_WORD}(?:\s+{_WORD}){{0,4}}?"
_END = (
    r"(?=\s+(?:(?:have|has|had|both|alike|all|soon|already)\s+)*(?:left|available|free|sold|were|was|are|is|ran|went"
    r"|could|can|to|had|have|has|remain\w*|in|at|on|by|for)\b|[,.;]|\Z)"
)
_LISTED = re.compile(
    rf"\bneither\s+(?P<neither>[^,.;]{{2,60}}?)\s+nor\s+(?:for\s+)?(?P<nor>{_NOUNS}){_END}"
    rf"|\bboth\s+(?P<one>{_NOUNS})\s+and\s+(?:for\s+)?(?P<other>{_NOUNS}){_END}"
    rf"|\bfor\s+(?P<first>{_NOUNS})\s+and\s+(?:for\s+)?(?P<second>{_NOUNS}){_END}",
    re.IGNORECASE,
)
_PAIRS = (("neither", "nor"), ("one", "other"), ("first", "second"))


def with_listed_stock(claimed: Finding, text: str) -> Finding:
    """Return a claimed sell-out with the two things that it lists as parts, where it has no parts yet."""
    if claimed.kind != "sellout" or claimed.parts:
        return claimed
    match = _LISTED.search(text, claimed.quote.start, claimed.quote.end)
    if match is None:
        return claimed
    names = next(pair for pair in _PAIRS if match[pair[0]])
    parts = [Part(match[name], Span(*match.span(name))) for name in names]
    return replace(claimed, parts=tuple(parts)) if all(map(_is_thing, parts)) else claimed


def _is_thing(part: Part) -> bool:
    terms = [term for term in read_terms(part.text).terms if term.weight > LIGHT_WEIGHT]
    return bool(terms) and not any(TIME_NAME.fullmatch(term.word) or term.form == "number" for term in terms)
