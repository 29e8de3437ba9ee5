"""What tables and the queue look like: every line in its place, and no silence where nothing is."""

from __future__ import annotations

from pathlib import Path

from program import Run

ESSAY = "A single ticket from Split to Hvar costs 19 euros.\n"
SOURCE = (
    "A single ticket from Split to Hvar costs 14 euros, the shipping line said on Monday, and it would stay "
    "so until the last boat of the season has brought the musicians and their strings home.\n"
)


def test_a_long_passage_of_the_queue_keeps_its_indent(factdesk: Run, home: Path) -> None:
    (home / "fare.txt").write_text(ESSAY, encoding="utf-8")
    (home / "office.txt").write_text(SOURCE, encoding="utf-8")
    assert factdesk("check", "fare.txt", "--source", "office.txt").code == 0
    lines = [line for line in factdesk("queue").out.splitlines() if line.strip()]
    head, *rest, waiting = lines
    assert len(rest) > 2, lines
    assert not head.startswith(" ")
    assert all(line.startswith(" " * 10) and line[10] != " " for line in rest)
    assert waiting.startswith("1 of 1 waiting")


def test_a_table_without_rows_says_so(factdesk: Run) -> None:
    assert factdesk("check", "absent.txt").code == 3
    told = factdesk("report", "corrections")
    assert told.code == 0
    assert told.out.startswith("no rows; the columns are correction, essay_title")
    assert factdesk("sql", "SELECT 1 AS number WHERE false").out == "no rows; the columns are number\n"
    assert factdesk("sql", "SELECT 1 AS number WHERE false", "--json").out == ""
