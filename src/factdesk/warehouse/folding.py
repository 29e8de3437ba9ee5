"""Folding batches into the database, some together in one transaction.

Each batch is checked first: its header, its schema, its hash. Then DuckDB reads the files itself, and for
every record type appends the rows whose body is news. Several small batches cost little more than one: the
statements are the same. What does not fit refuses them all, and the keeper then folds them in smaller parts,
so that exactly the bad one is set aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb

from factdesk.model import RECORD_BY_NAME, RECORDS, ReviewEvent
from factdesk.warehouse.batch_checks import RefusedBatchError
from factdesk.warehouse.chain import chain_staged_events
from factdesk.warehouse.columns import TABLES, insert_statement, latest_statement
from factdesk.warehouse.doubles import drop_doubles
from factdesk.warehouse.headers import BatchHeader
from factdesk.warehouse.standing import supersede_rows, update_standing

LINES_PER_SEQUENCE = 1_000_000
"""Room for one batch in the fold sequence: 16 MB hold fewer lines than that."""

MAX_LINE_BYTES = 33_554_432

_STAGED = """
    SELECT $first + line AS fold_sequence, record, id, body, body_sha256
    FROM (
        SELECT row_number() OVER () AS line, record, id, body, body_sha256
        FROM read_json(
            $path, format = 'newline_delimited', maximum_object_size = $limit,
            columns = {record: 'VARCHAR', id: 'UUID', body: 'JSON', body_sha256: 'VARCHAR'}
        )
    )
    WHERE line > 1
