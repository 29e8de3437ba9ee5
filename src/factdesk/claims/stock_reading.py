"""Reads of one clause of a source whether something is to be had, in wider words than the finder's.

A finder must not take "the hall was full" for a sell-out in any essay. A verdict compares a clause with a
claim that says already what is sold where, so that plainer words are enough. The phrases stand in
``stock.toml``; a state that is supposed, planned or denied is none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.claims.phrases import compile_phrases
from factdesk.model import Facet, FacetName, Span
from factdesk.text.words import STOP_WORDS
from factdesk.text.words import words as words_of

STOCK_TABLE = Path(__file__).resolve().parent / "stock.toml"
ENGLISH_SHARE = 0.12
"""Share of English stop words of a sentence that is read by its plain words."""

ENGLISH_AROUND_FOREIGN = 0.2
"""The same where one of its words is foreign."""

_STATES = {
    "nearly": "nearly_sold_out",
    "limited": "limited",
    "available": "available",
    "sold_out": "sold_out",
}
"""The lists of the table with their states; of two matches of one length the earlier list wins."""

_NEGATION = re.compile(r"\b(?:not|never|nobody|no one|nor|neither|cannot|without)\b|n[’']t\b", re.IGNORECASE)
_NEGATED_WITHIN = 3
"""Words before a state in which a negation turns it round ("have not had a free pitch")."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A clause and the state that it says; offsets are those of the text that was read."""

    clause: Span
    state: str
    span: Span


@cache
def stock_table() -> Mapping[str, Any]:
    """Return ``stock.toml``."""
    with STOCK_TABLE.open("rb") as file:
        return tomllib.load(file)


@cache
def stock_pattern(name: str) -> re.Pattern[str]:
    """Return one pattern for a list of the table."""
    return compile_phrases(stock_table()[name], stock_table())


@cache
def stock_words(name: str) -> frozenset[str]:
    """Return a list of words of the table."""
    return frozenset(stock_table()[name].split())


@lru_cache(maxsize=4096)
def is_english(sentence: str) -> bool:
    """Whether enough small words are English: "ausverkauft" counts in an English sentence only."""
    said = [word for word, _ in words_of(sentence)]
    least = ENGLISH_AROUND_FOREIGN if stock_pattern("foreign").search(sentence) else ENGLISH_SHARE
    return sum(word in STOP_WORDS for word in said) >= least * len(said)


@cache
def _turn_pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:{one})" for one in stock_table()[name]))


@lru_cache(maxsize=4096)
def turned_clauses(sentence: str) -> tuple[Span, ...]:
    """Return the clauses of a sentence between the marks behind which it may speak of another thing."""
    cuts = [Span(*match.span()) for match in _turn_pattern("turns").finditer(sentence)]
    for match in _turn_pattern("turns_after_state").finditer(sentence):
        start = max((cut.end for cut in cuts if cut.end <= match.start()), default=0)
        if any(stock_pattern(name).search(sentence, start, match.start()) for name in _STATES):
            cuts.append(Span(*match.span()))
    cuts.sort(key=lambda cut: cut.start)
    starts = [0, *(cut.end for cut in cuts)]
    ends = [*(cut.start for cut in cuts), len(sentence)]
    clauses = (Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end)
    return tuple(clause for clause in clauses if clause.cut(sentence).strip())


@lru_cache(maxsize=4096)
def read_stock(sentence: str) -> tuple[Stated, ...]:
    """Return the firm states of a sentence, one a clause at most."""
    if "?" in sentence or not is_english(sentence):
        return ()
    found = (_read_clause(sentence, clause) for clause in turned_clauses(sentence))
    return tuple(one for one in found if one is not None)


def _read_clause(sentence: str, clause: Span) -> Stated | None:
    if stock_pattern("doubted").search(sentence, clause.start, clause.end):
        return None
    said = [
        (state, Span(*match.span()))
        for name, state in _STATES.items()
        for match in [stock_pattern(name).search(sentence, clause.start, clause.end)]
        if match is not None
    ]
    by_length = sorted(said, key=lambda one: one[1].start - one[1].end)
    kept: list[tuple[str, Span]] = []
    for state, span in by_length:
        if not any(span.overlaps(other) for _, other in kept):
            kept.append((_turned(state, sentence, clause, span), span))
    if len({state for state, _ in kept}) != 1:
        return None
    return Stated(clause, *kept[0])


def _turned(state: str, sentence: str, clause: Span, span: Span) -> str:
    """Return the state that a negation before it makes of one that something is to be had."""
    before = " ".join(sentence[clause.start : span.start].split()[-_NEGATED_WITHIN:])
    return "sold_out" if state == "available" and _NEGATION.search(before) else state


def stock_findings(sentence: Span, text: str) -> tuple[Finding, ...]:
    """Return what the clauses of a sentence say of stock, as findings of the kind sellout."""
    said = sentence.cut(text)
    found = []
    for one in read_stock(said):
        clause, span = one.clause.shifted(sentence.start), one.span.shifted(sentence.start)
        state = Facet(FacetName.STATE, span.cut(text), one.state, span)
        found.append(Finding("sellout", clause, sentence, clause.cut(text), (), (state,), (), ()))
    return tuple(found)
