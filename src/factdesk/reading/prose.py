"""Writes one canonical text out of blocks and keeps the span of every link while it does so."""

from __future__ import annotations

import re

from factdesk.model import Locator, Span
from factdesk.reading.links import FoundLink, ListEntry, clean_url

_SPACE = re.compile(r"[ \t\n\r\f]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]|[\x00-\x08\x0b\x0e-\x1f]|[\ud800-\udfff]")
_GAPS = ("", " ", "\n", "\n\n")
_INLINE, _LINE, _BLOCK = 1, 2, 3
_CLOSING = ".,;:!?)]”’"


class ProseWriter:
    """Collects words, folds white space as a browser does, and separates blocks by a blank line."""

    def __init__(self, base: str | None = None) -> None:
        self.base = base
        self.links: list[FoundLink] = []
        self.entries: list[ListEntry] = []
        self.locators: list[Locator] = []
        self.title: str | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._gap = 0
        self._row_depth = 0
        self._word_start = 0
        self._after_mark = False
        self._place: str | None = None
        self._open: list[tuple[str | None, str, int | None]] = []

    @property
    def text(self) -> str:
        """The text written so far."""
        return "".join(self._pieces)

    @property
    def end(self) -> int:
        """The length of the text written so far."""
        return self._length

    def write(self, words: str) -> None:
        """Write words of the current block; runs of white space become one space."""
        folded = _SPACE.sub(" ", _INVISIBLE.sub("", words))
        if folded.startswith(" "):
            self._want(_INLINE)
        inner = folded.strip(" ")
        if not inner.strip():  # a no-break space alone is a spacer, not a word
            self._want(_INLINE if folded else 0)
            return
        gap = _GAPS[self._gap] if self._length else ""
        if gap == " " and self._after_mark and inner[0] in _CLOSING:
            gap = ""  # "gone [1]." without its mark is "gone."
        self._put(gap + inner, len(gap))
        self._gap = _INLINE if folded.endswith(" ") else 0

    def _put(self, piece: str, gap: int) -> None:
        start = self._length + gap
        last_space = piece.rfind(" ")
        if last_space >= gap or gap:
            self._word_start = start - gap + max(last_space + 1, gap)
        if self._place is not None:
            self.locators.append(Locator(start, self._place))
            self._place = None
        self._pieces.append(piece)
        self._length += len(piece)
        self._after_mark = False
        self._open = [(url, form, start if at is None else at) for url, form, at in self._open]

    def place(self, label: str) -> None:
        """Name the place in the file from which the next words come."""
        self._place = label

    def write_lines(self, lines: str) -> None:
        """Write preformatted words: their line breaks stay."""
        for line in lines.strip("\r\n").splitlines():
            self.write(line)
            self.break_line()

    def break_line(self) -> None:
        """Go to the next line (inside a table's row: a space)."""
        self._want(_INLINE if self._row_depth else _LINE)

    def end_block(self) -> None:
        """End the current block (inside a table's row: a space)."""
        self._want(_INLINE if self._row_depth else _BLOCK)

    def open_row(self) -> None:
        """Begin a table's row: one line, whatever its cells hold."""
        self.break_line()
        self._row_depth += 1

    def close_row(self) -> None:
        """End a table's row."""
        self._row_depth = max(0, self._row_depth - 1)
        self.break_line()

    def open_link(self, written: str, form: str = "inline") -> None:
        """Begin a link; its span starts at the next character written."""
        self._open.append((clean_url(written, self.base), form, None))

    def close_link(self) -> None:
        """End the link that was opened last."""
        if not self._open:
            return
        url, form, start = self._open.pop()
        if url is None:
            return
        if start is None:
            self.mark(url, form)
        else:
            self.links.append(FoundLink(url, Span(start, self._length), form))

    def mark(self, written: str, form: str) -> None:
        """Record a link that shows no words of its own: it hangs on the word before it."""
        url = clean_url(written, self.base)
        if url is None:
            return
        self._after_mark = True
        hangs = self._length > 0 and self._gap < _LINE
        self.links.append(FoundLink(url, Span(self._word_start, self._length) if hangs else None, form))

    def add_entry(self, label: str, start: int) -> None:
        """Record that the text from ``start`` on is the numbered list item ``label``."""
        if self._length > start:
            self.entries.append(ListEntry(label, Span(start, self._length)))

    def _want(self, gap: int) -> None:
        self._gap = max(self._gap, gap)
