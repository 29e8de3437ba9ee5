"""Cuts a text into the words, figures and signs that the quantity grammar reads. Linear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from operator import add, itemgetter
from typing import Generic, TypeVar

from factdesk.model import Span
from factdesk.text.lexicons import load_table

_ASCII_TOKEN = re.compile(
    r"""
    (?: [a-z]+(?:'[a-z]+)*+                            # a word
      | [0-9]+(?:[.,'][0-9]+)*+ | (?<![\w./])\.[0-9]+  # a figure with its separators
      | [^\sa-z0-9]                                    # one sign
    )\s*+
    """,
    re.VERBOSE,
)
"""A token of a lower-case ASCII text and the space behind it: the same as `_TOKEN`, but faster."""
_TOKEN = re.compile(
    r"""
    (?: [^\W\d_]+(?:['’][^\W\d_]+)*+                  # a word
      | \d+(?:[.,'’·٫٬]\d+)*+ | (?<![\w./])\.\d+      # a figure with its separators
      | [^\s\w] | [^\W\d] | _                          # one sign
    )\s*+
    """,
    re.VERBOSE,
)
_MAX_GAP = 2
_PADDING = 16
"""Empty tokens after the last one, so that looking a few words around needs no bounds check."""
_NOWHERE = 1 << 40
"""Offset of an empty token: far from every other, before and behind."""

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text as parallel lists. ``lowered`` has straight apostrophes.

    Each list ends with empty tokens, which index -1 and the first indices past the end reach: the
    grammar looks at most `_PADDING` tokens around one of the ``count`` real ones.
    """

    text: str
    count: int
    kinds: list[str]
    lowered: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return self.count

    def raw(self, at: int) -> str:
        """Return the characters of one token as written."""
        return self.text[self.starts[at] : self.ends[at]]

    def word(self, at: int) -> str:
        """Return one token in lower case, or "" outside the text."""
        return self.lowered[at]

    def kind(self, at: int) -> str:
        """Return figure, word or sign, or "" outside the text."""
        return self.kinds[at]

    def gap(self, at: int) -> int:
        """Return how many characters stand between a token and the one before it; huge at both ends."""
        return self.starts[at] - self.ends[at - 1]

    def is_joined(self, at: int) -> bool:
        """Whether a token follows the one before it closely, without a paragraph between them."""
        gap = self.starts[at] - self.ends[at - 1]
        return gap == 0 or (gap <= _MAX_GAP and self.text.count("\n", self.ends[at - 1], self.starts[at]) < 2)

    def span(self, first: int, after: int) -> Span:
        """Return the characters of the tokens ``first`` (included) to ``after`` (excluded)."""
        return Span(self.starts[first], self.ends[after - 1])


_NO_WORDS = [""] * _PADDING
_NO_STARTS = [_NOWHERE] * _PADDING
_NO_ENDS = [-_NOWHERE] * _PADDING


class _Kinds(dict[str, str]):
    """Kinds of tokens by their first character; a full stop begins a figure such as ".75" as well."""

    def __missing__(self, character: str) -> str:
        if character.isdecimal():
            return "figure"
        return "word" if character.isalnum() else "sign"


_KINDS = _Kinds()
_KINDS.update({character: _KINDS[character] for character in map(chr, range(0x250))})
_LOOSE_DECIMALS = re.compile(r"\.\d")
_first_character = itemgetter(0)


def _lower(text: str) -> str:
    """Return a text of the same length in lower case, with straight apostrophes."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) == len(text):
        return lowered
    # A letter such as "İ" becomes two: it stays as it is, because offsets must not move.
    return "".join(low if len(low := char.lower()) == 1 else char for char in text).replace("’", "'")


def tokenize(text: str) -> Tokens:
    """Return the tokens of a text. All of its loops run inside of map, which halves their cost."""
    pieces = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(_lower(text))
    words = list(map(str.rstrip, pieces))
    starts = list(accumulate(map(len, pieces), initial=len(text) - len(text.lstrip())))
    starts.pop()
    ends = list(map(add, starts, map(len, words)))
    kinds = list(map(_KINDS.__getitem__, map(_first_character, words)))
    if _LOOSE_DECIMALS.search(text) is not None:
        kinds = ["figure" if word[0] == "." < word else kind for word, kind in zip(words, kinds, strict=True)]
    count = len(kinds)
    kinds += _NO_WORDS
    words += _NO_WORDS
    starts += _NO_STARTS
    ends += _NO_ENDS
    return Tokens(text, count, kinds, words, starts, ends)


class _Entries(Generic[Meaning]):
    """The phrases that share one first or last word."""

    __slots__ = ("alone", "lengths", "meanings", "neighbours")

    def __init__(self, meanings: dict[tuple[str, ...], Meaning], *, by_last: bool) -> None:
        self.meanings = meanings
        self.alone = next((meaning for parts, meaning in meanings.items() if len(parts) == 1), None)
        longer = [parts for parts in meanings if len(parts) > 1]
        self.neighbours = frozenset(parts[-2 if by_last else 1] for parts in longer)
        self.lengths = sorted({len(parts) for parts in longer}, reverse=True)


class Phrases(Generic[Meaning]):
    """Phrases of one or more words, found by their first word (or their last), longest first."""

    def __init__(self, meanings: dict[str, Meaning], *, by_last: bool = False) -> None:
        grouped: dict[str, dict[tuple[str, ...], Meaning]] = {}
        for phrase, meaning in meanings.items():
            parts = _parts(phrase)
            grouped.setdefault(parts[-1 if by_last else 0], {})[parts] = meaning
        self._entries = {word: _Entries(found, by_last=by_last) for word, found in grouped.items()}
        self.edges = frozenset(grouped)
        """The words at which a phrase begins (or ends)."""

    def meaning(self, phrase: str) -> Meaning | None:
        """Return what a whole phrase means, or None."""
        parts = _parts(phrase)
        for word in (parts[0], parts[-1]) if parts else ():
            if word in self._entries and parts in self._entries[word].meanings:
                return self._entries[word].meanings[parts]
        return None

    def found_from(self, tokens: Tokens, at: int) -> list[tuple[int, Meaning]]:
        """Return the phrases that begin at a token, longest first: the index after each, its meaning."""
        entries = self._entries.get(tokens.lowered[at])
        if entries is None:
            return []
        found: list[tuple[int, Meaning]] = []
        if tokens.lowered[at + 1] in entries.neighbours:
            for length in entries.lengths:
                meaning = entries.meanings.get(tuple(tokens.lowered[at : at + length]))
                if meaning is not None:
                    found.append((at + length, meaning))
        if entries.alone is not None:
            found.append((at + 1, entries.alone))
        return found

    def found_before(self, tokens: Tokens, after: int) -> list[tuple[int, Meaning]]:
        """Return the phrases that end before a token, longest first: the index of each, its meaning."""
        entries = self._entries.get(tokens.lowered[after - 1])
        if entries is None:
            return []
        found: list[tuple[int, Meaning]] = []
        if tokens.lowered[after - 2] in entries.neighbours:
            for length in entries.lengths:
                first = max(0, after - length)
                meaning = entries.meanings.get(tuple(tokens.lowered[first:after]))
                if meaning is not None:
                    found.append((first, meaning))
        if entries.alone is not None:
            found.append((after - 1, entries.alone))
        return found

    def match_from(self, tokens: Tokens, at: int) -> tuple[int, Meaning] | None:
        """Return the index after the longest phrase that begins at a token, and its meaning."""
        for after, meaning in self.found_from(tokens, at):
            if after == at + 1 or _are_joined(tokens, at, after):
                return after, meaning
        return None

    def match_before(self, tokens: Tokens, after: int) -> tuple[int, Meaning] | None:
        """Return the first index of the longest phrase that ends before a token, and its meaning."""
        for first, meaning in self.found_before(tokens, after):
            if first == after - 1 or _are_joined(tokens, first, after):
                return first, meaning
        return None


def _parts(phrase: str) -> tuple[str, ...]:
    tokens = tokenize(phrase)
    return tuple(tokens.lowered[: len(tokens)])


def _are_joined(tokens: Tokens, first: int, after: int) -> bool:
    return all(tokens.is_joined(at) for at in range(first + 1, after))


def listed(table: str, *keys: str) -> frozenset[str]:
    """Return the words of one string of a table, found by its path of keys."""
    entry = load_table(table)
    for key in keys:
        entry = entry[key]
    return frozenset(str(entry).split())
