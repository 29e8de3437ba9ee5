"""Rows as CSV and JSON lines, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from factdesk.reports.terminal import cell_text, json_line

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these would be run as a formula by spreadsheets."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV with a header; text cells that look like formulas get a leading apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(cell) for cell in row])
    return stream.getvalue()


def csv_cell(cell: Any) -> str:
    """Return one cell as words; a text that looks like a formula gets a leading apostrophe."""
    text = cell_text(cell)
    if not isinstance(cell, (str, list, tuple)):
        return text
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def json_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as one JSON object a line."""
    names = _distinct(columns)
    return "".join(json_line(dict(zip(names, row, strict=True))) + "\n" for row in rows)


def _distinct(columns: Sequence[str]) -> list[str]:
    """Return the names with a number behind each that has been there: a, a_2. JSON keeps one of each."""
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        seen[column] += 1
        names.append(column if seen[column] == 1 else f"{column}_{seen[column]}")
    return names
