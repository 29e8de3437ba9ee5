"""Cuts a text into the words, figures and signs that the quantity grammar reads. Linear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from factdesk.model import Span
from factdesk.text.lexicons import load_table

_TOKEN = re.compile(
    r"""
    (\d+(?:[.,'’·]\d+)*+ | (?<![\w.])\.\d+)      # 1: a figure with its separators
  | ([^\W\d_]+(?:['’][^\W\d_]+)*+)               # 2: a word
  | ([^\s\w]|_)                                  # 3: one sign
    """,
    re.VERBOSE,
)
_KINDS = ("", "figure", "word", "sign")
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
    for match in _TOKEN.finditer(text):
        tokens.kinds.append(_KINDS[match.lastindex or 0])
        word = match.group()
        tokens.lowered.append(word.lower() if word.isascii() else word.lower().replace("’", "'"))
        tokens.starts.append(match.start())
        tokens.ends.append(match.end())
    return tokens


class Phrases(dict[str, list[tuple[tuple[str, ...], Meaning]]]):
    """Phrases of one or more words, found by their first word (or their last), longest first."""

    def __init__(self, meanings: dict[str, Meaning], *, by_last: bool = False) -> None:
        super().__init__()
        self._by_last = by_last
        for phrase, meaning in meanings.items():
            parts = tuple(tokenize(phrase).lowered)
            self.setdefault(parts[-1 if by_last else 0], []).append((parts, meaning))
        for entries in self.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def match_from(self, tokens: Tokens, at: int) -> tuple[int, Meaning] | None:
        """Return the index after the longest phrase that begins at a token, and its meaning."""
        for parts, meaning in self.get(tokens.word(at), ()):
            after = at + len(parts)
            if tokens.lowered[at:after] == list(parts) and _are_joined(tokens, at, after):
                return after, meaning
        return None

    def match_before(self, tokens: Tokens, after: int) -> tuple[int, Meaning] | None:
        """Return the first index of the longest phrase that ends before a token, and its meaning."""
        for parts, meaning in self.get(tokens.word(after - 1), ()):
            first = after - len(parts)
            if (
                first >= 0
                and tokens.lowered[first:after] == list(parts)
                and _are_joined(tokens, first, after)
            ):
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
