"""Backup, restore and upgrade as an operator runs them: what is said, what is kept, the way back."""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from factdesk import __version__
from factdesk.commands.backing_up import back_up, restore
from factdesk.config import open_home
from factdesk.errors import ConfigError, UsageError, WarehouseError
from factdesk.ops.deployment_notes import Note, Wish, read_notes, settle_wish, write_notes
from factdesk.ops.home_version import note_version, read_version, setting_keys, version_path
from factdesk.ops.prefect_backups import back_up_prefect, pair_of, restore_prefect
from factdesk.ops.up_state import UpState, hold_up, write_up_state
from factdesk.ops.upgrade import upgrade, version_fault
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from older_databases import LAST_MIGRATION_NAME, take_back_last_migration
from program import PROGRAM
from small_records import small_essay

ESSAYS = "SELECT essay_title FROM reports.essays ORDER BY 1"


@pytest.fixture
def home(tmp_path):
    home = open_home(tmp_path)
    store(home, "harbour")
    home.prefect_home.mkdir()
    write_run(home, "first")
    return home


def store(home, name):
    write_batches(small_essay(name), home.warehouse, 16_000_000)
    fold_and_publish(home.warehouse)


def essays(home):
    return [row[0] for row in run_query(home.warehouse, ESSAYS).rows]


def write_run(home, name):
    """Prefect's file as it is in use: with a write-ahead log beside it."""
    with closing(sqlite3.connect(home.prefect_home / "prefect.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE IF NOT EXISTS runs (name TEXT)")
        database.execute("INSERT INTO runs VALUES (?)", [name])
        database.commit()


def runs(path):
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("SELECT name FROM runs")]


def said_by(work, *arguments, **settings):
    said = []
    assert work(*arguments, **settings, say=said.append) == 0
    return "\n".join(said)


@pytest.fixture
def up(home):
    with hold_up(home):
        write_up_state(home, UpState(os.getpid(), 4200, "2026-03-01T12:00:00+00:00"))
        yield


def test_an_upgrade_backs_both_databases_up_and_one_command_goes_back(home):
    said = said_by(upgrade, home, dry_run=False)
    (command,) = re.findall(r"^to go back: .*, then factdesk (restore .*)$", said, re.MULTILINE)
    store(home, "quay")
    write_run(home, "second")

    ended = subprocess.run([PROGRAM, *shlex.split(command)], capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    assert essays(home) == ["Harbour"]
    assert runs(home.prefect_home / "prefect.db") == ["first"]
    assert "NOT in the backup: 1 batch stored after it" in ended.stdout
    (way_back,) = re.findall(r"factdesk (restore .*) puts it back", ended.stdout)
    assert said_by(restore, home, Path(shlex.split(way_back)[-1]))
    assert essays(home) == ["Harbour", "Quay"]
    (aside,) = (home.prefect_home / "set-aside").glob("*.db")
    assert runs(aside) == ["first", "second"]


def test_a_bad_prefect_file_is_said_before_anything_has_changed(home):
    (home.root / "config").mkdir()
    (home.root / "config" / "prefect.yaml").write_text("deployments: [nonsense")
    with pytest.raises(ConfigError, match=r"prefect\.yaml"):
        upgrade(home, dry_run=False, say=print)
    assert not WarehouseFolder(home.warehouse).backups.exists()
    assert read_version(home) is None


def test_the_way_back_is_said_before_prefects_file_is_copied(home):
    (home.prefect_home / "prefect.db").write_bytes(b"no database at all, but long enough" * 100)
    said = []
    with pytest.raises(UsageError, match="cannot be copied"):
        upgrade(home, dry_run=False, say=said.append)
    assert [line.partition(":")[0] for line in said] == ["backup", "to go back"]


def test_what_was_paused_after_the_backup_is_not_revived_by_going_back(home):
    said = said_by(upgrade, home, dry_run=False)
    backup = Path(re.search(r"^backup: (.*\.duckdb)$", said, re.MULTILINE).group(1))
    paused = Wish(True, False)
    note = Note(whole=paused, schedules={"often": paused, "nightly": Wish(True)})
    write_notes(home, {"check_essays": note})

    said_by(restore, home, backup)

    noted = read_notes(home)["check_essays"]
    assert settle_wish(True, noted.whole, on_server=True).active is False
    assert settle_wish(True, noted.schedules["often"], on_server=True).active is False
    # Paused in Prefect's pages before the backup: no wish that is noted says otherwise.
    assert settle_wish(True, noted.schedules["nightly"], on_server=False).active is False


def test_a_dry_run_says_the_same_and_changes_nothing(home):
    with duckdb.connect(str(WarehouseFolder(home.warehouse).database)) as database:
        take_back_last_migration(database)
    said = said_by(upgrade, home, dry_run=True)
    assert f"migration would be applied: {LAST_MIGRATION_NAME}" in said
    assert not WarehouseFolder(home.warehouse).backups.exists()
    assert read_version(home) is None
    assert f"migration applied: {LAST_MIGRATION_NAME}" in said_by(upgrade, home, dry_run=False)
    assert "no migration is due" in said_by(upgrade, home, dry_run=True)


def test_verdicts_from_before_notes_have_none_after_the_upgrade(home):
    with duckdb.connect(str(WarehouseFolder(home.warehouse).database)) as database:
        take_back_last_migration(database)
    said_by(upgrade, home, dry_run=False)
    asked = "SELECT machine_rating, notes, note_codes, unsupported FROM reports.verdicts"
    assert run_query(home.warehouse, asked).rows == [("supported", [], [], [])]


def test_an_upgrade_says_which_settings_are_new(home):
    old = {"version": "0.0.9", "settings": ["essays.max_bytes", "essays.colour"]}
    version_path(home).write_text(json.dumps(old))
    assert version_fault(home) == (
        f"this home was last brought up to date by Factdesk 0.0.9, and {__version__} runs"
    )
    said = said_by(upgrade, home, dry_run=False)
    assert f"Factdesk 0.0.9 -> {__version__}" in said
    assert "new setting: notify.webhooks" in said
    assert "new setting: essays.max_bytes" not in said
    assert "setting that is gone: essays.colour" in said
    assert version_fault(home) is None
    assert "new setting" not in said_by(upgrade, home, dry_run=False)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}'])
