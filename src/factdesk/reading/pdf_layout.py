"""What of a PDF's lines is prose: running heads, page numbers and notes apart, lines joined to paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from factdesk.reading.links import NOTES_HEADING
from factdesk.reading.pdf_lines import Line, Page

_EDGE_LINES = 3
_MARGIN = 0.13
"""Running heads and feet stand in so many lines and in this share of a page at its top and bottom."""
_SAME_HEIGHT = 8.0
"""Points by which the same running head may be higher or lower on another page."""
_SMALL = 0.93
"""Notes are set smaller than the text by at least so much."""
_NOTE_LEADING = 2.0
"""The next line of a note stands at most so many times its size below."""
_SAME_SIZE = 0.08
_MORE_LEADING = 1.25
_USUAL_LEADING = 1.35
"""Lines stand 1.15 to 1.5 times their size apart; taken where no wrapped line shows it."""
_FULL = 0.85
"""A line was wrapped only where the next word would not have fitted into this share of a full line."""
_NARROW = 0.5
"""A shorter line before a small letter is an entry of a list, not a line of a narrow column."""
_SHORT = 0.3
_MANY_LINES = 8
_COLUMN_INDENT = 2.5

_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—|\[(]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:(?:of|/)\s*\d{1,4})?\s*[-–—|\])]?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_LABEL = re.compile(r"(?<!:)\b\d{1,3}\b|[*†‡§]{1,3}")
_PRINTED = re.compile(
    r"""
    \w+://\S+ \s+ \d{1,4}/\d{1,4}  # the address of a page and its number
    | \d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}, \s \d{1,2}:\d{2} (?:[\s\u202f][AP]M)? \b .*  # time and title
    """,
    re.VERBOSE,
)
"""What browsers print into the margins of a page."""
_NOTE_START = re.compile(r"\s*[\[(]?(\d{1,3}|[*†‡§]{1,3})[\])]?[.:]?\s*(?=\S)")
_BULLET = re.compile(r"\s*(?:[-*+•◦▪‣–—·○●■►»\uf0b7]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s)")
_ENDS = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*\Z")
_LOWER = re.compile(r"\s*[\"'“‘(]?[a-z]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Note:
    """A note at the foot of a page: its mark and its lines."""

    page: int
    label: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Layout:
    """The paragraphs of all pages, each as its lines, and the notes. ``size`` is that of most of the text."""

    paragraphs: list[list[Line]]
    notes: list[Note]
    size: float


def lay_out(pages: Sequence[Page]) -> Layout:
    """Take running heads, page numbers and notes out and join the rest to paragraphs, over page ends too."""
    bodies = _without_furniture(pages)
    size = _body_size(line for lines in bodies for line in lines)
    notes: list[Note] = []
    texts = []
    for lines in bodies:
        text, found = _split_notes(lines, size)
        texts.append(text)
        notes += found
    leading = _find_leading(texts)
    paragraphs: list[list[Line]] = []
    for text in texts:
        parts = _join_lines(text, leading)
        if paragraphs and parts and _runs_on(paragraphs[-1], parts[0]):
            paragraphs[-1] = paragraphs[-1] + parts.pop(0)
        paragraphs += parts
    return Layout(paragraphs, notes, size)


# --- running heads, feet and page numbers


def _without_furniture(pages: Sequence[Page]) -> list[list[Line]]:
    edges = [_edges(page) for page in pages]
    heights: dict[str, list[float]] = {}
    for lines in edges:
        for key, line in {_furniture_key(line): line for line in lines}.items():
            heights.setdefault(key, []).append(line.y)
    needed = 2 if len(pages) < 6 else max(3, round(len(pages) * 0.3))
    repeated = {key: median(found) for key, found in heights.items() if len(found) >= needed}
    return [_keep(page.lines, lines, repeated) for page, lines in zip(pages, edges, strict=True)]


def _keep(lines: Iterable[Line], edges: Sequence[Line], repeated: dict[str, float]) -> list[Line]:
    furniture = {
        id(line)
        for line in edges
        if abs(repeated.get(_furniture_key(line), line.y + 999) - line.y) <= _SAME_HEIGHT
        or (line in (edges[0], edges[-1]) and _PAGE_NUMBER.fullmatch(line.text.strip()))
        or _PRINTED.fullmatch(line.text.strip())
    }
    return [line for line in lines if id(line) not in furniture]


def _edges(page: Page) -> list[Line]:
    """Return the lines in the margins of a page, from top to bottom, but not those that begin its notes."""
    ordered = sorted(page.lines, key=lambda line: -line.y)
    margin = (page.top - page.bottom) * _MARGIN
    marks = {label for line in ordered for label in line_labels(line)}
    above = [line for line in ordered[:_EDGE_LINES] if line.y > page.top - margin]
    below = [line for line in ordered[-_EDGE_LINES:] if line.y < page.bottom + margin]
    return [line for line in (*above, *below) if _note_label(line) not in marks]


def _note_label(line: Line) -> str | None:
    begun = _NOTE_START.match(line.text)
    return begun[1] if begun is not None else None


def _furniture_key(line: Line) -> str:
    return f"{round(line.size)} {_DIGITS.sub('#', ' '.join(line.text.casefold().split()))}"


def _body_size(lines: Iterable[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


# --- notes


def _split_notes(lines: list[Line], size: float) -> tuple[list[Line], list[Note]]:
    """Cut the notes off the foot of a page: small lines that begin with a mark of the page's text."""
    first = len(lines)
    while first and lines[first - 1].size <= size * _SMALL:
        first -= 1
    marks = {label for line in lines[:first] for label in line_labels(line)}
    text = lines[:first]
    notes: list[Note] = []
    for line in lines[first:]:
        begun = _NOTE_START.match(line.text)
        if begun is not None and begun[1] in marks:
            marks.discard(begun[1])
            notes.append(Note(line.page, begun[1], [_without_head(line, begun.end())]))
        elif notes and 0 < notes[-1].lines[-1].y - line.y < line.size * _NOTE_LEADING:
            notes[-1].lines.append(line)
        else:
            text.append(line)
    return text, notes


