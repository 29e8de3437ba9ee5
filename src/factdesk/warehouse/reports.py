"""The bundled reports: one SQL file each in ``warehouse/reports/``, run on the published copy.

The head of a file says what the report is: title, question, what one must know to read it, what ``since``
is held against, what it means that there are no rows, and each column with its form and meaning. Files ask
for their filters by ``getvariable('since')``, so that each runs as it is in any tool that opens the copy;
here the values are bound as parameters. A report takes the filters that its file asks for, and no others.
"""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from factdesk.errors import UsageError, WarehouseError
from factdesk.resources import bundled
from factdesk.warehouse.published import open_published
from factdesk.warehouse.query import QUERY_SECONDS

REPORTS = (
    *("corrections", "refuted_share", "sources_changed", "queue", "queue_age", "queue_days"),
    *("agreement", "agreement_matrix", "agreement_calibration", "checkers", "checkers_pace"),
    *("unsourced", "hosts", "method_disagreements", "overruled_rules"),
)
"""In the order in which an editor wants them; one that belongs to another stands behind it."""


MOST_ROWS = 10_000
"""Rows that a report gives unless more are asked for: at a million claims a list of all helps nobody."""


class Form(StrEnum):
    """What the cells of a column are. A share lies between 0 and 1, times are in UTC."""

    TEXT = "text"
    TEXTS = "texts"
    RATING = "rating"
    ADDRESS = "address"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    FLAG = "flag"
    DAY = "day"
    TIME = "time"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report. ``form`` says what its cells are, ``meaning`` what they say, with the unit."""

    name: str
    form: Form
    meaning: str


@dataclass(frozen=True, slots=True)
class Report:
    """A bundled report: one SELECT and the question that it answers.

    ``note`` says how to read it, ``since`` what that filter is held against, ``part_of`` names the report
    that this one stands under, ``empty`` says what it means that there are no rows, and what to do.
    """

    name: str
    title: str
    question: str
    note: str
    since: str | None
    part_of: str | None
    empty: str
    columns: tuple[Column, ...]
    sql: str

    @property
    def filters(self) -> frozenset[str]:
        """The names of the filters that the report takes."""
        return frozenset(_VARIABLE.findall(self.sql)) & FILTERS


@dataclass(frozen=True, slots=True)
class Filters:
    """What a report is narrowed to: a first day (UTC), the author of the essay, the kind of the claim."""

    since: date | None = None
    author: str | None = None
    kind: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The filters that narrow something, by name."""
        return {
            name: value for name in ("since", "author", "kind") if (value := getattr(self, name)) is not None
        }


NO_FILTERS = Filters()
FILTERS = frozenset(("since", "author", "kind"))


@dataclass(frozen=True, slots=True)
class ReportTable:
    """The rows of a report, in the order of its columns, of the copy that was published at ``published_at``.

    Ages are counted up to ``as_of``. A cell is None, str, int, float, bool, date, datetime (UTC), UUID, or a
    list of str. ``cut_off`` says that there are more rows than were asked for.
    """

    report: Report
    rows: list[tuple[Any, ...]]
    filters: Filters
    as_of: datetime
    published_at: datetime | None
    cut_off: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.report.columns)

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def filter_words(self) -> list[str]:
        """Say what the rows are narrowed to, one filter each; nothing where they are all there are."""
        given = self.filters.given
        words = [f"since {given['since']} ({self.report.since})"] if "since" in given else []
        return words + [f"{name} {given[name]}" for name in ("author", "kind") if name in given]

    def why_empty(self) -> str:
        """Say why there are no rows, and what to do; not a whole sentence."""
        narrowed = "; ".join(self.filter_words())
        return f"no rows when narrowed to {narrowed}; leave a filter out" if narrowed else self.report.empty


def list_reports() -> list[Report]:
    """Return the bundled reports in the order of `REPORTS`."""
    folder = bundled("warehouse", "reports")
    return [read_report(folder / f"{name}.sql") for name in REPORTS]


def find_report(name: str) -> Report:
    """Return one bundled report. Raises UsageError for an unknown name."""
    if name not in REPORTS:
        names = ", ".join(sorted(REPORTS))
        raise UsageError(f"there is no report {name!r}; there are {names}, and weekly for all of them")
    return read_report(bundled("warehouse", "reports", f"{name}.sql"))


def list_parts(name: str) -> list[Report]:
    """Return a report with those that stand under it, itself first. Raises UsageError as `find_report`."""
    return [find_report(name), *(one for one in list_reports() if one.part_of == name)]


AUTHORS = "SELECT DISTINCT author FROM derived.essays WHERE author IS NOT NULL"

_COLUMN = re.compile(r"(?P<name>\w+) (?P<form>\w+): (?P<meaning>.+)")
_NAMED = ("since: ", "part of: ", "empty: ")
_VARIABLE = re.compile(r"getvariable\('(\w+)'\)")


