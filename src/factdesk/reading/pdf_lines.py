"""The lines of PDF pages, each with its place, its size and the link that covers each of its characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from factdesk.reading.decode import storable
from factdesk.reading.pdf_file import BROKEN
from factdesk.reading.pdf_glyphs import (
    Glyph,
    GlyphVisitor,
    Matrix,
    multiply,
    place_letters,
    scale_of,
    spell_out,
)

MAX_LINKS_PER_PAGE = 1_000

_TOKEN = re.compile(r"\w+(?:[.'’@:/-]\w+)*")
_MARK = re.compile(
    r"""
    \s* (?: \d{1,3} (?:[ ]?[,;–-][ ]?\d{1,3})*  # 3, or 3, 4
          | [*†‡§]{1,3}
          | (?: \[\d{1,3}(?::\d{1,2})?\] )+      # [3], and [3:1] for the same note again
        ) \s*
    """,
    re.VERBOSE,
)
_UNIT = re.compile(r"(?<![^\W\d_])(?:[kcdm]?m|ft|yd|mi|in|sq)\Z")
_RAISED_SIZE = 0.82
_LOWEST_RAISE = 0.12
"""A note's mark is at most so large as the words beside it, and raised by so much of their size."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of text as pypdf gives it: where it begins in the page's text and on the page."""

    start: int
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A link annotation: its address and the rectangles that it covers (left, low, right, high)."""

    url: str
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(slots=True)
class Line:
    """One line of a page. ``links`` has for each character the address that covers it, or None.

    ``marks`` are the stretches that look like raised marks of notes; ``x`` and ``y`` are where the line
    begins, ``size`` is that of most of its letters, in points.
    """

    page: int
    text: str
    x: float
    y: float
    size: float
    links: list[str | None]
    marks: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page in reading order, its upper and lower edge, and its links that cover no line."""

    number: int
    lines: list[Line]
    top: float
    bottom: float
    homeless: tuple[str, ...] = ()
    has_pictures: bool = False
    is_broken: bool = False


def read_page_lines(page: Any, number: int) -> Page:
    """Read one page. Raises whatever pypdf raises for a broken one."""
    from pypdf.errors import PyPdfError

    areas = _link_areas(page)
    try:
        runs, text, glyphs = _extract(page, with_glyphs=bool(areas))
    except (PyPdfError, *BROKEN):  # fonts whose widths are broken still have letters
        runs, text, glyphs = _extract(page, with_glyphs=False)
    letters = place_letters(text, glyphs) if areas else [None] * len(text)
    lines = _cut_lines(number, text, runs)
    urls, homeless = _cover(areas, letters, lines)
    for line, start in lines:
        line.links = _whole_words(line.text, urls[start : start + len(line.text)])
    box = page.mediabox
    edges = float(box.top), float(box.bottom)
    return Page(number, [line for line, _ in lines], *edges, homeless, _has_pictures(page))


def _extract(page: Any, *, with_glyphs: bool) -> tuple[list[_Run], str, list[Glyph]]:
    runs: list[_Run] = []
    pieces: list[str] = []
    length = 0

    def see(words: str, cm: Matrix, tm: Matrix, font: Any, size: float) -> None:
        nonlocal length
        words = spell_out(storable(words.replace("\r", "\n").replace("\x00", "")))
        if not words:
            return
        matrix = multiply(tm, cm)
        runs.append(_Run(length, matrix[4], matrix[5], abs(float(size)) * scale_of(matrix)))
        pieces.append(words)
        length += len(words)

    visitor = GlyphVisitor(page)
    seen = {"visitor_operand_before": visitor.before, "visitor_operand_after": visitor.after}
    page.extract_text(visitor_text=see, **(seen if with_glyphs else {}))
    return runs, "".join(pieces), visitor.glyphs


def _cut_lines(number: int, text: str, runs: Sequence[_Run]) -> list[tuple[Line, int]]:
    """Return the lines that are not blank, each with where it begins in the page's text."""
    starts = [run.start for run in runs]
    lines = []
    start = 0
    for words in text.split("\n"):
        if words.strip():
            first = bisect_right(starts, start) - 1
            last = bisect_right(starts, start + len(words) - 1)
            lines.append((_make_line(number, words, start, runs[first:last]), start))
        start += len(words) + 1
    return lines


