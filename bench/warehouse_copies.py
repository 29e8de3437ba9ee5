"""Copies the rows of a small warehouse inside its database, each copy with other essays and sources.

Ids follow the rule of ids (sha256 over record name and key), so that a record that is read back has the id
of its row; the hash chain of review events is made anew over the events as they are then.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from factdesk.model import Claim, canonical_json
from factdesk.warehouse.chain import CHAIN_START, next_chain_sha256
from factdesk.warehouse.columns import columns_of, read_row
from factdesk.warehouse.folding import LINES_PER_SEQUENCE
from factdesk.warehouse.standing import rebuild_standing

COPIES_AT_ONCE = 10
LINKS_AT_ONCE = 100_000

_MACROS = """
    CREATE OR REPLACE TEMP MACRO uid(text) AS CAST(substr(sha256(text), 1, 32) AS UUID);
    CREATE OR REPLACE TEMP MACRO moment(t) AS strftime(t AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ');
    CREATE OR REPLACE TEMP MACRO other_url(url, k) AS replace(url, '://', '://c' || k || '-');
    CREATE OR REPLACE TEMP MACRO other_event(id, k) AS CAST(
        substr(CAST(id AS VARCHAR), 1, 15) || substr(sha256(id || '/' || k), 1, 3) || '-8'
        || substr(sha256(id || '/' || k), 4, 3) || '-' || substr(sha256(id || '/' || k), 7, 12) AS UUID
    );
    CREATE OR REPLACE TEMP MACRO sequenced(f, k) AS f + k * {span};
    CREATE OR REPLACE TEMP MACRO quoted(text) AS coalesce('"' || text || '"', 'null');
"""

_FREEZE = "CREATE OR REPLACE TEMP TABLE old_{table} AS SELECT * FROM records.{table}"

_TABLES = (
    "essays", "essay_versions", "readings", "claims", "mentions", "sources", "fetches", "snapshots",
    "source_changes", "evidence", "verdicts", "judgements", "review_events",
)  # fmt: skip

_KEYS = {
    "essays": "'[\"Essay\",\"' || o.essay_key || '~' || k || '\"]'",
    "sources": "'[\"Source\",\"' || other_url(o.url_key, k) || '\"]'",
    "essay_versions": "'[\"EssayVersion\",\"' || essay.new || '\",\"' || o.text_sha256 || '\"]'",
    "readings": "'[\"Reading\",\"' || essay.new || '\",\"' || moment(o.read_at) || '\"]'",
    "claims": "'[\"Claim\",\"' || essay.new || '\",' || (SELECT t.tail FROM claim_tails AS t "
    "WHERE t.id = o.id)",
    "mentions": "'[\"Mention\",\"' || claim.new || '\",\"' || version.new || '\"]'",
    "fetches": "'[\"Fetch\",\"' || source.new || '\",\"' || moment(o.fetched_at) || '\"]'",
    "snapshots": '\'["Snapshot","\' || source.new || \'","\' || o.text_sha256 || \'","\' || o.extractor '
    "|| '\"]'",
    "source_changes": "'[\"SourceChange\",\"' || source.new || '\",\"' || moment(o.noticed_at) || '\"]'",
    "evidence": '\'["Evidence","\' || claim.new || \'","\' || snapshot.new || \'","\' '
    "|| o.span_start || '\",\"' "
    "|| o.span_end || '\",\"' || o.method || '\"]'",
    "verdicts": "'[\"Verdict\",\"' || claim.new || '\",' || CAST(to_json(list_transform("
    'from_json(j.inputs, \'[{"source_id": "VARCHAR", "seen": "VARCHAR"}]\'), '
    "lambda i: [i.source_id, i.seen])) AS VARCHAR) || ',\"' || o.method || '\"]'",
    "judgements": "'[\"Judgement\",\"' || claim.new || '\",\"' || moment(o.judged_at) || '\"]'",
}
"""Table -> the JSON text over which the id of a copy is made; ``o`` is the old row, ``k`` the copy."""

_JOINS = {
    "essay": "JOIN new_essays AS essay ON essay.k = n.k AND essay.old = o.essay_id",
    "version": "JOIN new_essay_versions AS version ON version.k = n.k AND version.old = o.version_id",
    "claim": "JOIN new_claims AS claim ON claim.k = n.k AND claim.old = o.claim_id",
    "source": "JOIN new_sources AS source ON source.k = n.k AND source.old = o.source_id",
    "snapshot": "JOIN new_snapshots AS snapshot ON snapshot.k = n.k AND snapshot.old = o.snapshot_id",
    "before": "JOIN new_snapshots AS before ON before.k = n.k AND before.old = o.before_snapshot_id",
    "after": "JOIN new_snapshots AS after ON after.k = n.k AND after.old = o.after_snapshot_id",
    "verdict": "LEFT JOIN new_verdicts AS verdict ON verdict.k = n.k AND verdict.old = o.verdict_id",
    "deciding": "LEFT JOIN new_evidence AS deciding ON deciding.k = n.k "
    "AND deciding.old = o.deciding_evidence_id",
    "decider": "LEFT JOIN new_sources AS decider ON decider.k = n.k AND decider.old = o.deciding_source_id",
}

_REPLACED = {
    "essays": "o.essay_key || '~' || n.k AS essay_key, 'c' || n.k || '-' || o.uri AS uri, "
    "'c' || n.k || '-' || o.path AS path, o.title || ' (' || n.k || ')' AS title",
    "sources": "other_url(o.url, n.k) AS url, other_url(o.url_key, n.k) AS url_key",
    "essay_versions": "essay.new AS essay_id",
    "readings": "essay.new AS essay_id, version.new AS version_id, j.claim_ids AS claim_ids, "
    "j.pairs AS pairs",
    "claims": "essay.new AS essay_id",
    "mentions": "claim.new AS claim_id, version.new AS version_id, j.citations AS citations",
    "fetches": "source.new AS source_id, other_url(o.final_url, n.k) AS final_url",
    "snapshots": "source.new AS source_id, sha256(o.words_sha256 || n.k) AS words_sha256",
    "source_changes": "source.new AS source_id, before.new AS before_snapshot_id, "
    "after.new AS after_snapshot_id, j.passages AS passages",
    "evidence": "claim.new AS claim_id, snapshot.new AS snapshot_id",
    "verdicts": "claim.new AS claim_id, j.inputs AS inputs, j.evidence_ids AS evidence_ids, "
    "deciding.new AS deciding_evidence_id, decider.new AS deciding_source_id",
    "judgements": "claim.new AS claim_id, verdict.new AS verdict_id",
    "review_events": "other_event(o.event_id, n.k) AS event_id, claim.new AS claim_id, "
    "verdict.new AS verdict_id, other_event(o.previous_event, n.k) AS previous_event, "
    "CASE WHEN o.act = 'undo' THEN CAST(other_event(o.target, n.k) AS VARCHAR) ELSE o.target END AS target",
}

_JSON = {
    "readings": ("claim_ids", "pairs"),
    "mentions": ("citations",),
    "source_changes": ("passages",),
    "verdicts": ("inputs", "evidence_ids"),
}
"""Columns that name ids inside their JSON."""

_ORDER = (
    "essays", "sources", "essay_versions", "claims", "snapshots", "evidence", "verdicts", "readings",
    "mentions", "fetches", "source_changes", "judgements", "review_events",
)  # fmt: skip
"""A table comes after those whose ids it names."""

_PAYLOAD = """
    SELECT e.event_id, e.claim_id, c.stale, sha256(
        e.salt || '{"act":"' || e.act || '","at":"' || moment(e.acted_at) || '","claim_id":"' || e.claim_id
        || '","conclusion":' || quoted(e.conclusion) || ',"event_id":"' || e.event_id
        || '","note":' || quoted(e.note) || ',"previous_event":' || quoted(CAST(e.previous_event AS VARCHAR))
        || ',"rating":' || quoted(e.rating)
        || ',"reason":' || quoted(e.reason) || ',"reviewer":"' || e.reviewer || '","role":"' || e.role
        || '","shown":' || e.shown || ',"spent_ms":' || quoted(CAST(e.spent_ms AS VARCHAR))
        || ',"target":' || quoted(e.target) || ',"text_sha256":' || quoted(e.text_sha256)
        || ',"until":' || quoted(moment(e.until))
        || ',"verdict_id":' || quoted(CAST(e.verdict_id AS VARCHAR)) || '}'
    )
    FROM records.review_events AS e
    JOIN old_chain AS c ON c.fold_sequence % {span} = e.fold_sequence % {span}
    ORDER BY e.fold_sequence
"""


def copy_rows(connection: duckdb.DuckDBPyConnection, copies: int) -> None:
    """Make a database that holds one warehouse hold ``copies`` of it, the first as it is, and checkpoint."""
    connection.execute(_MACROS.replace("{span}", str(_span(connection))))
    for table in _TABLES:
        connection.execute(_FREEZE.format(table=table))
    _keep_claim_tails(connection)
    first = 1
    while first < copies:
        last = min(copies, first + COPIES_AT_ONCE)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE copy_numbers AS SELECT unnest(range(?, ?)) AS k", [first, last]
        )
        connection.execute("BEGIN")
        for table in _ORDER:
            _copy_table(connection, table)
        connection.execute(
            "INSERT INTO keeper.batches SELECT uid(b.batch_id || '/' || n.k), b.sequence + n.k * "
            f"{_span(connection) // LINES_PER_SEQUENCE}, b.sha256, b.schema_version, b.records, b.appended "
            "FROM old_batches AS b, copy_numbers AS n"
        )
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
        first = last
    _chain_again(connection)
    rebuild_standing(connection)
    connection.execute("CHECKPOINT")


def _span(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how far the fold sequences of two copies lie apart; measured once, on the first."""
    made = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'old_batches'").fetchone()
    if made is None:
        connection.execute("CREATE TEMP TABLE old_batches AS SELECT * FROM keeper.batches")
    row = connection.execute("SELECT max(sequence) FROM old_batches").fetchone()
    assert row is not None
    return int(row[0]) * LINES_PER_SEQUENCE


def _keep_claim_tails(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down what follows the essay in the key of each claim, as `Claim.key` says it."""
    columns = ", ".join(f'"{one.name}"' for one in columns_of(Claim))
    claims = [
        read_row(Claim, row) for row in connection.execute(f"SELECT {columns} FROM old_claims").fetchall()
    ]
    tails = [canonical_json(one.key()[1:])[1:] for one in claims]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE claim_tails AS "
        "SELECT unnest(?::UUID[]) AS id, unnest(?::VARCHAR[]) AS tail",
        [[str(one.id) for one in claims], tails],
    )


def _copy_table(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    for column in _JSON.get(table, ()):
        connection.execute(_rewritten(table, column))
    joined = "".join(f" JOIN json_{column} USING (k, id)" for column in _JSON.get(table, ()))
    if joined:
        names = ", ".join(f"json_{column}.{column}" for column in _JSON[table])
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE new_json AS SELECT n.k, o.id, {names} "
            f"FROM old_{table} AS o CROSS JOIN copy_numbers AS n{joined}"
        )
    said = _KEYS.get(table, "") + _REPLACED[table]
    joins = " ".join(text for name, text in _JOINS.items() if f"{name}.new" in said)
    if joined:
        joins += " JOIN new_json AS j ON j.k = n.k AND j.id = o.id"
    new_id = (
        "other_event(o.id, n.k)"
        if table == "review_events"
        else f"uid({_KEYS[table].replace('|| k', '|| n.k').replace(', k)', ', n.k)')})"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE new_{table} AS SELECT n.k, o.id AS old, {new_id} AS new "
        f"FROM old_{table} AS o CROSS JOIN copy_numbers AS n {joins}"
    )
    connection.execute(
        f"INSERT INTO records.{table} BY NAME SELECT o.* REPLACE (self.new AS id, "
        "sequenced(o.fold_sequence, n.k) AS fold_sequence, sha256(CAST(self.new AS VARCHAR)) AS body_sha256, "
        f"{_REPLACED[table]}) FROM old_{table} AS o CROSS JOIN copy_numbers AS n "
        f"JOIN new_{table} AS self ON self.k = n.k AND self.old = o.id {joins} "
        "ORDER BY n.k, o.fold_sequence"
    )


def _rewritten(table: str, column: str) -> str:
    """Return the SQL that puts the new ids into the JSON of a column: ids are whole strings there."""
    return f"""
        CREATE OR REPLACE TEMP TABLE json_{column} AS
        WITH ids AS (
            SELECT k, old, new FROM new_claims
            UNION ALL SELECT k, old, new FROM new_sources
            UNION ALL SELECT k, old, new FROM new_evidence
        ),
        words AS (
            SELECT id, unnest(words) AS word, generate_subscripts(words, 1) AS place
            FROM (SELECT id, string_split(CAST({column} AS VARCHAR), '"') AS words FROM old_{table})
        )
        SELECT
            n.k, w.id,
            CAST(
                string_agg(coalesce(CAST(i.new AS VARCHAR), w.word), '"' ORDER BY w.place) AS JSON
            ) AS {column}
        FROM words AS w CROSS JOIN copy_numbers AS n
        LEFT JOIN ids AS i ON i.k = n.k AND i.old = TRY_CAST(w.word AS UUID)
        GROUP BY n.k, w.id
    """


def _chain_again(connection: duckdb.DuckDBPyConnection) -> None:
    span = _span(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE old_chain AS SELECT e.fold_sequence, c.stale "
        "FROM keeper.event_chain AS c JOIN old_review_events AS e ON e.id = c.event_id"
    )
    rows = connection.execute(_PAYLOAD.replace("{span}", str(span))).fetchall()
    connection.execute("DELETE FROM keeper.event_chain")
    for links in _links(rows):
        columns = [list(column) for column in zip(*links, strict=True)]
        connection.execute(
            "INSERT INTO keeper.event_chain SELECT unnest(?::BIGINT[]), unnest(?::UUID[]), "
            "unnest(?::UUID[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::BOOLEAN[])",
            columns,
        )


def _links(rows: list[tuple[object, object, bool, str]]) -> Iterator[list[tuple[object, ...]]]:
    chain = CHAIN_START
    links: list[tuple[object, ...]] = []
    for position, (event_id, claim_id, stale, payload) in enumerate(rows, start=1):
        chain = next_chain_sha256(chain, payload)
        links.append((position, str(event_id), str(claim_id), payload, chain, stale))
        if len(links) == LINKS_AT_ONCE:
            yield links
            links = []
    if links:
        yield links
