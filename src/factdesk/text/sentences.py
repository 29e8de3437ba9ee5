"""Cuts a text into paragraphs and sentences with exact offsets. Linear in the text's length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from factdesk.model import Span
from factdesk.text.lexicons import load_words

_NEVER_LAST = load_words("abbreviations", "never_last")
_BEFORE_NUMBER = load_words("abbreviations", "before_number")
_MAY_BE_LAST = load_words("abbreviations", "may_be_last")
_OPENERS = load_words("abbreviations", "openers")
_SAYING = load_words("abbreviations", "saying")

_WRAPPED_LINE_MIN = 45
"""A line shorter than this many characters is not taken for one that was wrapped by an editor."""
_WRAPPED_LINE_MAX = 130
"""A block with a longer line was not wrapped: each of its lines is a paragraph."""
_KEPT = 4
"""Texts whose cuts are kept: several stages read one text after one another."""
_LOOK_BACK = 24
_LOOK_AHEAD = 48

_LINE = re.compile(r"[^\n\r\u2028\u2029\x0b\x0c]+")
_BULLET = re.compile(r"\s*(?:[-*+•◦▪‣–—·○●■►»>]\s|#{1,6}\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s|\|)")
_NOTE_MARK = r"(?:\[\d{1,3}(?:[,–-] ?\d{1,3}){0,9}\]){0,9}"
_STOP = re.compile(rf"[.!?…‽؟]+[\"'”’»›)\]}}*_]*{_NOTE_MARK}|[。！？]+[」』”’）]*")
_LAST_TOKEN = re.compile(r"[^\s(\[{\"“”‘«,;:/–—-]+\Z")
_NEXT_TOKEN = re.compile(r"(\s*)([\"'“”‘«‹(\[{*_¿¡]*)([^\s]*)")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_SHILLINGS = re.compile(r"\d{1,2}s")
_PENCE = re.compile(r"\d{1,2}d\b")
"""What goes on after the shillings of an old price: "3s. 6d."."""
_FIRST_WORD = re.compile(r"\S+")
_SAID_NEXT = re.compile(r"\s*(?:[\w’'-]+\s+){1,3}?(\w+)")


def split_paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of a text: lines that were only wrapped by an editor are joined."""
    return list(_paragraphs_of(text))


@lru_cache(maxsize=_KEPT)
def _paragraphs_of(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for block in _blocks(text):
        width = max(len(line.cut(text).rstrip()) for line in block)
        start = block[0].start
        for line, following in pairwise(block):
            if not _is_wrapped(text, line, following, width):
                _add(spans, text, start, line.end)
                start = following.start
        _add(spans, text, start, block[-1].end)
    return tuple(spans)


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of a text, in order, without surrounding white space.

    Together the spans cover every character that is not white space. A heading, a bullet and a
    paragraph end a sentence; a closing quote belongs to the sentence that it closes.
    """
    return list(_sentences_of(text))


@lru_cache(maxsize=_KEPT)
def _sentences_of(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for paragraph in _paragraphs_of(text):
        start = paragraph.start
        for stop in _STOP.finditer(text, paragraph.start, paragraph.end):
            if stop.end() < paragraph.end and _ends_sentence(text, stop, start, paragraph.end):
                _add(spans, text, start, stop.end())
                start = stop.end()
        _add(spans, text, start, paragraph.end)
    return tuple(spans)


def _blocks(text: str) -> Iterator[list[Span]]:
    """Yield runs of lines without a blank line between them."""
    block: list[Span] = []
    for match in _LINE.finditer(text):
        line = Span(match.start(), match.end())
        is_blank = not match.group().strip()
        if block and (is_blank or not _is_next_line(text, block[-1].end, line.start)):
            yield block
            block = []
        if not is_blank:
            block.append(line)
    if block:
        yield block


def _is_next_line(text: str, end: int, start: int) -> bool:
    return start - end == 1 or text[end:start] == "\r\n"


def _is_wrapped(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the break after ``line`` was made by an editor because the next word did not fit."""
    if width > _WRAPPED_LINE_MAX or _BULLET.match(text, following.start, following.end):
        return False
    length = len(line.cut(text).rstrip())
    word = _FIRST_WORD.search(text, following.start, following.end)
    if length < _WRAPPED_LINE_MIN or word is None:
        return False
    return word.group()[0].islower() or length + 1 + len(word.group()) >= width


def _ends_sentence(text: str, stop: re.Match[str], start: int, end: int) -> bool:
    if stop.group()[0] in "。！？":
        return True
    following = _NEXT_TOKEN.match(text, stop.end(), min(end, stop.end() + _LOOK_AHEAD))
    if following is None or not following.group(1) or not following.group(3):
        return False
    word = following.group(3)
    if word[0].islower() or word[0] in ",;:)]}-–—":
        return _ends_before_lower(text, stop, word)
    marks = stop.group()
    if marks[0] == "." and not marks.startswith(".."):
        begin = max(start, stop.start() - _LOOK_BACK)
        before = _LAST_TOKEN.search(text, begin, stop.start())
        if before is not None:
            is_first = begin == start and not text[start : before.start()].strip()
            return _ends_after(before.group(), word, is_first=is_first)
    return not _is_said(text, stop, end)


def _ends_before_lower(text: str, stop: re.Match[str], word: str) -> bool:
    """Texts written without capitals: a plain full stop after a plain word ends a sentence."""
    if stop.group() != "." or not word[0].isalpha():
        return False
    before = _LAST_TOKEN.search(text, max(0, stop.start() - _LOOK_BACK), stop.start())
    token = before.group() if before else ""
    known = _NEVER_LAST | _MAY_BE_LAST | _BEFORE_NUMBER
    return len(token) > 3 and token.isalpha() and token.islower() and token not in known


def _ends_after(token: str, word: str, *, is_first: bool) -> bool:
    """Whether a full stop after ``token`` ends the sentence when ``word`` follows."""
    lowered = token.lower()
    if _SHILLINGS.fullmatch(token) and _PENCE.match(word):
        return False
    bare = word.strip("\"'”’,.;:!?)")
    if is_first and (token.isdigit() or len(token) == 1):
        return False
    if lowered in _NEVER_LAST:
        return False
    if lowered in _BEFORE_NUMBER and word[0].isdigit():
        return False
    if lowered in _MAY_BE_LAST or _DOTTED.search(token):
        return bare in _OPENERS
    if len(token) == 1 and token.isalpha() and token != "I":
        return bare in _OPENERS
    return True


def _is_said(text: str, stop: re.Match[str], end: int) -> bool:
    """'"Stop!" Smith said': the sentence goes on after the quotation."""
    if not set(stop.group()) & set("\"”’»'"):
        return False
    match = _SAID_NEXT.match(text, stop.end(), min(end, stop.end() + _LOOK_AHEAD))
    return match is not None and match.group(1) in _SAYING and stop.group()[0] in "!?"


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        spans.append(Span(start + left, start + right))
