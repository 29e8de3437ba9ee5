"""How the fields of a record become the columns of its table, and the SQL that loads them.

Scalar fields are typed columns, a span is two columns (``quote_start``, ``quote_end``), other nested
parts are JSON. ``at`` is a reserved word of SQL and is called ``acted_at``. The tables themselves are
written out in ``warehouse/migrations``; a test holds the two together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from factdesk.model import (
    SCHEMA_VERSION,
    Claim,
    Essay,
    EssayVersion,
    Evidence,
    Fetch,
    Judgement,
    Mention,
    Reading,
    Record,
    ReviewEvent,
    Run,
    Snapshot,
    Source,
    SourceChange,
    Span,
    Verdict,
    from_json,
    to_json,
)

AnyRecord = TypeVar("AnyRecord", bound=Record)

TABLES: Mapping[type[Record], str] = {
    Essay: "essays",
    EssayVersion: "essay_versions",
    Reading: "readings",
    Claim: "claims",
    Mention: "mentions",
    Source: "sources",
    Fetch: "fetches",
    Snapshot: "snapshots",
    SourceChange: "source_changes",
    Evidence: "evidence",
    Verdict: "verdicts",
    Judgement: "judgements",
    ReviewEvent: "review_events",
    Run: "runs",
}
"""Record -> its table in the schema ``records``."""

FIELDS_SINCE: Mapping[type[Record], Mapping[str, int]] = {
    Mention: {"locator": 2},
    Fetch: {
        "full_text_sha256": 3,
        "charset_declared": 3,
        "tls_version": 3,
        "certificate_sha256": 3,
        "not_before": 3,
        "options": 3,
    },
    Snapshot: {"words_sha256": 3, "reviews": 3},
    Verdict: {"notes": 4, "unsupported": 4},
}
"""Fields that came with a later version of the schema. Their columns are empty in what is older, and the
field has its default there."""

_TYPES: Mapping[Any, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    bool: "BOOLEAN",
    Decimal: "DECIMAL(9,4)",
    UUID: "UUID",
    date: "DATE",
    datetime: "TIMESTAMPTZ",
}

_SPAN_TYPE = {"start": "BIGINT", "end": "BIGINT"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its SQL type, whether it may be empty, and where the body holds it."""

    name: str
    type: str
    optional: bool
    source: str


def columns_of(record: type[Record]) -> tuple[Column, ...]:
    """Return the columns of a record's table after id, fold_sequence and body_sha256."""
    hints = get_type_hints(record)
    made: list[Column] = []
    later = FIELDS_SINCE.get(record, {})
    for one in fields(record):
        columns = _columns_of_field(one.name, hints[one.name])
        made.extend(replace(column, optional=True) if one.name in later else column for column in columns)
    return tuple(made)


def _columns_of_field(name: str, hint: Any) -> list[Column]:
    inner, optional = _strip_optional(hint)
    if inner is Span:
        base = "span" if name == "span" else name.removesuffix("_span")
        return [
            Column(f"{base}_{end}", "BIGINT", optional, f'b."{name}"."{end}"') for end in ("start", "end")
        ]
    column = "acted_at" if name == "at" else name
    return [Column(column, _column_type(inner), optional, f'b."{name}"')]