def read_report(path: Path) -> Report:
    """Read one report file: its head, as the module says, then the SELECT."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    head = [
        line.removeprefix("--")[1:]
        for line in lines[: next(n for n, one in enumerate(lines) if one[:2] != "--")]
    ]
    title, question, *told = head[: head.index("columns:")]
    named = dict(line.split(": ", 1) for line in told if line.startswith(_NAMED))
    note = " ".join(line for line in told if not line.startswith(_NAMED))
    columns = [_COLUMN.fullmatch(line.strip()) for line in head[head.index("columns:") + 1 :]]
    return Report(
        path.stem,
        title,
        question,
        note,
        named.get("since"),
        named.get("part of"),
        named["empty"],
        tuple(Column(one["name"], Form(one["form"]), one["meaning"]) for one in columns if one),
        text,
    )


def check_filters(report: Report, filters: Filters, *, by_author: bool = False) -> None:
    """Raise UsageError where a report cannot be narrowed in that way.

    ``by_author`` is the setting without which no share is told of one author.
    """
    for name in filters.given:
        if name not in report.filters:
            able = ", ".join(one for one in REPORTS if name in find_report(one).filters)
            raise UsageError(
                f"the report {report.name} cannot be narrowed by --{name}; those that can are {able}"
            )
    if report.name == "refuted_share" and filters.author is not None and not by_author:
        raise UsageError(
            "the report refuted_share tells no share of one author; set refuted_share_by_author = true in "
            "[reports] of config/factdesk.toml if your desk wants that"
        )


def run_report(
    warehouse: Path,
    name: str,
    filters: Filters = NO_FILTERS,
    *,
    by_author: bool = False,
    as_of: datetime | None = None,
    row_limit: int = MOST_ROWS,
) -> ReportTable:
    """Run one bundled report. Raises as `run_reports`, and UsageError for an unknown name."""
    reports = [find_report(name)]
    (table,) = run_reports(warehouse, reports, filters, by_author=by_author, as_of=as_of, row_limit=row_limit)
    return table


def run_reports(
    warehouse: Path,
    reports: Sequence[Report],
    filters: Filters = NO_FILTERS,
    *,
    by_author: bool = False,
    as_of: datetime | None = None,
    row_limit: int = MOST_ROWS,
    tell: Callable[[int], None] | None = None,
) -> list[ReportTable]:
    """Run reports on one and the same published copy.

    Each gives at most ``row_limit`` rows, the first in its order. ``as_of`` is the time up to which ages
    are counted, by default now; ``tell`` gets the number done. Raises UsageError for a filter that a report
    does not take and for an author whom no essay names, WarehouseError when nothing is published yet or a
    report cannot be made of the copy.
    """
    for report in reports:
        check_filters(report, filters, by_author=by_author)
    as_of = as_of or datetime.now(UTC)
    given = {**filters.given, "by_author": by_author, "as_of": as_of}
    tables = []
    with open_published(warehouse) as connection:
        if filters.author is not None:
            check_author([name for (name,) in connection.execute(AUTHORS).fetchall()], filters.author)
        ((published_at,),) = connection.execute("SELECT published_at FROM reports.about").fetchall()
        for done, report in enumerate(reports, start=1):
            rows = [plain_row(row) for row in _ask(connection, report, given, row_limit + 1)]
            is_cut = len(rows) > row_limit
            tables.append(ReportTable(report, rows[:row_limit], filters, as_of, published_at, is_cut))
            if tell is not None:
                tell(done)
    return tables


def _ask(
    connection: duckdb.DuckDBPyConnection, report: Report, given: Mapping[str, Any], most: int
) -> Iterable[tuple[Any, ...]]:
    sql, wanted = report_sql(report)
    timer = threading.Timer(QUERY_SECONDS, connection.interrupt)
    timer.start()
    try:
        parameters = {name: given.get(name) for name in wanted}
        # Every report ends with its ORDER BY, so that the first rows are those that an editor wants first.
        return connection.execute(f"{sql}\nLIMIT {most}", parameters).fetchall()
    except duckdb.InterruptException as error:
        raise WarehouseError(
            f"the report {report.name} took longer than {QUERY_SECONDS:g} seconds and was stopped; "
            "narrow it, for example with --since"
        ) from error
    except duckdb.Error as error:
        why = " ".join(str(error).split("\n\n")[0].split())
        raise WarehouseError(
            f"the report {report.name} cannot be made of the published copy ({why}); run factdesk publish"
        ) from error
    finally:
        timer.cancel()


def report_sql(report: Report) -> tuple[str, frozenset[str]]:
    """Return the SELECT of a report with ``$names`` for what it asks, and these names."""
    sql = _VARIABLE.sub(r"$\1", report.sql).rstrip().rstrip(";")
    return sql, frozenset(_VARIABLE.findall(report.sql))


def check_author(known: Sequence[str], author: str) -> None:
    """Raise UsageError for an author whom no essay names; near names are told."""
    if author in known:
        return
    near = difflib.get_close_matches(author, known, n=3, cutoff=0.5)
    hint = f"do you mean {' or '.join(near)}?" if near else "write the name as the essays have it"
    raise UsageError(f"no essay names {author!r} as its author; {hint}")


def plain_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row with plain numbers for decimal ones."""
    return tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in row)
