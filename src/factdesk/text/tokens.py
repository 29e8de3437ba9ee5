"""Cuts a text into the words, figures and signs that the quantity grammar reads. Linear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from factdesk.model import Span
from factdesk.text.lexicons import load_table

_ASCII_TOKEN = re.compile(
    r"""
    ([A-Za-z]+(?:'[A-Za-z]+)*+)                      # 1: a word
  | ([0-9]+(?:[.,'][0-9]+)*+ | (?<![\w./])\.[0-9]+)   # 2: a figure with its separators
  | ([^\sA-Za-z0-9])                                 # 3: one sign
    """,
    re.VERBOSE,
)
"""The same as `_TOKEN` for a text of ASCII alone, a third faster."""
_TOKEN = re.compile(
    r"""
    ([^\W\d_]+(?:['’][^\W\d_]+)*+)                  # 1: a word
  | (\d+(?:[.,'’·٫٬]\d+)*+ | (?<![\w./])\.\d+)      # 2: a figure with its separators
  | ([^\s\w]|[^\W\d]|_)                            # 3: one sign
    """,
    re.VERBOSE,
)
_KINDS = ("", "word", "figure", "sign")
_MAX_GAP = 2

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text as parallel lists. ``lowered`` has straight apostrophes."""

    text: str
    kinds: list[str]
    lowered: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, at: int) -> str:
        """Return the characters of one token as written."""
        return self.text[self.starts[at] : self.ends[at]]

    def word(self, at: int) -> str:
        """Return one token in lower case, or "" outside the text."""
        return self.lowered[at] if 0 <= at < len(self.starts) else ""

    def kind(self, at: int) -> str:
        """Return figure, word or sign, or "" outside the text."""
        return self.kinds[at] if 0 <= at < len(self.starts) else ""

    def gap(self, at: int) -> int:
        """Return how many characters stand between a token and the one before it."""
        return self.starts[at] - self.ends[at - 1] if 0 < at < len(self.starts) else 99

    def is_joined(self, at: int) -> bool:
        """Whether a token follows the one before it closely, without a paragraph between them."""
        gap = self.gap(at)
        return gap == 0 or (gap <= _MAX_GAP and self.text.count("\n", self.ends[at - 1], self.starts[at]) < 2)

    def span(self, first: int, after: int) -> Span:
        """Return the characters of the tokens ``first`` (included) to ``after`` (excluded)."""
        return Span(self.starts[first], self.ends[after - 1])


def tokenize(text: str) -> Tokens:
    """Return the tokens of a text."""
    tokens = Tokens(text, [], [], [], [])
    add_kind, add_word = tokens.kinds.append, tokens.lowered.append
    add_start, add_end = tokens.starts.append, tokens.ends.append
    is_ascii = text.isascii()
    lowered = text.lower() if is_ascii else ""
    for match in (_ASCII_TOKEN if is_ascii else _TOKEN).finditer(text):
        start, end = match.span()
        add_kind(_KINDS[match.lastindex or 0])
        add_word(lowered[start:end] if is_ascii else text[start:end].lower().replace("’", "'"))
        add_start(start)
        add_end(end)
    return tokens


class Phrases(Generic[Meaning]):
    """Phrases of one or more words, found by their first word (or their last), longest first."""

    def __init__(self, meanings: dict[str, Meaning], *, by_last: bool = False) -> None:
        self._meanings: dict[str, dict[tuple[str, ...], Meaning]] = {}
        for phrase, meaning in meanings.items():
            parts = tuple(tokenize(phrase).lowered)
            self._meanings.setdefault(parts[-1 if by_last else 0], {})[parts] = meaning
        self._lengths = {
            word: sorted({len(parts) for parts in entries}, reverse=True)
            for word, entries in self._meanings.items()
        }

    def __contains__(self, word: str) -> bool:
        """Whether a phrase begins (or ends) with a word."""
        return word in self._lengths

    def meaning(self, phrase: str) -> Meaning | None:
        """Return what a whole phrase means, or None."""
        parts = tuple(tokenize(phrase).lowered)
        for entries in (self._meanings.get(parts[0], {}), self._meanings.get(parts[-1], {})) if parts else ():
            if parts in entries:
                return entries[parts]
        return None

    def found_from(self, tokens: Tokens, at: int) -> list[tuple[int, Meaning]]:
        """Return the phrases that begin at a token, longest first: the index after each, its meaning."""
        word = tokens.word(at)
        if word not in self._lengths:
            return []
        entries, lowered = self._meanings[word], tokens.lowered
        found = ((at + size, entries.get(tuple(lowered[at : at + size]))) for size in self._lengths[word])
        return [(after, meaning) for after, meaning in found if meaning is not None]

    def found_before(self, tokens: Tokens, after: int) -> list[tuple[int, Meaning]]:
        """Return the phrases that end before a token, longest first: the index of each, its meaning."""
        word = tokens.word(after - 1)
        if word not in self._lengths:
            return []
        entries, lowered = self._meanings[word], tokens.lowered
        sizes = (size for size in self._lengths[word] if size <= after)
        found = ((after - size, entries.get(tuple(lowered[after - size : after]))) for size in sizes)
        return [(first, meaning) for first, meaning in found if meaning is not None]

    def match_from(self, tokens: Tokens, at: int) -> tuple[int, Meaning] | None:
        """Return the index after the longest phrase that begins at a token, and its meaning."""
        for after, meaning in self.found_from(tokens, at):
            if _are_joined(tokens, at, after):
                return after, meaning
        return None

    def match_before(self, tokens: Tokens, after: int) -> tuple[int, Meaning] | None:
        """Return the first index of the longest phrase that ends before a token, and its meaning."""
        for first, meaning in self.found_before(tokens, after):
            if _are_joined(tokens, first, after):
                return first, meaning
        return None


def _are_joined(tokens: Tokens, first: int, after: int) -> bool:
    return all(tokens.is_joined(at) for at in range(first + 1, after))


def listed(table: str, *keys: str) -> frozenset[str]:
    """Return the words of one string of a table, found by its path of keys."""
    entry = load_table(table)
    for key in keys:
        entry = entry[key]
    return frozenset(str(entry).split())
