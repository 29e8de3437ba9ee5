"""Folding one batch into the database, inside one transaction.

The batch is checked first: its header, its schema, its hash. Then DuckDB reads the file itself, and for
every record type appends the rows whose body is news. What does not fit refuses the whole batch.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from factdesk.model import RECORD_BY_NAME, RECORDS, SCHEMA_VERSION, ReviewEvent
from factdesk.warehouse.chain import chain_staged_events
from factdesk.warehouse.columns import TABLES, insert_statement
from factdesk.warehouse.headers import BatchHeader, BrokenHeaderError, parse_header

LINES_PER_SEQUENCE = 1_000_000
"""Room for one batch in the fold sequence: 16 MB hold fewer lines than that."""

MAX_LINE_BYTES = 33_554_432

_STAGE = """
    CREATE OR REPLACE TEMP TABLE staged AS
    SELECT line, record, id, body, body_sha256
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
"""Errors that say nothing against the batch: it stays claimed and is folded by the next keeper."""


class RefusedBatchError(Exception):
    """A batch that can never be folded; the message is the reason that is kept beside it."""


def fold_batch(connection: duckdb.DuckDBPyConnection, path: Path, sequence: int) -> bool:
    """Fold one claimed batch and commit. Return False when the database has it already.

    Raises RefusedBatchError when the batch is malformed, altered or of a future schema (nothing of it is
    kept), and one of ENVIRONMENT_ERRORS when DuckDB cannot work (the batch may be tried again).
    """
    header = check_batch(path)
    if _is_folded(connection, header):
        return False
    connection.execute("BEGIN")
    try:
        appended = _load(connection, path, sequence, header)
        connection.execute(
            "INSERT INTO keeper.batches VALUES (?, ?, ?, ?, ?, ?)",
            [header.batch, sequence, header.sha256, header.schema, header.records, appended],
        )
        connection.execute("COMMIT")
    except ENVIRONMENT_ERRORS:
        raise
    except (duckdb.Error, ValueError) as error:
        connection.execute("ROLLBACK")
        raise RefusedBatchError(f"its records do not fit ({_first_line(error)})") from error
    except RefusedBatchError:
        connection.execute("ROLLBACK")
        raise
    return True


def check_batch(path: Path) -> BatchHeader:
    """Read a batch's header and check the file against it. Raises RefusedBatchError."""
    try:
        stream = path.open("rb")
    except (PermissionError, IsADirectoryError) as error:
        raise RefusedBatchError(f"it cannot be opened ({error.strerror})") from error
    with stream:
        line = stream.readline()
        try:
            header = parse_header(line)
        except BrokenHeaderError as error:
            raise RefusedBatchError(str(error)) from error
        if header.schema > SCHEMA_VERSION:
            raise RefusedBatchError(
                f"its schema version {header.schema} is newer than {SCHEMA_VERSION}; upgrade Factdesk"
            )
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != header.sha256:
        raise RefusedBatchError("its records were altered or cut off after they were written (other sha256)")
    return header


def _is_folded(connection: duckdb.DuckDBPyConnection, header: BatchHeader) -> bool:
    row = connection.execute(
        "SELECT sha256 FROM keeper.batches WHERE batch_id = ?", [header.batch]
    ).fetchone()
    if row is not None and row[0] != header.sha256:
        raise RefusedBatchError("a batch with this id but other records has been folded before")
    return row is not None


def _load(connection: duckdb.DuckDBPyConnection, path: Path, sequence: int, header: BatchHeader) -> int:
    connection.execute(_STAGE, {"path": str(path), "limit": MAX_LINE_BYTES})
    repeated = _check_counts(connection, header)
    appended = 0
    for record in RECORDS:
        if record.__name__ not in header.counts:
            continue
        if record is ReviewEvent:
            _check_events(connection)
            chain_staged_events(connection)
        statement = insert_statement(record, repeated, header.schema)
        row = connection.execute(statement, {"first": sequence * LINES_PER_SEQUENCE}).fetchone()
        appended += row[0] if row else 0
    return appended


def _check_counts(connection: duckdb.DuckDBPyConnection, header: BatchHeader) -> bool:
    """Compare the staged records with the header and return whether an id occurs twice."""
    rows = connection.execute(
        "SELECT record, count(*), count(DISTINCT id), count(id) FROM staged GROUP BY record"
    ).fetchall()
    found = {name: count for name, count, _, _ in rows}
    if found != dict(header.counts):
        raise RefusedBatchError(f"it holds {found}, but its header says {dict(header.counts)}")
    unknown = sorted(set(found) - set(RECORD_BY_NAME))
    if unknown:
        raise RefusedBatchError(f"it holds the record {unknown[0]!r}, which is not known here")
    if any(ids != count for _, count, _, ids in rows):
        raise RefusedBatchError("it holds a record without an id")
    return any(distinct != count for _, count, distinct, _ in rows)


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
    """Return how many rows each table of records has, for checking a copy."""
    names = [f"records.{name}" for name in TABLES.values()] + ["keeper.batches", "keeper.event_chain"]
    counts = connection.execute(
        " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)
    ).fetchall()
    return dict(counts)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
