"""The words that a source page shows, as one text: the walk of `factdesk.reading.html`, without its links.

A source's text needs no spans of links, so the words of the whole page are written in one pass over lxml's
tree, with marks where blocks, lines and notes are; the marks become white space at the end.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

from factdesk.reading.html import (
    BACK_LINK,
    BLOCKS,
    BRACKET_MARK,
    DIGITS,
    HIDDEN,
    LAYOUT_PARTS,
    NOTE_MARK,
    SUPERSCRIPTS,
    UNSEEN,
)

_LONGEST_MARK = 24
"""Characters of a link that may be a note's mark, white space included ("note 12", "[ 3 ]", "jump up")."""

# None of these can be a page's own character: parsers drop them, and no text with them can be stored.
_BLOCK, _LINE, _NOTE = "\x01", "\x02", "\x03"
_OWN_MARKS = re.compile("[\x01-\x03]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00\x04-\x08\x0b\x0e-\x1f\ud800-\udfff]+")
_NOTES = re.compile(r"\x03(?: ?\x03)+")
_NOTE_BEFORE_CLOSING = re.compile(r" ?\x03 ?(?=[.,;:!?)\]”’])")
_GAPS = re.compile("[\x01\x02]+")
_MAY_HIDE = XPath("descendant::*[@hidden or @style]")
_HAS_RAISED = XPath("boolean(descendant::sup)")
_STRUCTURE = frozenset({"a", "br", "q", "td", "th", "tr"})


def page_words(root: HtmlElement, leave_out: Collection[str] = ()) -> str:
    """Return the words below an element: blocks parted by a blank line, a table's row on one line."""
    walk = _Walk(root, UNSEEN.union(leave_out))
    walk.run()
    return _as_text("".join(walk.pieces))


def is_hidden(element: HtmlElement) -> bool:
    """Whether an element says of itself that it is not shown."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and HIDDEN.search(style) is not None)


def is_layout_row(row: HtmlElement) -> bool:
    """Whether a table row lays out a page (its cells hold tables, headings or lists)."""
    return next(row.iterdescendants(*LAYOUT_PARTS), None) is not None


def _as_text(marked: str) -> str:
    """Turn marks into white space, by plain replacements: patterns that meet each space are slow."""
    words = _fold_spaces(_INVISIBLE.sub("", marked))
    if _NOTE in words:
        words = _NOTE_BEFORE_CLOSING.sub("", _NOTES.sub(_NOTE, words))
        words = _fold_spaces(words.replace(_NOTE, ""))
    for mark in (_BLOCK, _LINE):
        words = words.replace(" " + mark, mark).replace(mark + " ", mark)
    return _GAPS.sub(lambda found: "\n\n" if _BLOCK in found[0] else "\n", words).strip(" \n")


def _fold_spaces(words: str) -> str:
    for space in "\t\n\r\f":
        words = words.replace(space, " ")
    while "  " in words:
        words = words.replace("  ", " ")
    return words


class _Walk:
    """One walk. ``cells`` holds, for each open row, how many cells it has begun; -1 for a row of layout."""

    def __init__(self, root: HtmlElement, left_out: Collection[str]) -> None:
        self.root = root
        self.left_out = left_out
        self.hidden = {element for element in _MAY_HIDE(root) if is_hidden(element)}
        self.pieces: list[str] = []
        self.cells: list[int] = []
        self.rows = 0

    def run(self) -> None:
        """Write everything below the root. Without recursion, for pages nest deeply."""
        left_out, hidden, write = self.left_out, self.hidden, self._write
        walk = iterwalk(self.root, events=("start", "end"))
        is_skipped = False
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if element is not self.root and (
                    tag in left_out or element in hidden or (tag == "a" and self._is_note(element))
                ):
                    walk.skip_subtree()
                    is_skipped = True
                    continue
                self._mark(tag, element)
                if element.text:
                    write(element.text, tag)
                continue
            if not is_skipped:
                self._unmark(tag)
            is_skipped = False
            if element.tail and element is not self.root:
                write(element.tail, element.getparent().tag)

    def _write(self, words: str, tag: str) -> None:
        if not words.strip():  # a no-break space alone is a spacer, not a word
            self.pieces.append(" ")
            return
        words = _OWN_MARKS.sub("", words)
        if tag == "pre":
            words = (" " if self.rows else _LINE).join(words.strip("\r\n").splitlines())
        elif tag == "sup" and DIGITS.fullmatch(words.strip()):
            words = words.strip().translate(SUPERSCRIPTS)
        self.pieces.append(words)

    def _mark(self, tag: str, element: HtmlElement) -> None:
        """Write what stands before an element's words."""
        if tag in BLOCKS:
            self._end_block()
        elif tag in _STRUCTURE:
            if tag == "br":
                self.pieces.append(" " if self.rows else _LINE)
            elif tag == "q":
                self.pieces.append("“")
            elif tag == "tr":
                self._open_row(element)
            elif tag != "a":
                self._open_cell()

    def _unmark(self, tag: str) -> None:
        """Write what stands behind an element's words."""
        if tag in BLOCKS:
            self._end_block()
        elif tag in _STRUCTURE:
            if tag == "q":
                self.pieces.append("”")
            elif tag == "tr" and self.cells:
                self._close_row()
            elif tag in ("td", "th") and not (self.cells and self.cells[-1] >= 0):
                self._end_block()

    def _end_block(self) -> None:
        self.pieces.append(" " if self.rows else _BLOCK)

    def _open_row(self, row: HtmlElement) -> None:
        if is_layout_row(row):
            self.cells.append(-1)
            return
        self.cells.append(0)
        self.pieces.append(" " if self.rows else _LINE)
        self.rows += 1

    def _close_row(self) -> None:
        if self.cells.pop() >= 0:
            self.rows -= 1
            self.pieces.append(" " if self.rows else _LINE)

    def _open_cell(self) -> None:
        if not self.cells or self.cells[-1] < 0:
            self._end_block()
            return
        if self.cells[-1] > 0:
            self.pieces.append(" | ")
        self.cells[-1] += 1

    def _is_note(self, link: HtmlElement) -> bool:
        """Whether a link is the mark of a note or the way back from one; its words are no words then."""
        href = link.get("href")
        if href is None:
            return False
        words = (link.text or "") if len(link) == 0 else link.text_content()
        words = words.strip()
        if len(words) > _LONGEST_MARK:
            return False
        words = " ".join(words.split())
        if href.lstrip().startswith("#") and BACK_LINK.fullmatch(words):
            return True
        if BRACKET_MARK.fullmatch(words) or (NOTE_MARK.fullmatch(words) and _is_raised(link)):
            self.pieces.append(_NOTE)
            return True
        return False


def _is_raised(link: HtmlElement) -> bool:
    parent = link.getparent()
    return (parent is not None and parent.tag == "sup") or (len(link) > 0 and _HAS_RAISED(link))
