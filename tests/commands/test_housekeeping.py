"""Backup, restore, hold and erase by the installed program, as docs/housekeeping.md shows them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.config import open_home
from factdesk.desk.decisions import make_decision
from factdesk.desk.users import add_user
from factdesk.model import Rating, Role
from factdesk.pipeline import check_once, store_batch
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from filled_warehouses import answers, reports, tree
from program import Ended, Run

ESSAY = "Of the breakwater: a ticket to the breakwater costs 14 euros.\n"
NOTICE = "The lamp office: a ticket to the breakwater costs 14 euros.\n"
WORDS = (b"to the breakwater", b"lamp office", b"breakwater.txt")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an essay that was checked and decided; each test works on a copy of it."""
    root = tmp_path_factory.mktemp("template")
    (root / "config").mkdir()
    (root / "config" / "factdesk.toml").write_text("", encoding="utf-8")
    (root / "breakwater.txt").write_text(ESSAY, encoding="utf-8")
    (root / "notice.txt").write_text(NOTICE, encoding="utf-8")
    home = open_home(root)
    check_once([str(root / "breakwater.txt")], home, given=[SourceRequest("notice.txt", root / "notice.txt")])
    ((claim,),) = run_query(home.warehouse, "SELECT claim_id FROM reports.claims").rows
    said = {"conclusion": "So it is to the breakwater.", "reason": "other"}
    event = make_decision(home.warehouse, UUID(str(claim)), Rating.SUPPORTED, "Ann", **said)
    store_batch([event], home)
    fold_and_publish(home.warehouse)
    return root


@pytest.fixture
def checked(template: Path, home: Path) -> Path:
    shutil.copytree(template, home, dirs_exist_ok=True)
    return home / "warehouse"


def holding(warehouse: Path, *words: bytes) -> set[str]:
    """Files that hold one of the words, backups and what was set aside apart."""
    files = (path for path in warehouse.rglob("*") if path.is_file())
    inner = ((path.relative_to(warehouse), path.read_bytes().lower()) for path in files)
    return {
        name.as_posix()
        for name, content in inner
        if name.parts[0] not in ("backups", "set-aside") and any(word in content for word in words)
    }


def only_backup(place: Path) -> Path:
    (found,) = (path for path in place.iterdir() if not path.name.startswith("."))
    return found


def ok(ended: Ended) -> str:
    assert ended.code == 0, ended.err
    return ended.out


def parsed(ended: Ended) -> list[dict[str, object]]:
    ok(ended)
    return ended.rows


def test_a_backup_is_restored_under_another_path(factdesk: Run, checked: Path, home: Path) -> None:
    assert "every hash compared" in ok(factdesk("backup", "-o", "copies"))
    backup = only_backup(home / "copies")
    assert (backup / "config" / "factdesk.toml").read_bytes() == (
        home / "config" / "factdesk.toml"
    ).read_bytes()
    ok(factdesk("restore", str(backup), "--warehouse", "other"))
    assert ok(factdesk("verify", "--warehouse", "other")).startswith("✓")
    assert answers(home / "other") == answers(checked)
    assert reports(home / "other") == reports(checked)
    assert ok(factdesk("replay", "--warehouse", "other")).startswith("✓ 1 verdict")


def test_a_restore_sets_aside_and_can_be_taken_back(factdesk: Run, checked: Path, home: Path) -> None:
    ok(factdesk("backup"))
    before = tree(checked / "snapshots")
    (home / "pier.txt").write_text("A ticket to the pier costs 9 euros.\n", encoding="utf-8")
    ok(factdesk("check", "pier.txt"))
    said = ok(factdesk("restore", str(only_backup(checked / "backups"))))
    assert "NOT in the backup: 1 batch stored after it" in said
    assert tree(checked / "snapshots") == before
    assert [row[2] for row in answers(checked)["essays"]] == ["breakwater.txt"]
    aside = only_backup(checked / "set-aside")
    assert f"factdesk restore {aside} puts it back" in said
    ok(factdesk("restore", str(aside)))
    assert len(answers(checked)["essays"]) == 2
    assert ok(factdesk("verify")).startswith("✓")


def spoil(backup: Path, damage: str) -> None:
    """Damage a backup in one of four ways."""
    blob = next(path for path in (backup / "warehouse/snapshots/blobs").rglob("*") if path.is_file())
    if damage == "byte":
        content = bytearray(blob.read_bytes())
        content[0] ^= 1
        blob.unlink()
        blob.write_bytes(bytes(content))
    elif damage == "missing":
        blob.unlink()
    elif damage == "list":
        sums = backup / "SHA256SUMS"
        sums.write_text("".join(sums.read_text().splitlines(keepends=True)[1:]))
    else:
        (backup / "backup.json").write_text("{")


