"""`factdesk verify`: green, one flipped byte, red; by the installed program, and beside a writer."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from factdesk.commands.verifying import print_verification
from factdesk.config import open_home
from factdesk.errors import UsageError
from factdesk.model import text_sha256
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
from factdesk.warehouse.spool import write_batches
from program import PROGRAM, Run
from small_records import make_essay, make_version
from sources.archive_records import SNAPSHOT, SOURCE, keep

ESSAY = "The ferry costs £5."


@pytest.fixture
def archive(home: Path) -> Archive:
    """The archive of a home whose warehouse has an essay and a fetch."""
    made = Archive(home / "warehouse" / "snapshots")
    fetch, essay = keep(made, "A page of words."), make_essay()
    made.put_text(ESSAY)
    write_batches([essay, make_version(essay, ESSAY), SOURCE, fetch], home / "warehouse", 1_000_000)
    fold_and_publish(home / "warehouse")
    return made


def verify(home: Path, capsys: pytest.CaptureFixture[str], **options: bool) -> tuple[int, str, list[str]]:
    told: list[str] = []
    given = {"note_losses_too": False, "as_json": False, **options}
    code = print_verification(open_home(home), say=told.append, **given)
    return code, capsys.readouterr().out, told


def flip_a_byte(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def test_green_then_one_flipped_byte_then_red(factdesk: Run, home: Path, archive: Archive) -> None:
    green = factdesk("verify")
    assert (green.code, green.err) == (0, "")
    assert green.out.startswith("✓ 2 blobs, 1 fetch, 1 manifest, 0 review events, ")
    name = blob_name(text_sha256("A page of words."))
    flip_a_byte(archive.folder / name)
    red = factdesk("verify")
    assert red.code == 1
    assert f"✕ damaged  {name}: its bytes are not those that its name says\n    mend: put it back" in red.out
    assert "1 damaged or missing" in red.out


def test_a_text_that_the_warehouse_knows_and_the_archive_lacks_is_named(
    home: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    write_batches([SNAPSHOT], home / "warehouse", 1_000_000)
    fold_and_publish(home / "warehouse")
    code, out, told = verify(home, capsys)
    assert (code, told) == (1, [])
    assert f"missing  {blob_name(SNAPSHOT.text_sha256)}: it is not there, and the archived text of" in out


def test_json_has_one_object_a_line_and_losses_can_be_noted(
    home: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = (archive.folder / "fetches").rglob("*.json")
    path.unlink()
    code, out, told = verify(home, capsys, as_json=True, note_losses_too=True)
    fault, summary = (json.loads(line) for line in out.splitlines())
    name = path.relative_to(archive.folder).as_posix()
    assert code == 1
    assert (fault["kind"], fault["name"], fault["is_damage"]) == ("missing", name, True)
    assert (summary["kind"], summary["is_green"], summary["noted"]) == ("summary", False, [name])
    assert told == ["1 file put on record; verify again to see what is left"]
    code, out, _ = verify(home, capsys)
    assert code == 0
    assert f"· missing  {name}: it is gone, as a person has noted" in out


def test_an_archive_without_a_warehouse_is_verified(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(Archive(home / "warehouse" / "snapshots"), "words")
    code, out, told = verify(home, capsys)
    assert (code, out[0]) == (0, "✓")
    assert told == [f"nothing is published in {home / 'warehouse'} yet: the archive is verified without it"]


def test_a_folder_without_anything_to_verify_is_no_green_archive(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "elsewhere").mkdir()
    with pytest.raises(UsageError, match="there is nothing to verify in"):
        verify(home / "elsewhere", capsys)


def test_verifying_beside_a_writer_is_green(home: Path, archive: Archive) -> None:
    """The writer ends after the verifier, so that it writes all the while."""
    with subprocess.Popen([str(PROGRAM), "verify"], cwd=home, stdout=subprocess.PIPE, text=True) as verifier:
        number = 0
        while verifier.poll() is None:
            number += 1
            keep(archive, f"written meanwhile {number}", hours=number)
        assert verifier.stdout is not None
        said = verifier.stdout.read()
    assert number > 0
    assert verifier.returncode == 0, said


def damage_tables(home: Path) -> None:
    """Change what holds now behind the keeper's back, in the database and in its copy."""
    for name in ("factdesk.duckdb", "reports.duckdb"):
        with duckdb.connect(str(home / "warehouse" / name)) as database:
            database.execute("DELETE FROM standing.sources")
            database.execute("INSERT INTO standing.superseded VALUES (1)")


def test_a_table_of_what_holds_now_is_compared_and_made_anew(
    factdesk: Run, home: Path, archive: Archive
) -> None:
    damage_tables(home)
    red = factdesk("verify")
    assert red.code == 1
    lacking = "rows that do not follow from the records: 0; rows that are lacking: 1"
    assert (
        f"✕ tables  standing.sources: {lacking}\n    mend: factdesk publish --rebuild makes it anew"
        in red.out
    )
    assert "✕ tables  standing.superseded: rows that do not follow from the records: 1;" in red.out
    (told,) = (one for one in factdesk("doctor", "--json").rows if one["name"] == "tables")
    assert (told["found"], told["said"]) == (
        "fail",
        f"1 of 1 essay compared with the records: standing.sources: {lacking}",
    )
    assert factdesk("publish").code == 0
    assert factdesk("verify").code == 1  # nothing new was folded, and so nothing made
    made = factdesk("publish", "--rebuild")
    assert (made.code, made.err) == (0, "")
    assert "what holds now was made anew from the records" in made.out
    green = factdesk("verify")
    assert green.code == 0, green.out
    (told,) = (one for one in factdesk("doctor", "--json").rows if one["name"] == "tables")
    assert told["found"] == "ok"


def test_tables_of_another_factdesk_are_not_compared(
    home: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    damage_tables(home)
    with duckdb.connect(str(home / "warehouse" / "reports.duckdb")) as copy:
        copy.execute("UPDATE keeper.policies SET value = 'another' WHERE name = 'standing'")
    code, _, told = verify(home, capsys)
    assert code == 0
    assert told == [
        "another Factdesk made the tables of the published copy; factdesk publish makes them anew"
    ]


def test_what_another_keeps_is_not_made_anew(factdesk: Run, home: Path, archive: Archive) -> None:
    keeper = open_keeper(home / "warehouse")
    assert keeper is not None
    with keeper:
        ended = factdesk("publish", "--rebuild", "--wait-seconds", "0")
    assert ended.code == 1
    assert "keeps the warehouse" in ended.error_line()
    assert "stop it, then run this again" in ended.error_line()
