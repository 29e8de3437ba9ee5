"""A run reads what is new or changed, and stores no reading that says nothing new."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from essay_runs import Desk
from factdesk.config import open_home
from factdesk.essays.inputs import list_inbox
from factdesk.essays.selection import select_essays
from factdesk.pipeline import check_once
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.known import open_known
from factdesk.warehouse.locks import try_lock

LISBON = "A return ticket to Lisbon costs 40 euros."
PORTO = "A return ticket to Porto costs 47 euros."
MADRID = "A return ticket to Madrid costs 54 euros."


@pytest.fixture
def checked(desk: Desk) -> Desk:
    """Two essays, read once."""
    desk.write("lisbon.md", LISBON)
    desk.write("porto.md", PORTO)
    first = desk.run()
    assert [one.relative for one in first.selection.new] == ["lisbon.md", "porto.md"]
    assert desk.claims() == [("lisbon.md", "supported", "to_review"), ("porto.md", "supported", "to_review")]
    return desk


def test_a_second_run_reads_nothing_and_stores_nothing(checked: Desk) -> None:
    before = checked.ask("SELECT count(*), max(fold_sequence) FROM records.readings")
    again = checked.run()
    assert again.read_places == []
    assert [one.relative for one in again.selection.unchanged] == ["lisbon.md", "porto.md"]
    assert checked.ask("SELECT count(*), max(fold_sequence) FROM records.readings") == before


def test_an_edited_file_is_read_and_no_other(checked: Desk) -> None:
    checked.write("porto.md", f"{PORTO} {LISBON}")
    again = checked.run()
    assert again.read_places == ["porto.md"]
    assert [one.relative for one in again.selection.changed] == ["porto.md"]
    assert len(checked.claims()) == 3
    assert checked.run().read_places == []


def test_a_touched_file_is_unchanged(checked: Desk) -> None:
    path = checked.path("porto.md")
    path.write_bytes(path.read_bytes())
    assert checked.run().read_places == []


def test_a_new_file_is_read_and_no_other(checked: Desk) -> None:
    checked.write("madrid.md", MADRID)
    again = checked.run()
    assert again.read_places == ["madrid.md"]
    assert [one.relative for one in again.selection.new] == ["madrid.md"]


def test_another_finder_reads_all_again(checked: Desk) -> None:
    essays = list_inbox(checked.home)
    with open_known(checked.home.warehouse) as known:
        same = select_essays(essays, checked.home, known)
        other = select_essays(essays, checked.home, known, method="a better finder")
    assert [len(same.unchanged), len(same.changed)] == [2, 0]
    assert [len(other.unchanged), len(other.changed)] == [0, 2]


@pytest.mark.parametrize("damage", ["removed", "cut off"])
def test_without_its_journal_an_essay_is_read_again_and_adds_no_row(checked: Desk, damage: str) -> None:
    before = checked.readings()
    for path in checked.journal_files():
        path.unlink() if damage == "removed" else path.write_text(path.read_text()[:40])
    again = checked.run()
    assert again.read_places == ["lisbon.md", "porto.md"]
    assert [one.relative for one in again.selection.changed] == ["lisbon.md", "porto.md"]
    assert checked.readings() == before
    assert checked.run().read_places == []


def test_a_journal_that_the_warehouse_does_not_confirm_is_not_believed(checked: Desk) -> None:
    folder = WarehouseFolder(checked.home.warehouse)
    for path in (folder.database, folder.published, folder.publication):
        path.unlink()
    assert checked.run().read_places == ["lisbon.md", "porto.md"]
    assert len(checked.claims()) == 2


def test_a_reading_that_still_waits_in_the_spool_counts(desk: Desk) -> None:
    desk.write("lisbon.md", LISBON)
    lock = try_lock(WarehouseFolder(desk.home.warehouse).lock)
    assert lock is not None
    with lock:  # another keeper: every batch waits
        desk.run()
        assert desk.run().read_places == []
        for path in desk.journal_files():
            path.unlink()
        assert desk.run().read_places == ["lisbon.md"]
    desk.run()
    assert desk.readings() == [("lisbon.md", "read")]


def test_failing_essays_are_tried_again_and_their_readings_stored_once(checked: Desk) -> None:
    checked.path("empty.md").write_bytes(b"")
    shutil.copy(checked.path("lisbon.md"), checked.path("z-copy.md"))
    checked.path("gone.md").symlink_to(checked.path("nowhere.md"))
    seen = [checked.run() for _ in range(3)]
    assert seen[0].outcomes == {"empty.md": "empty", "gone.md": "missing", "z-copy.md": "duplicate"}
    for later in seen[1:]:
        assert later.outcomes == {"gone.md": "missing", "z-copy.md": "duplicate"}
    assert sorted(checked.readings()[2:]) == [
        ("empty.md", "empty"),
        ("gone.md", "missing"),
        ("z-copy.md", "duplicate"),
    ]


def test_a_copy_becomes_an_essay_when_the_other_file_is_gone(checked: Desk) -> None:
    shutil.copy(checked.path("lisbon.md"), checked.path("z-copy.md"))
    assert checked.run().outcomes == {"z-copy.md": "duplicate"}
    checked.path("lisbon.md").unlink()
    assert checked.run().outcomes == {"z-copy.md": "read"}
    assert [place for place, _, _ in checked.claims()] == ["porto.md", "z-copy.md"]


def test_a_file_moved_and_moved_back_is_followed(checked: Desk) -> None:
    before = checked.readings()
    checked.path("lisbon.md").rename(checked.path("moved.md"))
    assert checked.run().read_places == ["moved.md"]
    checked.path("moved.md").rename(checked.path("lisbon.md"))
    assert checked.run().read_places == ["lisbon.md"]
    assert len(checked.readings()) == len(before)
    assert checked.ask("SELECT path FROM reports.essays ORDER BY path") == [("lisbon.md",), ("porto.md",)]
    assert checked.run().read_places == []


def test_an_edit_that_a_person_checked_and_took_back_is_read(checked: Desk) -> None:
    old = checked.path("lisbon.md").read_bytes()
    checked.write("lisbon.md", MADRID)
    check_once([str(checked.path("lisbon.md"))], checked.home)
    assert checked.run().read_places == []
    checked.path("lisbon.md").write_bytes(old)
    assert checked.run().read_places == ["lisbon.md"]
    assert checked.claims()[0] == ("lisbon.md", "supported", "to_review")


def test_what_a_person_names_is_read_although_it_is_unchanged(checked: Desk) -> None:
    report = check_once([str(checked.path("lisbon.md"))], checked.home)
    assert [len(read.claims) for read in report.reads] == [1]


def test_a_second_file_with_a_known_id_does_not_take_its_essay_over(desk: Desk) -> None:
    desk.write("first.md", LISBON, id="fares")
    desk.run()
    desk.write("second.md", PORTO, id="fares")
    assert desk.run().outcomes == {"second.md": "duplicate"}
    assert desk.run().details == {
        "second.md": "its id is already that of first.md; give one of the two another id"
    }
    assert [place for place, _, _ in desk.claims()] == ["first.md"]
    desk.path("first.md").unlink()
    assert desk.run().outcomes == {"second.md": "read"}
    assert [place for place, _, _ in desk.claims()] == ["second.md"]


def test_a_file_that_was_too_big_is_read_when_the_limit_allows_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "project", "[essays]\nmax_bytes = 1024\n")
    desk.write("long.md", "\n\n".join([LISBON] * 40))
    assert desk.run().outcomes == {"long.md": "too_big"}
    assert desk.run().outcomes == {}
    config = desk.home.config_path
    config.write_text(config.read_text().replace("1024", "4096"))
    desk.home = open_home(desk.home.root)
    assert desk.run().outcomes == {"long.md": "read"}


def test_switching_a_kind_on_reads_all_again_and_off_withdraws_its_claims(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "project", '[claims]\nkinds = ["price"]\n')
    desk.write("lisbon.md", f"{LISBON} In a poll of 900 adults, 62% said that they would go by train.")
    assert desk.run().outcomes == {"lisbon.md": "read"}
    assert _kinds(desk) == [("price", "current")]
    _switch(desk, '"price"', '"poll", "price"')
    assert desk.run().read_places == ["lisbon.md"]
    assert desk.run().read_places == []
    assert _kinds(desk) == [("poll", "current"), ("price", "current")]
    _switch(desk, '"poll", ', "")
    assert desk.run().read_places == ["lisbon.md"]
    assert _kinds(desk) == [("poll", "withdrawn"), ("price", "current")]


def _kinds(desk: Desk) -> list[tuple[str, str]]:
    return desk.ask("SELECT kind, claim_status FROM reports.verdicts ORDER BY kind")


def _switch(desk: Desk, old: str, new: str) -> None:
    config = desk.home.config_path
    config.write_text(config.read_text().replace(old, new))
    desk.home = open_home(desk.home.root)
