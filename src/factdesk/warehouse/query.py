"""Read-only SQL of our own on the published copy, in this process.

What a person writes goes through `factdesk.warehouse.sandbox.ask_in_sandbox`, in a process that can reach
nothing else.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from factdesk.errors import UsageError, WarehouseError
from factdesk.warehouse.published import open_published

QUERY_SECONDS = 30.0
"""A query is interrupted after this time."""


@dataclass(frozen=True, slots=True)
class Table:
    """The answer of a query. ``cut_off`` says that there are more rows than were asked for."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    cut_off: bool = False

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def run_query(
    warehouse: Path,
    sql: str,
    parameters: Sequence[Any] | Mapping[str, Any] = (),
    *,
    row_limit: int | None = None,
    seconds: float = QUERY_SECONDS,
) -> Table:
    """Run exactly one SELECT on the published copy, where nothing can be written or reached.

    Raises UsageError for anything but one SELECT and for a SELECT that is wrong, WarehouseError when
    nothing is published yet or the query takes longer than ``seconds``.
    """
    with open_published(warehouse) as connection:
        check_is_select(connection, sql)
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            return _fetch(connection.execute(sql, parameters or None), row_limit)
        except duckdb.InterruptException as error:
            raise WarehouseError(
                f"the query took longer than {seconds:g} seconds and was stopped; ask for less"
            ) from error
        except (duckdb.Error, OverflowError) as error:
            raise wrong_query(error) from error
        finally:
            timer.cancel()


def check_is_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise UsageError unless the text is exactly one SELECT."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise wrong_query(error) from error
    if len(statements) != 1:
        raise UsageError(f"{len(statements)} statements were given; give exactly one SELECT")
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = statements[0].type.name
        raise UsageError(f"{kind} is refused because the published copy is only read; give one SELECT")


def _fetch(cursor: duckdb.DuckDBPyConnection, row_limit: int | None) -> Table:
    columns = tuple(column[0] for column in cursor.description or ())
    if row_limit is None:
        return Table(columns, cursor.fetchall())
    rows = cursor.fetchmany(row_limit + 1)
    return Table(columns, rows[:row_limit], len(rows) > row_limit)


def wrong_query(error: Exception) -> UsageError:
    """Return the error that says in one sentence what DuckDB finds wrong with a query, and where to look."""
    said = " ".join(str(error).split("\n\n")[0].split("Candidate")[0].split()).rstrip(".!?")
    said = said.replace("! Did you mean ", ", perhaps ")
    near = _CANDIDATES.search(str(error))
    return UsageError(
        f"the query is wrong: {said}{f', perhaps {near[1]}' if near else ''}; {_where_to_look(said)}"
    )


_CANDIDATES = re.compile(r'Candidate [a-z]+:[: ]+("[^\n]+")')
"""The names that DuckDB has instead of an unknown one, in a line of their own."""


def _where_to_look(said: str) -> str:
    if "disabled by configuration" in said or said.startswith("Catalog Error: Table"):
        return "SHOW TABLES lists what can be asked"
    if said.startswith("Binder Error: Referenced column") or "have a column named" in said:
        return "DESCRIBE reports.verdicts, or another view, lists its columns"
    return "mend that place"
