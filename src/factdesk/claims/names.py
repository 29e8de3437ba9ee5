"""Finds the proper names of a text and says whether a name is named in another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from factdesk.claims.alike import LIGHT_WEIGHT, Term, Terms, alike_table, base_stem, read_terms
from factdesk.model import Span

TIME_NAME = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday|jan|feb|aug|sept?|oct|nov|dec)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name of a text: one or more capitalised words in a row."""

    text: str
    terms: tuple[Term, ...]
    span: Span

    def stands_in(self, found: Terms) -> bool:
        """Whether the name is named there, or of a longer one what tells it apart from others.

        "Aas" may stand for "Henrik Aas", but "Peter Aas" is another; "the Riverside" for "Riverside Hall",
        but no other hall; and no other thing in Leeds for "Leeds University".
        """
        if all(found.holds(term) for term in self.terms):
            return True
        if len(self.terms) == 1:
            return False
        if self.terms[-1].stem in _name_heads():
            telling = [term for term in self.terms if term.stem not in _name_heads()]
            names = {term.stem for term in found.terms if term.form == "name"}
            return bool(telling) and all(one.stem in names and not one.place for one in telling)
        return found.holds(self.terms[-1]) and not self._is_of_a_namesake(found)

    def _is_of_a_namesake(self, found: Terms) -> bool:
        """Whether the last word stands there only behind another first name."""
        last = self.terms[-1].stem
        before = [_named_before(found.terms, at) for at, one in enumerate(found.terms) if one.stem == last]
        return bool(before) and all(one is not None for one in before)


@cache
def _name_heads() -> frozenset[str]:
    return frozenset(base_stem(word) for word in alike_table()["named"]["heads"].split())


@cache
def _titles() -> frozenset[str]:
    return frozenset(base_stem(word) for word in alike_table()["named"]["titles"].split())


def _named_before(terms: Sequence[Term], at: int) -> Term | None:
    """Return the capitalised word directly before a term that makes one name with it; titles make none."""
    if at == 0:
        return None
    before, term = terms[at - 1], terms[at]
    is_beside = term.span.start - before.span.end <= 1
    is_title = before.stem in _titles() or before.weight <= LIGHT_WEIGHT
    return before if is_beside and before.form == "name" and not is_title else None


@lru_cache(maxsize=2048)
def names_in(text: str) -> tuple[Name, ...]:
    """Return the proper names of a text; days, months and years are no names."""
    names: list[Name] = []
    row: list[Term] = []
    for term in read_terms(text).terms:
        if term.form != "name" or TIME_NAME.fullmatch(term.word) or any(map(str.isdigit, term.word)):
            continue
        between = text[row[-1].span.end : term.span.start] if row else ""
        if row and (between not in (" ", "-", ". ") or row[-1].word.endswith("'s")):
            names.append(_name(text, row))
            row = []
        row.append(term)
    if row:
        names.append(_name(text, row))
    return tuple(names)


def _name(text: str, row: Sequence[Term]) -> Name:
    span = Span(row[0].span.start, row[-1].span.end)
    return Name(span.cut(text), tuple(row), span)


_POINTING = r"\b(?:the|this|that|same|its|their|our)\s+(?:\w+\s+)?"


def is_pointed_at(name: Name, stretch: str, text: str) -> bool:
    """Whether a stretch of a text says "the market" where its only market with a name is the one named."""
    head = name.terms[-1]
    if len(name.terms) == 1 or head.stem not in _name_heads():
        return False
    if not re.search(_POINTING + re.escape(head.word) + r"\b", stretch):
        return False
    others = [one for one in names_in(text) if len(one.terms) > 1 and one.terms[-1].stem == head.stem]
    ours = {term.stem for term in name.terms}
    return bool(others) and all({term.stem for term in one.terms} & ours > {head.stem} for one in others)