def _strip_optional(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (one for one in get_args(hint) if one is not NoneType)
        return inner, True
    return hint, False


def _column_type(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return "JSON"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "VARCHAR"
    return _TYPES[hint]


def body_structure(record: type[Record], schema: int = SCHEMA_VERSION) -> str:
    """Return the structure that DuckDB's ``from_json`` reads a body of this record by.

    Read strictly, a body that lacks a field of its version of the schema or has a value that does not fit is
    an error.
    """
    later = fields_after(record, schema)
    hints = get_type_hints(record)
    structure: dict[str, Any] = {}
    for one in fields(record):
        if one.name in later:
            continue
        inner, _ = _strip_optional(hints[one.name])
        structure[one.name] = _SPAN_TYPE if inner is Span else _column_type(inner)
    return json.dumps(structure)


def fields_after(record: type[Record], schema: int) -> frozenset[str]:
    """Return the fields of a record that a version of the schema did not have yet."""
    return frozenset(name for name, since in FIELDS_SINCE.get(record, {}).items() if since > schema)


def latest_statement(records: Sequence[type[Record]]) -> str:
    """Return the SQL that makes ``latest_rows``: the latest row of each staged id of these records."""
    latest = " UNION ALL ".join(
        f"""
        SELECT '{record.__name__}' AS record, t.id, t.fold_sequence, t.body_sha256
        FROM records.{TABLES[record]} AS t
        SEMI JOIN (SELECT id FROM staged WHERE record = '{record.__name__}') AS s ON s.id = t.id
        ANTI JOIN standing.superseded AS o ON o.fold_sequence = t.fold_sequence
        """
        for record in records
    )
    return f"CREATE OR REPLACE TEMP TABLE latest_rows AS {latest}"


def insert_statement(
    record: type[Record], *, there: bool, repeated: bool, schema: int = SCHEMA_VERSION
) -> str:
    """Return the SQL that appends the staged rows of a record whose body is news.

    A row is news when the latest row of its id (in ``latest_rows``) has another body. ``there`` says that
    some of the ids are in the table, ``repeated`` that an id is staged more than once, so that a row is also
    compared with the one before it there; ``schema`` is the version that the batches were written by.
    """
    later = fields_after(record, schema)
    columns = [one for one in columns_of(record) if one.name not in later]
    names = ", ".join(("id", "fold_sequence", "body_sha256", *(one.name for one in columns)))
    values = ", ".join(one.source for one in columns)
    return f"""
        INSERT INTO records.{TABLES[record]} ({names})
        SELECT id, fold_sequence, body_sha256, {values}
        FROM (
            SELECT s.id, s.fold_sequence, s.body_sha256,
                from_json_strict(s.body, '{body_structure(record, schema)}') AS b
            FROM ({_news(record.__name__, there=there, repeated=repeated)}) AS s
        )
    """


def _news(name: str, *, there: bool, repeated: bool) -> str:
    staged = f"SELECT id, fold_sequence, body, body_sha256 FROM staged WHERE record = '{name}'"
    if not there and not repeated:
        return staged
    before = "lag(body_sha256) OVER (PARTITION BY id ORDER BY fold_sequence)" if repeated else "NULL"
    return f"""
        SELECT s.id, s.fold_sequence, s.body, s.body_sha256
        FROM (
            SELECT id, fold_sequence, body, body_sha256, {before} AS before_sha256
            FROM staged WHERE record = '{name}'
        ) AS s
        LEFT JOIN latest_rows AS l ON l.record = '{name}' AND l.id = s.id
        WHERE s.body_sha256 IS DISTINCT FROM coalesce(s.before_sha256, l.body_sha256)
    """


def read_row(record: type[AnyRecord], values: Sequence[Any]) -> AnyRecord:
    """Return the record that a row holds, the inverse of loading it.

    ``values`` are those of `columns_of`, in its order. Raises ValueError when they do not fit.
    """
    kind: Any = record
    left = iter(values)
    body = {name: _read_field(hint, left) for name, hint in _hints_of(kind)}
    later = FIELDS_SINCE.get(kind, {})
    loaded: AnyRecord = from_json(
        kind, {name: value for name, value in body.items() if value is not None or name not in later}
    )
    return loaded


@cache
def _hints_of(record: type[Any]) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(record)
    return tuple((one.name, _strip_optional(hints[one.name])[0]) for one in fields(record))


def _read_field(hint: Any, left: Iterator[Any]) -> Any:
    """Take the values of one field and return its JSON."""
    if hint is Span:
        start, end = next(left), next(left)
        return None if start is None else to_json({"start": start, "end": end})
    value = next(left)
    if value is not None and _column_type(hint) == "JSON":
        return json.loads(value)
    return to_json(value)
