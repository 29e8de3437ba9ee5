"""Charts as SVG, written by hand: no script, no inline style, every text escaped.

Colours come from the classes of ``static/report.css``; without a style sheet a chart is still readable.
Each chart carries the numbers that it draws as rows, to be shown in a table under it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from factdesk.reports.terminal import visible

WIDTH = 640
_LABEL_WIDTH, _VALUE_WIDTH = 190, 64
_ROW, _TOP, _FOOT = 24, 8, 26
_LONGEST_LABEL = 30
_PLOT_HEIGHT, _LEFT = 200, 44


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its title, the SVG element as markup, and the numbers that it draws, with their names."""

    title: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: a label, its value (None is drawn as nothing) and, if known, an interval around it."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point: its place from left to right, what is written there, its value and an interval around it."""

    x: float
    label: str
    y: float | None
    low: float | None = None
    high: float | None = None


def bar_chart(
    title: str, name: str, value_name: str, bars: Sequence[Bar], *, is_share: bool = False
) -> Chart:
    """Draw horizontal bars from 0; shares on a scale up to 1, with their intervals as thin lines."""
    top = 1.0 if is_share else max([one.value or 0 for one in bars], default=0) or 1
    room = WIDTH - _LABEL_WIDTH - _VALUE_WIDTH
    svg = _svg(title, _TOP * 2 + _ROW * len(bars))
    for at, one in enumerate(bars):
        y = _TOP + at * _ROW
        _text(svg, _LABEL_WIDTH - 8, y + 16, one.label, "fd-label", anchor="end")
        length = room * (one.value or 0) / top
        if one.value is not None:
            _add(svg, "rect", x=_LABEL_WIDTH, y=y + 4, width=length, height=_ROW - 8, **{"class": "fd-bar"})
        if one.low is not None and one.high is not None:
            start, end = (_LABEL_WIDTH + room * edge / top for edge in (one.low, one.high))
            _line(svg, start, y + 12, end, y + 12, "fd-range")
            length = max(length, end - _LABEL_WIDTH)
        _text(svg, _LABEL_WIDTH + length + 6, y + 16, number_words(one.value, is_share=is_share), "fd-value")
    if any(one.low is not None for one in bars):
        rows = [
            (one.label, *(number_words(part, is_share=is_share) for part in (one.value, one.low, one.high)))
            for one in bars
        ]
        return Chart(title, _markup(svg), (name, value_name, "low", "high"), tuple(rows))
    told = tuple((one.label, number_words(one.value, is_share=is_share)) for one in bars)
    return Chart(title, _markup(svg), (name, value_name), told)


