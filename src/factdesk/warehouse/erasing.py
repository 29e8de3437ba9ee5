"""Erasing for good: what a plan names is taken out of the database, archive, spool, index and copy.

The order is written down in ``erasing.json`` before anything is touched, and every step may be done again, so
that an erasure that was stopped is ended by whoever next becomes the keeper. It names ids and hashes and no
word. The database is written anew afterwards: DuckDB frees the blocks of deleted rows without wiping them.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from factdesk.errors import WarehouseError
from factdesk.model import uuid7
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import UNFINISHED, entries
from factdesk.sources.erasures import Tombstone, bury
from factdesk.warehouse.compacting import compact
from factdesk.warehouse.durable_files import OWNER_ONLY, fsync_folder, write_durably
from factdesk.warehouse.erasure_plans import ESSAY_TABLES, ErasurePlan
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.opening import first_line
from factdesk.warehouse.publish import publish_copy
from factdesk.warehouse.search_index import remove_index
from factdesk.warehouse.standing import remake_standing
from factdesk.warehouse.users_log import forget_names

_BLANK = (
    # The salt goes with the words: without it their hash tells nothing to whoever guesses them.
    ("events", "review_events", "salt = '', conclusion = NULL, reason = NULL, note = NULL"),
    ("evidence", "evidence", "quote = '', facets = '[]'"),
    (
        "snapshots",
        "snapshots",
        "title = NULL, author = NULL, canonical_url = NULL, reviews = NULL, blocks = '[]', notes = '[]'",
    ),
    ("changes", "source_changes", "passages = '[]'"),
    ("runs", "runs", "parameters = '[]'"),
    ("sources", "sources", "url = 'erased:' || id, url_key = 'erased:' || id"),
)
"""A field of the plan, its table, and what is left of the words there."""

_BLANK_VERDICTS = """
    UPDATE records.verdicts SET facets = '[]', notes = '[]', reasons = to_json(list_transform(
        from_json(reasons, '[{"code": "VARCHAR", "sentence": "VARCHAR"}]'),
        lambda r: {'code': r.code, 'sentence': ''}
    )) WHERE id IN (SELECT unnest($1::UUID[]))
"""

_BLANK_FETCHES = """
    UPDATE records.fetches SET final_url = NULL, detail = NULL, hops = '[]', headers = '[]'
    WHERE source_id IN (SELECT unnest($1::UUID[]))
"""


def begin_erasure(folder: WarehouseFolder, plan: ErasurePlan, *, by: str, reason: str) -> Tombstone:
    """Write down what is to go; from here on the erasure is ended and not undone. Raises WarehouseError."""
    tombstone = Tombstone(
        erasure=str(uuid7()),
        kind=plan.kind,
        targets=plan.targets,
        erased_at=datetime.now(UTC).isoformat(timespec="seconds"),
        by=by,
        reason=reason,
        texts=plan.texts,
        files=plan.files,
        events=plan.events,
        rows={name: count for name, count in sorted(plan.rows.items()) if count},
    )
    body = {"plan": asdict(plan), "tombstone": asdict(tombstone)}
    try:
        write_durably(folder.erasing, json.dumps(body).encode("utf-8"), OWNER_ONLY)
    except OSError as error:
        raise WarehouseError(
            f"{folder.erasing} cannot be written ({error.strerror}); nothing was erased: free some space"
        ) from error
    return tombstone


def finish_erasure(
    connection: duckdb.DuckDBPyConnection, folder: WarehouseFolder
) -> duckdb.DuckDBPyConnection:
    """Do what ``erasing.json`` says; return the connection to the database, which was written anew.

    Does nothing where no erasure was begun. Raises WarehouseError; the next keeper goes on then.
    """
    order = _read_order(folder)
    if order is None:
        return connection
    plan, tombstone = order
    try:
        _erase_rows(connection, plan)
        connection, _ = compact(connection, folder)
        bury(Archive(folder.root / "snapshots"), tombstone)
        _clear_beside(folder, plan)
        remove_index(folder.search)
        publish_copy(connection, folder)
        for path in batch_files(folder.folded):
            path.unlink(missing_ok=True)
        folder.erasing.unlink()
        fsync_folder(folder.root)
    except (duckdb.Error, OSError) as error:
        with suppress(duckdb.Error):
            connection.close()
        raise WarehouseError(
            f"the erasure in {folder.root} was stopped half way ({first_line(error)}); free some space or "
            "mend the permissions, then run factdesk publish, which ends it"
        ) from error
    return connection


def _read_order(folder: WarehouseFolder) -> tuple[ErasurePlan, Tombstone] | None:
    try:
        body: dict[str, Any] = json.loads(folder.erasing.read_bytes())
        return ErasurePlan(**_tuples(body["plan"])), Tombstone(**_tuples(body["tombstone"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WarehouseError(
            f"{folder.erasing} says what an erasure was to take away and cannot be read ({error}); move it "
            "away and run factdesk erase again"
        ) from error


def _tuples(body: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}


def _erase_rows(connection: duckdb.DuckDBPyConnection, plan: ErasurePlan) -> None:
    connection.execute("BEGIN")
    try:
        for field, table, left in _BLANK:
            ids = list(getattr(plan, field))
            connection.execute(
                f"UPDATE records.{table} SET {left} WHERE id IN (SELECT unnest($1::UUID[]))", [ids]
            )
        connection.execute(_BLANK_VERDICTS, [list(plan.verdicts)])
        connection.execute(_BLANK_FETCHES, [list(plan.sources)])
        if plan.essays:
            _delete_essays(connection, plan)
        remake_standing(connection)
        connection.execute("COMMIT")
    except duckdb.Error:
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise


def _delete_essays(connection: duckdb.DuckDBPyConnection, plan: ErasurePlan) -> None:
    ids = "(SELECT unnest($1::UUID[]))"
    for table, where in ESSAY_TABLES.items():
        named = plan.essays if "{essays}" in where else plan.claims
        condition = where.format(essays=ids, claims=ids)
        connection.execute(f"DELETE FROM records.{table} WHERE {condition}", [list(named)])


def _clear_beside(folder: WarehouseFolder, plan: ErasurePlan) -> None:
    """Take away what lies beside: rejected batches and tries that name it, logs, halves of files, a name."""
    for name in plan.beside:
        (folder.root / name).unlink(missing_ok=True)
    for path in (*folder.set_aside.glob(f"*-{folder.database.name}.*"), *folder.pending.glob(".*.part")):
        path.unlink(missing_ok=True)
    for entry in entries(folder.root / "snapshots" / UNFINISHED):
        Path(entry.path).unlink(missing_ok=True)
    if plan.people:
        _forget_people(folder, plan)


def _forget_people(folder: WarehouseFolder, plan: ErasurePlan) -> None:
    try:
        people = json.loads(folder.people.read_bytes())
    except FileNotFoundError:
        return
    gone = {str(name).casefold() for one, name in people.items() if one in plan.people}
    _forget_users(folder, gone)
    forget_names(folder, gone)
    left = {one: name for one, name in people.items() if one not in plan.people}
    text = json.dumps(left, ensure_ascii=False, indent=1)
    write_durably(folder.people, text.encode("utf-8"), OWNER_ONLY)


def _forget_users(folder: WarehouseFolder, gone: set[str]) -> None:
    """Nobody may sign in under a name that is gone."""
    try:
        users = json.loads(folder.desk_users.read_bytes())
    except FileNotFoundError:
        return
    left = {name: user for name, user in users.items() if name.casefold() not in gone}
    write_durably(folder.desk_users, json.dumps(left, ensure_ascii=False).encode("utf-8"), OWNER_ONLY)
