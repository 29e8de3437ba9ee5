"""Reads a stretch of text as terms, and says which terms of one stretch stand in another.

A term is a word with its stem, the groups of words that say the same (``alike.toml``), and a
fixed weight. Weights do not depend on the source, so that an unrelated paragraph changes nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from factdesk.model import Span
from factdesk.text.lexicons import load_table
from factdesk.text.places import find_places, place_norm
from factdesk.text.words import STOP_WORDS, stem, word_places

NAME_WEIGHT = 1.6
NUMBER_WEIGHT = 1.6
WORD_WEIGHT = 1.0
LIGHT_WEIGHT = 0.15
KIN_STEM_LETTERS = 5
"""Stems that share this many first letters are taken for one word ("opposition", "opposed")."""

LONGEST_KIN = 8
"""Letters of a word that are looked at for kin, at most."""

NAME_TAIL_LETTERS = 2
"""Last letters in which two forms of one name may differ."""

LONGEST_PHRASE = 4
"""Words of the longest phrase of the table that is looked for."""
_TELLING_STOP_WORDS = frozenset({"against", "up", "down", "most", "before", "after", "now", "us"})


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a text. ``form`` is name, number or word."""

    word: str
    stem: str
    span: Span
    form: str
    weight: float
    groups: frozenset[str]
    place: str = ""
    kin: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Look up once what kindred words of this one begin with."""
        if _is_long_kin(self.stem):
            length = _kin_length(self.stem)
            if self.form == "name":  # "Northern" is no kin of "Northwest"; "Democrats" is of "Democratic"
                length = max(length, min(len(self.stem) - NAME_TAIL_LETTERS, LONGEST_KIN))
            object.__setattr__(self, "kin", self.stem[:length])


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one stretch, with what they can be looked up by."""

    terms: tuple[Term, ...]
    stems: frozenset[str]
    groups: frozenset[str]
    kin: frozenset[str]
    places: frozenset[str] = frozenset()

    def holds(self, term: Term) -> bool:
        """Whether the stretch has this term, a kindred word, or one that says the same."""
        if term.stem in self.stems:
            return True
        if term.form == "number":
            return False
        if term.place and term.place in self.places:
            return True
        same = term.groups & self.groups
        if same and (term.form == "word" or same & _named_groups()):
            return True
        return bool(term.kin) and term.kin in self.kin

    def joined(self, other: Terms) -> Terms:
        """Return the terms of both stretches."""
        return Terms(
            self.terms + other.terms,
            self.stems | other.stems,
            self.groups | other.groups,
            self.kin | other.kin,
            self.places | other.places,
        )


EMPTY = Terms((), frozenset(), frozenset(), frozenset())


def _is_long_kin(word: str) -> bool:
    return len(word) >= KIN_STEM_LETTERS and word.isalpha()


def _kin_length(word: str) -> int:
    """Longer words must share more letters: "international" is no kin of "internet"."""
    return max(KIN_STEM_LETTERS, min(len(word) - 3, LONGEST_KIN))


ALIKE_TABLE = Path(__file__).resolve().parent / "alike.toml"


@cache
def alike_table() -> dict[str, Any]:
    """Return the groups, axes and light words of ``alike.toml``."""
    with ALIKE_TABLE.open("rb") as file:
        return tomllib.load(file)


@cache
def _phrases() -> dict[tuple[str, ...], frozenset[str]]:
    """Return the table of groups by stems of each entry."""
    found: dict[tuple[str, ...], set[str]] = {}
    for group, entries in alike_table()["groups"].items():
        for entry in entries:
            found.setdefault(stems_of(entry), set()).add(group)
    return {key: frozenset(groups) for key, groups in found.items()}


@cache
def _named_groups() -> frozenset[str]:
    return frozenset(alike_table()["named"]["groups"].split())


def telling_groups(term: Term) -> frozenset[str]:
    """Return the groups by which another word says the same as this one: of a name, only those of names."""
    return term.groups if term.form == "word" else term.groups & _named_groups()


@cache
def _light_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in alike_table()["weights"]["light"].split())


@cache
def _light_groups() -> frozenset[str]:
    return frozenset(alike_table()["weights"]["light_groups"].split())


def stems_of(entry: str) -> tuple[str, ...]:
    """Return the stems of a phrase of the table."""
    return tuple(base_stem(word) for word, _, _ in word_places(entry))


@lru_cache(maxsize=16384)
def base_stem(word: str) -> str:
    """Return the stem with a doubled l made single: "cancelled" and "cancel" are one word."""
    stemmed = stem(word)
    return stemmed[:-1] if stemmed.endswith("ll") and len(stemmed) > 5 else stemmed


@lru_cache(maxsize=4096)
def read_terms(text: str) -> Terms:
    """Return the terms of a stretch of text; spans are offsets into it."""
    found = word_places(text)
    stems, groups, telling = _telling(text, found)
    return gather_terms(_with_capitals(_terms_at(telling, text, found, stems, groups)))


def frequent_terms(text: str, least: int) -> Terms:
    """Return those terms of a text whose stem so many of its terms have, as `read_terms` reads them."""
    found = word_places(text)
    stems, groups, telling = _telling(text, found)
    named = [_stem_at(at, found, stems) for at in telling]
    counts = Counter(named)
    kept = [at for at, stemmed in zip(telling, named, strict=True) if counts[stemmed] >= least]
    if _CAPITAL not in counts:
        return gather_terms(_terms_at(kept, text, found, stems, groups))
    # What stands beside "capital" tells the city, whether it is frequent or not.
    terms = _with_capitals(_terms_at(telling, text, found, stems, groups))
    return gather_terms([term for term in terms if counts[term.stem] >= least])


