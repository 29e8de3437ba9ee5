"""Words of a text with their spans, and a light English stemmer for comparing them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from factdesk.model import Span
from factdesk.text.lexicons import load_table, load_words

STOP_WORDS: frozenset[str] = load_words("words", "stop_words")
"""Words that say nothing about what a sentence is about."""

_IRREGULAR: dict[str, str] = {
    form: base for base, forms in load_table("words")["irregular"].items() for form in forms.split()
}
_FIXED = load_words("words", "fixed")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ‘][^\W\d_]+)*\d*")
_WHERE = re.Match.span
_APOSTROPHES = str.maketrans("’ʼ‘", "'''")
_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1\Z")


def words(text: str) -> list[tuple[str, Span]]:
    """Return the words and figures of a text, lower-cased, NFKC, with straight apostrophes."""
    return [(word, Span(start, end)) for word, start, end in word_places(text)]


def word_places(text: str) -> list[tuple[str, int, int]]:
    """Return the same with the start and end of each: what few of many words are needed of costs less."""
    if text.isascii():  # as most sentences are: lower case moves no offset there
        lowered = text.lower()
        return [(lowered[start:end], start, end) for start, end in map(_WHERE, _WORD.finditer(text))]
    return [
        (word.lower() if (word := text[start:end]).isascii() else _fold(word), start, end)
        for start, end in map(_WHERE, _WORD.finditer(text))
    ]


def content_stems(text: str) -> list[str]:
    """Return the stems of a text without stop words, in reading order."""
    return [stem(word) for word, _, _ in word_places(text) if word not in STOP_WORDS]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the form under which a lower-case English word is compared ("flights" -> "flight")."""
    word = word.removesuffix("'s").removesuffix("'")
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or word in _FIXED or not word.isalpha():
        return word
    return _fold_ending(_strip_past(_strip_plural(word)))


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word.translate(_APOSTROPHES)).lower()


def _strip_plural(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _strip_past(word: str) -> str:
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) > 2 and _VOWEL.search(base):
            return _DOUBLED.sub(r"\1", base)
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    return word


def _fold_ending(word: str) -> str:
    """Fold spellings that differ by region or by a dropped e: "organise", "price" and "pric"."""
    for ending, plain in (("isation", "iz"), ("ization", "iz"), ("ise", "iz"), ("ize", "iz"), ("our", "or")):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + plain
    if word.endswith("is") and len(word) > 5:
        return word[:-1] + "z"
    if word.endswith("y") and len(word) > 4 and word[-2] not in "aeiou":
        return word[:-1] + "i"
    return word[:-1] if word.endswith("e") and len(word) > 3 else word
