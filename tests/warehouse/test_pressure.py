from __future__ import annotations

from pathlib import Path

import pytest

from factdesk.config import Home, WarehouseSettings, open_home
from factdesk.errors import SpoolError
from factdesk.pipeline import store_batch
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.pressure import is_full, wait_for_room
from factdesk.warehouse.spool import write_batches
from small_records import Review, make_claim, make_essay
from warehouse_processes import count_rows, count_waiting_batches

LIMITS = WarehouseSettings(spool_max_batches=3, spool_wait_seconds=4.5)
BYTES = 16_000_000


def fill(warehouse: Path, batches: int) -> None:
    for number in range(batches):
        write_batches([make_essay(f"essay-{number}")], warehouse, BYTES)


def test_below_the_limits_nobody_waits_and_nothing_is_folded(warehouse: Path) -> None:
    fill(warehouse, 2)
    assert wait_for_room(warehouse, LIMITS, pause=pytest.fail) == 0
    assert count_waiting_batches(warehouse) == 2


def test_a_full_spool_that_nobody_keeps_is_folded_by_the_writer(warehouse: Path) -> None:
    fill(warehouse, 3)
    assert wait_for_room(warehouse, LIMITS, pause=pytest.fail) == 0
    assert count_waiting_batches(warehouse) == 0


def test_a_writer_waits_for_the_keeper_to_make_room(warehouse: Path) -> None:
    fill(warehouse, 3)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    looks: list[float] = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            keeper.fold()

    with keeper:
        assert wait_for_room(warehouse, LIMITS, pause) == 2.0


def test_a_writer_is_refused_in_one_sentence_when_no_room_comes(warehouse: Path) -> None:
    fill(warehouse, 4)
    keeper = open_keeper(warehouse)
    assert keeper is not None
    looks: list[float] = []
    with (
        keeper,
        pytest.raises(SpoolError, match=r"is full \(4 batches, 0\.0 MB\) and .*process .*within 4\.5 s;"),
    ):
        wait_for_room(warehouse, LIMITS, looks.append)
    assert sum(looks) == 4.5


def test_bytes_count_as_batches_do(warehouse: Path) -> None:
    fill(warehouse, 1)
    folder = WarehouseFolder(warehouse)
    (path,) = batch_files(folder.pending)
    assert not is_full(folder, LIMITS)
    with path.open("r+b") as file:
        file.truncate(LIMITS.spool_max_bytes)  # of holes
    assert is_full(folder, LIMITS)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text(
        "[warehouse]\nspool_max_batches = 3\nspool_wait_seconds = 0\n"
    )
    return open_home(tmp_path)


def test_a_persons_act_is_never_refused_for_a_full_spool(home: Home) -> None:
    fill(home.warehouse, 3)
    event = Review(make_claim(make_essay(), "five pounds").id).decide()
    keeper = open_keeper(home.warehouse)
    assert keeper is not None
    with keeper:
        with pytest.raises(SpoolError, match="raise spool_max_batches"):
            store_batch([make_essay("one too many")], home)
        assert store_batch([make_essay("beside it"), event], home).fold.waiting == 4
    store_batch([], home)
    rows = count_rows(home.warehouse)
    assert (rows["review_events"], rows["essays"]) == (1, 4)
