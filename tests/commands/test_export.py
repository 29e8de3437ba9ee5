"""`factdesk export` as a person uses it: what is printed, the exit codes, and beside whoever writes."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from decided_homes import copy_checked_home, make_checked_home
from factdesk.model import Rating
from program import Ended, run_in

EXPORTS = (("claimreview",), ("decisions",), ("cases",), ("dossier", "712c"))
TICKETS, POLL = "712ceed2", "4eb9694e"
"""How the ids of two claims of the sample essay begin; ids depend on the essay alone."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    make_checked_home(root / "checked", '[publisher]\nname = "The Desk"\n')
    home = copy_checked_home(root / "checked", root / "home")
    home.decide("tickets", Rating.SUPPORTED, conclusion="Graz is near.", note="ask Mia")
    home.decide("poll", Rating.SUPPORTED)
    home.settle()
    return root / "home"


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def export(home: Path, *arguments: str) -> Ended:
    return run_in(home, "export", *arguments)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_dossier_has_a_name_a_hash_and_what_a_script_needs(home: Path) -> None:
    ended = export(home, "dossier", TICKETS[:4], "--json")
    (told,) = ended.rows
    path = home / f"dossier-{TICKETS}.zip"
    assert (ended.code, ended.err, told["file"], told["lost"]) == (0, "", path.name, [])
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as packed:
        assert len(packed.namelist()) == told["files"]
        assert all(name.startswith(f"dossier-{TICKETS}/") for name in packed.namelist())
        assert b"ask Mia" not in b"".join(packed.read(name) for name in packed.namelist())
    said = export(home, "dossier", TICKETS, "-o", "again.zip")
    assert said.out == f"again.zip: {told['files']} files, sha256 {told['sha256']}\n"


def test_a_dossier_whose_archive_has_lost_a_part_ends_with_1(home: Path) -> None:
    for path in (home / "warehouse" / "snapshots" / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    ended = export(home, "dossier", TICKETS)
    assert ended.code == 1
    assert "the archive has lost 3 files of the dossier" in ended.err
    assert (home / f"dossier-{TICKETS}.zip").is_file()


def test_the_log_goes_to_stdout_or_a_file(home: Path) -> None:
    printed = export(home, "decisions", "--json")
    assert [row["act"] for row in printed.rows] == ["decide", "decide"]
    assert printed.err.endswith(f"2 review events; the chain ends at {printed.rows[-1]['chain_sha256']}\n")
    ended = export(home, "decisions", "-o", "log.csv", "--with-names", "--with-notes")
    assert (ended.code, ended.out) == (0, "")
    with (home / "log.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["reviewer_name"], row["note"]) for row in rows] == [("Mia", "ask Mia"), ("Mia", "")]


def test_reviews_go_to_stdout_a_folder_or_a_file(home: Path) -> None:
    printed = export(home, "claimreview")
    assert [row["identifier"][:8] for row in printed.rows] == [TICKETS, POLL]
    assert {row["author"]["name"] for row in printed.rows} == {"The Desk"}
    assert "publisher.claim_url: not set in config/factdesk.toml" in printed.err
    assert export(home, "claimreview", "-o", "checks").code == 0
    pages = [json.loads(path.read_text("utf-8")) for path in sorted((home / "checks").iterdir())]
    assert sorted(pages, key=str) == sorted(printed.rows, key=str)
    assert run_in(home, "decide", POLL, "--undo", "--as", "Mia").code == 0
    again = export(home, "claimreview", "-o", "checks")
    assert f"1 file in checks of no review that holds now: {POLL}" in again.err
    assert len(names(home / "checks")) == 2
    some = export(home, "claimreview", "-o", "checks", "--essay", "harbour-letter.md")
    assert "no review that holds now" not in some.err
    for name, read in (("all.json", json.loads), ("all.jsonl", lambda text: [json.loads(text)])):
        assert export(home, "claimreview", "-o", name).code == 0
        assert len(read((home / name).read_text("utf-8"))) == 1


def test_cases_are_added_to_a_folder_and_kept_as_a_person_left_them(home: Path) -> None:
    assert export(home, "cases", "-o", "cases").code == 0
    pairs = home / "cases" / "overruled_pairs.jsonl"
    (pair,) = (json.loads(line) for line in pairs.read_text("utf-8").splitlines())
    assert pair["id"] == f"overruled-{TICKETS}db1b"
    pairs.write_text(json.dumps({**pair, "missing": ["Graz"]}), encoding="utf-8")
    said = ("--conclusion", "Nobody asserts it.", "--reason", "other")
    assert run_in(home, "decide", POLL, "conflicting", *said, "--as", "Mia").code == 0
    ended = export(home, "cases", "-o", "cases")
    assert (ended.code, ended.err) == (0, "2 pairs, 0 passages written to cases\n")
    first, second = (json.loads(line) for line in pairs.read_text("utf-8").splitlines())
    assert first["missing"] == ["Graz"]
    assert second["why"] == "other: Nobody asserts it."
    assert len((home / "cases" / "overruled_articles.jsonl").read_text("utf-8").splitlines()) == 1
    judged = [row["id"] for row in export(home, "cases").rows]
    assert judged == [first["id"], second["id"]]
    pairs.write_text("half a li", encoding="utf-8")
    refused = export(home, "cases", "-o", "cases")
    assert refused.code == 2
    assert "overruled_pairs.jsonl is there and is no file of cases" in refused.error_line()


@pytest.mark.parametrize("arguments", EXPORTS, ids=lambda one: one[0])
def test_nothing_published_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = export(tmp_path, *arguments)
    assert ended.code == 1
    assert "nothing is published in" in ended.error_line()
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("dossier", "ffff"), "no claim has an id that starts with ffff"),
        (("dossier", "b"), "more than one claim starts with b"),
        (("dossier", "../.."), "is no claim id"),
        (("claimreview", "--essay", "nowhere.md"), "no essay has the address"),
        *(((*one, "-o", "no/such/place.zip"), "place.zip cannot be written") for one in EXPORTS[1::2]),
        *(((*one, "-o", "taken/x.json"), "cannot be written") for one in EXPORTS[::2]),
        (("decisions", "-o", "warehouse"), "warehouse is no regular file"),
        (("decisions", "--format", "xml"), "xml"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(
    home: Path, arguments: tuple[str, ...], told: str
) -> None:
    (home / "taken").touch()
    before = names(home)
    ended = export(home, *arguments)
    assert ended.code == 2
    assert told in ended.error_line()
    assert names(home) == before


def test_a_bad_house_scale_is_one_sentence(home: Path) -> None:
    (home / "config" / "house_scale.toml").write_text("worst = 1\n", encoding="utf-8")
    ended = export(home, "claimreview")
    assert ended.code == 2
    assert "the key 'best' is missing in" in ended.error_line()


@pytest.mark.parametrize("arguments", EXPORTS, ids=lambda one: one[0])
def test_exports_work_while_another_process_keeps_the_warehouse(
    home: Path, arguments: tuple[str, ...]
) -> None:
    with (home / "warehouse" / "keeper.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = export(home, *arguments)
    assert ended.code == 0, ended.err
    assert ended.out