_Words = Sequence[tuple[str, int, int]]


def _telling(text: str, found: _Words) -> tuple[list[str], list[frozenset[str]], list[int]]:
    """Return the stems and the groups of all words, and the places of those that are terms."""
    stems = [base_stem(word) for word, _, _ in found]
    groups = _groups_at(stems, [word for word, _, _ in found])
    telling = [
        at
        for at, (word, start, end) in enumerate(found)
        if word not in STOP_WORDS or groups[at] or (word == "us" and text[start:end] == "US")
    ]
    return stems, groups, telling


def _terms_at(
    places: Iterable[int], text: str, found: _Words, stems: Sequence[str], groups: Sequence[frozenset[str]]
) -> tuple[Term, ...]:
    return tuple(
        _term(text, *found[at], _stem_at(at, found, stems), groups[at], _opens(text, found, at))
        for at in places
    )


def _stem_at(at: int, found: _Words, stems: Sequence[str]) -> str:
    """Return the stem of a term; a number is one without its commas."""
    word = found[at][0]
    return word.replace(",", "") if word[0].isdigit() else stems[at]


_CAPITAL = "capital"


@cache
def _capitals() -> dict[str, str]:
    countries = [one for one in load_table("gazetteer")["country"].values() if "capital" in one]
    return {place_norm(one["name"]): place_norm(one["capital"].split("|")[0]) for one in countries}


def _with_capitals(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Return the terms with "Armenia's capital" and "the Bulgarian capital" as names of those cities."""
    read = list(terms)
    for at, term in enumerate(terms):
        if term.stem != _CAPITAL:
            continue
        for beside in (at - 1, at + 1):
            city = _capitals().get(terms[beside].place) if 0 <= beside < len(terms) else None
            if city is not None:
                read[beside] = replace(terms[beside], place=city)
                read[at] = replace(term, place=city, weight=LIGHT_WEIGHT)
                break
    return tuple(read)


def gather_terms(terms: Sequence[Term]) -> Terms:
    """Return terms with their lookups."""
    kin: set[str] = set()
    for term in terms:
        if _is_long_kin(term.stem):
            kin.update(
                term.stem[:length] for length in range(KIN_STEM_LETTERS, min(len(term.stem), LONGEST_KIN) + 1)
            )
    return Terms(
        tuple(terms),
        frozenset(term.stem for term in terms),
        frozenset(group for term in terms for group in term.groups),
        frozenset(kin),
        frozenset(term.place for term in terms if term.place),
    )


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """Return of how many words the phrases of the table are, by the stem that they begin with."""
    found: dict[str, set[int]] = {}
    for key in _phrases():
        if len(key) <= LONGEST_PHRASE:
            found.setdefault(key[0], set()).add(len(key))
    return {first: tuple(sorted(lengths)) for first, lengths in found.items()}


def _groups_at(stems: Sequence[str], said: Sequence[str]) -> list[frozenset[str]]:
    """Return for each word the groups of the phrases that it is part of."""
    table, lengths = _phrases(), _lengths()
    groups: list[frozenset[str]] = [frozenset()] * len(stems)
    for at, first in enumerate(stems):
        for length in lengths.get(first, ()):
            if at + length > len(stems):
                break
            hit = table.get(tuple(stems[at : at + length]))
            if hit is None:
                continue
            if length == 1 and said[at] in STOP_WORDS and said[at] not in _TELLING_STOP_WORDS:
                continue
            for inner in range(at, at + length):
                groups[inner] = groups[inner] | hit
    return groups


_SENTENCE_MARK = re.compile(r"[.!?:\n“\"]")


def _opens(text: str, found: _Words, at: int) -> bool:
    """Whether a word is the first one, or a mark before it may begin a sentence."""
    if at == 0:
        return True
    between = text[found[at - 1][2] : found[at][1]]
    return between != " " and _SENTENCE_MARK.search(between) is not None


def _term(
    text: str, word: str, start: int, end: int, stemmed: str, groups: frozenset[str], opens: bool
) -> Term:
    span = Span(start, end)
    if word[0].isdigit():
        return Term(word, stemmed, span, "number", NUMBER_WEIGHT, groups)
    said = text[start:end]
    if said[0].isupper() and not opens and len(said) > 1:
        weight = NAME_WEIGHT if stemmed not in _light_stems() else LIGHT_WEIGHT
        return Term(word, stemmed, span, "name", weight, groups, _place(said))
    is_light = stemmed in _light_stems() or word in STOP_WORDS or bool(groups and groups <= _light_groups())
    return Term(word, stemmed, span, "word", LIGHT_WEIGHT if is_light else WORD_WEIGHT, groups)


TOPIC_SHARE = 0.7
"""How far a word counts that does not stand nearby but is what the whole text is about."""


@lru_cache(maxsize=4096)
def _place(said: str) -> str:
    """Return the country of a word for its people or of its own name, "" for other words."""
    norm = place_norm(said)
    return norm if norm != said.lower() or find_places(said) else ""


def coverage(claimed: Iterable[Term], found: Terms, topic: Terms | None = None) -> float:
    """Return which share of the claimed weight stands in ``found``; 1 when nothing is claimed."""
    total = held = 0.0
    for term in claimed:
        total += term.weight
        if found.holds(term):
            held += term.weight
        elif topic is not None and topic.holds(term):
            held += term.weight * TOPIC_SHARE
    return held / total if total else 1.0


def absent_terms(claimed: Iterable[Term], found: Terms) -> tuple[Term, ...]:
    """Return the weighty claimed terms that ``found`` lacks, in reading order."""
    return tuple(term for term in claimed if term.weight > LIGHT_WEIGHT and not found.holds(term))
