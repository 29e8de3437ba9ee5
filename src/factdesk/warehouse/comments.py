"""What every table, view and column means: read from one file and written into the database as comments.

``warehouse/views/comments.toml`` is the only place where this stands. The comments of the database and
``docs/records.md`` are both made from it. The schema ``reports`` of the keeper's file repeats ``main``
and has none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from factdesk.errors import SchemaError
from factdesk.resources import bundled

_RELATION_FIELDS = frozenset({"is", "like", "columns"})
_COLUMN_FIELDS = frozenset({"is", "unit", "example"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column means, in which unit (empty where none is needed), and a value that it may have."""

    words: str
    unit: str
    example: str

    def comment(self) -> str:
        """Return the comment that the database shows."""
        unit = f" Unit: {self.unit}." if self.unit else ""
        return f"{self.words}.{unit} Example: {self.example}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a database has it, and what it means (None when nothing says it)."""

    name: str
    type: str
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view as a database has it: name with its schema, what one row is, its columns in order."""

    name: str
    is_view: bool
    words: str | None
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """The file: what a name means anywhere, and what relations say of themselves."""

    columns: Mapping[str, Meaning]
    relations: Mapping[str, Mapping[str, Any]]

    def words_of(self, relation: str) -> str | None:
        """Return what one row of a relation is, None when nothing says it."""
        return self.relations[relation]["is"] if relation in self.relations else None

    def meaning_of(self, relation: str, column: str) -> Meaning | None:
        """Return what a column means: as the relation says, as the one it is like, or as its name says."""
        entry = self.relations.get(relation, {})
        for own in (entry, self.relations.get(str(entry.get("like")), {})):
            if column in own.get("columns", {}):
                return _meaning(own["columns"][column], f"{relation}.{column}")
        return self.columns.get(column)


def comments_path() -> Path:
    """Return the file in which all of it stands."""
    return bundled("warehouse", "views", "comments.toml")


def read_comments(path: Path | None = None) -> Comments:
    """Read the file. Raises SchemaError for a field that it does not know or a meaning without an example."""
    path = path or comments_path()
    relations: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = {name: _meaning(entry, name) for name, entry in relations.pop("columns").items()}
    for name, entry in relations.items():
        if not entry.keys() <= _RELATION_FIELDS or "is" not in entry:
            raise SchemaError(f'["{name}"] in {path} needs "is" and may have "like" and "columns"; mend it')
    return Comments(columns, relations)


def _meaning(entry: Mapping[str, Any], name: str) -> Meaning:
    if not entry.keys() <= _COLUMN_FIELDS or not {"is", "example"} <= entry.keys():
        raise SchemaError(f'{name} in comments.toml needs "is" and "example" and may have "unit"; mend it')
    return Meaning(str(entry["is"]), str(entry.get("unit", "")), _example_text(entry["example"]))


def _example_text(example: Any) -> str:
    """Return an example as DuckDB writes it, so that it can be cast to the type of its column."""
    if isinstance(example, bool):
        return str(example).lower()
    if isinstance(example, list):
        return "[" + ", ".join(f"'{one.replace(chr(39), chr(92) + chr(39))}'" for one in example) + "]"
    return str(example)


def list_relations(connection: duckdb.DuckDBPyConnection, comments: Comments) -> list[Relation]:
    """Return all relations of a database with what they mean, by name."""
    rows = connection.execute(
        "SELECT c.schema_name || '.' || c.table_name, any_value(v.view_name) IS NOT NULL, "
        "list([c.column_name, c.data_type] ORDER BY c.column_index) "
        "FROM duckdb_columns() AS c LEFT JOIN duckdb_views() AS v ON v.database_name = c.database_name "
        "AND v.schema_name = c.schema_name AND v.view_name = c.table_name "
        "WHERE NOT c.internal AND c.database_name = current_database() "
        "AND c.schema_name IN ('main', 'records', 'keeper', 'derived', 'standing') GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [
        Relation(
            name,
            is_view,
            comments.words_of(name),
            tuple(Column(column, type_, comments.meaning_of(name, column)) for column, type_ in columns),
        )
        for name, is_view, columns in rows
    ]


def apply_comments(connection: duckdb.DuckDBPyConnection, comments: Comments) -> None:
    """Put a comment on all that the file explains; a test finds what it does not explain."""
    statements = []
    for relation in list_relations(connection, comments):
        form = "VIEW" if relation.is_view else "TABLE"
        if relation.words is not None:
            statements.append(f"COMMENT ON {form} {relation.name} IS {_quoted(relation.words)}")
        for column in relation.columns:
            if column.meaning is not None:
                text = _quoted(column.meaning.comment())
                statements.append(f'COMMENT ON COLUMN {relation.name}."{column.name}" IS {text}')
    connection.execute(";\n".join(statements))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
