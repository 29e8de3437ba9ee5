"""What holds now, kept beside the records in the schema ``standing``.

The tables there say nothing that does not follow from the records; without them every view would look through
the whole history. A batch touches few essays and sources: their rows are made anew in the transaction of the
batch. The same SQL (``warehouse/standing/*.sql``) makes all rows anew, some essays at a time, when it has
changed or when a hand has been at the records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

import duckdb

from factdesk.model import Record, ReviewEvent
from factdesk.resources import bundled
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.policies import read_policy, write_policy

ESSAYS_AT_ONCE = 4_000
SOURCES_AT_ONCE = 200_000
"""How much of a large warehouse is made anew at once: some 100,000 claims, a few hundred MB of memory."""

_OF_ESSAYS = dict.fromkeys(("claims", "decisions", "carried_claims", "claim_sources", "essays"), "essay_id")
_OF_SOURCES = {"sources": "source_id"}
"""Table of the schema -> the column by which its rows are in scope."""

# Review events and verdicts name their claim, the records of an essay the essay; a change that leaves the
# page the same can make decisions of every claim on the source hold again.
_SCOPE_OF_BATCH = """
    CREATE OR REPLACE TEMP TABLE scope_essays AS
    WITH claims AS (
        {claims}
    )
    SELECT id AS essay_id FROM records.essays WHERE fold_sequence BETWEEN $first AND $last
    UNION SELECT essay_id FROM records.essay_versions WHERE fold_sequence BETWEEN $first AND $last
    UNION SELECT essay_id FROM records.readings WHERE fold_sequence BETWEEN $first AND $last
    UNION SELECT essay_id FROM records.claims WHERE fold_sequence BETWEEN $first AND $last
    UNION SELECT c.essay_id FROM records.claims AS c SEMI JOIN claims AS x ON x.claim_id = c.id
    UNION SELECT s.essay_id FROM standing.claim_sources AS s SEMI JOIN (
        SELECT c.source_id FROM records.source_changes AS c
        LEFT JOIN records.snapshots AS n
            ON n.fold_sequence BETWEEN $first AND $last
            AND n.id IN (c.before_snapshot_id, c.after_snapshot_id)
        WHERE c.kind <> 'text' AND (c.fold_sequence BETWEEN $first AND $last OR n.id IS NOT NULL)
    ) AS x ON x.source_id = s.source_id
"""

_SOURCES_OF_BATCH = """
    CREATE OR REPLACE TEMP TABLE scope_sources AS
    SELECT id AS source_id FROM records.sources WHERE fold_sequence BETWEEN $first AND $last
    UNION SELECT source_id FROM records.fetches WHERE fold_sequence BETWEEN $first AND $last
    UNION SELECT source_id FROM records.snapshots WHERE fold_sequence BETWEEN $first AND $last
"""

_ACTS_OF_BATCH = """
    CREATE OR REPLACE TEMP TABLE scope_acts AS
    SELECT claim_id, act FROM records.review_events WHERE fold_sequence BETWEEN $first AND $last
