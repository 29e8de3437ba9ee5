"""The bench of the desk on a small warehouse: that it decides, loses nothing and says what it measured."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from bench.desk import bear_load, turn_pages
from bench.desk_visits import running_desk
from bench.warehouses import make_warehouse


def test_people_turn_pages_and_no_decision_is_lost(tmp_path: Path) -> None:
    make_warehouse(tmp_path / "made", 250, 100)
    root = tmp_path / "home"
    with running_desk(root, tmp_path / "made") as desk:
        figures = [*turn_pages(desk, 3, "250 claims"), *bear_load(desk, root, 1.0, "250 claims")]
    told = {one.name: one.figure for one in figures}
    assert told["ten checkers, decision lost"] == 0
    assert 0 < told["heaviest page"] <= 60_000
    assert told["decide, its thread"] > 0
    assert told["memory of the desk, at the end"] > 0
    decided = next(one.note for one in figures if one.name == "ten checkers, decision lost")
    assert " 0 decisions" not in decided, "nobody decided anything, so that nothing could be lost"