"""

ENVIRONMENT_ERRORS = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.ConnectionException,
    duckdb.TransactionException,
)
"""Errors that say nothing against a batch: it stays claimed and is folded by the next keeper."""


class NotTogetherError(Exception):
    """These batches cannot be folded together, or not beside what is folded just now; nothing is kept."""


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """A claimed batch that is whole: its file, its header, and the sequence that it was given."""

    path: Path
    sequence: int
    header: BatchHeader

    @property
    def first(self) -> int:
        """The fold sequence before that of its first line."""
        return self.sequence * LINES_PER_SEQUENCE


def fold_batches(connection: duckdb.DuckDBPyConnection, batches: Sequence[CheckedBatch]) -> int:
    """Fold batches of one schema, in the order of their sequences, in one transaction.

    Returns how many of them the database did not have yet. Raises RefusedBatchError when one of them does not
    fit, NotTogetherError when another transaction has come between or one of them must be in the database
    before another is looked at (nothing is kept of any in these cases), and one of ENVIRONMENT_ERRORS when
    DuckDB cannot work (they may be tried again).
    """
    new = _without_folded(connection, batches)
    if not new:
        return 0
    connection.execute("BEGIN")
    try:
        appended = _load(connection, new)
        connection.execute(
            "INSERT INTO keeper.batches SELECT unnest(?::UUID[]), unnest(?::BIGINT[]), unnest(?::VARCHAR[]), "
            "unnest(?::INTEGER[]), unnest(?::BIGINT[]), unnest(?::BIGINT[])",
            [
                [str(one.header.batch) for one in new],
                [one.sequence for one in new],
                [one.header.sha256 for one in new],
                [one.header.schema for one in new],
                [one.header.records for one in new],
                [appended.get(one.sequence, 0) for one in new],
            ],
        )
        connection.execute("COMMIT")
    except duckdb.TransactionException as error:
        if not _is_conflict(error):
            raise
        _roll_back(connection)
        raise NotTogetherError from error
    except duckdb.OutOfMemoryException:  # it may be tried again with more memory
        _roll_back(connection)
        raise
    except ENVIRONMENT_ERRORS:
        raise
    except (duckdb.Error, ValueError) as error:
        connection.execute("ROLLBACK")
        raise RefusedBatchError(f"its records do not fit ({_first_line(error)})") from error
    except (RefusedBatchError, NotTogetherError):
        connection.execute("ROLLBACK")
        raise
    return len(new)


def _is_conflict(error: duckdb.TransactionException) -> bool:
    return "conflict" in str(error).lower()


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """A COMMIT that met a conflict has ended its transaction already."""
    with suppress(duckdb.TransactionException):
        connection.execute("ROLLBACK")


def _without_folded(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[CheckedBatch]
) -> list[CheckedBatch]:
    rows = connection.execute(
        "SELECT batch_id, sha256 FROM keeper.batches WHERE batch_id IN (SELECT unnest(?::UUID[]))",
        [[str(one.header.batch) for one in batches]],
    ).fetchall()
    known: dict[UUID, str] = dict(rows)
    new: list[CheckedBatch] = []
    for one in batches:
        if one.header.batch not in known:
            known[one.header.batch] = one.header.sha256
            new.append(one)
        elif known[one.header.batch] != one.header.sha256:
            raise RefusedBatchError("a batch with this id but other records has been folded before")
    return new


def _load(connection: duckdb.DuckDBPyConnection, batches: Sequence[CheckedBatch]) -> dict[int, int]:
    """Append what is news and return how many rows that are of each sequence."""
    _stage(connection, batches)
    repeated = _check_counts(connection, batches)
    names = {name for one in batches for name in one.header.counts}
    if len(batches) > 1:
        _require_unlike(connection)
    drop_doubles(connection, names)
    records = [record for record in RECORDS if record.__name__ in names]
    if not records:
        return {}
    if ReviewEvent in records:
        _check_events(connection)
        chain_staged_events(connection)
    connection.execute(latest_statement(records))
    rows = connection.execute("SELECT record, count(*) FROM latest_rows GROUP BY record").fetchall()
    there: dict[str, int] = dict(rows)
    first, last = batches[0].first, batches[-1].first + LINES_PER_SEQUENCE
    appended: list[str] = []
    for record in records:
        is_there, is_repeated = bool(there.get(record.__name__)), record.__name__ in repeated
        statement = insert_statement(
            record, there=is_there, repeated=is_repeated, schema=batches[0].header.schema
        )
        row = connection.execute(statement).fetchone()
        if row and row[0]:
            appended.append(TABLES[record])
            if is_there or is_repeated:
                supersede_rows(connection, record, first, last)
    if not appended:
        return {}
    update_standing(connection, first, last, [RECORD_BY_NAME[name] for name in names])
    return _count_appended(connection, appended, first, last)


def _stage(connection: duckdb.DuckDBPyConnection, batches: Sequence[CheckedBatch]) -> None:
    into = "CREATE OR REPLACE TEMP TABLE staged AS"
    for one in batches:
        parameters = {"path": str(one.path), "limit": MAX_LINE_BYTES, "first": one.first}
        connection.execute(f"{into} {_STAGED}", parameters)
        into = "INSERT INTO staged"


def _count_appended(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], first: int, last: int
) -> dict[int, int]:
    rows = " UNION ALL ".join(
        f"SELECT fold_sequence FROM records.{table} WHERE fold_sequence BETWEEN $first AND $last"
        for table in tables
    )
    counts = connection.execute(
        f"SELECT fold_sequence // {LINES_PER_SEQUENCE}, count(*) FROM ({rows}) GROUP BY 1",
        {"first": first, "last": last},
    ).fetchall()
    return dict(counts)


def _check_counts(connection: duckdb.DuckDBPyConnection, batches: Sequence[CheckedBatch]) -> set[str]:
    """Compare the staged records with the headers and return the names of those with an id that recurs."""
    rows = connection.execute(
        f"SELECT fold_sequence // {LINES_PER_SEQUENCE} AS sequence, record, count(*), count(id) FROM staged "
        "GROUP BY ALL"
    ).fetchall()
    found: dict[int, dict[str, int]] = {one.sequence: {} for one in batches}
    for sequence, name, count, _ in rows:
        found[sequence][name] = count
    for one in batches:
        _check_batch_counts(found[one.sequence], one.header.counts)
    if any(ids != count for _, _, count, ids in rows):
        raise RefusedBatchError("it holds a record without an id")
    recurring = connection.execute(
        "SELECT record FROM staged GROUP BY record HAVING count(*) > count(DISTINCT id)"
    ).fetchall()
    return {name for (name,) in recurring}


def _require_unlike(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise NotTogetherError where two batches read one essay or judge one claim.

    Whether the later one says anything new is told by what the database holds of the earlier one.
    """
    row = connection.execute(
        f"""
        SELECT 1 FROM staged WHERE record IN ('Reading', 'Judgement')
        GROUP BY record, CASE record WHEN 'Reading' THEN body ->> 'essay_id' ELSE body ->> 'claim_id' END
        HAVING count(DISTINCT fold_sequence // {LINES_PER_SEQUENCE}) > 1 LIMIT 1
        """
    ).fetchone()
    if row is not None:
        raise NotTogetherError


def _check_batch_counts(found: Mapping[str, int], said: Mapping[str, int]) -> None:
    if found != said:
        raise RefusedBatchError(f"it holds {found}, but its header says {dict(said)}")
    unknown = sorted(set(found) - set(RECORD_BY_NAME))
    if unknown:
        raise RefusedBatchError(f"it holds the record {unknown[0]!r}, which is not known here")


def _check_events(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        "SELECT s.id FROM staged AS s JOIN records.review_events AS e USING (id) "
        "WHERE s.record = 'ReviewEvent' AND s.body_sha256 <> e.body_sha256 "
        "UNION ALL SELECT id FROM staged WHERE record = 'ReviewEvent' "
        "GROUP BY id HAVING count(DISTINCT body_sha256) > 1 LIMIT 1"
    ).fetchone()
    if row is not None:
        raise RefusedBatchError(
            f"the review event {row[0]} stands there with other words; events never change"
        )


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many rows each table of the database has, for checking a copy; empty when it has none."""
    tables = connection.execute(
        'SELECT format(\'"{}"."{}"\', schema_name, table_name) FROM duckdb_tables() '
        "WHERE database_name = current_database() AND NOT internal AND NOT temporary ORDER BY ALL"
    ).fetchall()
    if not tables:
        return {}
    counts = connection.execute(
        " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for (name,) in tables)
    ).fetchall()
    return dict(counts)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