def test_a_damaged_backup_is_refused_and_nothing_changes(factdesk: Run, checked: Path, home: Path) -> None:
    ok(factdesk("backup", "-o", "copies"))
    before = tree(checked)
    for damage in ("byte", "missing", "list", "about"):
        backup = Path(shutil.copytree(only_backup(home / "copies"), home / damage))
        spoil(backup, damage)
        ended = factdesk("restore", str(backup))
        assert ended.code == 1
        assert "name another" in ended.error_line()
        after = tree(checked)
        for files in (before, after):
            files.pop("keeper.lock", None)
        assert after == before
        assert not (checked / "set-aside").exists()


def test_a_keeper_stops_a_restore_and_an_erasure(factdesk: Run, checked: Path, home: Path) -> None:
    keeper = open_keeper(checked)
    assert keeper is not None
    with keeper:
        erasing = factdesk("erase", "breakwater.txt", "--yes", "--reason", "asked", "--wait-seconds", "0.1")
        assert erasing.code == 1
        assert "keeps the warehouse" in erasing.error_line()
        assert ok(factdesk("erase", "breakwater.txt", "--wait-seconds", "0.1")).startswith("would erase")
    assert ok(factdesk("verify")).startswith("✓")


def test_an_essay_is_erased_on_request(factdesk: Run, checked: Path, home: Path) -> None:
    (home / "notice.txt").write_text("The ferry office is closed today.\n", encoding="utf-8")
    before = tree(checked / "snapshots")
    preview = factdesk("erase", "breakwater.txt")
    assert "would erase: the essay breakwater.txt; 1 text" in ok(preview)
    assert "the archived source notice.txt, which no other essay used" in preview.out
    assert "nothing was erased" in preview.err
    listed = [line.split(maxsplit=2) for line in preview.out.splitlines() if line.startswith("  ")]
    assert ["essays", "1", "row goes"] in listed
    assert ["review_events", "1", "row loses its words"] in listed
    assert tree(checked / "snapshots") == before
    assert "add --reason" in factdesk("erase", "breakwater.txt", "--yes").error_line()
    ok(factdesk("backup"))
    ((snapshot,),) = run_query(checked, "SELECT snapshot_id FROM reports.evidence").rows
    said = ok(factdesk("erase", str(snapshot), "--yes", "--reason", "request 6"))
    assert "the words of 1 decision or note" in said
    assert run_query(checked, "SELECT editor_rating FROM reports.verdicts").rows == [("supported",)]
    assert run_query(checked, "SELECT evidence_quote FROM reports.evidence").rows == [("",)]
    assert "1 resting on erased texts" in ok(factdesk("replay", "--from-bytes"))
    said = ok(factdesk("erase", "breakwater.txt", "--yes", "--reason", "request 7"))
    assert f"still holds it: {only_backup(checked / 'backups')}" in said
    assert holding(checked, *WORDS) == set()
    assert "erased: all as it was written" in ok(factdesk("verify"))
    assert ok(factdesk("replay")).startswith("✓ 0 verdicts")
    warning = {row["name"]: row for row in factdesk("doctor", "--json").rows}["erasures"]
    assert warning["found"] == "warn"


def test_what_is_held_is_not_erased(factdesk: Run, checked: Path) -> None:
    (row,) = factdesk("sql", "SELECT claim_id FROM reports.claims", "--json").rows
    assert "add --reason" in factdesk("hold", row["claim_id"]).error_line()
    ok(factdesk("hold", row["claim_id"][:8], "--reason", "complaint 12"))
    listed = ok(factdesk("hold"))
    assert row["claim_id"] in listed
    assert "complaint 12" in listed
    for target in ("breakwater.txt", "notice.txt"):
        ended = factdesk("erase", target, "--yes", "--reason", "asked")
        assert ended.code == 2
        assert "is held since" in ended.error_line()
    ok(factdesk("hold", row["claim_id"], "--release", "--reason", "answered"))
    assert factdesk("hold").err == "nothing is held\n"
    assert "is not held" in factdesk("hold", row["claim_id"], "--release", "--reason", "x").error_line()
    ok(factdesk("erase", "breakwater.txt", "--yes", "--reason", "asked", "--json"))


