"""The page for SQL: one SELECT on the published copy, in a process of its own, as table, CSV and chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.responses import Response

from factdesk.desk.hiding import hidden_of, hidden_words
from factdesk.desk.people import read_people
from factdesk.desk.roles import Action
from factdesk.desk.sandboxes import BusyError, a_sandbox
from factdesk.desk.saved_queries import SavedQuery, read_queries, remove_query, save_query
from factdesk.desk.visits import Page, Visit
from factdesk.desk.words import fault_words
from factdesk.errors import FactdeskError, UsageError
from factdesk.reports.charts import Bar, bar_chart
from factdesk.reports.exports import csv_text
from factdesk.reports.terminal import cell_text
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.publish import read_publication
from factdesk.warehouse.query import Table
from factdesk.warehouse.sandbox import QueryLimits, ask_in_sandbox

PAGE_LIMITS = QueryLimits(seconds=20, rows=500, answer_bytes=8_000_000)
CSV_LIMITS = QueryLimits(seconds=60, rows=100_000, answer_bytes=128_000_000)
LONGEST_CELL = 500
MOST_BARS = 40
FIRST_QUERY = """SELECT kind, machine_rating, count(*) AS claims
FROM reports.verdicts
WHERE claim_status = 'current'
GROUP BY ALL
ORDER BY ALL"""

_VIEWS = """
    SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal
    AND database_name = current_database() ORDER BY view_name
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A table for the page: its cells as text, long ones cut, with a chart where it has the shape of one."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int]
    cut_off: bool
    chart: str | None


def show_sql(visit: Visit) -> Response:
    """Show the form, with a saved query or the one in ``?query=``; nothing is run."""
    saved = _saved(visit)
    chosen = next((one for one in saved if one.id == visit.query.get("saved")), None)
    return _show(visit, saved, chosen.sql if chosen else FIRST_QUERY, chosen=chosen)


def run_sql(visit: Visit) -> Response:
    """Run the query of the form, and show its answer or give it as CSV; or say why it cannot be run."""
    sql = visit.form.get("sql", "")
    as_csv = visit.form.get("as") == "csv"
    try:
        with a_sandbox():
            limits = CSV_LIMITS if as_csv else PAGE_LIMITS
            table = ask_in_sandbox(visit.desk.home.warehouse, sql, limits, hidden_of(visit))
    except FactdeskError as error:
        status = 503 if isinstance(error, BusyError) else 400
        return _show(visit, _saved(visit), sql, fault=fault_words(error), status=status)
    if as_csv:
        return _csv(table)
    return _show(visit, _saved(visit), sql, answer=_answer_of(table))


def keep_sql(visit: Visit) -> Response:
    """Save the query under a name."""
    sql = visit.form.get("sql", "")
    return _change(
        visit,
        sql,
        lambda warehouse: save_query(
            warehouse, visit.form.get("name", ""), sql, visit.person.reviewer, visit.desk.now()
        ),
    )


def drop_sql(visit: Visit) -> Response:
    """Remove a saved query."""
    key = visit.form.get("saved", "")
    may_remove_all = visit.person.may(Action.SETTLE)

    def remove(warehouse: Path) -> str:
        remove_query(warehouse, key, visit.person.reviewer, may_remove_all=may_remove_all)
        return ""

    return _change(visit, FIRST_QUERY, remove)


def _change(visit: Visit, sql: str, change: Callable[[Path], str]) -> Response:
    try:
        key = change(visit.desk.home.warehouse)
    except UsageError as error:
        return _show(visit, _saved(visit), sql, fault=fault_words(error), status=400)
    return visit.go(f"/sql?saved={key}" if key else "/sql")


def _saved(visit: Visit) -> list[SavedQuery]:
    return read_queries(visit.desk.home.warehouse)


def _show(
    visit: Visit,
    saved: Sequence[SavedQuery],
    sql: str,
    *,
    chosen: SavedQuery | None = None,
    answer: Answer | None = None,
    fault: str = "",
    status: int = 200,
) -> Response:
    warehouse = visit.desk.home.warehouse
    publication = read_publication(WarehouseFolder(warehouse))
    with visit.desk.read() as known:
        views = known.ask(_VIEWS)
    return visit.show(
        "sql.html",
        status=status,
        saved=saved,
        chosen=chosen,
        sql=sql,
        answer=answer,
        fault=fault,
        views=views,
        names=read_people(warehouse),
        published_at=publication.moment if publication else None,
        limits=PAGE_LIMITS,
        csv_limits=CSV_LIMITS,
        hidden=hidden_words(hidden_of(visit)),
    )


def _csv(table: Table) -> Response:
    """Return the answer as a file; its name says so when there was more than it may hold."""
    text = csv_text(table.columns, table.rows)
    name = f"answer-first-{len(table.rows)}-rows.csv" if table.cut_off else "answer.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8"), media_type="text/csv; charset=utf-8", headers=headers)


def _answer_of(table: Table) -> Answer:
    numeric = frozenset(at for at in range(len(table.columns)) if _is_numeric(table, at))
    rows = [[_cut(cell_text(cell)) for cell in row] for row in table.rows]
    return Answer(table.columns, rows, numeric, table.cut_off, _draw(table, numeric))


def _is_numeric(table: Table, at: int) -> bool:
    cells = [row[at] for row in table.rows if row[at] is not None]
    return bool(cells) and all(
        isinstance(one, (int, float, Decimal)) and not isinstance(one, bool) for one in cells
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]} … ({len(text):,} characters)"


def _draw(table: Table, numeric: frozenset[int]) -> str | None:
    """Draw bars where the columns are labels and then one number that is nowhere below 0."""
    last = len(table.columns) - 1
    if last < 1 or not 1 < len(table.rows) <= MOST_BARS or last not in numeric or len(numeric) > 1:
        return None
    values = [None if row[last] is None else float(row[last]) for row in table.rows]
    if any(one is not None and not 0 <= one < float("inf") for one in values):
        return None
    bars = [Bar(_label(row[:last]), value) for row, value in zip(table.rows, values, strict=True)]
    return bar_chart(
        f"{table.columns[last]} by {table.columns[0]}", table.columns[0], table.columns[last], bars
    ).svg


def _label(cells: Sequence[Any]) -> str:
    return ", ".join(cell_text(cell) or "none" for cell in cells)


PAGES = (
    Page("GET", "/sql", Action.QUERY, show_sql, title="SQL"),
    Page("POST", "/sql", Action.QUERY, run_sql),
    Page("POST", "/sql/save", Action.QUERY, keep_sql),
    Page("POST", "/sql/remove", Action.QUERY, drop_sql),
)
