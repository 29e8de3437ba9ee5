"""Queries that people keep at the desk, each with its name and who saved it: one file in the warehouse."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from factdesk.desk.private_files import changed_private, read_private
from factdesk.errors import UsageError
from factdesk.warehouse.folders import WarehouseFolder

MOST_QUERIES = 500
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One query; ``reviewer`` is the opaque id of who saved it."""

    id: str
    name: str
    sql: str
    reviewer: str
    saved_at: datetime


def read_queries(warehouse: Path) -> list[SavedQuery]:
    """Return all saved queries by name. Raises WarehouseError when the file is damaged."""
    held = read_private(WarehouseFolder(warehouse).desk_queries)
    return sorted((_read(key, one) for key, one in held.items()), key=lambda one: (one.name.lower(), one.id))


def _read(key: str, one: Mapping[str, Any]) -> SavedQuery:
    return SavedQuery(
        key, str(one["name"]), str(one["sql"]), str(one["reviewer"]), datetime.fromisoformat(one["saved_at"])
    )


def save_query(warehouse: Path, name: str, sql: str, reviewer: str, now: datetime) -> str:
    """Keep a query and return its id. Raises UsageError for an empty or too long name, or too many."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(f"a query needs a name of at most {LONGEST_NAME} characters")
    if not sql.strip():
        raise UsageError("there is no query to save; write one SELECT")
    with changed_private(WarehouseFolder(warehouse).desk_queries) as held:
        if len(held) >= MOST_QUERIES:
            raise UsageError(f"{MOST_QUERIES} queries are saved already; remove some")
        key = secrets.token_hex(8)
        held[key] = {"name": name, "sql": sql, "reviewer": reviewer, "saved_at": now.isoformat()}
    return key


def remove_query(warehouse: Path, key: str, reviewer: str, *, may_remove_all: bool) -> None:
    """Remove a query that one saved oneself. Raises UsageError for somebody else's; a missing one is gone."""
    with changed_private(WarehouseFolder(warehouse).desk_queries) as held:
        one = held.get(key)
        if one is not None and one["reviewer"] != reviewer and not may_remove_all:
            raise UsageError(
                f"{one['name']!r} was saved by somebody else; ask them or an editor to remove it"
            )
        held.pop(key, None)
