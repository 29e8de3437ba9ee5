"""A person's SQL: attacked with all that DuckDB offers, each time refused or stopped in one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.errors import FactdeskError, UsageError, WarehouseError
from factdesk.warehouse.cells import read_cell, write_cell
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.sandbox import QueryLimits, ask_in_sandbox
from factdesk.warehouse.spool import write_batches
from small_records import small_essay
from sql_attacks import NOT_READ, NOT_RUN, TOO_LONG, WRONG

SHORT = QueryLimits(seconds=0.5, rows=100, answer_bytes=1_000_000, memory_bytes=100_000_000)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("home") / "warehouse"
    write_batches(small_essay(), warehouse, 16_000_000)
    fold_and_publish(warehouse)
    (warehouse / "people.json").write_text('{"r1": "Ann"}')
    return warehouse


@pytest.fixture
def untouched(published: Path) -> Iterator[Path]:
    """The home of the warehouse; afterwards it must be what it was."""
    home = published.parent
    before = _files_of(home)
    yield home
    assert _files_of(home) == before


def _files_of(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


OFF = "file system operations are disabled by configuration"
ONLY = "is refused because the published copy is only read; give one SELECT"
TOO_MUCH = [
    ("SELECT list(range) FROM range(3000000000)", "needs more than 100 MB of memory; ask for less"),
    ("SELECT repeat('x', 2000000)", "the answer is longer than 1 MB; ask for fewer rows or columns"),
    (f"SELECT {'1 + ' * 40_000} 1", "the query has 160009 characters; give at most 100000"),
]


def refusal_of(published: Path, sql: str, limits: QueryLimits) -> FactdeskError:
    with pytest.raises(FactdeskError) as refused:
        ask_in_sandbox(published, sql, limits)
    assert "\n" not in str(refused.value)
    assert "Traceback" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize("place", NOT_READ)
def test_no_file_and_no_network_is_reached(published: Path, untouched: Path, place: str) -> None:
    error = refusal_of(published, f"SELECT * FROM {place.format(home=untouched)}", SHORT)
    assert isinstance(error, UsageError)
    assert OFF in str(error) or "Catalog Error: Table with name" in str(error)


@pytest.mark.parametrize("sql", NOT_RUN)
def test_nothing_but_a_select_is_run(published: Path, untouched: Path, sql: str) -> None:
    assert ONLY in str(refusal_of(published, sql.format(home=untouched), SHORT))


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE records.claims --", "", "-- 1"])
def test_exactly_one_is_run(published: Path, sql: str) -> None:
    assert str(refusal_of(published, sql, SHORT)).endswith("statements were given; give exactly one SELECT")


@pytest.mark.parametrize(("sql", "message"), WRONG)
def test_what_cannot_be_is_told_in_a_sentence(
    published: Path, untouched: Path, sql: str, message: str
) -> None:
    error = refusal_of(published, sql.format(home=untouched), SHORT)
    assert isinstance(error, UsageError)
    assert str(error).startswith("the query is wrong: ")
    assert message in str(error)


@pytest.mark.parametrize("sql", TOO_LONG)
def test_a_query_that_runs_on_is_stopped(published: Path, sql: str) -> None:
    error = refusal_of(published, sql, SHORT)
    assert isinstance(error, WarehouseError)
    assert str(error) == "the query took longer than 0.5 seconds and was stopped; ask for less"


@pytest.mark.parametrize(("sql", "message"), TOO_MUCH)
def test_a_query_that_asks_for_too_much_is_stopped(published: Path, sql: str, message: str) -> None:
    error = refusal_of(published, sql, QueryLimits(60, 100, 1_000_000, 100_000_000))
    assert isinstance(error, UsageError)
    assert message in str(error)


def test_nothing_of_this_process_is_known_there(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTDESK_SECRET", "harbour-of-secrets")
    told = ask_in_sandbox(
        published, "SELECT * FROM duckdb_settings() UNION ALL BY NAME FROM duckdb_variables()"
    )
    assert "harbour-of-secrets" not in str(told.rows)
    assert os.environ["FACTDESK_SECRET"]


def test_rows_are_cut_off_where_they_were_asked_to_be(published: Path) -> None:
    endless = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t"
    cut = ask_in_sandbox(published, endless, QueryLimits(60, 3))
    assert (cut.columns, cut.rows, cut.cut_off) == (("x",), [(1,), (2,), (3,)], True)
    whole = ask_in_sandbox(published, "SELECT range FROM range(3)", QueryLimits(60, 3))
    assert (len(whole.rows), whole.cut_off) == (3, False)
    many = ask_in_sandbox(published, "SELECT range FROM range(2500)")
    assert (len(many.rows), many.cut_off) == (2500, False)


def test_answers_have_the_values_that_the_copy_has(published: Path) -> None:
    told = ask_in_sandbox(
        published,
        "SELECT c.claim_id, v.confidence, v.missing, v.checked_at, DATE '2026-10-07', TIME '09:30', "
        "INTERVAL 36 HOUR, '\\xC3\\xA9'::BLOB, {'a': [1, NULL]}, MAP {'b': 2.5}, 1e308 * 10, "
        "1::HUGEINT << 100, true, 'line 1\nline 2', '5000000-01-01'::DATE "
        "FROM reports.claims AS c JOIN reports.verdicts AS v USING (claim_id)",
    )
    ((claim_id, confidence, missing, checked_at, *others),) = told.rows
    assert isinstance(claim_id, UUID)
    assert (confidence, missing) == (Decimal("0.9000"), ["Georgia"])
    assert checked_at == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    assert others == [
        date(2026, 10, 7), time(9, 30), timedelta(hours=36), "é".encode(), {"a": [1, None]},
        {"b": Decimal("2.5")}, float("inf"), 1 << 100, True, "line 1\nline 2", "5000000-01-01",
    ]  # fmt: skip


def test_describe_and_show_help_to_find_ones_way(published: Path) -> None:
    assert ("verdicts",) in ask_in_sandbox(published, "SHOW TABLES").rows
    assert "machine_rating" in {row[0] for row in ask_in_sandbox(published, "DESCRIBE reports.verdicts").rows}


def test_nothing_published_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"^nothing is published in .* yet; run factdesk check first$"):
        ask_in_sandbox(tmp_path, "SELECT 1")


def test_a_damaged_copy_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "reports.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError, match=r"cannot be read \(.*\); run factdesk publish$"):
        ask_in_sandbox(tmp_path, "SELECT 1")


CELLS = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(),
        st.decimals(allow_nan=False), st.datetimes(timezones=st.sampled_from([None, UTC])), st.dates(),
        st.times(), st.timedeltas(), st.uuids(),
    ),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)  # fmt: skip


@given(CELLS)
def test_a_cell_comes_back_as_it_was(value: object) -> None:
    assert read_cell(write_cell(value)) == value
