"""Finds where a claim repeats a sentence of its source with some word changed.

Whoever retells a source says it in other words; whoever bends it keeps the sentence and changes a word.
So a changed word in a sentence that is otherwise a copy is no other way to say the same, unless the table of
words that say the same has both.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from factdesk.claims.alike import Term, read_terms
from factdesk.claims.names import TIME_NAME
from factdesk.claims.stands import opposed_axes
from factdesk.model import Span
from factdesk.text.words import word_places, words

NEAR_COPIES_TABLE = Path(__file__).resolve().parent / "tables" / "near_copies.toml"

NEARLY_COPIED = 0.8
"""Share of the words of both sentences, in their order, from which one is a copy of the other."""

FEWEST_WORDS = 7
"""Sentences with fewer words are alike by chance."""

LONGEST_NEGATION = 3
"""A longer stretch with "not" in it ("not as we first wrote") says something of its own."""

_CONTENT = 1.0
"""Weight of a term from which it says what a sentence is about."""


@dataclass(frozen=True, slots=True)
class Altered:
    """What a near copy has, and what the source has in its place; spans count in each text."""

    claimed: Span
    found: Span


def find_alteration(
    text: str, figures: Iterable[Span], sentences: Iterable[Span], source: str
) -> Altered | None:
    """Return the changed word of the source's sentence that ``text`` is the nearest copy of, if there is one.

    ``text`` is the claim's sentence and ``figures`` are its figures, which are compared as values.
    """
    said = words(text)
    ours = [word for word, _ in said]
    best, nearest = 0.0, None
    for sentence in set(sentences):
        theirs = [word for word, _, _ in word_places(sentence.cut(source))]
        if min(len(ours), len(theirs)) < FEWEST_WORDS or _most_alike(ours, theirs) < NEARLY_COPIED:
            continue
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        if (share := matcher.ratio()) > best:
            best, nearest = share, (matcher, sentence)
    if nearest is None or best < NEARLY_COPIED:
        return None
    known = tuple(figures)
    matcher, sentence = nearest
    found = [span.shifted(sentence.start) for _, span in words(sentence.cut(source))]
    changes = _replaced(matcher, [span for _, span in said], found)
    return next((one for one in changes if _says_another(one, text, known, source)), None)


def _most_alike(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Return the share of words that two sentences have in common in any order: that of a matcher is no more.

    It is `SequenceMatcher.quick_ratio`, without the work that a matcher begins with.
    """
    common = (Counter(ours) & Counter(theirs)).total()
    return 2.0 * common / (len(ours) + len(theirs))


def _replaced(matcher: SequenceMatcher[str], ours: list[Span], theirs: list[Span]) -> Iterator[Altered]:
    """Yield what stands in place of something else, and what one of the two has only; the other is empty.

    What one of the two has only at its end ("..., not as we first wrote") changes nothing of the rest.
    """
    for tag, low, high, other_low, other_high in matcher.get_opcodes():
        is_tail = tag != "replace" and high == len(ours) and other_high == len(theirs)
        if tag != "equal" and not is_tail:
            yield Altered(_whole(ours, low, high), _whole(theirs, other_low, other_high))


def _whole(spans: list[Span], low: int, high: int) -> Span:
    """Return the span of some words in a row; of none, the empty one where they would stand."""
    if low < high:
        return Span(spans[low].start, spans[high - 1].end)
    at = spans[low].start if low < len(spans) else spans[-1].end
    return Span(at, at)


def _says_another(one: Altered, text: str, figures: Iterable[Span], source: str) -> bool:
    claimed, found = one.claimed.cut(text), one.found.cut(source)
    if opposed_axes(claimed, found) or _is_opposite(_plain(claimed), _plain(found)):
        return True
    if _has_other_number(claimed, found):
        return True
    there = read_terms(found)
    here = [term for term in read_terms(claimed).terms if _tells(term, one.claimed, figures)]
    return any(not there.holds(term) for term in here) and any(
        term.weight >= _CONTENT for term in there.terms
    )


def _tells(term: Term, within: Span, figures: Iterable[Span]) -> bool:
    """Whether a term says what the sentence is about; figures and days are compared by what they mean."""
    if term.weight < _CONTENT or term.form == "number" or TIME_NAME.fullmatch(term.word):
        return False
    place = term.span.shifted(within.start)
    return not any(one.overlaps(place) for one in figures)


def _has_other_number(claimed: str, found: str) -> bool:
    """Whether a bare number stands in place of one that does not round to it.

    With words beside it ("more than 300" for "312") it is compared as a value.
    """
    ours, theirs = ([word for word, _ in words(one)] for one in (claimed, found))
    if len(ours) != len(theirs) or not all(map(_is_number, (*ours, *theirs))):
        return False
    return any(not _rounds_to(one, other) for one, other in zip(ours, theirs, strict=True))


def _is_number(word: str) -> bool:
    return re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", word) is not None


def _rounds_to(claimed: str, found: str) -> bool:
    """Whether a number is another one, rounded at its last digit that is no closing zero."""
    number, other = (Decimal(word.replace(",", "")) for word in (claimed, found))
    unit = Decimal(1).scaleb(int(number.normalize().as_tuple().exponent))
    return abs(number - other) <= unit / 2


def _plain(stretch: str) -> frozenset[str]:
    return frozenset(word for word, _ in words(stretch))


def _is_opposite(claimed: frozenset[str], found: frozenset[str]) -> bool:
    """Whether one stretch has the opposite of a word of the other, or takes back what the other says."""
    if bool(claimed & _negations()) is not bool(found & _negations()):
        return max(len(claimed), len(found)) <= LONGEST_NEGATION
    return any(
        (ours := claimed & row) and (theirs := found & row) and not ours & theirs for row in _opposites()
    )


@cache
def _table() -> dict[str, Any]:
    with NEAR_COPIES_TABLE.open("rb") as file:
        return tomllib.load(file)


@cache
def _opposites() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(row.split()) for row in _table()["opposites"])


@cache
def _negations() -> frozenset[str]:
    return frozenset(_table()["negations"].split())
