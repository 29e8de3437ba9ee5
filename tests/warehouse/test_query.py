from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from factdesk.errors import UsageError, WarehouseError
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.query import run_query
from small_records import small_essay

REFUSED = [
    ("INSERT INTO records.claims SELECT * FROM records.claims", "INSERT is refused"),
    ("DROP SCHEMA records CASCADE", "DROP is refused"),
    ("CREATE TEMP TABLE t (x INTEGER)", "CREATE is refused"),
    ("COPY (SELECT 1) TO 'stolen.csv'", "COPY is refused"),
    ("ATTACH 'factdesk.duckdb'", "ATTACH is refused"),
    ("SET memory_limit = '64GB'", "SET is refused"),
    ("INSTALL httpfs", "LOAD is refused"),
    ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN is refused"),
    ("SELECT 1; SELECT 2", "2 statements were given; give exactly one SELECT"),
    ("", "0 statements were given"),
    ("SELECT * FROM read_text('/etc/passwd')", "disabled by configuration"),
    ("FROM '/etc/passwd'", "wrong"),
    ("SELECT * FROM read_csv('http://127.0.0.1/x.csv')", "wrong"),
    ("SELEC 1", "the query is wrong: Parser Error"),
    ("SELECT 1 / 'a'", "; mend that place"),
    ("SELECT nonesuch FROM reports.claims", "the query is wrong: Binder Error"),
    ("SELECT claim_idd FROM reports.claims", 'perhaps "claim_id"'),
    (
        "SELECT claim_idd FROM reports.claims",
        "; DESCRIBE reports.verdicts, or another view,",
    ),
    ("SELECT c.nonesuch FROM reports.claims AS c", "or another view, lists its columns"),
    ("SELECT 1 FROM reports.claimz", 'perhaps "claims"; SHOW TABLES lists what can be asked'),
    ("FROM read_text('x')", "; SHOW TABLES lists what can be asked"),
]


@pytest.fixture
def published(warehouse: Path, store: Callable[..., FoldReport]) -> Path:
    store(small_essay())
    return warehouse


def test_only_one_select_is_run(published: Path) -> None:
    copy = (published / "reports.duckdb").read_bytes()
    for sql, message in REFUSED:
        with pytest.raises(UsageError) as refused:
            run_query(published, sql)
        assert message in str(refused.value), sql
        assert "\n" not in str(refused.value)
    assert (published / "reports.duckdb").read_bytes() == copy


def test_a_query_that_runs_away_is_stopped(published: Path) -> None:
    started = time.monotonic()
    with pytest.raises(WarehouseError, match=r"longer than 0\.3 seconds and was stopped"):
        run_query(published, "SELECT count(*) FROM range(10000000000) a, range(10000000000) b", seconds=0.3)
    assert time.monotonic() - started < 20


def test_a_query_that_needs_too_much_memory_is_one_sentence(published: Path) -> None:
    with pytest.raises((UsageError, WarehouseError)) as refused:
        run_query(published, "SELECT list(range) FROM range(3000000000)", seconds=20)
    assert "\n" not in str(refused.value)


def test_parameters_columns_and_a_row_limit(published: Path) -> None:
    table = run_query(published, "SELECT claim, kind FROM reports.claims WHERE kind = ?", ["price"])
    assert (table.columns, table.rows) == (("claim", "kind"), [("the ferry costs £5", "price")])
    assert table.as_dicts() == [{"claim": "the ferry costs £5", "kind": "price"}]
    cut = run_query(published, "SELECT range FROM range(10)", row_limit=3)
    assert (cut.rows, cut.cut_off) == ([(0,), (1,), (2,)], True)
    assert not run_query(published, "SELECT range FROM range(3)", row_limit=3).cut_off


def test_times_are_in_utc(published: Path) -> None:
    assert run_query(published, "SELECT current_setting('TimeZone')").rows == [("UTC",)]


def test_nothing_published_is_one_sentence(warehouse: Path) -> None:
    with pytest.raises(WarehouseError, match=r"^nothing is published in .* yet; run factdesk check first$"):
        run_query(warehouse, "SELECT 1")
