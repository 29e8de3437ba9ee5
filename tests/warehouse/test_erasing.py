"""What is erased stands in no byte of the warehouse any more; the chain holds, and all else is as it was."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path

import pytest

from factdesk.model import text_sha256
from factdesk.reports.decision_log import log_row, read_log
from factdesk.sources.erasures import erased_texts, read_tombstones
from factdesk.warehouse.erasure_plans import ErasurePlan, plan_essay, plan_name, plan_snapshots
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import Keeper, fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from factdesk.warehouse.targets import Target, find_target
from factdesk.warehouse.users_log import UserAct, note_user_act, read_user_acts
from filled_warehouses import answers, chain, fill, verify
from warehouse_processes import start

PAGE = "The fare is five pounds. The harbour office put it up on Wednesday."
OTHER_PAGE = "The fare is five pounds. A lighthouse keeper told us."


def keep(warehouse: Path) -> Keeper:
    keeper = open_keeper(warehouse)
    assert keeper is not None
    return keeper


def holding(warehouse: Path, *words: str) -> list[tuple[str, str]]:
    """Every file of the warehouse that holds one of the words in its raw bytes, backups apart."""
    return [
        (path.relative_to(warehouse).as_posix(), word)
        for path in sorted(warehouse.rglob("*"))
        if path.is_file() and "backups" not in path.parts
        for word in words
        if word.encode() in path.read_bytes() or word.encode().lower() in path.read_bytes().lower()
    ]


def make_plan(keeper: Keeper, named: str) -> ErasurePlan:
    target: Target = find_target(keeper.ask, named, ("essay", "snapshot"))
    planned = plan_essay if target.kind == "essay" else plan_snapshots
    return planned(keeper.ask, keeper.folder, target)


def erase(warehouse: Path, named: str) -> None:
    with keep(warehouse) as keeper:
        keeper.fold()
        keeper.erase(make_plan(keeper, named), by="r1", reason="asked for")


@pytest.fixture
def filled(warehouse: Path) -> Path:
    """Two essays on one page, a third on another text of it; a search index, a rejected batch, a log."""
    fill(warehouse, "harbour", "quay", page=PAGE)
    fill(warehouse, "pier", page=OTHER_PAGE, minute=9)
    return warehouse


def add_what_lies_beside(warehouse: Path) -> None:
    """Things in which the words of the essay stand too."""
    folder = WarehouseFolder(warehouse)
    fill(warehouse, "harbour", page=PAGE, publish=False)
    (first, *_) = batch_files(folder.pending)
    content = first.read_bytes()
    rejected = folder.rejected / first.name
    rejected.write_bytes(content.replace(b'"Harbour"', b'"Harbours"'))
    rejected.with_name(f"{rejected.name}.reason").write_text("its records were altered\n")
    folder.set_aside.mkdir()
    (folder.set_aside / "0-factdesk.duckdb.wal").write_bytes(content)
    (folder.pending / ".one.ndjson.1.part").write_bytes(content)
    unfinished = warehouse / "snapshots" / "unfinished" / f"{text_sha256('x')}.1"
    unfinished.write_bytes(b"the ferry to the harbour costs")


def test_an_essay_leaves_no_word_behind(filled: Path) -> None:
    add_what_lies_beside(filled)
    before = chain(filled)
    assert holding(filled, "ferry to the harbour")
    erase(filled, "harbour.md")
    assert holding(filled, "ferry to the harbour", "Of the harbour") == []
    assert chain(filled)[: len(before)] == before
    found = verify(filled)
    assert found.is_green
    assert found.faults == []
    assert run_query(filled, "SELECT essay_uri FROM reports.essays ORDER BY 1").rows == [
        ("pier.md",),
        ("quay.md",),
    ]
    # the page is another's work: what the other essays quote of it stays
    assert run_query(filled, "SELECT count(*) FROM reports.evidence WHERE evidence_quote <> ''").rows == [
        (2,)
    ]


def test_a_snapshot_leaves_no_word_behind_and_every_rating(filled: Path) -> None:
    ratings = "SELECT claim_id, machine_rating, editor_rating, reviewer FROM reports.verdicts ORDER BY ALL"
    before, links = run_query(filled, ratings).rows, chain(filled)
    with keep(filled) as keeper:
        (row,) = keeper.ask("SELECT id FROM records.snapshots WHERE text_sha256 = $1", [text_sha256(PAGE)])
    erase(filled, str(row[0]))
    assert holding(filled, "harbour office", "office says so of the ferry to the quay") == []
    assert holding(filled, "lighthouse keeper")
    assert run_query(filled, ratings).rows == before
    assert chain(filled) == links
    found = verify(filled)
    assert (found.faults, found.erased) == ([], 2)
    assert erased_texts(filled / "snapshots") == {text_sha256(PAGE)}


def test_what_comes_again_after_an_erasure_is_whole_again(filled: Path) -> None:
    erase(filled, "harbour.md")
    fill(filled, "harbour", page=PAGE)
    assert verify(filled).faults == []
    titles = run_query(filled, "SELECT essay_title FROM reports.essays ORDER BY 1").rows
    assert titles == [("Harbour",), ("Pier",), ("Quay",)]


def test_a_stranger_can_still_follow_the_decision_log(filled: Path) -> None:
    erase(filled, "harbour.md")
    link = "0" * 64
    rows = [log_row(one, with_notes=True) for one in read_log(filled)]
    for row in rows:
        link = hashlib.sha256((link + row["payload_sha256"]).encode()).hexdigest()
        assert row["chain_sha256"] == link
        if row["payload"]:
            content = (row["salt"] + row["payload"]).encode()
            assert hashlib.sha256(content).hexdigest() == row["payload_sha256"]
    assert [row["payload"] is None for row in rows] == [True, True, False, False, False, False]
    assert [row["rating"] for row in rows[:2]] == ["supported", "refuted"]


def test_a_plan_changes_nothing(filled: Path) -> None:
    before = answers(filled)
    with keep(filled) as keeper:
        plan = make_plan(keeper, "harbour.md")
    assert plan.rows["essays"] == 1
    assert (plan.rows["claims"], plan.rows["review_events"], len(plan.events)) == (1, 2, 2)
    assert [name for name in plan.files if name.startswith("blobs/")]
    assert answers(filled) == before


def test_a_name_goes_from_the_people_and_from_what_they_wrote(filled: Path) -> None:
    folder = WarehouseFolder(filled)
    folder.people.write_text('{"r1": "Ann Example", "r2": "Bob"}', encoding="utf-8")
    with keep(filled) as keeper:
        plan = plan_name(keeper.ask, folder, "office", {"r1": "Ann Example", "r2": "Bob"})
        assert plan.people == ()
        assert len(plan.events) == 3
        assert "1 sentence of claims" in plan_name(keeper.ask, folder, "to the pier", {}).nearby
        assert "3 sentences of claims" in plan_name(keeper.ask, folder, "costs", {}).nearby
        plan = plan_name(keeper.ask, folder, "ann example", {"r1": "Ann Example", "r2": "Bob"})
        assert plan.people == ("r1",)
        folder.desk_users.write_text('{"Ann Example": {"role": "editor"}, "Bob": {"role": "checker"}}')
        note_user_act(filled, UserAct.ADDED, "Bob", "Ann Example", "checker")
        keeper.erase(plan, by="r1", reason="left")
    ((line,), damaged) = read_user_acts(filled)
    assert (line.by, line.name, damaged) == ("a name that was erased", "Bob", 0)
    assert folder.desk_users.read_text() == '{"Bob": {"role": "checker"}}'
    assert holding(filled, "Ann Example") == []
    assert folder.people.read_text() == '{\n "r2": "Bob"\n}'
    assert verify(filled).faults == []


def test_a_false_tombstone_hides_no_change(filled: Path) -> None:
    erase(filled, "harbour.md")
    (tombstone,) = read_tombstones(filled / "snapshots")
    path = filled / "snapshots" / tombstone.name
    path.chmod(0o644)
    path.write_text(path.read_text().replace("asked for", "asked fur"))
    assert [fault.said for fault in verify(filled).faults] == [
        "it is the tombstone of an erasure, and was changed"
    ]
    path.rename(path.with_name("0" + path.name))
    assert not verify(filled).is_green


KILLED = """
import os, signal, sys
from pathlib import Path
import factdesk.warehouse.erasing as erasing
from factdesk.warehouse.erasure_plans import plan_essay
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.targets import find_target

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

