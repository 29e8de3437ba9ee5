"""``factdesk report``: one report in any form, or the weekly bundle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from factdesk.commands.folding import fold_waiting
from factdesk.commands.report_files import parquet_bytes, scratch_beside, write_whole
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.reports.exports import csv_text, json_lines
from factdesk.reports.terminal import print_rows, visible
from factdesk.reports.words import (
    CODE_COLUMNS,
    code_in_words,
    count_words,
    rating_in_short,
    rating_mark,
)
from factdesk.warehouse.reports import (
    MOST_ROWS,
    Column,
    Filters,
    Form,
    ReportTable,
    find_report,
    list_parts,
    list_reports,
    run_reports,
)

Say = Callable[[str], None]
ReportForm = Literal["table", "csv", "json", "parquet", "xlsx", "html"]

WEEKLY = "weekly"
SHEET_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its heading."""
_SUFFIXES: dict[str, ReportForm] = {
    ".csv": "csv", ".json": "json", ".jsonl": "json", ".parquet": "parquet", ".xlsx": "xlsx", ".html": "html",
    ".htm": "html",
}  # fmt: skip
_ONE_TABLE = ("csv", "json", "parquet")
"""Forms that hold the named report alone, without its parts."""


def read_filters(since: str | None, author: str | None, kind: str | None) -> Filters:
    """Return the filters that a person typed. Raises UsageError for a day or a kind that cannot be."""
    if kind is not None:
        from factdesk.claims import KINDS  # brings all tables of language

        known = [one.NAME for one in KINDS]
        if kind not in known:
            raise UsageError(f"--kind {kind} is no kind of claim; use one of {', '.join(known)}")
    return Filters(_read_day(since), author, kind)


def _read_day(since: str | None) -> date | None:
    try:
        return None if since is None else date.fromisoformat(since)
    except ValueError as error:
        raise UsageError(f"--since {since} is no day; write it as 2026-11-30") from error


def print_report(
    home: Home,
    name: str | None,
    form: ReportForm | None,
    output: Path | None,
    filters: Filters,
    limit: int = MOST_ROWS,
    *,
    console: Console,
    say: Say,
) -> int:
    """Print or write one report; without a name, say which there are."""
    if not 1 <= limit <= SHEET_ROWS:
        raise UsageError(f"--limit {limit} is no number of rows; give 1 to {SHEET_ROWS:,}")
    if name is None:
        _print_list(console)
        return 0
    by_author = home.settings.reports.refuted_share_by_author
    if name == WEEKLY:
        if output is None or form is not None:
            raise UsageError("the weekly bundle is a folder of three forms; name it with -o FOLDER alone")
        from factdesk.commands.weekly_bundle import write_weekly

        fold_waiting(home, say)
        return write_weekly(home, output, filters, limit, say=say)
    form = form or (_form_of(output) if output else "table")
    if output is None and form in ("parquet", "xlsx"):
        raise UsageError(f"the form {form} is no text for a terminal; name a file with -o")
    reports = [find_report(name)] if form in _ONE_TABLE else list_parts(name)
    fold_waiting(home, say)
    tables = run_reports(home.warehouse, reports, filters, by_author=by_author, row_limit=limit)
    if form == "table" and output is None:
        _print_tables(tables, console)
    else:
        _give(tables, form, output)
        _say_rest(tables, form, output, say)
    for table in tables:
        if table.cut_off:
            say(f"{table.report.name}: the first {limit:,} rows, and there are more; give a larger --limit")
    return 0


def _form_of(output: Path) -> ReportForm:
    try:
        return _SUFFIXES[output.suffix.lower()]
    except KeyError:
        raise UsageError(
            f"the name {output} does not say its form; end it with .csv or another, or add --format"
        ) from None


def _print_list(console: Console) -> None:
    rows = [(f"  {one.name}" if one.part_of else one.name, one.question) for one in list_reports()]
    print_rows(
        console, ("report", "question"), [*rows, (WEEKLY, "All of them as a page, a workbook and files?")]
    )


def _print_tables(tables: Sequence[ReportTable], console: Console) -> None:
    for words in tables[0].filter_words():
        console.print(Text(f"narrowed to {visible(words)}"))
    for at, table in enumerate(tables):
        if len(tables) > 1:
            console.print(Text(f"{'' if at == 0 else chr(10)}{table.report.title}", style="bold"))
        if table.rows:
            print_rows(console, table.columns, [_in_words(row, table) for row in table.rows])
        else:
            console.print(Text(f"{table.report.question} None: {visible(table.why_empty())}"))


def _in_words(row: Sequence[Any], table: ReportTable) -> list[Any]:
    """Return the cells of a row as people read them: a rating relative to its source, names as words."""
    return [_cell_in_words(cell, column) for cell, column in zip(row, table.report.columns, strict=True)]


def _cell_in_words(cell: Any, column: Column) -> Any:
    if cell and column.form is Form.RATING:
        return f"{rating_mark(cell)} {rating_in_short(cell)}"
    return code_in_words(cell) if cell and column.name in CODE_COLUMNS else cell


def _give(tables: Sequence[ReportTable], form: ReportForm, output: Path | None) -> None:
    if output is None:
        print(_text_of(tables, form), end="")
    elif form == "parquet":
        with scratch_beside(output) as folder:
            write_whole(output, parquet_bytes(tables[0], folder))
    else:
        write_whole(output, _bytes_of(tables, form))


def _bytes_of(tables: Sequence[ReportTable], form: ReportForm) -> bytes:
    if form != "xlsx":
        return _text_of(tables, form).encode("utf-8")
    from factdesk.reports.spreadsheets import workbook_bytes

    return workbook_bytes(tables[0].report.title, tables)


def _text_of(tables: Sequence[ReportTable], form: ReportForm) -> str:
    first = tables[0]
    if form == "json":
        return json_lines(first.columns, first.rows)
    if form == "html":
        from factdesk.reports.report_html import render_report_page

        return render_report_page(tables)
    if form == "csv":
        return csv_text(first.columns, first.rows)
    lines = Console(width=120, highlight=False, markup=False, no_color=True)
    with lines.capture() as captured:
        _print_tables(tables, lines)
    return captured.get()


def _say_rest(tables: Sequence[ReportTable], form: ReportForm, output: Path | None, say: Say) -> None:
    """Say what the form itself cannot: filters, where the rows went, and what else the report has."""
    if form in ("csv", "json"):
        for words in tables[0].filter_words():
            say(f"narrowed to {visible(words)}")
    if form in _ONE_TABLE and not tables[0].rows:
        say(visible(tables[0].why_empty()))
    if output is not None:
        say(f"{count_words(len(tables[0].rows), 'row')} written to {output}")
    more = list_parts(tables[0].report.name)[1:] if form in _ONE_TABLE else []
    if more:
        say(f"more of this report: {', '.join(f'factdesk report {one.name}' for one in more)}")