"""

_OF_CLAIMS = ("mentions", "evidence", "verdicts", "judgements", "review_events")


@cache
def _sql(*names: str) -> str:
    return "\n".join(
        bundled("warehouse", "standing", f"{name}.sql").read_text(encoding="utf-8") for name in names
    )


def standing_sha256() -> str:
    """Return the hash by which a database knows that its standing tables were made by this SQL."""
    names = sorted(path.stem for path in bundled("warehouse", "standing").glob("*.sql"))
    return hashlib.sha256(_sql(*names).encode("utf-8")).hexdigest()


def update_standing(
    connection: duckdb.DuckDBPyConnection, first: int, last: int, records: Collection[type[Record]]
) -> None:
    """Bring up to date what the rows with these fold sequences touch. The caller is in their transaction.

    ``records`` are the types of the rows: acts of people alone, which somebody waits for, take a shorter way.
    """
    if set(records) == {ReviewEvent} and _update_by_acts(connection, first, last):
        return
    of_claims = " UNION ALL ".join(
        f"SELECT claim_id FROM records.{table} WHERE fold_sequence BETWEEN $first AND $last"
        for table in _OF_CLAIMS
    )
    rows = {"first": first, "last": last}
    connection.execute(_SCOPE_OF_BATCH.format(claims=of_claims), rows)
    connection.execute(_SOURCES_OF_BATCH, rows)
    _make_in_scope(connection)
    _put(connection)


def _update_by_acts(connection: duckdb.DuckDBPyConnection, first: int, last: int) -> bool:
    """Bring the claims of these review events up to date; return False where more than their acts counts.

    That is so where a source was attached, a claim carries another one's decisions, or a decision was made on
    another verdict than the one that holds now.
    """
    connection.execute(_ACTS_OF_BATCH, {"first": first, "last": last})
    if _has_rows(connection, "scope_acts WHERE act = 'attach'") or _has_rows(
        connection,
        "standing.carried_claims SEMI JOIN scope_acts ON scope_acts.claim_id IN "
        "(carried_claims.claim_id, carried_claims.from_claim_id)",
    ):
        return False
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE scope_claims AS SELECT DISTINCT claim_id FROM scope_acts"
    )
    connection.execute(_sql("06_acts", "02_reviews"))
    if _has_rows(connection, "scoped_outdated"):
        return False
    connection.execute(_sql("07_after_acts", "08_decisions"))
    for table in ("claims", "decisions"):
        _replace(connection, table, "claim_id", "scope_claims")
    return True


def _make_in_scope(connection: duckdb.DuckDBPyConnection) -> None:
    if _has_rows(connection, "scope_essays"):
        connection.execute(_sql("01_scope"))
        has_acts = _has_rows(connection, "scoped_own_events")
        connection.execute(_sql("02_reviews" if has_acts else "02_no_reviews"))
        is_outdated = has_acts and _has_rows(connection, "scoped_outdated")
        connection.execute(_sql("03_reopened" if is_outdated else "03_none_reopened"))
        connection.execute(_sql("04_claims", "08_decisions"))
    if _has_rows(connection, "scope_sources"):
        connection.execute(_sql("05_sources"))


def _put(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the rows that were made in the place of those in scope."""
    for scope, tables in (("scope_essays", _OF_ESSAYS), ("scope_sources", _OF_SOURCES)):
        if _has_rows(connection, scope):
            for table, column in tables.items():
                _replace(connection, table, column, scope)


def _replace(connection: duckdb.DuckDBPyConnection, table: str, column: str, scope: str) -> None:
    connection.execute(f"DELETE FROM standing.{table} WHERE {column} IN (SELECT {column} FROM {scope})")
    connection.execute(f"INSERT INTO standing.{table} BY NAME SELECT * FROM new_{table}")


def _has_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone() is not None


# --- superseded rows ------------------------------------------------------------------------------


def supersede_rows(
    connection: duckdb.DuckDBPyConnection, record: type[Record], first: int, last: int
) -> None:
    """Note the rows of a record's table that those with these fold sequences took the place of.

    Only the latest row of an id that was there before, and the rows of the batches themselves, can be among
    them; the former are in the temporary table ``latest_rows``, which the fold has made.
    """
    table = TABLES[record]
    connection.execute(
        f"""
        INSERT INTO standing.superseded
        SELECT fold_sequence FROM (
            SELECT id, fold_sequence FROM records.{table} WHERE fold_sequence BETWEEN $first AND $last
            UNION ALL
            SELECT l.id, l.fold_sequence FROM latest_rows AS l
            SEMI JOIN records.{table} AS n ON n.id = l.id AND n.fold_sequence BETWEEN $first AND $last
            WHERE l.record = '{record.__name__}'
        )
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY fold_sequence DESC) > 1
        """,
        {"first": first, "last": last},
    )


_SUPERSEDED = " UNION ALL ".join(
    f"""
    SELECT r.fold_sequence FROM records.{table} AS r JOIN (
        SELECT id, max(fold_sequence) AS fold_sequence FROM records.{table} GROUP BY id HAVING count(*) > 1
    ) AS l ON l.id = r.id AND l.fold_sequence > r.fold_sequence
    """
    for table in TABLES.values()
)


# --- all of it ------------------------------------------------------------------------------------


def bring_standing_up_to_date(connection: duckdb.DuckDBPyConnection, *, anew: bool = False) -> bool:
    """Make the standing tables anew unless this very SQL has made them; return whether they were made.

    ``anew`` makes them in any case: a migration has changed the tables below them.
    """
    wanted = standing_sha256()
    if not anew and read_policy(connection, "standing") == wanted:
        return False
    rebuild_standing(connection)
    return True


