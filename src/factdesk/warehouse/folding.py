"""Folding one batch into the database, inside one transaction.

The batch is checked first: its header, its schema, its hash. Then DuckDB reads the file itself, and for
every record type appends the rows whose body is news. What does not fit refuses the whole batch.
"""

from __future__ import annotations

import errno
import hashlib
import stat
from pathlib import Path

import duckdb

from factdesk.model import RECORD_BY_NAME, RECORDS, SCHEMA_VERSION, ReviewEvent
from factdesk.warehouse.chain import chain_staged_events
from factdesk.warehouse.columns import TABLES, insert_statement, latest_statement
from factdesk.warehouse.doubles import drop_doubles
from factdesk.warehouse.headers import MAX_BATCH_BYTES, BatchHeader, BrokenHeaderError, parse_header
from factdesk.warehouse.standing import supersede_rows, update_standing

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


KEEP_AND_REPORT = "keep it and report it, then move it away"
MOVE_BACK = "then move it back to spool/pending"
_WRITE_AGAIN = (
    "check the disk, take it from a backup or run again what wrote it (factdesk run check_essays --param "
    "unchanged_too=true), then move it away"
)
_FAULTS_OF_FILES = frozenset({errno.EACCES, errno.EPERM, errno.EISDIR, errno.EIO, errno.ENXIO})
"""Errors that speak of this one file; any other says that nothing can be read just now."""


class RefusedBatchError(Exception):
    """A batch that cannot be folded; the message is the reason and ``mend`` the way out, kept beside it."""

    def __init__(self, reason: str, mend: str = KEEP_AND_REPORT) -> None:
        super().__init__(reason)
        self.mend = mend


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
        return _check_file(path)
    except OSError as error:
        if error.errno not in _FAULTS_OF_FILES:
            raise
        reason = f"it cannot be read ({error.strerror})"
        raise RefusedBatchError(reason, f"make it readable, {MOVE_BACK}") from error


def _check_file(path: Path) -> BatchHeader:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise RefusedBatchError("it is no plain file", "move it away; the spool holds batches alone")
    if status.st_size > MAX_BATCH_BYTES:
        raise RefusedBatchError(
            f"it takes {status.st_size} bytes and a batch at most {MAX_BATCH_BYTES}",
            "write its records again in smaller batches, as Factdesk's own commands do, then move it away",
        )
    with path.open("rb") as stream:
        try:
            header = parse_header(stream.readline())
        except BrokenHeaderError as error:
            raise RefusedBatchError(str(error), _WRITE_AGAIN) from error
        if header.schema > SCHEMA_VERSION:
            raise RefusedBatchError(
                f"its schema version {header.schema} is newer than {SCHEMA_VERSION}",
                f"upgrade Factdesk, {MOVE_BACK}",
            )
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != header.sha256:
        raise RefusedBatchError(
            "its records were altered or cut off after they were written (other sha256)", _WRITE_AGAIN
        )
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
    drop_doubles(connection, header.counts)
    first = sequence * LINES_PER_SEQUENCE
    appended = 0
    for record in RECORDS:
        if record.__name__ not in header.counts:
            continue
        if record is ReviewEvent:
            _check_events(connection)
            chain_staged_events(connection)
        connection.execute(latest_statement(record))
        row = connection.execute(
            insert_statement(record, repeated, header.schema), {"first": first}
        ).fetchone()
        if row and row[0]:
            appended += row[0]
            supersede_rows(connection, TABLES[record], first, first + LINES_PER_SEQUENCE)
    if appended:
        records = [RECORD_BY_NAME[name] for name in header.counts]
        update_standing(connection, first, first + LINES_PER_SEQUENCE, records)
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
