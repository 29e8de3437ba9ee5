"""`factdesk compact`: by the installed program, and in one sentence where it cannot be."""

from __future__ import annotations

from pathlib import Path

from factdesk.warehouse.keeper import open_keeper
from program import Run


def test_it_says_the_sizes_and_changes_no_answer(factdesk: Run, home: Path) -> None:
    (home / "fares.txt").write_text("A ticket to Hvar costs 14 euros.\n", encoding="utf-8")
    assert factdesk("check", "fares.txt").code == 0
    before = factdesk("sql", "SELECT * FROM reports.verdicts", "--json").out
    ended = factdesk("compact")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("compacted: ")
    assert " MB, every row compared" in ended.out
    assert factdesk("sql", "SELECT * FROM reports.verdicts", "--json").out == before
    assert factdesk("verify").code == 0


def test_where_nothing_is_stored_there_is_nothing_to_compact(factdesk: Run) -> None:
    ended = factdesk("compact")
    assert ended.code == 1
    assert "there is nothing to compact" in ended.error_line()


def test_a_keeper_is_named(factdesk: Run, home: Path) -> None:
    (home / "fares.txt").write_text("A ticket to Hvar costs 14 euros.\n", encoding="utf-8")
    assert factdesk("check", "fares.txt").code == 0
    keeper = open_keeper(home / "warehouse")
    assert keeper is not None
    with keeper:
        ended = factdesk("compact", "--wait-seconds", "0.1")
    assert ended.code == 1
    assert "keeps the warehouse" in ended.error_line()
