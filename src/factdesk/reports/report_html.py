"""Reports as HTML: fragments that a page of the desk shows, and pages that need nothing else.

A fragment holds no script, no inline style and no form, so that it may stand under a Content-Security-Policy
with ``style-src 'self'``; its look is in ``report_style()``. Every stored string is escaped, stands in
``<bdi>`` and shows its bidi controls; only http and https addresses become links.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from factdesk.reports.layouts import is_wide, lay_out
from factdesk.reports.report_charts import draw_charts
from factdesk.reports.terminal import SHORT_ID_LENGTH, visible
from factdesk.reports.words import CODE_COLUMNS, code_in_words, rating_in_short, rating_mark
from factdesk.warehouse.reports import Column, Form, Report, ReportTable

PAGE_ROWS = 1000
"""Rows of a report that one page shows; it says how many there are."""

_FOLDER = Path(__file__).resolve().parent
_NUMERIC = (Form.COUNT, Form.NUMBER, Form.SHARE)


def render_report_html(table: ReportTable, *, row_limit: int = PAGE_ROWS, level: int = 2) -> Markup:
    """Return one report as a fragment: title, question, filters, charts with their numbers, rows, columns.

    Only the first ``row_limit`` rows are shown, and the fragment says of how many; the charts draw all.
    ``level`` is that of the heading.
    """
    template = _environment().get_template("report.html")
    shown = table.as_dicts()[:row_limit]
    return Markup(
        template.render(
            report=table.report,
            filters=table.filter_words(),
            charts=draw_charts(table),
            layout=lay_out(table.report),
            is_wide=is_wide(table.report),
            rows=shown,
            count=len(table.rows),
            why_empty=table.why_empty(),
            cut_off=table.cut_off,
            level=level,
            numeric=_NUMERIC,
        )
    )


def render_report_page(tables: Sequence[ReportTable]) -> str:
    """Return a report and its parts as a page that needs no other file; the first table gives the title."""
    return render_page(tables[0].report.title, tables, [render_report_html(one) for one in tables])


def render_page(
    title: str,
    tables: Sequence[ReportTable],
    fragments: Sequence[Markup],
    *,
    headlines: Sequence[tuple[str, str]] = (),
    contents: Sequence[Report] = (),
    filters: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> str:
    """Return fragments as one page with its style inside. ``headlines`` are numbers with what they count."""
    style = report_style()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return _environment().get_template("page.html").render(
        title=title,
        style=style,
        style_hash=digest,
        as_of=tables[0].as_of,
        published_at=tables[0].published_at,
        fragments=fragments,
        headlines=headlines,
        contents=contents,
        filters=filters,
        left_out=left_out,
    )  # fmt: skip


@cache
def report_style() -> str:
    """Return the style sheet of fragments, for the desk to serve and for pages of one's own to hold."""
    return (_FOLDER / "static" / "report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters.update(visible=visible, words=_words, cell=_cell, moment=_moment)
    return environment


def _words(name: str) -> str:
    return visible(name.replace("_", " "))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _cell(value: Any, column: Column) -> Markup:
    """Return one cell as markup. A number keeps its exact value beside what is read."""
    if value is None:
        return Markup("")
    if column.form in _NUMERIC:
        return Markup('<data value="{}">{}</data>').format(value, _number(value, column.form))
    if isinstance(value, datetime):
        return Markup('<time datetime="{}">{}</time>').format(
            value.astimezone(UTC).isoformat(), _moment(value)
        )
    if isinstance(value, date):
        return Markup('<time datetime="{0}">{0}</time>').format(value.isoformat())
    if isinstance(value, bool):
        return Markup("yes" if value else "no")
    if isinstance(value, UUID):
        return Markup('<code title="{}">{}</code>').format(value, str(value)[:SHORT_ID_LENGTH])
    if isinstance(value, list):
        return Markup("; ").join(Markup("<bdi>{}</bdi>").format(visible(str(one))) for one in value)
    if column.form is Form.RATING:
        words = f"{rating_mark(value)} {rating_in_short(value)}"
        return Markup('<span title="{}">{}</span>').format(value, words)
    if column.name in CODE_COLUMNS:
        name = visible(str(value))
        return Markup('<bdi title="{}">{}</bdi>').format(name, code_in_words(name))
    text = Markup("<bdi>{}</bdi>").format(visible(str(value)))
    if column.form is Form.ADDRESS and is_web_address(str(value)):
        return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(value, text)
    return text


def _number(value: float, form: Form) -> str:
    if form is Form.SHARE:
        return f"{100 * value:.1f}%"
    return f"{value:,}" if form is Form.COUNT else f"{value:,.2f}"


def is_web_address(text: str) -> bool:
    """Whether a text may become a link: http or https, a host, and nothing that cannot be printed."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()
    except ValueError:
        return False