def stacked_chart(
    title: str, name: str, parts: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Chart:
    """Draw one horizontal bar a row, cut into parts; all rows on one scale."""
    top = max((sum(counts) for _, counts in rows), default=0) or 1
    room = WIDTH - _LABEL_WIDTH - _VALUE_WIDTH
    svg = _svg(title, _TOP * 2 + _ROW * len(rows) + _FOOT)
    for at, (label, counts) in enumerate(rows):
        y, x = _TOP + at * _ROW, float(_LABEL_WIDTH)
        _text(svg, _LABEL_WIDTH - 8, y + 16, label, "fd-label", anchor="end")
        for part, count in enumerate(counts):
            width = room * count / top
            _add(
                svg,
                "rect",
                x=x,
                y=y + 4,
                width=width,
                height=_ROW - 8,
                **{"class": f"fd-part fd-part-{part + 1}"},
            )
            x += width
        _text(svg, x + 6, y + 16, f"{sum(counts):,}", "fd-value")
    _legend(svg, parts, _TOP + _ROW * len(rows) + 8, "fd-part")
    told = tuple((label, *(f"{count:,}" for count in counts)) for label, counts in rows)
    return Chart(title, _markup(svg), (name, *parts), told)


def line_chart(
    title: str, name: str, series: Sequence[tuple[str, Sequence[float]]], labels: Sequence[str]
) -> Chart:
    """Draw one line a series over the same places, from 0; some of the places are labelled."""
    top = 4 * math.ceil(max((value for _, values in series for value in values), default=0) / 4) or 4
    svg = _svg(title, _TOP + _PLOT_HEIGHT + _FOOT * 2)
    _grid(svg, top, is_share=False)
    last = max(len(labels) - 1, 1)
    for number, (_, values) in enumerate(series, start=1):
        points = " ".join(f"{_x(at / last):.1f},{_y(value / top):.1f}" for at, value in enumerate(values))
        _add(svg, "polyline", points=points, fill="none", **{"class": f"fd-line fd-line-{number}"})
    for at in sorted({0, last // 2, len(labels) - 1} if labels else ()):
        _text(svg, _x(at / last), _TOP + _PLOT_HEIGHT + 18, labels[at], "fd-label", anchor=_anchor(at, last))
    _legend(svg, [told for told, _ in series], _TOP + _PLOT_HEIGHT + _FOOT + 4, "fd-line")
    rows = (
        (label, *(number_words(values[at], is_share=False) for _, values in series))
        for at, label in enumerate(labels)
    )
    return Chart(title, _markup(svg), (name, *(told for told, _ in series)), tuple(rows))


def point_chart(
    title: str, name: str, value_name: str, points: Sequence[Point], *, has_diagonal: bool = False
) -> Chart:
    """Draw shares between 0 and 1 with their intervals; the diagonal is where share and place are equal."""
    svg = _svg(title, _TOP + _PLOT_HEIGHT + _FOOT)
    _grid(svg, 1.0, is_share=True)
    if has_diagonal:
        _line(svg, _x(0), _y(0), _x(1), _y(1), "fd-diagonal")
    labelled = _spread(len(points))
    for at, one in enumerate(points):
        if one.low is not None and one.high is not None:
            _line(svg, _x(one.x), _y(one.low), _x(one.x), _y(one.high), "fd-range")
        if one.y is not None:
            _add(svg, "circle", cx=_x(one.x), cy=_y(one.y), r=4, **{"class": "fd-point"})
        if at in labelled:
            anchor = "start" if one.x < 0.05 else "end" if one.x > 0.95 else "middle"
            _text(svg, _x(one.x), _TOP + _PLOT_HEIGHT + 18, one.label, "fd-label", anchor=anchor)
    rows = (
        (one.label, *(number_words(part, is_share=True) for part in (one.y, one.low, one.high)))
        for one in points
    )
    return Chart(title, _markup(svg), (name, value_name, "low", "high"), tuple(rows))


def matrix_chart(
    title: str, name: str, rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]
) -> Chart:
    """Draw a table of counts, each field as dark as its share of its row; what agrees is framed."""
    width = (WIDTH - _LABEL_WIDTH) / max(len(columns), 1)
    svg = _svg(title, _TOP + 44 + 36 * len(rows))
    for at, column in enumerate(columns):
        x = _LABEL_WIDTH + (at + 0.5) * width
        for line, word in enumerate(_two_lines(column)):
            _text(svg, x, _TOP + 14 + 14 * line, word, "fd-label", anchor="middle")
    for down, (row, told) in enumerate(zip(rows, counts, strict=True)):
        y, whole = _TOP + 40 + down * 36, sum(told) or 1
        _text(svg, _LABEL_WIDTH - 8, y + 21, row, "fd-label", anchor="end")
        for at, count in enumerate(told):
            x, agrees = _LABEL_WIDTH + at * width, " fd-agrees" if columns[at] == row else ""
            field = {"x": x + 1, "y": y + 1, "width": width - 2, "height": 34}
            _add(svg, "rect", **field, fill_opacity=f"{count / whole:.2f}", **{"class": f"fd-field{agrees}"})
            _text(svg, x + width / 2, y + 22, f"{count:,}", "fd-count", anchor="middle")
    told_rows = ((row, *(f"{count:,}" for count in told)) for row, told in zip(rows, counts, strict=True))
    return Chart(title, _markup(svg), (name, *columns), tuple(told_rows))


def number_words(value: float | None, *, is_share: bool) -> str:
    """Say a number of a chart: shares to three places, counts with separators, nothing for None."""
    if value is None:
        return "–"
    if is_share:
        return f"{value:.3f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _svg(title: str, height: float) -> ElementTree.Element:
    words = {
        "viewBox": f"0 0 {WIDTH} {height:.0f}",
        "role": "img",
        "class": "fd-chart",
        "aria-label": visible(title),
    }
    return ElementTree.Element("svg", words)


def _add(parent: ElementTree.Element, tag: str, **attributes: float | str) -> ElementTree.Element:
    told = {
        name.replace("_", "-"): value if isinstance(value, str) else f"{value:.1f}"
        for name, value in attributes.items()
    }
    return ElementTree.SubElement(parent, tag, told)


def _line(svg: ElementTree.Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    # A stroke of its own, so that the line is seen where no style sheet is.
    _add(svg, "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="currentColor", **{"class": kind})


def _text(
    svg: ElementTree.Element, x: float, y: float, words: str, kind: str, *, anchor: str = "start"
) -> None:
    shown = visible(words)
    short = shown if len(shown) <= _LONGEST_LABEL else f"{shown[: _LONGEST_LABEL - 1]}…"
    element = _add(
        svg, "text", x=x, y=y, text_anchor=anchor, font_size="12", fill="currentColor", **{"class": kind}
    )
    # Each text is embedded, so that words of another writing direction move nothing beside them.
    element.set("unicode-bidi", "isolate")
    element.text = short
    if short != shown:
        ElementTree.SubElement(element, "title").text = shown


def _grid(svg: ElementTree.Element, top: float, *, is_share: bool) -> None:
    for step in range(5):
        y = _y(step / 4)
        _line(svg, _x(0), y, _x(1), y, "fd-grid")
        words = f"{step / 4:.2f}" if is_share else number_words(top * step / 4, is_share=False)
        _text(svg, _LEFT - 6, y + 4, words, "fd-label", anchor="end")


def _legend(svg: ElementTree.Element, names: Sequence[str], y: float, kind: str) -> None:
    for at, name in enumerate(names):
        x = _LEFT + at * (WIDTH - _LEFT) / len(names)
        _add(svg, "rect", x=x, y=y, width=12, height=12, **{"class": f"fd-key {kind}-{at + 1}"})
        _text(svg, x + 18, y + 10, name, "fd-label")


def _spread(count: int, most: int = 6) -> set[int]:
    """Return which of so many places are labelled, the first and the last among them."""
    if count <= most:
        return set(range(count))
    return {round(at * (count - 1) / (most - 1)) for at in range(most)}


def _two_lines(words: str) -> list[str]:
    first, _, rest = words.partition(" ")
    return [first, rest] if rest else [first]


def _anchor(at: int, last: int) -> str:
    return "start" if at == 0 else "end" if at == last else "middle"


def _x(part: float) -> float:
    return _LEFT + (WIDTH - _LEFT - 12) * part


def _y(part: float) -> float:
    return _TOP + _PLOT_HEIGHT * (1 - part)


def _markup(svg: ElementTree.Element) -> str:
    return ElementTree.tostring(svg, encoding="unicode")
