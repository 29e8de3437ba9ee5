"""What became of a source between two of its texts: the kind of the change, its words, its passages.

Pure: texts in, findings out. White space, letter case, quotation marks, dashes and other variants of
typesetting are no change. Whatever is compared is cut into words and signs, each with its place.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from factdesk.model import ChangeKind, PassageFate, Span

LONGEST_COMPARED = 2_000_000
"""Code points that are compared word by word. Verdicts look at the first 300,000 of a source; a text that
differs only beyond this is a changed text without a word told."""

MOST_PAIRS = 1_000_000
"""Words taken out times words put in up to which the two are aligned (difflib needs so many steps and more:
under a second). Beyond that words are counted without their order, in one pass."""

MOST_ALIKE = 50_000
"""Pairs of one word with itself up to which they are aligned; prose has 10,000 among `MOST_PAIRS`. A page
that has one word a thousand times keeps difflib busy for 20 seconds."""

MOST_LINES = 1_000
"""Lines that a newer reader may have put in or left out; with more of them the page itself is taken as
changed. Each is looked for on the whole page."""

QUOTES = "\"'`´‘’‚‛“”„‟«»‹›「」"
DASHES = "-‐‑‒–—―−﹘﹣－"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_FOLD = str.maketrans(
    {**dict.fromkeys(QUOTES, "'"), **dict.fromkeys(DASHES, "-"), **dict.fromkeys(_UNSEEN, ""), **_LIGATURES}
)
_TOKEN = re.compile(
    rf"""
      \d+ (?: [.,] \d+ )*            # a figure: 5, 4.50, 300,000
    | [^\W\d] [\w{_UNSEEN}\u0300-\u036f]*  # a word, also with hyphens that are not seen
    | \.{{3}} | …
    | [^\w\s]                        # one sign
    """,
    re.VERBOSE,
)
_MONEY = frozenset("£$€¥%")
_BETWEEN = "\x1f"


@lru_cache(maxsize=65_536)
def _fold_token(token: str) -> str:
    if token in ("...", "…"):
        return "…"
    return unicodedata.normalize("NFC", token.translate(_FOLD)).lower()


class FoldedText:
    """A text as words and signs, in which passages are found however they are typeset."""

    def __init__(self, text: str) -> None:
        self.is_cut = len(text) > LONGEST_COMPARED
        self.keys: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        for found in _TOKEN.finditer(text, 0, LONGEST_COMPARED):
            key = _fold_token(found[0])
            if key:
                self.keys.append(key)
                self._starts.append(found.start())
                self._ends.append(found.end())

    @cached_property
    def words(self) -> list[str]:
        """The words and figures alone, in reading order."""
        return [key for key in self.keys if key[0].isalnum()]

    @cached_property
    def _joined(self) -> str:
        return _BETWEEN + "".join(key + _BETWEEN for key in self.keys)

    @cached_property
    def _places(self) -> list[int]:
        """Where each key begins in the joined keys; the separator before it is one to the left."""
        places, at = [], 1
        for key in self.keys:
            places.append(at)
            at += len(key) + 1
        return places

    def find(self, passage: str) -> Iterator[Span]:
        """Yield where the words and signs of a passage stand, whole words only, in reading order."""
        wanted = FoldedText(passage).keys
        if not wanted:
            return
        needle = _BETWEEN + "".join(key + _BETWEEN for key in wanted)
        at = self._joined.find(needle)
        while at >= 0:
            first = bisect_left(self._places, at + 1)
            yield Span(self._starts[first], self._ends[first + len(wanted) - 1])
            at = self._joined.find(needle, at + 1)


@dataclass(frozen=True, slots=True)
class Page:
    """One text of a source with what tells pages apart from readings of a page.

    ``extractor`` is the version of what read it. ``decoded_sha256`` and ``full_text_sha256`` are of the
    page's bytes and of all its words, ``full_text`` is the latter itself; each is None where it was not kept.
    """

    text: str
    extractor: str
    decoded_sha256: str | None = None
    full_text_sha256: str | None = None
    full_text: str | None = None


@dataclass(frozen=True, slots=True)
class TextChange:
    """What became of a text. ``added`` and ``removed`` count words and figures, no signs."""

    kind: ChangeKind
    added: int
    removed: int


class Comparison:
    """Two texts of a source side by side."""

    def __init__(self, before: Page, after: Page) -> None:
        self._before, self._after = before, after
        self._old, self._new = FoldedText(before.text), FoldedText(after.text)

    def change(self) -> TextChange:
        """Return what kind of change it is, and how many words came and went."""
        added, removed = count_words_changed(self._old.words, self._new.words)
        return TextChange(self._kind(), added, removed)

    def _kind(self) -> ChangeKind:
        if self._is_trivial():
            return ChangeKind.TRIVIAL
        if self._is_same_page() or self._is_other_reading():
            return ChangeKind.EXTRACTOR
        return ChangeKind.TEXT

    def _is_trivial(self) -> bool:
        is_same_end = self._before.text[LONGEST_COMPARED:] == self._after.text[LONGEST_COMPARED:]
        return self._old.keys == self._new.keys and is_same_end

    def _is_same_page(self) -> bool:
        before, after = self._before, self._after
        return _is_known_same(before.decoded_sha256, after.decoded_sha256) or _is_known_same(
            before.full_text_sha256, after.full_text_sha256
        )

    def _is_other_reading(self) -> bool:
        """Whether a newer reader explains all: what it took in stood on the page before, and what it left out
        stands there still. An advertisement elsewhere on the page may have changed meanwhile."""
        before, after = self._before, self._after
        if before.extractor == after.extractor or before.full_text is None or after.full_text is None:
            return False
        return _holds_new_lines(after.text, before.text, before.full_text) and _holds_new_lines(
            before.text, after.text, after.full_text
        )

    def fate(self, span: Span, quote: str) -> tuple[PassageFate, Span | None]:
        """Return what became of a passage of the earlier text, and where it stands in the later one.

        Of several places with its words the nearest to the old one counts.
        """
        nearest = min(self._new.find(quote), key=lambda one: abs(one.start - span.start), default=None)
        if nearest is None:
            return PassageFate.DIED, None
        return (PassageFate.KEPT if nearest == span else PassageFate.MOVED), nearest


def _is_known_same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _holds_new_lines(text: str, other: str, page: str) -> bool:
    """Whether each line of ``text`` stands in ``other`` or, word by word, anywhere on the page."""
    known = {_words_of(line) for line in other.splitlines()}
    new = {_words_of(line) for line in text.splitlines()} - known
    words = _words_of(page)
    return len(new) <= MOST_LINES and all(line in words for line in new)


def _words_of(text: str) -> str:
    """Words, figures and money signs alone: readers put other bullets and bars between them."""
    keys = (key for key in FoldedText(text).keys if key[0].isalnum() or key in _MONEY)
    return _BETWEEN + "".join(key + _BETWEEN for key in keys)


def count_words_changed(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many words were put in and how many were taken out.

    What both texts begin and end with is left aside; the rest is aligned up to `MOST_PAIRS` and `MOST_ALIKE`,
    else counted.
    """
    first = _count_same(zip(before, after, strict=False))
    before, after = before[first:], after[first:]
    last = _count_same(zip(reversed(before), reversed(after), strict=False))
    before, after = before[: len(before) - last], after[: len(after) - last]
    old, new = Counter(before), Counter(after)
    alike = sum(count * new[word] for word, count in old.items())
    if len(before) * len(after) > MOST_PAIRS or alike > MOST_ALIKE:
        return (new - old).total(), (old - new).total()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return len(after) - kept, len(before) - kept


def _count_same(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count