def rebuild_standing(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all standing tables anew from the records, in one transaction of its own."""
    connection.execute("BEGIN")
    try:
        remake_standing(connection)
        write_policy(connection, "standing", standing_sha256())
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def remake_standing(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all standing tables anew from the records. The caller is in a transaction that changed those."""
    connection.execute(f"DELETE FROM standing.superseded; INSERT INTO standing.superseded {_SUPERSEDED}")
    for table in (*_OF_ESSAYS, *_OF_SOURCES):
        connection.execute(f"DELETE FROM standing.{table}")
    for _ in _scopes(connection):
        _put(connection)


def _scopes(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Make the rows of all essays and sources, some at a time, in the order in which they came."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE all_essays AS
        SELECT essay_id, row_number() OVER (ORDER BY min(fold_sequence), essay_id) - 1 AS place
        FROM (
            SELECT id AS essay_id, fold_sequence FROM records.essays
            UNION ALL SELECT essay_id, fold_sequence FROM records.essay_versions
            UNION ALL SELECT essay_id, fold_sequence FROM records.readings
            UNION ALL SELECT essay_id, fold_sequence FROM records.claims
        )
        GROUP BY essay_id;
        CREATE OR REPLACE TEMP TABLE all_sources AS
        SELECT source_id, row_number() OVER (ORDER BY min(fold_sequence), source_id) - 1 AS place
        FROM (
            SELECT id AS source_id, fold_sequence FROM records.sources
            UNION ALL SELECT source_id, fold_sequence FROM records.fetches
            UNION ALL SELECT source_id, fold_sequence FROM records.snapshots
        )
        GROUP BY source_id
        """
    )
    yield from _slices(connection, "essay", ESSAYS_AT_ONCE, "source")
    yield from _slices(connection, "source", SOURCES_AT_ONCE, "essay")
    _forget_slices(connection)


def _slices(connection: duckdb.DuckDBPyConnection, of: str, at_once: int, other: str) -> Iterator[None]:
    row = connection.execute(f"SELECT count(*) FROM all_{of}s").fetchone()
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE scope_{other}s AS SELECT {other}_id FROM all_{other}s LIMIT 0"
    )
    for start in range(0, row[0] if row else 0, at_once):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE scope_{of}s AS "
            f"SELECT {of}_id FROM all_{of}s WHERE place >= ? AND place < ? ORDER BY place",
            [start, start + at_once],
        )
        _make_in_scope(connection)
        yield


def _forget_slices(connection: duckdb.DuckDBPyConnection) -> None:
    """Give back the memory that the rows of so many essays take."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    for (table,) in tables:
        if table.startswith(("all_", "scope_", "scoped_", "new_")):
            connection.execute(f'DROP TABLE temp."{table}"')


# --- looking after it -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StandingFault:
    """A standing table with rows that do not follow from the records (``wrong``) or that lacks some."""

    table: str
    wrong: int
    lacking: int


def find_standing_faults(
    connection: duckdb.DuckDBPyConnection, sample: int | None = None
) -> list[StandingFault]:
    """Compare the standing tables with what the records say now; nothing is changed.

    ``sample`` compares only so many essays and as many sources, drawn at random.
    """
    found: dict[str, StandingFault] = {}
    if sample is None:
        _count(connection, found, "superseded", "FROM standing.superseded", _SUPERSEDED)
    for _ in _scopes(connection) if sample is None else _drawn_scope(connection, sample):
        for scope, tables in (("scope_essays", _OF_ESSAYS), ("scope_sources", _OF_SOURCES)):
            if not _has_rows(connection, scope):
                continue
            for table, column in tables.items():
                kept = f"FROM standing.{table} WHERE {column} IN (SELECT {column} FROM {scope})"
                _count(connection, found, table, kept, f"FROM new_{table}")
    return list(found.values())


def _drawn_scope(connection: duckdb.DuckDBPyConnection, sample: int) -> Iterator[None]:
    """Make the rows of some essays and sources, drawn at random."""
    for of in ("essay", "source"):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE scope_{of}s AS SELECT {of}_id FROM "
            f"(SELECT DISTINCT id AS {of}_id FROM records.{of}s) USING SAMPLE {sample:d} ROWS"
        )
    _make_in_scope(connection)
    yield
    _forget_slices(connection)


def _count(
    connection: duckdb.DuckDBPyConnection, found: dict[str, StandingFault], table: str, kept: str, made: str
) -> None:
    row = connection.execute(
        f"SELECT (SELECT count(*) FROM ({kept} EXCEPT ALL {made})), "
        f"(SELECT count(*) FROM ({made} EXCEPT ALL {kept}))"
    ).fetchone()
    if row is not None and row != (0, 0):
        before = found.get(table, StandingFault(table, 0, 0))
        found[table] = StandingFault(table, before.wrong + row[0], before.lacking + row[1])
