"""What a person reads in a terminal: claims with their verdicts, tables of rows, JSON lines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from factdesk.model import NO_LINKED_SOURCE, FacetOutcome, Rating, SourceOutcome, time_text
from factdesk.reports.words import rating_in_short, rating_mark, rating_style, said_of
from factdesk.sources.outcomes import say_outcome

SHORT_ID_LENGTH = 8
"""Digits of an id that are shown; commands accept any unique prefix."""


def json_line(row: Mapping[str, Any]) -> str:
    """Return one row as a JSON object on one line, in UTF-8 without escapes.

    Numbers without a JSON form (NaN, infinity) become null, bytes hexadecimal digits, durations seconds.
    """
    return json.dumps(plain_value(row), ensure_ascii=False, allow_nan=False)


def plain_value(value: Any) -> Any:
    """Return a value made of what JSON has, as `json_line` says."""
    if isinstance(value, Mapping):
        return {str(name): plain_value(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_value(one) for one in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, Decimal)):
        return _plain_number(value)
    if isinstance(value, datetime):
        return time_text(value) if value.tzinfo else value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    return str(value)


def _plain_number(value: float | Decimal) -> int | float | None:
    if not math.isfinite(value):
        return None
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else float(value)


READABLE_CELL = 24
"""A column narrower than this many characters cuts words to pieces; then a table helps nobody."""


def print_rows(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as a table, or one below the other where they are too wide; say it where there are none."""
    cells = [[cell_text(cell) for cell in row] for row in rows]
    if not cells:
        console.print(Text(f"no rows; the columns are {', '.join(columns)}"))
        return
    if _needed_width(columns, cells) > console.width:
        _print_records(console, columns, cells)
        return
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _needed_width(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    longest = [max((len(row[at]) for row in cells), default=0) for at in range(len(columns))]
    return sum(
        max(len(name), min(length, READABLE_CELL)) + 2 for name, length in zip(columns, longest, strict=True)
    )


def _print_records(console: Console, columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    for row in cells:
        grid = RichTable.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            if cell:
                grid.add_row(name, Text(cell))
        console.print(Padding(grid, (0, 0, 1, 0)))


def cell_text(value: Any) -> str:
    """Return one cell as words: nothing for null, lists joined, times to the second."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(cell_text(one) for one in value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return visible(str(value))


_BIDI = {code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


def visible(text: str) -> str:
    """Return text safe for a terminal: bidi controls are shown, other controls are dropped."""
    return text.translate({**_CONTROLS, **_BIDI})


def print_verdict(console: Console, row: Mapping[str, Any], claim_sentence: str | None = None) -> None:
    """Print one judged claim: rating in words, both quotes, what matched and what is missing."""
    console.print(Padding(_verdict_block(row, claim_sentence), (0, 0, 1, 2)))


def _verdict_block(row: Mapping[str, Any], claim_sentence: str | None) -> RenderableType:
    rating = row["machine_rating"]
    head = Text.assemble(
        (f"{rating_mark(rating)} {said_of(row)}", rating_style(rating)),
        ("   " + " · ".join(_head_notes(row)), "dim"),
    )
    table = RichTable.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, width=7)
    table.add_column(overflow="fold")
    table.add_row("claim", _marked(claim_sentence or row["claim"], row["claim"]))
    for name, words in _verdict_lines(row):
        table.add_row(name, words)
    return Group(head, table)


def _head_notes(row: Mapping[str, Any]) -> list[str]:
    notes = [
        row["kind"],
        *([visible(row["locator"])] if row.get("locator") else []),
        f"confidence {Decimal(row['confidence']):.2f}",
        str(row["claim_id"])[:SHORT_ID_LENGTH],
    ]
    if row.get("editor_rating"):
        notes.append(f"decided by a person: {rating_in_short(row['editor_rating'])}")
    return notes


def _marked(sentence: str, quote: str) -> Text:
    words = Text(visible(" ".join(sentence.split())))
    start = words.plain.find(visible(" ".join(quote.split())))
    if start >= 0 and len(quote.split()) < len(sentence.split()):
        words.stylize("underline", start, start + len(visible(" ".join(quote.split()))))
    return words


def _verdict_lines(row: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    if row["evidence_quote"]:
        yield "source", _marked_source(row)
    for quote in _others_that_differ(row):
        yield "against", Text(f"“{one_line(quote)}”", style="italic red")
    if row["source_url"]:
        page = f", {row['evidence_locator']}" if row.get("evidence_locator") else ""
        yield "", Text(visible(f"{row['source_url']}{page}"), style="dim")
    matched = _claimed(row, FacetOutcome.MATCH, FacetOutcome.WEAKER)
    if matched:
        yield "matches", Text(visible(", ".join(matched)), style="green")
    if conflicts := _conflicts(row, " — source: "):
        yield "differs", Text(visible("; ".join(conflicts)), style="red")
    if row["missing"]:
        yield "missing", Text(visible(", ".join(row["missing"])), style="bold yellow")
    if row["reasons"]:
        yield "why", Text(visible(" ".join(row["reasons"])))
    for note in row.get("notes") or ():
        yield "note", Text(visible(note), style="cyan")


def _others_that_differ(row: Mapping[str, Any]) -> Iterable[str]:
    """Yield the passages besides the deciding one that contradict the claim, where its sources say both."""
    if row["machine_rating"] != Rating.CONFLICTING:
        return
    for passage in (row.get("passages") or ())[1:]:
        if any(one["outcome"] == FacetOutcome.CONFLICT for one in passage["facets"]):
            yield passage["quote"]


_FOUND_STYLES = {
    FacetOutcome.MATCH: "green underline",
    FacetOutcome.WEAKER: "green underline",
    FacetOutcome.CONFLICT: "red underline",
}


def _marked_source(row: Mapping[str, Any]) -> Text:
    """Return the source's own words with the words that decided set off, conflicts last and on top."""
    quote = row["evidence_quote"]
    words = Text(one_line(quote), style="italic")
    order = sorted(row["facets"], key=lambda one: bool(one["outcome"] == FacetOutcome.CONFLICT))
    for one in order:
        style = _FOUND_STYLES.get(one["outcome"])
        if style is None or one["start"] is None:
            continue
        start, end = one["start"] - row["evidence_start"], one["end"] - row["evidence_start"]
        # A facet that the whole sentence shows would set off everything, and so nothing.
        if 0 <= start < end <= len(quote) and 2 * (end - start) <= len(quote):
            words.stylize(style, start, end)
    return Text.assemble("“", words, "”")


def one_line(text: str) -> str:
    """Return a text on one line, character for character, so that offsets into it stay true."""
    return "".join(" " if char.isspace() or not char.isprintable() else char for char in text)


def _conflicts(row: Mapping[str, Any], between: str) -> list[str]:
    """Return what differs, one entry a claimed thing: the shortest words of the source that say so."""
    found: dict[str, str] = {}
    for one in row["facets"]:
        if one["outcome"] == FacetOutcome.CONFLICT:
            known = found.get(one["claimed"])
            found[one["claimed"]] = min((known or one["found"], one["found"]), key=len)
    return [f"{claimed}{between}{words}" for claimed, words in found.items()]


def _claimed(row: Mapping[str, Any], *outcomes: FacetOutcome) -> list[str]:
    names = [one["claimed"] for one in row["facets"] if one["outcome"] in outcomes]
    return list(dict.fromkeys(names))


_NEEDS_NO_WORDS = frozenset(
    (SourceOutcome.FETCHED, SourceOutcome.NOT_MODIFIED, SourceOutcome.GIVEN_FILE, NO_LINKED_SOURCE)
)
"""Outcomes that the verdict beside them tells of already."""
_TABLE_COLUMNS = (("verdict", 3), ("claim", 7), ("matches", 4), ("missing or different", 4), ("source", 4))


def print_verdict_table(console: Console, rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one line per claim: rating, claim, what matched, what is missing or differs, source."""
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=True)
    for name, ratio in _TABLE_COLUMNS:
        table.add_column(name, ratio=ratio, overflow="fold")
    for row in rows:
        rating = row["machine_rating"]
        table.add_row(
            Text(f"{rating_mark(rating)} {said_of(row)}", style=rating_style(rating)),
            Text(visible(" ".join(row["claim"].split()))),
            Text(visible(", ".join(_claimed(row, FacetOutcome.MATCH, FacetOutcome.WEAKER))), style="green"),
            _lacking(row),
            Text(_source_cell(row), style="dim"),
        )
    console.print(table)


def _source_cell(row: Mapping[str, Any]) -> str:
    """Return the link of what decided, if anything did, and what became of it unless it was simply read."""
    outcome = row["source_outcome"]
    meaning = [] if outcome in _NEEDS_NO_WORDS else [say_outcome(outcome)]
    link = [visible(row["source_url"])] if row["source_url"] else []
    return "\n".join([*link, *meaning]) or "—"


def _lacking(row: Mapping[str, Any]) -> Text:
    words = Text()
    if row["missing"]:
        words.append(f"missing: {visible(', '.join(row['missing']))}", style="yellow")
    differing = _conflicts(row, " ≠ ")
    if differing and row["machine_rating"] in {Rating.REFUTED, Rating.CONFLICTING}:
        said = "; ".join(differing)
        words.append(("\n" if words.plain else "") + visible(said), style="red")
    return words
