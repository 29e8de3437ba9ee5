"""``factdesk sql`` as a person types it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from program import Run
from small_records import small_essay

THREE = ("the ferry costs £5", "the tram costs £2", "=the bus costs £1")


@pytest.fixture
def published(home: Path) -> Path:
    write_batches(small_essay(quotes=THREE), home / "warehouse", 16_000_000)
    fold_and_publish(home / "warehouse")
    return home


def test_rows_in_every_form(published: Path, factdesk: Run) -> None:
    query = "SELECT claim, stage FROM reports.claims ORDER BY claim"
    assert [row["claim"] for row in factdesk("sql", query, "--json").rows] == sorted(THREE)
    told = list(csv.reader(io.StringIO(factdesk("sql", query, "--format", "csv").out)))
    assert told[0] == ["claim", "stage"]
    assert told[1][0] == "'=the bus costs £1", "a spreadsheet must not run it"
    assert "the ferry costs £5" in factdesk("sql", query).out


def test_more_rows_than_asked_for_are_said(published: Path, factdesk: Run) -> None:
    ended = factdesk("sql", "SELECT claim FROM reports.claims", "--limit", "2", "--json")
    assert (ended.code, len(ended.rows)) == (0, 2)
    assert "these are the first 2 rows and there are more" in ended.err
    whole = factdesk("sql", "SELECT claim FROM reports.claims", "--limit", "3", "--json")
    assert (whole.code, len(whole.rows), whole.err) == (0, 3, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("DELETE FROM records.claims",), "DELETE is refused because the published copy is only read"),
        (("SELECT * FROM read_text('config/factdesk.toml')",), "disabled by configuration"),
        (("SELECT 1; SELECT 2",), "2 statements were given; give exactly one SELECT"),
        (("SELECT 1", "--limit", "0"), "--limit 0 is no number of rows; give 1 or more"),
    ],
)
def test_what_is_refused_is_one_sentence(
    published: Path, factdesk: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = factdesk("sql", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.error_line()


def test_nothing_published_says_what_to_do(home: Path, factdesk: Run) -> None:
    ended = factdesk("sql", "SELECT 1")
    assert ended.code == 1
    assert ended.error_line().endswith("yet; run factdesk check first")
