"""The published file in the hands of others: DuckDB's own program of the 1.5 line, and Python."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from small_records import Review, judge, make_change, make_claim, make_essay, small_essay

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("duckdb")
CONTRACT = (
    "essays", "claims", "claim_sources", "sources", "source_changes", "evidence", "verdicts",
    "verdict_history", "decisions", "review_queue", "findings", "corrections", "runs", "about",
)  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("warehouse")
    claim = make_claim(make_essay(), "the ferry costs £5")
    decided = Review(claim.id).decide(verdict_id=judge(claim).verdict.id)
    change = make_change(judge(claim).source, "The fare is five pounds.", "The fare is six pounds.")
    write_batches([*small_essay(), change, decided], warehouse, 16_000_000)
    fold_and_publish(warehouse)
    return warehouse / "reports.duckdb"


@pytest.fixture
def ask(published: Path) -> Callable[[str], list[dict[str, object]]]:
    def rows(sql: str) -> list[dict[str, object]]:
        assert PROGRAM.is_file(), "DuckDB's program is not in the environment; run make setup-dev"
        ended = subprocess.run(
            [PROGRAM, "-readonly", "-json", "-no-init", published],
            input=sql.rstrip().removesuffix(";") + ";",
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        found: list[dict[str, object]] = json.loads(ended.stdout or "[]")
        return found

    return rows


def test_the_program_is_of_the_line_that_editors_have(ask: Callable[..., list[dict[str, object]]]) -> None:
    assert str(ask("SELECT version() AS version")[0]["version"]).startswith("v1.5.")


def test_every_view_opens_in_it(ask: Callable[..., list[dict[str, object]]]) -> None:
    views = ask("SELECT schema_name || '.' || view_name AS view FROM duckdb_views() WHERE NOT internal")
    names = {str(one["view"]) for one in views}
    assert {f"main.{name}" for name in CONTRACT} <= names
    # As text, so that each value is computed and not only the rows are counted.
    counted = ask(
        " UNION ALL ".join(
            f"SELECT '{name}' AS view, count(t::VARCHAR) AS n FROM {name} AS t" for name in names
        )
    )
    assert {str(one["view"]) for one in counted} == names
    assert all(
        one["n"] for one in counted if one["view"] in {"main.verdicts", "main.findings", "main.claims"}
    )


def test_it_shows_what_columns_mean(ask: Callable[..., list[dict[str, object]]]) -> None:
    (row,) = ask(
        "SELECT comment FROM duckdb_columns() "
        "WHERE table_name = 'verdicts' AND column_name = 'machine_rating'"
    )
    assert str(row["comment"]).startswith("What the machine says, always relative to the source")


def test_every_select_of_the_page_runs_in_it(ask: Callable[..., list[dict[str, object]]]) -> None:
    page = (ROOT / "docs" / "querying.md").read_text("utf-8")
    selects = re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(selects) >= 7
    for select in selects:
        ask(select)


def test_the_python_of_the_page_runs(published: Path) -> None:
    page = (ROOT / "docs" / "querying.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    home = published.parent.parent
    (home / "warehouse").mkdir(exist_ok=True)
    (home / "warehouse" / "reports.duckdb").write_bytes(published.read_bytes())
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "the ferry costs £5" in ended.stdout
