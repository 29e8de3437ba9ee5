"""What views, tables and columns mean: nothing missing or left over, the page up to date."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factdesk.errors import SchemaError
from factdesk.model import (
    Act,
    Basis,
    ChangeKind,
    Distance,
    EssayOutcome,
    Flag,
    Origin,
    Rating,
    Role,
    SourceOutcome,
    Stage,
)
from factdesk.warehouse.comments import Relation, list_relations, read_comments
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from small_records import small_essay

ROOT = Path(__file__).resolve().parents[2]

WORDS_OF_COLUMNS = {
    "rating": Rating,
    "machine_rating": Rating,
    "editor_rating": Rating,
    "old_rating": Rating,
    "stage": Stage,
    "act": Act,
    "role": Role,
    "origin": Origin,
    "basis": Basis,
    "distance": Distance,
    "source_outcome": SourceOutcome,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published copy of a warehouse, opened as a tool of an editor opens it."""
    warehouse = tmp_path_factory.mktemp("warehouse")
    write_batches(small_essay(), warehouse, 16_000_000)
    fold_and_publish(warehouse)
    with duckdb.connect(str(warehouse / "reports.duckdb"), read_only=True) as copy:
        yield copy


@pytest.fixture(scope="module")
def relations(database: duckdb.DuckDBPyConnection) -> list[Relation]:
    return list_relations(database, read_comments())


def test_every_table_view_and_column_of_the_published_copy_has_its_comment(
    database: duckdb.DuckDBPyConnection, relations: list[Relation]
) -> None:
    shown = dict(
        database.execute(
            "SELECT schema_name || '.' || view_name, comment FROM duckdb_views() WHERE NOT internal "
            "UNION ALL SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() UNION ALL "
            "SELECT concat_ws('.', schema_name, table_name, column_name), comment FROM duckdb_columns() "
            "WHERE NOT internal"
        ).fetchall()
    )
    assert [name for name, comment in shown.items() if not comment] == []
    columns = {f"{one.name}.{column.name}": column.meaning for one in relations for column in one.columns}
    assert shown == {one.name: one.words for one in relations} | {
        name: meaning.comment() for name, meaning in columns.items() if meaning
    }
    assert len(columns) > 800


def test_nothing_is_explained_that_is_not_there(relations: list[Relation]) -> None:
    comments = read_comments()
    there = {one.name: {column.name for column in one.columns} for one in relations}
    assert set(comments.relations) == set(there)
    for name, entry in comments.relations.items():
        assert set(entry.get("columns", {})) <= there[name], name
        assert entry.get("like", name) in there
    assert set(comments.columns) <= set().union(*there.values())


def test_each_example_has_the_type_of_its_column(
    database: duckdb.DuckDBPyConnection, relations: list[Relation]
) -> None:
    for relation in relations:
        for column in relation.columns:
            assert column.meaning is not None
            example = column.meaning.example
            database.execute(f"SELECT CAST(? AS {column.type})", [example])  # raises where it does not fit
            words: Any = WORDS_OF_COLUMNS.get(column.name)
            assert words is None or example in list(words), (relation.name, column.name)
            assert "\n" not in column.meaning.comment()


@pytest.mark.parametrize(
    ("relation", "column", "words"),
    [
        ("main.essays", "outcome", EssayOutcome),
        ("records.readings", "outcome", EssayOutcome),
        ("records.fetches", "outcome", SourceOutcome),
        ("main.source_changes", "kind", ChangeKind),
        ("records.source_changes", "kind", ChangeKind),
        ("main.claims", "flags", [f"['{flag}']" for flag in Flag]),
    ],
)
def test_an_example_of_a_word_is_a_word_that_occurs(relation: str, column: str, words: Any) -> None:
    meaning = read_comments().meaning_of(relation, column)
    assert meaning is not None
    assert meaning.example in list(words)


def test_every_column_of_time_length_and_hash_names_its_unit(relations: list[Relation]) -> None:
    for relation in relations:
        for column in relation.columns:
            needs = column.type.startswith("TIMESTAMP") or column.name.endswith(
                ("_sha256", "_ms", "_bytes", "_start", "_end", "length")
            )
            assert not needs or (column.meaning and column.meaning.unit), (relation.name, column.name)


def test_the_page_is_what_the_database_says() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_records.py"))["make_page"]()
    assert (ROOT / "docs" / "records.md").read_text("utf-8") == made, "run python docs/make_records.py"


@pytest.mark.parametrize("entry", ['is = "x"', 'is = "x"\nexample = 1\nunits = "metres"'])
def test_a_meaning_without_an_example_or_with_a_strange_field_is_refused(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "comments.toml"
    path.write_text(f"[columns.length]\n{entry}\n")
    with pytest.raises(SchemaError, match=r'^length in comments\.toml needs "is" and "example"'):
        read_comments(path)
