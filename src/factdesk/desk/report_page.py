"""The reports at the desk: a list, one page each with charts and filters, and the same as files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from starlette.responses import Response

from factdesk.desk.hiding import hidden_of, hidden_words
from factdesk.desk.roles import Action
from factdesk.desk.sandboxes import PATIENCE_SECONDS, a_sandbox
from factdesk.desk.visits import Page, Visit
from factdesk.desk.words import KINDS, fault_words
from factdesk.errors import UsageError
from factdesk.reports.exports import csv_text, json_lines
from factdesk.reports.report_html import render_report_html, report_style
from factdesk.warehouse.parquet import write_parquet
from factdesk.warehouse.reports import (
    REPORTS,
    Filters,
    ReportTable,
    list_parts,
    list_reports,
)
from factdesk.warehouse.sandboxed_reports import run_reports_in_sandbox

ROWS_SHOWN, MORE_ROWS = 12, 500
"""Rows of a report on its page, so that it stays small, and where more are asked for; the files have all."""

_AUTHORS = "SELECT DISTINCT author FROM reports.essays WHERE author IS NOT NULL ORDER BY author LIMIT 1000"


def show_reports(visit: Visit) -> Response:
    """Show which reports there are, and the question that each answers."""
    return visit.show("reports.html", reports=list_reports())


def show_report(visit: Visit) -> Response:
    """Show one report with its parts, or give it as a file when its name ends like one."""
    name, _, ending = visit.part("name").partition(".")
    if name not in REPORTS or (ending and ending not in FORMS):
        return visit.refuse(404, "No such report", "There is no such report; the list is under Reports.")
    try:
        with a_sandbox(PATIENCE_SECONDS):
            tables = run_reports_in_sandbox(
                visit.desk.home.warehouse,
                list_parts(name)[: 1 if ending in _ONE_TABLE else None],
                _filters(visit),
                by_author=visit.desk.home.settings.reports.refuted_share_by_author,
                hidden=hidden_of(visit),
            )
    except UsageError as error:
        return _show(visit, name, [], fault=fault_words(error), status=400)
    if ending:
        return _file(name, ending, tables)
    return _show(visit, name, tables)


def give_style(visit: Visit) -> Response:
    """Give the style sheet of reports and charts."""
    return Response(report_style(), media_type="text/css")


def _filters(visit: Visit) -> Filters:
    """Return what the address narrows the report to. Raises UsageError for a day or kind that cannot be."""
    since, author, kind = (visit.query.get(name, "").strip() for name in ("since", "author", "kind"))
    if kind and kind not in KINDS:
        raise UsageError(f"{kind} is no kind of claim; choose one of {', '.join(KINDS)}")
    try:
        day = date.fromisoformat(since) if since else None
    except ValueError as error:
        raise UsageError(f"{since} is no day; write it as 2026-11-30") from error
    return Filters(day, author or None, kind or None)


def _show(
    visit: Visit, name: str, tables: Sequence[ReportTable], *, fault: str = "", status: int = 200
) -> Response:
    report = list_parts(name)[0]
    rows_shown = MORE_ROWS if visit.query.get("rows") == "more" else ROWS_SHOWN
    with visit.desk.read() as known:
        authors = [author for (author,) in known.ask(_AUTHORS)] if "author" in report.filters else []
    return visit.show(
        "report.html",
        status=status,
        report=report,
        fragments=[
            render_report_html(one, row_limit=rows_shown, level=1 if at == 0 else 2)
            for at, one in enumerate(tables)
        ],
        published_at=tables[0].published_at if tables else None,
        authors=authors,
        more=visit.request.url.include_query_params(rows="more").query
        if any(len(one.rows) > rows_shown == ROWS_SHOWN for one in tables)
        else "",
        forms=FORMS,
        fault=fault,
        hidden=hidden_words(hidden_of(visit)),
    )


def _file(name: str, ending: str, tables: Sequence[ReportTable]) -> Response:
    media_type, make = FORMS[ending]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(make(tables), media_type=media_type, headers=headers)


def _csv(tables: Sequence[ReportTable]) -> bytes:
    return csv_text(tables[0].columns, tables[0].rows).encode("utf-8")


def _json(tables: Sequence[ReportTable]) -> bytes:
    return json_lines(tables[0].columns, tables[0].rows).encode("utf-8")


def _xlsx(tables: Sequence[ReportTable]) -> bytes:
    from factdesk.reports.spreadsheets import workbook_bytes  # xlsxwriter is large and seldom needed

    return workbook_bytes(tables[0].report.title, tables)


def _parquet(tables: Sequence[ReportTable]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="factdesk-") as folder:
        path = Path(folder) / "report.parquet"
        write_parquet(tables[0], path)
        return path.read_bytes()


FORMS: Mapping[str, tuple[str, Callable[[Sequence[ReportTable]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/x-ndjson", _json),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "parquet": ("application/vnd.apache.parquet", _parquet),
}
"""Ending of a file -> its media type, and what makes it."""

_ONE_TABLE = ("csv", "json", "parquet")
"""Forms that hold the named report alone; a workbook and the page have its parts too."""

PAGES = (
    Page("GET", "/reports", Action.READ, show_reports, title="Reports", key="r"),
    Page("GET", "/reports/style.css", Action.READ, give_style),
    Page("GET", "/reports/{name}", Action.READ, show_report),
)
