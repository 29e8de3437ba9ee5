"""The decision log, recomputed as a stranger would: from the file alone, with nothing of Factdesk."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from decided_homes import DecidedHome, copy_checked_home
from factdesk.errors import WarehouseError
from factdesk.model import Act, Rating
from factdesk.reports.decision_log import LOG_COLUMNS, ChainEnd, log_lines, log_row, read_log

FORMULA = "=HYPERLINK(1)\nand “€9” \u202e\x07"


@pytest.fixture(scope="module")
def decided(checked: Path, tmp_path_factory: pytest.TempPathFactory) -> DecidedHome:
    home = copy_checked_home(checked, tmp_path_factory.mktemp("log") / "home")
    home.decide("tickets", Rating.SUPPORTED, conclusion=FORMULA, note="ask Mia at home", reason="-1+1")
    home.act("poll", Act.LEASE, "Bob")
    home.decide("poll", Rating.SUPPORTED, "Bob", spent_ms=5100, shown=False)
    home.undo("tickets")
    home.settle()
    return home


def log_text(home: DecidedHome, form: str, **options: Any) -> str:
    rows = (log_row(link, **options) for link in read_log(home.warehouse))
    columns = (*LOG_COLUMNS, "reviewer_name") if "names" in options else LOG_COLUMNS
    return "".join(log_lines(rows, columns, form))


def rows_of(text: str, form: str) -> list[dict[str, Any]]:
    if form == "json":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def recompute(rows: list[dict[str, Any]]) -> Iterator[int]:
    """Follow the chain by the rule of the docs and yield the positions whose payload was proved."""
    chain = "0" * 64
    for position, row in enumerate(rows, start=1):
        assert int(row["position"]) == position
        if row["payload"]:
            assert sha256(row["salt"] + row["payload"]) == row["payload_sha256"]
            assert json.loads(row["payload"])["act"] == row["act"]
            yield position
        chain = sha256(chain + row["payload_sha256"])
        assert chain == row["chain_sha256"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_stranger_recomputes_every_link(decided: DecidedHome, form: str) -> None:
    rows = rows_of(log_text(decided, form, with_notes=True), form)
    assert list(recompute(rows)) == [1, 2, 3, 4]
    assert [row["act"] for row in rows] == ["decide", "lease", "decide", "undo"]
    assert json.loads(rows[0]["payload"])["conclusion"] == FORMULA.strip()
    end = ChainEnd()
    assert len(list(end.seen(read_log(decided.warehouse)))) == end.position == 4
    assert end.chain_sha256 == rows[-1]["chain_sha256"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_withheld_note_leaves_the_chain_whole_and_nothing_to_guess_by(
    decided: DecidedHome, form: str
) -> None:
    text = log_text(decided, form)
    rows = rows_of(text, form)
    assert list(recompute(rows)) == [2, 3, 4]
    assert "ask Mia" not in text
    assert not rows[0]["salt"]
    assert str(rows[0]["note_withheld"]) == "True"
    assert rows[0]["rating"] == "supported"


@pytest.mark.parametrize("column", ["payload", "salt", "payload_sha256", "chain_sha256"])
def test_whoever_alters_a_row_is_found_out(decided: DecidedHome, column: str) -> None:
    rows = rows_of(log_text(decided, "json", with_notes=True), "json")
    rows[1][column] = rows[1][column].replace(rows[1][column][-3], "~")
    with pytest.raises(AssertionError):
        list(recompute(rows))


def test_a_spreadsheet_runs_no_cell(decided: DecidedHome) -> None:
    first = rows_of(log_text(decided, "csv", with_notes=True), "csv")[0]
    assert first["conclusion"].startswith("'=HYPERLINK")
    assert first["reason"] == "'-1+1"


def test_names_are_given_only_where_asked_for(decided: DecidedHome) -> None:
    assert "Mia" not in log_text(decided, "json")
    events = list(read_log(decided.warehouse))
    names = {events[0].event.reviewer: "Mia"}
    rows = rows_of(log_text(decided, "json", names=names), "json")
    assert [row["reviewer_name"] for row in rows] == ["Mia", None, None, "Mia"]


@pytest.mark.parametrize("page_rows", [1, 3, 4])
def test_pages_of_the_log_fit_together(decided: DecidedHome, page_rows: int) -> None:
    whole = list(read_log(decided.warehouse))
    assert list(read_log(decided.warehouse, page_rows=page_rows)) == whole


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM records.review_events WHERE act = 'lease'", "event 2 is in the chain and not among"),
        ("DELETE FROM keeper.event_chain WHERE position = 2", "event 2 is missing"),
        ("UPDATE records.review_events SET act = 'dance' WHERE act = 'lease'", "event 2 is damaged"),
    ],
)
def test_a_damaged_log_is_said_and_not_exported_as_whole(
    decided: DecidedHome, tmp_path: Path, damage: str, told: str
) -> None:
    copy = Path(shutil.copy(decided.warehouse / "reports.duckdb", tmp_path))
    with duckdb.connect(str(copy)) as connection:
        connection.execute(damage)
    with pytest.raises(WarehouseError, match=told):
        list(read_log(tmp_path))


def test_an_empty_log_and_no_log(home: DecidedHome, tmp_path: Path) -> None:
    assert log_text(home, "csv").splitlines() == [",".join(LOG_COLUMNS)]
    with pytest.raises(WarehouseError, match="nothing is published"):
        list(read_log(tmp_path))


def test_the_script_of_the_docs_follows_the_chain(decided: DecidedHome, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    log = tmp_path / "decisions.csv"
    log.write_text(log_text(decided, "csv"), encoding="utf-8", newline="")

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-c", script, str(log)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    rows = rows_of(log_text(decided, "csv"), "csv")
    assert run().stdout == f"the chain holds and ends at {rows[-1]['chain_sha256']}\n"
    log.write_text(log.read_text("utf-8").replace("5100", "5101"), encoding="utf-8", newline="")
    assert "event 3 differs" in run().stderr
