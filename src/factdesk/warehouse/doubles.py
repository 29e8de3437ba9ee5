"""Records that only say again what stands: two checks of one essay at the same time find the same.

A reading and a judgement say what holds from a moment on. Where the one before it or the one after it in
time says the same, a further one tells nothing, and the keeper leaves it out; a text that goes A, B, A still
comes back to A. Runs that follow each other look themselves and write none; runs side by side cannot know.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

_DROP = """
    DELETE FROM staged WHERE record = '{record}' AND id IN (
        WITH news AS (
            SELECT
                id, CAST(body ->> '{thing}' AS UUID) AS thing,
                CAST(body ->> '{moment}' AS TIMESTAMPTZ) AS moment, {said} AS said
            FROM staged WHERE record = '{record}'
        ),
        kept AS (
            SELECT r.{thing} AS thing, r.{moment} AS moment, {stored} AS said
            FROM records.{table} AS r SEMI JOIN news AS n ON n.thing = r.{thing}
        ),
        timeline AS (SELECT thing, moment FROM news UNION ALL SELECT thing, moment FROM kept)
        SELECT n.id
        FROM news AS n
        JOIN kept AS k ON k.thing = n.thing AND k.said = n.said AND k.moment <> n.moment
        WHERE NOT EXISTS (
            SELECT 1 FROM timeline AS t
            WHERE t.thing = n.thing
                AND t.moment > least(n.moment, k.moment) AND t.moment < greatest(n.moment, k.moment)
        )
    )
"""

_JUDGEMENTS = _DROP.format(
    record="Judgement",
    table="judgements",
    thing="claim_id",
    moment="judged_at",
    said="CAST(body ->> 'verdict_id' AS UUID)",
    stored="r.verdict_id",
)
_TEXTS = ("outcome", "detail", "version_id", "method", "sentences")
_LISTS = ("claim_ids", "pairs", "set_aside")
_READINGS = _DROP.format(
    record="Reading",
    table="readings",
    thing="essay_id",
    moment="read_at",
    said=f"row({', '.join([f'body ->> {name!r}' for name in (*_TEXTS, *_LISTS)])})",
    stored=f"row({', '.join(f'CAST(r.{name} AS VARCHAR)' for name in (*_TEXTS, *_LISTS))})",
)


def drop_doubles(connection: duckdb.DuckDBPyConnection, records: Collection[str]) -> None:
    """Take out of ``staged`` the readings and judgements that say what their neighbour in time says.

    ``records`` are the names of the records in the batch. The caller is in the transaction of the batch.
    """
    if "Reading" in records:
        connection.execute(_READINGS)
    if "Judgement" in records:
        connection.execute(_JUDGEMENTS)
