"""Reports at the desk: each has a page and files, and both tell the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_pages import seen_claims, text_of
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.reports import REPORTS, find_report, list_reports


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("reports") / "home")
    with serve(home) as desk:
        visitor = desk.visitor()
        for claim_id in seen_claims(desk)[:4]:
            assert visitor.decide(claim_id, "refuted").status_code == 303
    fold_and_publish(home.warehouse)
    with serve(home) as desk:
        yield desk


def test_the_list_names_every_report_with_its_question(served: ServedDesk) -> None:
    page = served.visitor().get("/reports").text
    for report in list_reports():
        assert f'href="/reports/{report.name}"' in page
        assert report.part_of or " ".join(report.question.split()) in text_of(page)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_a_page_and_files(served: ServedDesk, name: str) -> None:
    visitor = served.visitor()
    page = visitor.get(f"/reports/{name}")
    assert page.status_code == 200
    assert f'id="report-{name}"' in page.text
    assert page.text.count("<h1") == 1
    assert not re.search(r"\sstyle=|<style|<script(?! src)|\son[a-z]+=", page.text), "the policy blocks it"
    rows = [json.loads(line) for line in visitor.get(f"/reports/{name}.json").text.splitlines()]
    table = list(csv.reader(io.StringIO(visitor.get(f"/reports/{name}.csv").text)))
    assert len(table) == len(rows) + 1
    assert re.search(
        rf"\b{len(rows)} rows?\b" if rows else rf"None: {find_report(name).empty}\.", text_of(page.text)
    )
    book = visitor.get(f"/reports/{name}.xlsx")
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None
    parquet = visitor.get(f"/reports/{name}.parquet")
    assert parquet.content[:4] == parquet.content[-4:] == b"PAR1"
    assert parquet.headers["content-disposition"] == f'attachment; filename="{name}.parquet"'


def test_a_decision_is_in_the_reports(served: ServedDesk) -> None:
    told = text_of(served.visitor().get("/reports/corrections").text)
    assert "4 rows." in told
    assert "The page says so." in told


def test_more_rows_are_shown_when_they_are_asked_for(served: ServedDesk) -> None:
    visitor = served.visitor()
    page = visitor.get("/reports/queue?kind=price").text
    (more,) = re.findall(r'href="(/reports/queue\?[^"]*rows=more[^"]*)"', page)
    whole = visitor.get(more.replace("&amp;", "&")).text
    assert "rows=more" not in whole[whole.index("<h1") :]
    assert "kind price" in text_of(whole)
    assert whole.count("<tr>") > page.count("<tr>")


def test_a_report_is_narrowed_and_says_so(served: ServedDesk) -> None:
    visitor = served.visitor()
    ((author,),) = served.ask("SELECT author FROM reports.essays WHERE author IS NOT NULL ORDER BY 1 LIMIT 1")
    page = visitor.client.get("/reports/corrections", params={"author": author})
    assert f"Narrowed to: author {author}" in text_of(page.text)
    assert re.search(r'href="/reports/corrections\.csv\?author=[^"]+"', page.text)
    narrowed = list(csv.DictReader(io.StringIO(
        visitor.client.get("/reports/corrections.csv", params={"author": author}).text
    )))  # fmt: skip
    assert {row["author"] for row in narrowed} <= {author}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=yesterday", "Yesterday is no day; write it as 2026-11-30."),
        ("kind=opinion", "Opinion is no kind of claim; choose one of sellout, price, poll, count."),
        ("author=Nobody%3Cb%3E", "as its author"),
    ],
)
def test_a_filter_that_cannot_be_is_said(served: ServedDesk, query: str, sentence: str) -> None:
    for ending in ("", ".csv"):
        answer = served.visitor().get(f"/reports/corrections{ending}?{query}")
        assert answer.status_code == 400
        assert sentence in text_of(answer.text)
        assert "<b>" not in answer.text


@pytest.mark.parametrize(
    "name", ["nonesuch", "queue.exe", "..%2fqueue.csv", "queue.csv.csv", "%00", "queue%2fx", "weekly.html"]
)
def test_what_is_no_report_is_not_there(served: ServedDesk, name: str) -> None:
    assert served.visitor().get(f"/reports/{name}").status_code == 404


def test_the_style_sheet_is_served_from_here(served: ServedDesk) -> None:
    style = served.visitor().get("/reports/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text
    assert 'href="/reports/style.css"' in served.visitor().get("/reports/queue").text
