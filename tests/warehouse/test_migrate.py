from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from factdesk.errors import SchemaError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.migrate import apply_migrations, list_migrations
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from factdesk.warehouse.views import apply_views
from older_databases import LAST_MIGRATION, take_back_last_migration
from small_records import make_essay, small_essay


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_first.sql").write_text("CREATE TABLE one (x INTEGER);")
    return folder


def test_migrations_are_applied_once_and_in_order(folder: Path) -> None:
    labels: list[str] = []
    with duckdb.connect(":memory:") as database:
        assert apply_migrations(database, list_migrations(folder), labels.append) == 1
        (folder / "0002_second.sql").write_text("ALTER TABLE one ADD COLUMN y INTEGER;")
        assert apply_migrations(database, list_migrations(folder), labels.append) == 1
        assert apply_migrations(database, list_migrations(folder), labels.append) == 0
        assert database.execute("SELECT number, name FROM keeper.migrations ORDER BY 1").fetchall() == [
            (1, "first"),
            (2, "second"),
        ]
    assert labels == ["before-0001", "before-0002"]


def test_a_newer_database_is_refused(folder: Path) -> None:
    with duckdb.connect(":memory:") as database:
        apply_migrations(database, list_migrations(folder))
        with pytest.raises(
            SchemaError, match=r"has migration 0001 \(first\), made by a newer Factdesk; upgrade"
        ):
            apply_migrations(database, [])


def test_an_altered_migration_is_refused(folder: Path) -> None:
    with duckdb.connect(":memory:") as database:
        apply_migrations(database, list_migrations(folder))
        (folder / "0001_first.sql").write_text("CREATE TABLE one (x BIGINT);")
        with pytest.raises(
            SchemaError, match=r"migration 0001 \(first\) was altered after it had been applied"
        ):
            apply_migrations(database, list_migrations(folder))


def test_a_database_that_lacks_a_migration_between_others_is_refused(folder: Path) -> None:
    (folder / "0002_second.sql").write_text("CREATE TABLE two (x INTEGER);")
    with duckdb.connect(":memory:") as database:
        apply_migrations(database, list_migrations(folder))
        database.execute("DELETE FROM keeper.migrations WHERE number = 1")
        with pytest.raises(SchemaError, match="has the migrations 2, not each from 1 on once"):
            apply_migrations(database, list_migrations(folder))


def test_a_migration_that_fails_leaves_nothing_behind(folder: Path) -> None:
    (folder / "0002_second.sql").write_text("CREATE TABLE two (x INTEGER); SELECT nonesuch;")
    with duckdb.connect(":memory:") as database:
        with pytest.raises(SchemaError, match=r"migration 0002 \(second\) failed \(Binder Error"):
            apply_migrations(database, list_migrations(folder))
        tables = database.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"
        ).fetchall()
        assert tables == [("one",)]


@pytest.mark.parametrize("name", ["0003_gap.sql", "second.sql"])
def test_migrations_are_numbered_without_a_gap(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(SchemaError, match=r"mend their names|rename it"):
        list_migrations(folder)


def test_a_database_of_a_newer_factdesk_is_not_touched(warehouse: Path) -> None:
    write_batches(small_essay(), warehouse, 16_000_000)
    fold_and_publish(warehouse)
    with duckdb.connect(str(WarehouseFolder(warehouse).database)) as database:
        database.execute("INSERT INTO keeper.migrations VALUES (9999, 'of_tomorrow', 'x', now())")
    write_batches(small_essay("quay"), warehouse, 16_000_000)
    with pytest.raises(SchemaError, match=r"migration 9999 \(of_tomorrow\), made by a newer Factdesk"):
        fold_and_publish(warehouse)
    assert run_query(warehouse, "SELECT count(*) FROM reports.essays").rows == [(1,)]


def test_an_older_database_is_backed_up_and_then_migrated(warehouse: Path) -> None:
    """The last migration and what it made are taken back: an older database."""
    write_batches([make_essay()], warehouse, 16_000_000)
    fold_and_publish(warehouse)
    folder = WarehouseFolder(warehouse)
    with duckdb.connect(str(folder.database)) as database:
        take_back_last_migration(database)
    write_batches([make_essay("quay")], warehouse, 16_000_000)
    fold_and_publish(warehouse)
    (backup,) = folder.backups.iterdir()
    assert backup.name.endswith(f"-before-{LAST_MIGRATION:04}.duckdb")
    with duckdb.connect(str(backup), read_only=True) as old:
        assert old.execute("SELECT count(*) FROM keeper.migrations").fetchall() == [(LAST_MIGRATION - 1,)]
    titles = run_query(warehouse, "SELECT essay_title FROM reports.essays ORDER BY ALL").rows
    assert titles == [("Harbour",), ("Quay",)]


def test_views_are_made_again_only_when_a_file_changes(tmp_path: Path) -> None:
    folder = tmp_path / "views"
    folder.mkdir()
    (folder / "01.sql").write_text("CREATE VIEW main.numbers AS SELECT 1 AS one;")
    with duckdb.connect(":memory:") as database:
        apply_migrations(database, list_migrations())
        assert apply_views(database, folder)
        assert not apply_views(database, folder)
        (folder / "01.sql").write_text("CREATE VIEW main.numbers AS SELECT 2 AS one;")
        assert apply_views(database, folder)
        assert database.execute("SELECT * FROM reports.numbers").fetchall() == [(2,)]