def find_end_notes(paragraphs: Sequence[list[Line]]) -> list[Note]:
    """Return the notes at the end of the essay, as notes of page 0.

    They are the numbered paragraphs below a heading such as "Notes", else the last paragraphs of all if they
    are numbered from 1 by marks of the text.
    """
    texts = [" ".join(line.text for line in lines).strip() for lines in paragraphs]
    below = next((at + 1 for at, text in enumerate(texts) if NOTES_HEADING.fullmatch(text)), None)
    if below is None:
        below = _find_last_notes(paragraphs)
    notes = []
    for lines in paragraphs[below:]:
        begun = _NOTE_START.match(lines[0].text)
        if begun is not None:
            notes.append(Note(0, begun[1], [_without_head(lines[0], begun.end()), *lines[1:]]))
    return notes


def _find_last_notes(paragraphs: Sequence[list[Line]]) -> int:
    marks = {label for lines in paragraphs for line in lines for label in line_labels(line)}
    for at in range(len(paragraphs) - 1, -1, -1):
        label = _note_label(paragraphs[at][0])
        if label is None or label not in marks:
            break
        if label == "1":
            return at
    return len(paragraphs)


def line_labels(line: Line) -> list[str]:
    """Return the labels of the notes that a line's raised marks point at."""
    return [label for start, end in line.marks for label in mark_labels(line.text[start:end])]


def mark_labels(mark: str) -> list[str]:
    """Return the labels in one mark: "1, 2" has two, "[1:1]" points at 1 again."""
    return _LABEL.findall(mark)


def _without_head(line: Line, cut: int) -> Line:
    return Line(line.page, line.text[cut:], line.x, line.y, line.size, line.links[cut:])


# --- paragraphs


def _find_leading(texts: Iterable[Sequence[Line]]) -> dict[float, float]:
    """Return for each size how far apart its wrapped lines stand."""
    steps: dict[float, list[float]] = {}
    for lines in texts:
        full = _full_lengths(lines)
        for line, following in pairwise(lines):
            step = line.y - following.y
            wrapped = len(line.text) >= full[line.size] * _FULL
            if wrapped and line.size == following.size and 0 < step < line.size * 3:
                steps.setdefault(line.size, []).append(step)
    return {size: median(found) for size, found in steps.items()}


def _join_lines(lines: Sequence[Line], leading: dict[float, float]) -> list[list[Line]]:
    full = _full_lengths(lines)
    paragraphs: list[list[Line]] = []
    for at, line in enumerate(lines):
        if at and not _begins(lines[at - 1], line, leading, full[line.size]):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _full_lengths(lines: Sequence[Line]) -> dict[float, float]:
    """Return how many letters of each size fill a line of a page.

    Sizes with few lines are measured by the page's other lines; the few longest lines (code, tables) and
    the short ones (headings, ends of paragraphs) measure nothing.
    """
    widths: dict[float, list[float]] = {}
    for line in lines:
        widths.setdefault(line.size, []).append(len(line.text) * line.size)
    usual = _upper_quartile([width for found in widths.values() for width in found])
    return {
        size: (_upper_quartile(found) if len(found) >= _MANY_LINES else usual) / max(size, 0.1)
        for size, found in widths.items()
    }


def _upper_quartile(widths: Sequence[float]) -> float:
    longest = max(widths, default=0.0)
    long = sorted(width for width in widths if width >= longest * _SHORT)
    return long[len(long) * 3 // 4] if long else 0.0


def _begins(before: Line, line: Line, leading: dict[float, float], full: float) -> bool:
    """Whether a line begins a paragraph, and does not go on with the line before it."""
    if abs(before.size - line.size) > _SAME_SIZE * max(before.size, line.size) or _BULLET.match(line.text):
        return True
    if line.marks and not line.text[: line.marks[0][0]].strip():  # the raised number of an entry of notes
        return True
    step = before.y - line.y
    usual = leading.get(line.size, line.size * _USUAL_LEADING)
    if step < 0 or abs(step) > usual * _MORE_LEADING:
        return not _goes_on(before, line)
    return not _is_wrapped(before, line, full)


def _is_wrapped(before: Line, line: Line, full: float) -> bool:
    """Whether the first word of a line had no room in the line before it; columns may be narrow."""
    if abs(before.x - line.x) > line.size * _COLUMN_INDENT and _ENDS.search(before.text):
        return False
    word = _WORD.search(line.text)
    length = len(before.text.strip())
    if length + 1 + (len(word[0]) if word else 0) >= full * _FULL:
        return True
    is_inside = _LOWER.match(line.text) is not None and not _ENDS.search(before.text)
    return is_inside and length >= full * _NARROW


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a sentence goes on at another place: the next column, or below a picture."""
    if _ENDS.search(before.text):
        return False
    return _LOWER.match(line.text) is not None or before.text.rstrip().endswith("-")


def _runs_on(last: Sequence[Line], first: Sequence[Line]) -> bool:
    """Whether the first paragraph of a page goes on with the last one of the page before."""
    before, line = last[-1], first[0]
    if abs(before.size - line.size) > _SAME_SIZE * max(before.size, line.size):
        return False
    if _ENDS.search(before.text) or _BULLET.match(line.text):
        return False
    longest = max((len(one.text) for one in last), default=0)
    return _LOWER.match(line.text) is not None or (len(last) > 1 and len(before.text) >= longest * _FULL)
