"""Reports as an XLSX workbook: a sheet a report, one that explains every column, real numbers and dates.

A stored string is written as a string, never as a formula, and is a link only where this module makes it one.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from factdesk.reports.report_html import is_web_address
from factdesk.reports.terminal import cell_text, visible
from factdesk.warehouse.reports import Column, Form, ReportTable

CELL_CHARACTERS = 32_767
LINK_CHARACTERS = 2_079
SHEET_LINKS = 65_530
"""Limits of the format; a longer text is cut and ends with an ellipsis, a further link is a text."""

_EARLIEST = date(1900, 3, 1)
"""Before it spreadsheets count days in different ways."""

_WIDTHS = {
    **{Form.TEXT: 28, Form.RATING: 20, Form.TEXTS: 36, Form.ADDRESS: 40},
    **{Form.DAY: 12, Form.TIME: 17, Form.ID: 38},
}
_FORMATS = {
    **{Form.SHARE: "0.0%", Form.COUNT: "#,##0", Form.NUMBER: "#,##0.00"},
    **{Form.DAY: "yyyy-mm-dd", Form.TIME: "yyyy-mm-dd hh:mm"},
}


def workbook_bytes(title: str, tables: Sequence[ReportTable]) -> bytes:
    """Return a workbook of reports: what it is, the rows of each, and what each column says."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(stream, options) as book:
        book.set_properties({"title": title, "created": tables[0].as_of.astimezone(UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        formats = {form: book.add_format({"num_format": told}) for form, told in _FORMATS.items()}
        link = book.get_default_url_format()
        _tell_about(book.add_worksheet("About"), title, tables, bold, formats[Form.TIME])
        for table in tables:
            _write_table(
                book.add_worksheet(table.report.name[:31]), table, bold, {**formats, Form.ADDRESS: link}
            )
        _explain(book.add_worksheet("Columns"), tables, bold)
    return stream.getvalue()


def _tell_about(
    sheet: Worksheet, title: str, tables: Sequence[ReportTable], bold: Format, moment: Format
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, title, bold)
    first = tables[0]
    told: list[tuple[str, Any]] = [("made (UTC)", first.as_of), ("copy published (UTC)", first.published_at)]
    told += [("narrowed to", "; ".join(first.filter_words()) or "nothing: all rows")]
    for at, (name, value) in enumerate(told, start=1):
        sheet.write_string(at, 0, name)
        if isinstance(value, datetime):
            sheet.write_datetime(at, 1, _naive(value), moment)
        elif value is not None:
            sheet.write_string(at, 1, _cut(visible(value)))
    for at, table in enumerate(tables, start=len(told) + 2):
        cut = f" (the first {len(table.rows):,} rows; there are more)" if table.cut_off else ""
        sheet.write_string(at, 0, table.report.name)
        sheet.write_string(
            at, 1, f"{table.report.title}{cut}. {table.report.question} {table.report.note}".strip()
        )


def _write_table(sheet: Worksheet, table: ReportTable, bold: Format, formats: dict[Form, Format]) -> None:
    columns = table.report.columns
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.name, bold)
        sheet.set_column(at, at, _WIDTHS.get(column.form, max(12, len(column.name) + 2)))
    rows = table.rows
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    links = 0
    for down, row in enumerate(rows, start=1):
        for at, (cell, column) in enumerate(zip(row, columns, strict=True)):
            if links < SHEET_LINKS and _is_link(cell, column):
                links += 1
                sheet.write_url(down, at, cell, formats[Form.ADDRESS], string=_cut(visible(cell)))
            elif cell is not None:
                _write_cell(
                    sheet, down, at, cell, formats.get(column.form) if column.form in _FORMATS else None
                )


def _is_link(cell: Any, column: Column) -> bool:
    return (
        column.form is Form.ADDRESS
        and isinstance(cell, str)
        and len(cell) <= LINK_CHARACTERS
        and is_web_address(cell)
    )


def _write_cell(sheet: Worksheet, down: int, at: int, cell: Any, form: Format | None) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(down, at, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(down, at, cell, form)
    elif isinstance(cell, date) and _day_of(cell) >= _EARLIEST:
        sheet.write_datetime(down, at, _naive(cell) if isinstance(cell, datetime) else cell, form)
    elif isinstance(cell, UUID):
        sheet.write_string(down, at, str(cell))
    else:
        sheet.write_string(down, at, _cut(cell_text(cell)))


def _explain(sheet: Worksheet, tables: Sequence[ReportTable], bold: Format) -> None:
    for at, (name, width) in enumerate((("sheet", 24), ("column", 26), ("form", 10), ("meaning", 110))):
        sheet.write_string(0, at, name, bold)
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 0)
    told = [
        (table.report.name, one.name, one.form.value, one.meaning)
        for table in tables
        for one in table.report.columns
    ]
    for down, row in enumerate(told, start=1):
        for at, words in enumerate(row):
            sheet.write_string(down, at, words)


def _day_of(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _naive(at: datetime) -> datetime:
    """Spreadsheets know no time zones: every time is UTC."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _cut(text: str) -> str:
    return text if len(text) <= CELL_CHARACTERS else f"{text[: CELL_CHARACTERS - 1]}…"