def test_a_damaged_note_of_the_version_is_none(home, content):
    version_path(home).write_text(content)
    assert read_version(home) is None
    assert version_fault(home) is None


def test_the_note_of_the_version_names_every_setting(home):
    note_version(home)
    noted = read_version(home)
    assert noted.version == __version__
    assert {"inbox", "flow.overlap", "notify.webhooks"} <= set(noted.settings)
    assert noted.settings == tuple(setting_keys())


def test_an_upgrade_of_a_new_home_makes_no_backup(tmp_path):
    home = open_home(tmp_path)
    said = said_by(upgrade, home, dry_run=False)
    assert "backup" not in said
    assert "go back" not in said
    assert not home.warehouse.exists()


def test_prefect_on_postgresql_is_left_to_its_own_tools(home):
    config = home.root / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text('[up]\ndatabase_url = "postgresql+asyncpg://me:s3cret@db/prefect"\n')
    said = said_by(upgrade, open_home(home.root), dry_run=False)
    assert "pg_dump" in said
    assert "s3cret" not in said
    assert not list(WarehouseFolder(home.warehouse).backups.glob("*.db"))


def test_nothing_is_put_back_or_migrated_under_a_running_service(home, up, tmp_path):
    said = said_by(back_up, home, None)
    backup = Path(said.removeprefix("backup: "))
    for work in (
        lambda: upgrade(home, dry_run=False, say=print),
        lambda: upgrade(home, dry_run=True, say=print),
        lambda: restore(home, backup, say=print),
    ):
        with pytest.raises(UsageError, match=rf"process {os.getpid()}\); stop it"):
            work()
    assert essays(home) == ["Harbour"]


def test_a_full_backup_brings_prefects_runs_back(home, tmp_path):
    said_by(back_up, home, tmp_path / "copies")
    (backup,) = (path for path in (tmp_path / "copies").iterdir() if path.is_dir())
    write_run(home, "second")
    assert "Prefect's runs and schedules from prefect.db" in said_by(restore, home, backup)
    assert runs(home.prefect_home / "prefect.db") == ["first"]


def test_a_copy_of_the_database_alone_has_no_part_of_prefect(home, tmp_path):
    target = tmp_path / "copies" / "today.duckdb"
    assert said_by(back_up, home, target) == f"backup of the database alone: {target}"
    write_run(home, "second")
    assert "Prefect" not in said_by(restore, home, target)
    assert runs(home.prefect_home / "prefect.db") == ["first", "second"]


def test_a_restore_that_cannot_be_touches_neither_database(home, tmp_path):
    with pytest.raises(WarehouseError, match="is no file"):
        restore(home, tmp_path / "nowhere.duckdb", say=print)
    assert not (home.prefect_home / "set-aside").exists()


def test_a_damaged_copy_of_prefects_file_is_refused(home, tmp_path):
    copy = tmp_path / "prefect-x.db"
    copy.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(UsageError, match="cannot be put back"):
        restore_prefect(home, copy)
    assert runs(home.prefect_home / "prefect.db") == ["first"]


def test_prefects_file_is_copied_with_what_stands_only_in_its_log(home, tmp_path):
    with closing(sqlite3.connect(home.prefect_home / "prefect.db")) as live:
        live.execute("INSERT INTO runs VALUES ('second')")
        live.commit()
        assert (home.prefect_home / "prefect.db-wal").stat().st_size > 0
        target = pair_of(tmp_path / "factdesk-2026-by-hand.duckdb")
        assert back_up_prefect(home, target) == target
    assert target.name == "prefect-2026-by-hand.db"
    assert runs(target) == ["first", "second"]


def test_verdicts_by_another_method_are_counted_and_left_alone(home):
    said = said_by(upgrade, home, dry_run=True)
    assert "1 verdict was reached by another method than that of this Factdesk" in said
    assert "factdesk rejudge --dry-run" in said
    done = said_by(upgrade, home, dry_run=False)
    assert "1 verdict was reached by another method" in done
    with open_known(home.warehouse) as known:
        (before,) = known.ask("SELECT method FROM records.verdicts")
    assert before == ("method-1",)


def test_a_published_copy_that_cannot_be_read_stops_no_upgrade(home):
    WarehouseFolder(home.warehouse).published.write_bytes(b"no database")
    said = said_by(upgrade, home, dry_run=True)
    assert "how many verdicts are by another method cannot be told: the published copy" in said
    assert "nothing was changed" in said
    assert "backup: " in said_by(upgrade, home, dry_run=False)
