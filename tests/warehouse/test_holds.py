"""Holds are appended, released by a further line, and none can be taken out unnoticed."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.holds import add_hold, read_holds, release_holds


def test_what_is_held_is_held_until_it_is_released(warehouse: Path) -> None:
    essay, claim = uuid4(), uuid4()
    assert read_holds(warehouse) == []
    add_hold(warehouse, "essay", essay, "a complaint", "r1")
    add_hold(warehouse, "essay", essay, "a second one", "r2")
    add_hold(warehouse, "claim", claim, "a court", "r1")
    assert [(one.kind, one.reason) for one in read_holds(warehouse)] == [
        ("essay", "a complaint"),
        ("essay", "a second one"),
        ("claim", "a court"),
    ]
    assert len(release_holds(warehouse, "essay", essay, "settled", "r1")) == 2
    assert release_holds(warehouse, "essay", essay, "settled", "r1") == []
    assert [one.target for one in read_holds(warehouse)] == [claim]
    lines = WarehouseFolder(warehouse).holds.read_text().splitlines()
    assert len(lines) == 5
    assert '"settled"' in lines[-1]


def test_a_line_that_was_taken_out_or_changed_is_noticed(warehouse: Path) -> None:
    for reason in ("first", "second", "third"):
        add_hold(warehouse, "claim", uuid4(), reason, "r1")
    path = WarehouseFolder(warehouse).holds
    lines = path.read_bytes().splitlines(keepends=True)
    for altered in (
        lines[1:],
        [lines[0], lines[2]],
        [lines[0], lines[1].replace(b"second", b"s3cond"), lines[2]],
    ):
        path.write_bytes(b"".join(altered))
        with pytest.raises(WarehouseError, match=r"line \d of .* is damaged or was changed"):
            read_holds(warehouse)


def test_half_a_line_that_a_stop_left_is_taken_away(warehouse: Path) -> None:
    add_hold(warehouse, "claim", uuid4(), "first", "r1")
    path = WarehouseFolder(warehouse).holds
    path.write_bytes(path.read_bytes() + b'{"act": "hold", "kind"')
    assert len(read_holds(warehouse)) == 1
    add_hold(warehouse, "claim", uuid4(), "second", "r1")
    assert [one.reason for one in read_holds(warehouse)] == ["first", "second"]
