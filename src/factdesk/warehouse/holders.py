"""Which backups, and databases that were set aside, still hold what an erasure takes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.erasure_plans import ErasurePlan
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.inventories import DATABASE, list_backups, read_sums


def backup_places(warehouse: Path) -> list[Path]:
    """Return the folders that backups of a warehouse were made in, as far as they are known."""
    folder = WarehouseFolder(warehouse)
    try:
        told = json.loads(folder.last_backup.read_bytes())["places"]
        known = [Path(one) for one in told]
    except (OSError, ValueError, KeyError, TypeError):
        known = []
    return list(dict.fromkeys([folder.backups, *known]))


def find_holders(warehouse: Path, plan: ErasurePlan) -> list[Path]:
    """Return the copies that still hold it. One that cannot be read may hold it and is named too."""
    return [path for path, database in _copies(warehouse) if _holds(path, database, plan)]


def _copies(warehouse: Path) -> Iterator[tuple[Path, Path]]:
    for place in backup_places(warehouse):
        for one in list_backups(place):
            yield one.path, one.path / DATABASE
        for path in sorted(place.glob("*.duckdb")) if place.is_dir() else ():
            yield path, path
    for path in sorted(WarehouseFolder(warehouse).set_aside.glob("replaced-*")):
        yield path, path / "factdesk.duckdb" if path.is_dir() else path


def _holds(path: Path, database: Path, plan: ErasurePlan) -> bool:
    if path.is_dir() and _has_files(path, plan):
        return True
    people = database.with_name("people.json")
    if plan.people and path.is_dir() and people.is_file():
        content = people.read_text(encoding="utf-8", errors="replace")
        return any(f'"{one}"' in content for one in plan.people)
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return any(_has_rows(connection, *one) for one in _rows_of(plan))
    except duckdb.Error:
        return True


def _has_files(path: Path, plan: ErasurePlan) -> bool:
    for one in list_backups(path.parent):
        if one.path == path:
            try:
                names = read_sums(one)
            except WarehouseError:
                return True
            return any(f"warehouse/snapshots/{file}" in names for file in plan.files)
    return any((path / "snapshots" / file).exists() for file in plan.files)


def _rows_of(plan: ErasurePlan) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield a table, what its rows say as long as nothing was erased, and the rows."""
    yield "essays", "true", plan.essays
    yield "snapshots", "title IS NOT NULL", plan.snapshots
    yield "evidence", "quote <> ''", plan.evidence
    yield "review_events", "salt <> ''", plan.events


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str, where: str, ids: tuple[str, ...]) -> bool:
    if not ids:
        return False
    row = connection.execute(
        f"SELECT 1 FROM records.{table} WHERE {where} AND id IN (SELECT unnest($1::UUID[])) LIMIT 1",
        [list(ids)],
    ).fetchone()
    return row is not None
