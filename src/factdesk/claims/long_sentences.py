"""Cuts a sentence of unreasonable length into pieces, so that no text costs more than its length is worth.

A table without full stops, a list pasted on one line or a text made to exhaust its reader is one sentence
to the splitter. What a kind does with one sentence may grow with the square of its length; with pieces of
bounded length the whole stays linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from factdesk.model import Span

MAX_SENTENCE_CHARACTERS = 1000
"""A longer sentence is read in pieces; the longest sentences that people write stay far below it."""
PIECE_CHARACTERS = 200
"""No piece of such a sentence is longer: far shorter than the limit, for what is cut is no prose, and the
work on a piece grows with the square of its length."""
_PIECE_CHARACTERS_MIN = 100
"""A piece is cut at the last good mark after this many characters."""

_CLAUSE_MARK = re.compile(r"[;|](?=\s)|[,:](?=\s)|(?<=\s)[–—-](?=\s)|—")
_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"[,;:|/]")


def short_sentences(text: str, sentences: Iterable[Span]) -> list[Span]:
    """Return the sentences in order, each longer than the limit replaced by its pieces.

    Together the pieces cover every character of the sentence but white space between them.
    """
    return [piece for sentence in sentences for piece in _pieces(text, sentence)]


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    is_long = sentence.end - start > MAX_SENTENCE_CHARACTERS
    while is_long and sentence.end - start > PIECE_CHARACTERS:
        cut = _cut(text, start)
        yield _stripped(text, Span(start, cut))
        start = cut
        while text[start].isspace():
            start += 1
    yield Span(start, sentence.end)


def _cut(text: str, start: int) -> int:
    """Return where the piece that begins at ``start`` ends: after a mark, at a space, or at the limit."""
    low, high = start + _PIECE_CHARACTERS_MIN, start + PIECE_CHARACTERS
    for pattern in (_CLAUSE_MARK, _SPACE, _MARK):
        ends = [match.end() for match in pattern.finditer(text, low, high)]
        if ends:
            return ends[-1]
    return high


def _stripped(text: str, span: Span) -> Span:
    return Span(span.start, span.start + len(span.cut(text).rstrip()))
