"""The difference between two texts as a person reads it: changed lines with the lines around them, by words.

Pure. Lines are aligned first, then the words of lines that took each other's place; both by difflib, which
may need as many steps as there are pairs, so that beyond a size whole lines are taken out and put in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "removed", "added"]

CONTEXT_CHARACTERS = 160
"""Of an unchanged stretch only so much is shown before and after a change."""

MOST_PAIRS = 1_000_000
MOST_ALIKE = 50_000
"""Pairs of lines or words, and of equal ones among them, up to which two texts are aligned (as in
`factdesk.sources.changes`: about a second at most)."""

MOST_SHOWN_CHARACTERS = 60_000
"""After this much the difference ends, and says so."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one of the texts; ``skipped`` counts characters that are left out before it."""

    kind: Kind
    text: str
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What to show. ``is_cut`` says that there is more than is shown."""

    parts: tuple[Part, ...]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        """Whether the two texts are the same."""
        return all(one.kind == "same" for one in self.parts)


def compare_texts(before: str, after: str) -> Difference:
    """Return the difference between two texts."""
    parts = _shorten(list(_join(_compare_lines(before, after))))
    shown, length = [], 0
    for part in parts:
        if length + len(part.text) > MOST_SHOWN_CHARACTERS:
            shown.append(Part(part.kind, part.text[: MOST_SHOWN_CHARACTERS - length], part.skipped))
            return Difference(tuple(shown), True)
        shown.append(part)
        length += len(part.text)
    return Difference(tuple(shown), False)


def _compare_lines(before: str, after: str) -> Iterator[Part]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield Part("same", "".join(old[:start]))
    yield from _align(old[start : len(old) - end], new[start : len(new) - end], is_lines=True)
    yield Part("same", "".join(old[len(old) - end :]))


def _align(old: Sequence[str], new: Sequence[str], *, is_lines: bool) -> Iterator[Part]:
    """Yield the parts of two lists of lines or words; too many to align are taken out and put in whole."""
    if len(old) * len(new) > MOST_PAIRS or _count_alike(old, new) > MOST_ALIKE:
        yield from _replaced("".join(old), "".join(new))
        return
    for tag, i, j, k, m in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        gone, come = old[i:j], new[k:m]
        if tag == "equal":
            yield Part("same", "".join(gone))
        elif is_lines and tag == "replace":
            words, words_after = _WORD.findall("".join(gone)), _WORD.findall("".join(come))
            yield from _align(words, words_after, is_lines=False)
        else:
            yield from _replaced("".join(gone), "".join(come))


def _count_alike(old: Sequence[str], new: Sequence[str]) -> int:
    counts = Counter(new)
    return sum(count * counts[one] for one, count in Counter(old).items() if not one.isspace())


def _replaced(gone: str, come: str) -> Iterator[Part]:
    yield Part("removed", gone)
    yield Part("added", come)


def _join(parts: Iterator[Part]) -> Iterator[Part]:
    """Yield the parts without empty ones, those of one kind that follow each other as one."""
    last: Part | None = None
    for part in parts:
        if not part.text:
            continue
        if last is not None and last.kind == part.kind:
            last = Part(part.kind, last.text + part.text)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _shorten(parts: Sequence[Part]) -> Iterator[Part]:
    """Leave out the middle of long stretches that are the same, and what is far from any change."""
    for number, part in enumerate(parts):
        if part.kind != "same":
            yield part
            continue
        head = "" if number == 0 else part.text[:CONTEXT_CHARACTERS]
        tail = "" if number == len(parts) - 1 else part.text[-CONTEXT_CHARACTERS:]
        if len(head) + len(tail) >= len(part.text):
            yield part
            continue
        if head:
            yield Part("same", head)
        yield Part("same", tail, len(part.text) - len(head) - len(tail))
