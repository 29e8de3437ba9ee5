"""The bundled reports in the sandbox: with an end to their time and memory, and without what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from factdesk.errors import UsageError, WarehouseError
from factdesk.warehouse.masks import NOTHING, Hidden
from factdesk.warehouse.reports import (
    AUTHORS,
    MOST_ROWS,
    NO_FILTERS,
    Filters,
    Report,
    ReportTable,
    check_author,
    check_filters,
    plain_row,
    report_sql,
)
from factdesk.warehouse.sandbox import QueryLimits, Question, ask_all_in_sandbox

REPORT_LIMITS = QueryLimits(seconds=30, rows=MOST_ROWS)

_ABOUT = "SELECT published_at FROM reports.about"


def run_reports_in_sandbox(
    warehouse: Path,
    reports: Sequence[Report],
    filters: Filters = NO_FILTERS,
    *,
    by_author: bool = False,
    as_of: datetime | None = None,
    hidden: Hidden = NOTHING,
    limits: QueryLimits = REPORT_LIMITS,
) -> list[ReportTable]:
    """Run reports on one and the same published copy, in a process of their own.

    As `reports.run_reports`, with at most ``limits.rows`` rows each; ``hidden`` is what the reader must not
    see. Raises UsageError and WarehouseError as that does.
    """
    for report in reports:
        check_filters(report, filters, by_author=by_author)
    as_of = as_of or datetime.now(UTC)
    given = {**filters.given, "by_author": by_author, "as_of": as_of.isoformat()}
    if filters.since is not None:
        given["since"] = filters.since.isoformat()
    asked = [report_sql(report) for report in reports]
    questions = [Question(sql, {name: given.get(name) for name in names}) for sql, names in asked]
    try:
        about, authors, *tables = ask_all_in_sandbox(
            warehouse, [Question(_ABOUT), Question(AUTHORS), *questions], limits, hidden
        )
    except UsageError as error:
        names = ", ".join(report.name for report in reports)
        raise WarehouseError(f"the report {names} cannot be made ({error})") from error
    if filters.author is not None:
        check_author([name for (name,) in authors.rows], filters.author)
    published_at = about.rows[0][0]
    return [
        ReportTable(
            report, [plain_row(row) for row in table.rows], filters, as_of, published_at, table.cut_off
        )
        for report, table in zip(reports, tables, strict=True)
    ]
