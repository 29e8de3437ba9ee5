"""Reports as Parquet, written by DuckDB with the types of their columns; what they say travels inside."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.reports import Form, ReportTable

_TYPES = {
    Form.TEXT: "VARCHAR",
    Form.TEXTS: "VARCHAR[]",
    Form.RATING: "VARCHAR",
    Form.ADDRESS: "VARCHAR",
    Form.COUNT: "BIGINT",
    Form.NUMBER: "DOUBLE",
    Form.SHARE: "DOUBLE",
    Form.FLAG: "BOOLEAN",
    Form.DAY: "DATE",
    Form.TIME: "TIMESTAMPTZ",
    Form.ID: "UUID",
}


def write_parquet(table: ReportTable, path: Path) -> None:
    """Write the rows of a report to ``path``, replacing what stands there.

    Title, question, filters, times and the meaning of each column are in the key-value metadata of the file.
    Raises WarehouseError when the file cannot be written.
    """
    columns = table.report.columns
    named = ", ".join(f'"{one.name}" {_TYPES[one.form]}' for one in columns)
    values = ", ".join(f"unnest(${at}::{_TYPES[one.form]}[])" for at, one in enumerate(columns, start=1))
    about = ", ".join(f"{name}: {_quoted(words)}" for name, words in _about(table).items())
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        try:
            connection.execute(f"SET TimeZone = 'UTC'; CREATE TABLE report ({named})")
            if table.rows:
                cells = [list(column) for column in zip(*table.rows, strict=True)]
                connection.execute(f"INSERT INTO report SELECT {values}", cells)
            connection.execute(
                f"COPY report TO {_quoted(str(path))} "
                f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{about}}})"
            )
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise WarehouseError(f"{path} cannot be written ({why}); name another file with -o") from error


def _about(table: ReportTable) -> dict[str, str]:
    return {
        "title": table.report.title,
        "question": table.report.question,
        "note": table.report.note,
        "cut_off": "there are more rows" if table.cut_off else "",
        "filters": "; ".join(table.filter_words()),
        "as_of": table.as_of.isoformat(),
        "published_at": table.published_at.isoformat() if table.published_at else "",
        "columns": json.dumps({one.name: one.meaning for one in table.report.columns}, ensure_ascii=False),
    }


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
