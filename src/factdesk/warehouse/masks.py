"""What a reader of the published copy must not see yet, and a copy that is opened without it.

A claim that somebody is still to decide blind must not tell in SQL or in a report what the machine says
of it; one that is to be checked a second time must not tell that checker what the first one said.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb

from factdesk.warehouse.views import list_view_files

_OF_MACHINE = "claim_id IN (FROM hidden.machine)"
_OF_PEOPLE = "claim_id IN (FROM hidden.people)"

_NULLED: Mapping[str, Mapping[str, Collection[str]]] = {
    "records.judgements": {_OF_MACHINE: ("verdict_id",)},
    "records.review_events": {
        f"act = 'decide' AND {_OF_PEOPLE}": (
            *("rating", "conclusion", "reason", "note", "verdict_id", "text_sha256"),
        ),
    },
    "standing.claims": {
        _OF_MACHINE: (
            *("verdict_id", "verdict_row", "machine_rating", "confidence", "support", "evidence_row"),
            *("source_id", "seen_rating", "reopening_cause"),
        ),
        _OF_PEOPLE: ("editor_rating",),
    },
    "standing.decisions": {_OF_MACHINE: ("machine_rating",)},
}
"""Table -> condition -> columns that are empty in the rows that meet it."""

_LEFT_OUT: Mapping[str, str] = {
    "records.verdicts": _OF_MACHINE,
    "records.evidence": _OF_MACHINE,
    "standing.decisions": _OF_PEOPLE,
}
"""Table -> condition of the rows that are left out."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Claims of which somebody must not see what the machine says, and what people said."""

    machine: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.machine or self.people)

    def as_json(self) -> dict[str, list[str]]:
        """Return it as what JSON can hold."""
        return {"machine": sorted(map(str, self.machine)), "people": sorted(map(str, self.people))}


NOTHING = Hidden()


def attach_masked(
    connection: duckdb.DuckDBPyConnection, path: str, hidden: Mapping[str, Collection[str]]
) -> None:
    """Attach a published copy as ``reports``, with the same views, in which nothing hidden shows.

    The copy itself gets a name that nobody can guess: a query is read before its name is known.
    ``hidden`` is what `Hidden.as_json` returns.
    """
    whole = f"copy_{secrets.token_hex(16)}"
    quoted = path.replace("'", "''")
    connection.execute(
        f"ATTACH '{quoted}' AS {whole} (READ_ONLY); ATTACH ':memory:' AS reports; USE reports; "
        "CREATE SCHEMA hidden; CREATE SCHEMA derived; "
        "CREATE TABLE hidden.machine (claim_id UUID); CREATE TABLE hidden.people (claim_id UUID)"
    )
    for name in ("machine", "people"):
        connection.execute(f"INSERT INTO hidden.{name} SELECT unnest(?::UUID[])", [list(hidden[name])])
    tables = connection.execute(
        "SELECT schema_name, table_name, (SELECT list(column_name) FROM duckdb_columns() AS c "
        "WHERE c.table_oid = t.table_oid AND c.database_name = t.database_name) "
        "FROM duckdb_tables() AS t WHERE database_name = ? AND NOT internal",
        [whole],
    ).fetchall()
    for schema in sorted({schema for schema, _, _ in tables} - {"main", "hidden"}):
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    for schema, table, columns in tables:
        connection.execute(
            f'CREATE VIEW "{schema}"."{table}" AS {_select(whole, schema, table, set(columns))}'
        )
    for file in list_view_files():
        connection.execute(file.read_text(encoding="utf-8"))


def _select(whole: str, schema: str, table: str, columns: set[Any]) -> str:
    """Return the SELECT of a table without what is hidden."""
    name = f"{schema}.{table}"
    empty: dict[str, list[str]] = {}
    for condition, emptied in _NULLED.get(name, {}).items():
        for column in columns.intersection(emptied):
            empty.setdefault(column, []).append(condition)
    cases = []
    for column, conditions in empty.items():
        met = " OR ".join(f"({one})" for one in conditions)
        cases.append(f'CASE WHEN NOT ({met}) THEN "{column}" END AS "{column}"')
    replaced = f" REPLACE ({', '.join(cases)})" if cases else ""
    rows = f" WHERE NOT ({_LEFT_OUT[name]})" if name in _LEFT_OUT else ""
    # A view has no rowid of its own; one of ours orders publications by it.
    rowid = ", rowid" if name == "keeper.publications" else ""
    return f'SELECT *{replaced}{rowid} FROM {whole}."{schema}"."{table}"{rows}'