def _make_line(number: int, words: str, start: int, runs: Sequence[_Run]) -> Line:
    bounds = [max(run.start - start, 0) for run in runs] + [len(words)]
    stretches = [
        (run, begin, end)
        for run, begin, end in zip(runs, bounds, bounds[1:], strict=False)
        if words[begin:end].strip()
    ]
    sizes: Counter[float] = Counter()
    for run, begin, end in stretches:
        sizes[round(run.size, 1)] += len(words[begin:end].strip())
    size = sizes.most_common(1)[0][0]
    main = next(run for run, _, _ in stretches if round(run.size, 1) == size)
    line = Line(number, words, stretches[0][0].x, main.y, size, [])
    for run, begin, end in stretches:
        raised = run.size <= size * _RAISED_SIZE and run.y - main.y >= size * _LOWEST_RAISE
        if raised and _MARK.fullmatch(words[begin:end]) and not _is_figure(words, begin, end):
            line.marks.append((begin, end))
    return line


def _is_figure(words: str, start: int, end: int) -> bool:
    """Whether a raised figure belongs to the text: "40 m²", "5 ¹/₂"."""
    return _UNIT.search(words, 0, start) is not None or words[end : end + 1] in ("/", "⁄")


# --- links


def _link_areas(page: Any) -> list[LinkArea]:
    annotations = _object(page.get("/Annots"))
    areas = (_link_area(_object(one)) for one in list(annotations or ())[:MAX_LINKS_PER_PAGE])
    return [area for area in areas if area is not None]


def _link_area(annotation: Any) -> LinkArea | None:
    if not hasattr(annotation, "get") or annotation.get("/Subtype") != "/Link":
        return None
    action = _object(annotation.get("/A"))
    url = _object(action.get("/URI")) if hasattr(action, "get") else None
    if isinstance(url, bytes):
        url = url.decode("utf-8", "replace")
    if not isinstance(url, str) or not url.strip():
        return None
    boxes = _boxes(_object(annotation.get("/QuadPoints")), 8) or _boxes(_object(annotation.get("/Rect")), 4)
    return LinkArea(str(url), boxes)


def _boxes(numbers: Any, size: int) -> tuple[tuple[float, float, float, float], ...]:
    """Return the rectangles that corner points (x, y, x, y, ...) span, ``size`` numbers each."""
    values = [_object(one) for one in numbers or ()]
    if not values or len(values) % size or not all(isinstance(one, (int, float)) for one in values):
        return ()
    points = [float(one) for one in values]
    parts = [points[at : at + size] for at in range(0, len(points), size)]
    return tuple((min(one[::2]), min(one[1::2]), max(one[::2]), max(one[1::2])) for one in parts)


def _cover(
    areas: Iterable[LinkArea], letters: Sequence[Glyph | None], lines: Sequence[tuple[Line, int]]
) -> tuple[list[str | None], tuple[str, ...]]:
    """Return for each character the link that covers it, and the links that cover no line at all.

    A link whose rectangle holds no letter (the file's fonts tell no widths) covers the line next to it.
    """
    urls: list[str | None] = [None] * len(letters)
    homeless = []
    for area in areas:
        covered = [at for at, letter in enumerate(letters) if letter is not None and _holds(area, letter)]
        if not covered:
            line = _nearest_line(area, lines)
            if line is None:
                homeless.append(area.url)
                continue
            covered = [at for at in range(line[1], line[1] + len(line[0].text)) if urls[at] is None]
        for at in covered:
            urls[at] = area.url
    return urls, tuple(homeless)


def _holds(area: LinkArea, letter: Glyph) -> bool:
    return any(left <= letter.x <= right and low <= letter.y <= high for left, low, right, high in area.boxes)


def _nearest_line(area: LinkArea, lines: Sequence[tuple[Line, int]]) -> tuple[Line, int] | None:
    if not area.boxes or not lines:
        return None
    _, low, _, high = area.boxes[0]
    return min(lines, key=lambda one: abs(one[0].y + one[0].size * 0.3 - (low + high) / 2))


def _whole_words(text: str, urls: list[str | None]) -> list[str | None]:
    """Let each word be covered by the link that covers most of it: rectangles cut into the words beside."""
    if not any(urls):
        return urls
    smooth = list(urls)
    for word in _TOKEN.finditer(text):
        start, end = word.span()
        url, count = Counter(urls[start:end]).most_common(1)[0]
        smooth[start:end] = [url if count * 2 > end - start else None] * (end - start)
    for at in range(1, len(smooth) - 1):  # the spaces between two covered words
        if text[at].isspace() and smooth[at - 1] == smooth[at + 1]:
            smooth[at] = smooth[at - 1]
    return smooth


def _has_pictures(page: Any) -> bool:
    resources = _object(page.get("/Resources"))
    drawn: Any = _object(resources.get("/XObject")) if hasattr(resources, "get") else None
    forms: Iterable[Any] = drawn.values() if isinstance(drawn, dict) else ()
    return any(hasattr(one, "get") and one.get("/Subtype") == "/Image" for one in map(_object, forms))


def _object(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
