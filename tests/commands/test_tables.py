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
    assert " ".join(told.out.split()) == (
        "Which claims did people find wrong, and has the essay been corrected? None: people have found no "
        "claim wrong; one that waits for its second check stands in factdesk queue"
    )
    told = factdesk("report", "corrections", "--kind", "price")
    assert "None: no rows when narrowed to kind price; leave a filter out" in " ".join(told.out.split())
    told = factdesk("report", "corrections", "--format", "csv")
    assert (len(told.out.splitlines()), "people have found no claim wrong" in told.err) == (1, True)
    assert factdesk("sql", "SELECT 1 AS number WHERE false").out == "no rows; the columns are number\n"
    assert factdesk("sql", "SELECT 1 AS number WHERE false", "--json").out == ""