step = sys.argv[2]
real = getattr(erasing, step)
setattr(erasing, step, die if sys.argv[3] == "before" else lambda *a, **k: (real(*a, **k), die()))
keeper = open_keeper(Path(sys.argv[1]))
target = find_target(keeper.ask, "harbour.md", ("essay",))
keeper.erase(plan_essay(keeper.ask, keeper.folder, target), by="r1", reason="asked for")
"""

STEPS = ("_erase_rows", "compact", "bury", "_clear_beside", "remove_index", "publish_copy")


@pytest.mark.parametrize(
    ("step", "when"),
    [*((one, "before") for one in STEPS), ("_erase_rows", "after"), ("publish_copy", "after")],
)
def test_one_that_was_killed_is_ended_by_the_next_keeper(filled: Path, step: str, when: str) -> None:
    before = chain(filled)
    process = start(KILLED, str(filled), step, when)
    _, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err
    folder = WarehouseFolder(filled)
    assert folder.erasing.exists()
    assert b"ferry" not in folder.erasing.read_bytes()
    fold_and_publish(filled)
    assert not folder.erasing.exists()
    assert holding(filled, "ferry to the harbour", "Of the harbour") == []
    assert chain(filled) == before
    assert verify(filled).faults == []
    assert len(read_tombstones(filled / "snapshots")) == 1