def test_an_older_backup_brings_nothing_back_that_was_erased(factdesk: Run, checked: Path) -> None:
    ok(factdesk("backup"))
    (row,) = factdesk("sql", "SELECT essay_id FROM reports.essays", "--json").rows
    ok(factdesk("hold", row["essay_id"], "--reason", "later than the backup"))
    ok(factdesk("hold", row["essay_id"], "--release", "--reason", "over"))
    ok(factdesk("erase", "breakwater.txt", "--yes", "--reason", "asked"))
    said = ok(factdesk("restore", str(only_backup(checked / "backups"))))
    assert f"erased again: the essay {row['essay_id']}" in said
    assert holding(checked, b"of the breakwater", b"so it is to the breakwater") == set()
    assert ok(factdesk("verify")).startswith("✓")
    assert len((checked / "holds.jsonl").read_text().splitlines()) == 2


def test_a_name_is_erased(factdesk: Run, checked: Path) -> None:
    (row,) = factdesk("sql", "SELECT claim_id FROM reports.claims", "--json").rows
    said = ("--conclusion", "It is so.", "--reason", "other", "--note", "Zoltan asked.")
    ok(factdesk("decide", row["claim_id"], "supported", *said, "--as", "Zoltan Example"))
    preview = json.loads(ok(factdesk("erase", "--name", "Zoltan Example", "--json")))
    assert preview["rows"] == {}
    ok(factdesk("erase", "--name", "Zoltan Example", "--yes", "--reason", "left"))
    assert holding(checked, b"zoltan example") == set()
    assert ok(factdesk("verify")).startswith("✓")
    preview = factdesk("erase", "--name", "Zoltan", "--json").rows[0]
    assert preview["rows"] == {"review_events": 1}


def test_a_name_that_nobody_has_is_refused_and_leaves_nothing(
    factdesk: Run, checked: Path, home: Path
) -> None:
    add_user(checked, "Mirko Example", Role.CHECKER, "four words for him")
    before = tree(checked / "snapshots"), (checked / "people.json").read_bytes()
    for name, said in (
        ("Zoltan Example", "nobody is called 'Zoltan Example' here, so nothing was erased; mend the name"),
        ("mirko example", "so nothing was erased; remove the name: factdesk users remove 'Mirko Example'"),
    ):
        for more in ((), ("--yes", "--reason", "left", "--as", name)):
            ended = factdesk("erase", "--name", name, *more)
            assert (ended.code, ended.out, said in ended.error_line()) == (2, "", True), ended.err
    assert (tree(checked / "snapshots"), (checked / "people.json").read_bytes()) == before
    assert not (checked / "snapshots" / "erasures").exists()


def test_an_essay_of_an_inbox_is_named_by_where_its_file_lies(factdesk: Run, home: Path) -> None:
    (home / "config" / "factdesk.toml").write_text('[inbox]\ncolumns = "essays"\n', encoding="utf-8")
    (home / "essays").mkdir()
    named = "essays/harbour-letter.md"
    (home / named).write_text(ESSAY, encoding="utf-8")
    (home / "harbour-letter.md").write_text("Another letter: the pier has 9 lamps.\n", encoding="utf-8")
    check_once([str(home / named), str(home / "harbour-letter.md")], open_home(home))
    asked = "SELECT essay_id FROM reports.essays WHERE inbox = 'columns'"
    ((essay,),) = run_query(home / "warehouse", asked).rows
    (held,) = parsed(factdesk("hold", named, "--reason", "complaint 12", "--json"))
    assert held["target"] == str(essay)
    assert "is held since" in factdesk("erase", str(home / named)).error_line()
    ok(factdesk("hold", named, "--release", "--reason", "answered"))
    (home / named).unlink()
    (erased,) = parsed(factdesk("erase", named, "--yes", "--reason", "request 7", "--json"))
    assert erased["targets"] == [str(essay)]
    assert run_query(home / "warehouse", "SELECT inbox FROM reports.essays").rows == [("check",)]
    ended = factdesk("hold", named, "--reason", "x")
    assert ended.code == 2
    assert 'factdesk sql "SELECT essay_uri FROM reports.essays"' in ended.error_line()


WRONG = [
    (("erase",), 2, "name what to erase"),
    (("erase", "x", "--name", "y"), 2, "not both"),
    (("erase", "nowhere.md"), 2, "no essay or snapshot is stored"),
    (("erase", "--name", " "), 2, "the name is empty"),
    (("hold", "nowhere.md", "--reason", "x"), 2, "no essay or snapshot or claim is stored"),
    (("hold", "--release"), 2, "name what to hold"),
    (("restore", "nowhere"), 1, "is no file"),
    (("restore", "config"), 1, "is no finished backup"),
    (("backup", "-o", "breakwater.txt"), 2, "is a file"),
]


def test_what_cannot_be_is_said_in_a_sentence(factdesk: Run, checked: Path) -> None:
    for arguments, code, said in WRONG:
        ended = factdesk(*arguments)
        assert (ended.code, said in ended.error_line()) == (code, True), ended.err
