"""The page for SQL: what it shows, keeps and refuses."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_pages import text_of
from factdesk.desk import sandboxes
from factdesk.desk.users import add_user
from factdesk.model import Role
from sql_attacks import NOT_READ, NOT_RUN, WRONG

COUNTED = "SELECT kind, count(*) AS claims FROM reports.claims GROUP BY kind ORDER BY kind"


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    with serve(copy_desk_home(desk_root, tmp_path_factory.mktemp("sql") / "home")) as desk:
        yield desk


def test_an_answer_is_a_table_with_a_chart(served: ServedDesk) -> None:
    visitor = served.visitor()
    assert "One SELECT" in text_of(visitor.get("/sql").text)
    page = visitor.post("/sql", sql=COUNTED)
    assert page.status_code == 200
    rows = served.ask(COUNTED)
    assert len(rows) > 2
    for kind, claims in rows:
        assert f'<td><bdi>{kind}</bdi></td><td class="fd-number"><bdi>{claims}</bdi></td>' in page.text
    assert page.text.count('class="fd-bar"') == len(rows)
    assert "style=" not in page.text
    assert f"{len(rows)} rows" in text_of(page.text)
    assert COUNTED in page.text, "the query stays in the form"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DROP TABLE records.claims", "DROP is refused because the published copy is only read"),
        ("SELECT 1; SELECT 2", "2 statements were given; give exactly one SELECT"),
        ("SELECT * FROM read_text('desk-secret.json')", "disabled by configuration"),
        ("SELECT * FROM glob('*')", "disabled by configuration"),
        ("SELECT nonesuch FROM reports.claims", "The query is wrong: Binder Error"),
        ("", "0 statements were given"),
        ("SELECT '</textarea><script>alert(1)</script>' WHERE x", "The query is wrong"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(served: ServedDesk, sql: str, message: str) -> None:
    for form in ("table", "csv"):
        page = served.visitor().post("/sql", **{"sql": sql, "as": form})
        assert page.status_code == 400
        assert message in text_of(page.text)
        assert "<script>alert" not in page.text


def test_every_escape_is_refused_and_touches_nothing(served: ServedDesk) -> None:
    """All that is tried on the query process itself, through the page and signed in."""
    home, visitor = served.desk.home.root, served.visitor()
    escapes = [*NOT_RUN, *(f"SELECT * FROM {place}" for place in NOT_READ), *(sql for sql, _ in WRONG)]
    for number, sql in enumerate(escapes):
        form = "csv" if number % 2 else "table"
        page = visitor.post("/sql", **{"sql": sql.format(home=home), "as": form})
        assert page.status_code == 400, sql
        fault = re.search(r'role="alert">(.*?)</p>', page.text, re.DOTALL)
        assert fault, sql
        assert "Traceback" not in page.text
    assert [path for name in ("stolen*", "log", "profile") for path in home.rglob(name)] == []
    assert visitor.post("/sql", sql="SELECT 1").status_code == 200


def test_hostile_cells_are_text(served: ServedDesk) -> None:
    sql = (
        "SELECT '<img src=x onerror=alert(1)>' AS \"<b>\", chr(8238) || 'exe' AS c, repeat('x', 2000) AS long"
    )
    page = served.visitor().post("/sql", sql=sql)
    assert page.status_code == 200
    assert "<img src" not in page.text
    assert "\u202e" not in page.text
    assert "(2,000 characters)" in page.text


def test_a_file_for_a_spreadsheet_runs_no_formula(served: ServedDesk) -> None:
    answer = served.visitor().post(
        "/sql", **{"sql": "SELECT '=1+1' AS a, range AS n FROM range(3)", "as": "csv"}
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="answer.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["a", "n"],
        ["'=1+1", "0"],
        ["'=1+1", "1"],
        ["'=1+1", "2"],
    ]


def test_more_rows_than_a_page_shows_are_cut_off_and_that_is_said(served: ServedDesk) -> None:
    visitor = served.visitor()
    page = visitor.post("/sql", sql="SELECT range FROM range(501)")
    assert "The first 500 rows; there are more" in text_of(page.text)
    file = visitor.post("/sql", **{"sql": "SELECT range FROM range(100001)", "as": "csv"})
    assert 'filename="answer-first-100000-rows.csv"' in file.headers["content-disposition"]
    assert file.text.count("\n") == 100_001


def test_queries_are_kept_and_removed_by_whoever_saved_them(served: ServedDesk) -> None:
    add_user(served.desk.home.warehouse, "Bo", Role.CHECKER, "a long pass phrase")
    ann, bo = served.visitor("Ann"), served.visitor("Bo")
    saved = ann.post("/sql/save", sql=COUNTED, name="Claims  by <kind>")
    assert saved.status_code == 303
    page = bo.get(saved.headers["location"]).text
    assert COUNTED in page
    assert "Claims by &lt;kind&gt;" in page
    key = saved.headers["location"].partition("=")[2]
    assert "/sql/remove" not in page
    assert "/sql/remove" in ann.get("/sql").text
    refused = bo.post("/sql/remove", saved=key)
    assert refused.status_code == 400
    assert "was saved by somebody else" in refused.text
    assert ann.post("/sql/remove", saved=key).status_code == 303
    assert "Claims by" not in text_of(ann.get("/sql").text)
    for name, sql in (("", COUNTED), ("x" * 200, COUNTED), ("empty", "  ")):
        assert ann.post("/sql/save", sql=sql, name=name).status_code == 400
    assert ann.get("/sql?saved=nonesuch").status_code == 200


def test_only_so_many_run_at_once(served: ServedDesk) -> None:
    visitor = served.visitor()
    taken = [sandboxes._running.acquire(blocking=False) for _ in range(sandboxes.MOST_AT_ONCE)]
    try:
        busy = visitor.post("/sql", sql="SELECT 1")
        assert (busy.status_code, all(taken)) == (503, True)
        assert "2 queries or reports are running already; try again in a moment" in text_of(busy.text)
    finally:
        for _ in taken:
            sandboxes._running.release()
    assert visitor.post("/sql", sql="SELECT 1").status_code == 200


def test_the_page_says_of_when_the_copy_is(served: ServedDesk) -> None:
    assert re.search(
        r"The copy that is asked was made \d+ \w+ \d{4}", text_of(served.visitor().get("/sql").text)
    )
