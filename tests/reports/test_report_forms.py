"""Reports as pages, workbooks, Parquet and text: the same numbers in each, and nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest
from lxml import html

from factdesk.reports.charts import Bar, Point, bar_chart, point_chart
from factdesk.reports.exports import csv_text, json_lines
from factdesk.reports.layouts import lay_out
from factdesk.reports.report_charts import draw_charts
from factdesk.reports.report_html import is_web_address, render_report_html, render_report_page, report_style
from factdesk.reports.spreadsheets import CELL_CHARACTERS, workbook_bytes
from factdesk.reports.weekly import WEEKLY_ROWS, choose_reports, tell_headlines, weekly_page
from factdesk.warehouse.parquet import write_parquet
from factdesk.warehouse.reports import (
    REPORTS,
    Filters,
    Form,
    ReportTable,
    find_report,
    list_reports,
    run_reports,
)
from reviewed_desk import AS_OF, decided_ones, fill, tell_claims
from workbooks import read_workbook

ROOT = Path(__file__).resolve().parents[2]
NUMERIC = (Form.COUNT, Form.NUMBER, Form.SHARE)
HOSTILE = (
    *('=HYPERLINK("http://evil.example";"x")', "+1", "@SUM(A1)", "<script>alert(1)</script>"),
    *("\u202egnp.exe", '" onmouseover="alert(1)', "a\x1b[31mb"),
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReportTable]:
    warehouse = tmp_path_factory.mktemp("desk") / "warehouse"
    fill(warehouse, tell_claims())
    return {one.report.name: one for one in run_reports(warehouse, list_reports(), as_of=AS_OF)}


def numbers(table: ReportTable) -> list[list[float | None]]:
    at = [place for place, column in enumerate(table.report.columns) if column.form in NUMERIC]
    return [[row[place] for place in at] for row in table.rows]


def pick(table: ReportTable, rows: Sequence[Sequence[Any]]) -> list[list[float | None]]:
    """The numeric cells of rows in a form of text."""
    at = [place for place, column in enumerate(table.report.columns) if column.form in NUMERIC]
    return [[None if row[place] in ("", None) else float(row[place]) for place in at] for row in rows]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_gives_the_same_numbers_in_every_form(
    tables: dict[str, ReportTable], tmp_path: Path, name: str
) -> None:
    table = tables[name]
    expected = numbers(table)
    assert table.rows or name == "method_disagreements"

    _, *lines = csv.reader(io.StringIO(csv_text(table.columns, table.rows)))
    assert pick(table, lines) == expected
    told = [json.loads(line) for line in json_lines(table.columns, table.rows).splitlines()]
    assert pick(table, [list(row.values()) for row in told]) == expected
    sheet = read_workbook(workbook_bytes("Reports", [table]))[name]
    width = len(table.columns)
    assert pick(table, [[*row, *[None] * (width - len(row))] for row in sheet.rows[1:]]) == expected
    write_parquet(table, tmp_path / "rows.parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        kept = connection.execute(
            "SELECT * FROM read_parquet(?)", [str(tmp_path / "rows.parquet")]
        ).fetchall()
    assert kept == table.rows
    shown = html.fragment_fromstring(str(render_report_html(table)))
    columns = [one.name for _, field in lay_out(table.report) for one in field if one.form in NUMERIC]
    places = [[name for name in table.columns if name in columns].index(name) for name in columns]
    rows = shown.xpath(".//table[contains(@class, 'fd-rows')]/tbody/tr")
    on_page = [[float(one.get("value")) for one in row.iter("data")] for row in rows]
    assert on_page == [[row[place] for place in places if row[place] is not None] for row in expected]


def test_the_page_of_reports_is_what_their_heads_say() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_reports.py"))["make_page"]()
    assert (ROOT / "docs" / "reports.md").read_text("utf-8") == made, "run python docs/make_reports.py"


def test_a_table_in_the_layout_has_every_column_once() -> None:
    for report in list_reports():
        laid = [column.name for _, field in lay_out(report) for column in field]
        assert sorted(laid) == sorted(column.name for column in report.columns)


def hostile_table(name: str = "corrections") -> ReportTable:
    report = find_report(name)
    cells: dict[Form, Any] = {Form.COUNT: -1, Form.NUMBER: -0.5, Form.SHARE: 0.25, Form.TIME: AS_OF}
    links = (
        "javascript:alert(1)",
        'https://a.example/?q=<b>&"',
        "file:///etc/passwd",
        "http://[",
        "notes.md",
    )
    rows = [
        tuple(
            links[number % len(links)] if column.form is Form.ADDRESS
            else text if column.form is Form.TEXT
            else [text] if column.form is Form.TEXTS
            else cells.get(column.form)
            for column in report.columns
        )
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    return ReportTable(report, rows, Filters(author=HOSTILE[3]), AS_OF, AS_OF)


@pytest.mark.parametrize("name", ["corrections", "sources_changed", "unsourced", "hosts", "overruled_rules"])
def test_nothing_that_was_stored_runs_or_reorders_on_a_page(name: str) -> None:
    page = render_report_page([hostile_table(name)])
    tree = html.document_fromstring(page)
    assert tree.xpath("//script|//iframe|//object|//img|//form|//link") == []
    assert tree.xpath("//@style") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "[U+202E]gnp.exe" in page
    assert {one for one in tree.xpath("//@href") if not one.startswith("#")} <= {'https://a.example/?q=<b>&"'}
    for text in tree.xpath("//*[contains(text(), 'alert(1)')]"):
        assert text.tag in ("bdi", "text", "title"), text.tag
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_only_web_addresses_become_links() -> None:
    assert [is_web_address(one) for one in ("https://a.example/x", "http://a.example")] == [True, True]
    for text in (
        "javascript:alert(1)",
        "https://",
        "http://[",
        "https://a.example/\u202e",
        "notes.md",
        "//a.example",
    ):
        assert not is_web_address(text), text


def test_the_style_has_light_dark_small_and_printed_forms_and_asks_for_nothing() -> None:
    style = report_style()
    for asked in ("prefers-color-scheme: dark", "max-width: 40rem", "@media print"):
        assert asked in style
    assert not re.search(r"url\(|@import|</", style)
    templates = (ROOT / "src" / "factdesk" / "reports" / "templates").glob("*.html")
    markup = "".join(path.read_text("utf-8") for path in templates)
    classes = set(re.findall(r'class="([^"{]+)"', markup))
    missing = {one for told in classes for one in told.split() if f".{one}" not in style} - {"fd-page"}
    assert missing == set()


def test_a_workbook_has_real_dates_no_formula_and_only_our_links(tables: dict[str, ReportTable]) -> None:
    book = read_workbook(workbook_bytes("Weekly", list(tables.values())))
    assert list(book) == ["About", *REPORTS, "Columns"]
    assert sum(sheet.formulas for sheet in book.values()) == 0
    decided = [row["decided_at"] for row in tables["corrections"].as_dicts()]
    at = tables["corrections"].columns.index("decided_at")
    read = [row[at] for row in book["corrections"].rows[1:]]
    assert all(
        isinstance(cell, datetime) and abs(cell.replace(tzinfo=UTC) - told) < timedelta(seconds=1)
        for cell, told in zip(read, decided, strict=True)
    )
    assert {'=HYPERLINK("http://evil.example")'} <= {
        cell for row in book["corrections"].rows for cell in row if isinstance(cell, str)
    }
    links = {link for sheet in book.values() for link in sheet.links}
    assert links == {f"https://host{number}.example/page" for number in range(5)}
    explained = {(row[0], row[1]) for row in book["Columns"].rows[1:]}
    assert explained == {(one.name, column.name) for one in list_reports() for column in one.columns}


def test_hostile_cells_of_a_workbook_are_texts() -> None:
    sheet = read_workbook(workbook_bytes("x", [hostile_table()]))["corrections"]
    assert (sheet.formulas, set(sheet.links)) == (0, {"https://a.example/?q=%3cb%3e&%22"})
    assert [row[1] for row in sheet.rows[1:6]] == [*HOSTILE[:4], "[U+202E]gnp.exe"]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    table = hostile_table()
    long = ReportTable(table.report, [("x" * 40_000, *table.rows[0][1:])], Filters(), AS_OF, None)
    cell = read_workbook(workbook_bytes("x", [long]))["corrections"].rows[1][0]
    assert (len(cell), cell[-1]) == (CELL_CHARACTERS, "…")


def test_parquet_files_say_what_they_hold(tables: dict[str, ReportTable], tmp_path: Path) -> None:
    table = tables["agreement"]
    narrowed = ReportTable(table.report, [], Filters(author="O'Brien"), AS_OF, AS_OF)
    write_parquet(narrowed, tmp_path / "it's.parquet")
    with duckdb.connect() as connection:
        path = [str(tmp_path / "it's.parquet")]
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", path).fetchall()
        kept = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", path).fetchall()
    assert [one[0] for one in described] == list(table.columns)
    told = {key.decode(): value.decode() for key, value in kept}
    assert (told["title"], told["filters"]) == ("Machine against people", "author O'Brien")
    assert json.loads(told["columns"])["kappa"].startswith("Cohen's kappa")


def test_charts_draw_what_they_tell(tables: dict[str, ReportTable]) -> None:
    for table in tables.values():
        for chart in draw_charts(table):
            svg = ElementTree.fromstring(chart.svg)
            assert svg.get("role") == "img"
            assert svg.get("aria-label") == chart.title
            assert not [one for one in svg.iter() if "style" in one.attrib or one.tag == "script"]
            assert all(len(row) == len(chart.columns) for row in chart.rows), chart.title
    drawn = {chart.title for table in tables.values() for chart in draw_charts(table)}
    assert {"Refuted share by week: all desks", "Arrivals against decisions"} <= drawn
    assert draw_charts(tables["method_disagreements"]) == []


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bar_chart("Claims", "state", "claims", [Bar("needed", 40), Bar("made", 10), Bar("unknown", None)])
    widths = [float(one.attrib["width"]) for one in ElementTree.fromstring(chart.svg).iter("rect")]
    assert widths[0] == pytest.approx(4 * widths[1], rel=0.01)
    assert chart.rows == (("needed", "40"), ("made", "10"), ("unknown", "–"))


def test_an_interval_spans_its_two_ends() -> None:
    chart = point_chart("Share", "week", "share", [Point(0.5, "w", 0.5, 0.25, 0.75), Point(0.6, "v", None)])
    svg = ElementTree.fromstring(chart.svg)
    (circle,) = svg.iter("circle")
    (span,) = (one for one in svg.iter("line") if one.get("class") == "fd-range")
    middle = (float(span.attrib["y1"]) + float(span.attrib["y2"])) / 2
    assert float(circle.attrib["cy"]) == pytest.approx(middle, abs=0.2)
    assert chart.rows == (("w", "0.500", "0.250", "0.750"), ("v", "–", "–", "–"))


def test_a_page_shows_the_first_rows_and_says_of_how_many(tables: dict[str, ReportTable]) -> None:
    cut = html.fragment_fromstring(str(render_report_html(tables["queue"], row_limit=2)))
    assert len(cut.xpath(".//table[contains(@class, 'fd-rows')]/tbody/tr")) == 2
    assert f"The first 2 of {len(tables['queue'].rows)} rows" in cut.text_content()


def test_rows_that_are_left_out_are_said_in_every_form(
    tables: dict[str, ReportTable], tmp_path: Path
) -> None:
    cut = replace(tables["corrections"], rows=tables["corrections"].rows[:2], cut_off=True)
    page = html.fragment_fromstring(str(render_report_html(cut)))
    assert "The first 2 rows; there are more." in page.text_content()
    assert "Claims that people found wrong (of the first 2 rows)" in page.text_content()
    about = read_workbook(workbook_bytes("x", [cut]))["About"]
    assert any("the first 2 rows; there are more" in str(cell) for row in about.rows for cell in row)
    write_parquet(cut, tmp_path / "cut.parquet")
    with duckdb.connect() as connection:
        path = [str(tmp_path / "cut.parquet")]
        kept = connection.execute("SELECT value FROM parquet_kv_metadata(?)", path).fetchall()
    assert (b"there are more rows",) in kept


def test_the_weekly_page_tells_the_week_in_a_few_numbers(tables: dict[str, ReportTable]) -> None:
    told = decided_ones(tell_claims())
    since = (AS_OF - timedelta(days=7)).date()
    moments = [one.decided for one in told] + [one.holds_at for one in told if one.second]
    headlines = {words: number for number, words in tell_headlines(list(tables.values()))}
    decided = sum(moment is not None and moment.date() > since for moment in moments)
    (line,) = (words for words in headlines if "in the last seven days, while" in words)
    assert headlines[line] == str(decided)
    needed = sum(row["correction"] == "needed" for row in tables["corrections"].as_dicts())
    assert headlines["corrections needed"] == str(needed)
    page = html.document_fromstring(weekly_page(list(tables.values()), []))
    assert [one[1:] for one in page.xpath("//nav//a/@href")] == page.xpath("//section/@id")
    longest = max(len(one.xpath("./tbody/tr")) for one in page.xpath("//table[contains(@class, 'fd-rows')]"))
    assert longest <= WEEKLY_ROWS


def test_a_narrowed_bundle_leaves_out_what_cannot_be_narrowed_so() -> None:
    chosen, left_out = choose_reports(Filters(author="Ines Weber"))
    assert {one.name for one in left_out} == {"hosts", "refuted_share"}
    assert len(chosen) + len(left_out) == len(REPORTS)
    assert choose_reports(Filters(author="Ines Weber"), by_author=True)[1] == [find_report("hosts")]
