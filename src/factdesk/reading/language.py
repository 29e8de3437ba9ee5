"""Whether a text is English, by its function words. Cheap, and careful: in doubt it says None.

English is read wherever it is a good part of a text. A short text is refused only when it holds words of
another language, or its letters, and none of English.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any

OTHER = "other"
"""Said of a text that is clearly not English and in none of the languages known here."""

_TABLE = Path(__file__).resolve().parent / "tables" / "function_words.toml"
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = re.compile(r"[^a-zA-ZÀ-ɏḀ-ỿ]+")
_SAMPLE_CHARACTERS = 40_000

MIN_WORDS = 25
"""From so many words on, shares say what a text is; below, each word is looked at."""

_MIN_LETTERS = 10
_MAX_LATIN_SHARE = 0.2

_MIN_SHARE = 0.12
"""Running text of the languages in the table has a share of 0.2 to 0.5 of their function words."""

_TIMES_ENGLISH = 4
"""A text in which the words of English come to a quarter of the other ones has English to read."""

_MIN_ENGLISH_SHARE = 0.15
_SURE_ENGLISH_SHARE = 0.3
_MIN_DISTINCT = 3
"""A list of war memorials holds one word of German many times."""

_MIN_SHORT_WORDS = 4
_MIN_UNKNOWN_WORDS = 100
_MAX_UNKNOWN_ENGLISH_SHARE = 0.02
"""A hundred words in a row hardly ever have so few function words in English, lists of goods included."""


def guess_language(text: str) -> str | None:
    """Return ``en``, another language's code, ``other`` for another script, or None when unclear."""
    sample = _WORD.findall(text[:_SAMPLE_CHARACTERS])
    letters = sum(map(len, sample))
    latin = len(_NOT_LATIN.sub("", "".join(sample)))
    if letters >= _MIN_LETTERS and latin < letters * _MAX_LATIN_SHARE:
        return OTHER
    if len(sample) < MIN_WORDS:
        return _guess_short(sample)
    # Capitals alone are codes and units more often than words ("ET", the E3 of an address).
    counts = Counter(word.lower() for word in sample if not word.isupper())
    english = _sum(counts, _english())
    if english >= len(sample) * _SURE_ENGLISH_SHARE:
        return "en"
    code, theirs, ours = max((_count_apart(code, counts) for code in _others()), key=lambda one: one[1])
    is_varied = len(counts.keys() & _others()[code]) >= _MIN_DISTINCT
    if is_varied and theirs > len(sample) * _MIN_SHARE and theirs > _TIMES_ENGLISH * ours:
        return code
    if ours >= len(sample) * _MIN_ENGLISH_SHARE and 2 * ours > theirs:
        return "en"
    return OTHER if _is_unknown(sample) else None


def _count_apart(code: str, counts: Counter[str]) -> tuple[str, int, int]:
    """Count words that only the other language has, and those that only English has."""
    theirs, ours = _words_apart(code)
    return code, _sum(counts, theirs), _sum(counts, ours)


@cache
def _words_apart(code: str) -> tuple[frozenset[str], frozenset[str]]:
    other, english = _others()[code], _english()
    return other - english, english - other


def _sum(counts: Counter[str], words: frozenset[str]) -> int:
    return sum(counts[word] for word in words & counts.keys())


def _guess_short(words: Sequence[str]) -> str | None:
    """Two words of another language and none of English alone; names are written with a capital letter."""
    if len(words) < _MIN_SHORT_WORDS:
        return None
    lower = {word.lower() for word in words}
    written = {word for word in words if word.islower() and len(word) > 1} - _english()
    code, hits = max(((code, _weigh(written & known)) for code, known in _others().items()), key=_second)
    return code if hits >= 2 and not lower & (_english() - _others()[code]) else None


def _weigh(hits: AbstractSet[str]) -> float:
    """Words that stand in names too count half, and never alone."""
    sure = len(hits - _words("in_names"))
    return sure + (len(hits) - sure) / 2 if sure else 0.0


def _second(pair: tuple[str, float]) -> float:
    return pair[1]


def _is_unknown(words: Sequence[str]) -> bool:
    """Whether running text, names aside, has next to no word that English sentences need."""
    lower = [word for word in words if word.islower()]
    hits = sum(word in _english() for word in lower)
    return len(lower) >= _MIN_UNKNOWN_WORDS and hits < len(lower) * _MAX_UNKNOWN_ENGLISH_SHARE


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(_table()[key].split())


@cache
def _languages() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in _table()["languages"].items()}


def _english() -> frozenset[str]:
    return _languages()["en"]


@cache
def _others() -> dict[str, frozenset[str]]:
    return {code: words for code, words in _languages().items() if code != "en"}
