"""The weekly bundle: what an editor reads once a week, as a page to mail, a workbook and Parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from factdesk.reports.report_html import render_page, render_report_html
from factdesk.reports.words import count_words
from factdesk.warehouse.reports import Filters, Report, ReportTable, list_reports

WEEKLY_TITLE = "Factdesk weekly report"
PAGE_NAME, WORKBOOK_NAME, PARQUET_FOLDER = "weekly.html", "weekly.xlsx", "parquet"

WEEKLY_ROWS = 40
"""Rows of a report that the weekly page shows; the workbook has all of them."""

_WEEK = timedelta(days=7)


def choose_reports(filters: Filters, *, by_author: bool = False) -> tuple[list[Report], list[Report]]:
    """Return the reports that can be narrowed so, and those that cannot and are left out."""
    chosen: list[Report] = []
    left_out: list[Report] = []
    for report in list_reports():
        hides_authors = report.name == "refuted_share" and filters.author is not None and not by_author
        fits = set(filters.given) <= report.filters and not hides_authors
        (chosen if fits else left_out).append(report)
    return chosen, left_out


def weekly_page(tables: Sequence[ReportTable], left_out: Sequence[Report]) -> str:
    """Return the bundle's page: the week in a few numbers, then each report with its charts."""
    return render_page(
        WEEKLY_TITLE,
        tables,
        [render_report_html(one, row_limit=WEEKLY_ROWS) for one in tables],
        headlines=tell_headlines(tables),
        contents=[one.report for one in tables],
        filters=tables[0].filter_words(),
        left_out=[one.title for one in left_out],
    )


def tell_headlines(tables: Sequence[ReportTable]) -> list[tuple[str, str]]:
    """Return the numbers at the top of the page, each with what it counts."""
    rows = {table.report.name: table.as_dicts() for table in tables}
    week = tables[0].as_of - _WEEK
    told = [_corrections(rows), _decided(rows, week.date()), _queue(rows), _sources(rows, week), _blind(rows)]
    return [one for one in told if one is not None]


Rows = Mapping[str, Sequence[dict[str, Any]]]


def _corrections(rows: Rows) -> tuple[str, str] | None:
    if "corrections" not in rows:
        return None
    needed = [row for row in rows["corrections"] if row["correction"] == "needed"]
    ahead = sum(row["publication"] == "not yet" for row in needed)
    words = "corrections needed" if len(needed) != 1 else "correction needed"
    return f"{len(needed):,}", f"{words}, {ahead:,} of them before publication" if ahead else words


def _decided(rows: Rows, since: Any) -> tuple[str, str] | None:
    if "queue_days" not in rows:
        return None
    days = [row for row in rows["queue_days"] if row["day"] > since]
    arrived, decided = (sum(row[name] for row in days) for name in ("arrived", "decided"))
    return f"{decided:,}", f"decisions in the last seven days, while {count_words(arrived, 'claim')} arrived"


def _queue(rows: Rows) -> tuple[str, str] | None:
    whole = next((row for row in rows.get("queue_age", ()) if row["stage"] == "all"), None)
    if whole is None:
        return None
    words = "claims wait for a person" if whole["waiting"] != 1 else "claim waits for a person"
    if whole["median_days"] is None:
        return f"{whole['waiting']:,}", words
    median, oldest = whole["median_days"], whole["oldest_days"]
    ages = f"half of them for {median:.1f} days or longer, the oldest for {oldest:.1f}"
    return f"{whole['waiting']:,}", f"{words}, {ages}"


def _sources(rows: Rows, since: Any) -> tuple[str, str] | None:
    if "sources_changed" not in rows:
        return None
    new = [row for row in rows["sources_changed"] if row["happened_at"] and row["happened_at"] > since]
    count = len({row["source_url"] for row in new})
    return f"{count:,}", f"{'source' if count == 1 else 'sources'} died or changed in the last seven days"


def _blind(rows: Rows) -> tuple[str, str] | None:
    blind = next((row for row in rows.get("agreement", ()) if row["review"] == "blind"), None)
    if blind is None or blind["agreement"] is None:
        return None
    return (
        f"{100 * blind['agreement']:.1f}%",
        f"of {blind['decisions']:,} blind decisions had the machine's rating",
    )
