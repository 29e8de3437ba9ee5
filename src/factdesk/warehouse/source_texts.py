"""Which texts a source has had, one after the other, and the passages that verdicts rested on in each.

Asked of the published copy; a fetch that waits in the spool is seen when it is published. A copy that an
older Factdesk published knows of no changes and of no full texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from factdesk.model import Snapshot, Span
from factdesk.warehouse.columns import read_row
from factdesk.warehouse.due import CURRENT_CLAIMS, waiting_lists
from factdesk.warehouse.known import Known
from factdesk.warehouse.loading import has_table, select_columns

# A run of fetches that all saw one text is one row. What the bytes were is told by the last fetch of it that
# has any.
_TEXTS = """
    WITH marked AS (
        SELECT
            source_id, fetched_at, text_sha256, decoded_sha256, {full_text} AS full_text_sha256,
            text_sha256 IS DISTINCT FROM
                lag(text_sha256) OVER (PARTITION BY source_id ORDER BY fetched_at) AS is_new
        FROM records.fetches
        WHERE text_sha256 IS NOT NULL AND source_id IN (SELECT unnest($1::UUID[]))
    ),
    runs AS (
        SELECT *, count(*) FILTER (is_new) OVER (PARTITION BY source_id ORDER BY fetched_at) AS run
        FROM marked
    )
    SELECT
        source_id, min(fetched_at), max(fetched_at), any_value(text_sha256),
        arg_max(decoded_sha256, fetched_at), arg_max(full_text_sha256, fetched_at)
    FROM runs
    GROUP BY source_id, run
    ORDER BY source_id, run
"""

_SNAPSHOTS = """
    SELECT {columns} FROM derived.snapshots
    WHERE source_id IN (SELECT unnest($1::UUID[])) AND text_sha256 IN (SELECT unnest($2::VARCHAR[]))
    QUALIFY row_number() OVER (PARTITION BY source_id, text_sha256 ORDER BY fold_sequence DESC) = 1
"""

# Of the verdicts of a claim that saw one text of one source the latest counts.
_PASSAGES = f"""
    {CURRENT_CLAIMS},
    wanted AS (
        SELECT DISTINCT unnest($5::UUID[]) AS source_id, unnest($6::VARCHAR[]) AS text_sha256
    ),
    looked AS (
        SELECT claim_id, fold_sequence, evidence_ids, input.source_id AS source_id, input.seen AS text_sha256
        FROM (
            SELECT
                j.claim_id, j.fold_sequence, v.evidence_ids,
                unnest(from_json(v.inputs, '[{{"source_id": "UUID", "seen": "VARCHAR"}}]')) AS input
            FROM derived.judgements AS j
            JOIN derived.verdicts AS v ON v.id = j.verdict_id
            WHERE j.claim_id IN (SELECT claim_id FROM cited WHERE source_id IN (SELECT unnest($5::UUID[])))
                AND j.claim_id NOT IN (SELECT unnest($4::UUID[]))
        )
    ),
    last_looks AS (
        SELECT
            l.source_id, l.text_sha256, l.claim_id, arg_max(l.evidence_ids, l.fold_sequence) AS evidence_ids
        FROM looked AS l JOIN wanted AS w USING (source_id, text_sha256)
        GROUP BY l.source_id, l.text_sha256, l.claim_id
    ),
    shown AS (
        SELECT source_id, text_sha256, unnest(from_json(evidence_ids, '["UUID"]')) AS evidence_id
        FROM last_looks
    )
    SELECT s.source_id, s.text_sha256, e.claim_id, e.id, e.span_start, e.span_end, e.quote
    FROM shown AS s
    JOIN derived.evidence AS e ON e.id = s.evidence_id
    JOIN derived.snapshots AS n
        ON n.id = e.snapshot_id AND n.source_id = s.source_id AND n.text_sha256 = s.text_sha256
    ORDER BY s.source_id, s.text_sha256, e.claim_id, e.span_start, e.id
"""

TextKey = tuple[UUID, str]
"""A source and the sha256 of one of its texts."""


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text that a source had from its fetch at ``since`` to that at ``until``, with what its pages were."""

    text_sha256: str
    since: datetime
    until: datetime
    decoded_sha256: str | None
    full_text_sha256: str | None


@dataclass(frozen=True, slots=True)
class RestingPassage:
    """A passage of one text that the last verdict of a current claim on that text rests on."""

    claim_id: UUID
    evidence_id: UUID
    span: Span
    quote: str


def list_texts(known: Known, source_ids: Iterable[UUID]) -> dict[UUID, list[SeenText]]:
    """Return the texts that each source has had, the earliest first; a text that came back stands twice."""
    full_text = "full_text_sha256" if has_table(known, "source_changes") else "NULL"
    rows = known.ask(_TEXTS.format(full_text=full_text), [[str(one) for one in source_ids]])
    texts: dict[UUID, list[SeenText]] = {}
    for source_id, since, until, sha256, decoded, full in rows:
        texts.setdefault(source_id, []).append(SeenText(sha256, since, until, decoded, full))
    return texts


def load_snapshots(known: Known, keys: Collection[TextKey]) -> dict[TextKey, Snapshot]:
    """Return the latest snapshot of each text. Raises ValueError for a damaged row."""
    columns = ", ".join(select_columns(known, Snapshot))
    rows = known.ask(_SNAPSHOTS.format(columns=columns), _key_lists(keys))
    found = (read_row(Snapshot, row) for row in rows)
    return {
        (one.source_id, one.text_sha256): one for one in found if (one.source_id, one.text_sha256) in keys
    }


def list_resting_passages(
    known: Known, keys: Collection[TextKey]
) -> dict[TextKey, tuple[RestingPassage, ...]]:
    """Return the passages of these texts that verdicts of current claims rest on, or rested on last."""
    found: dict[TextKey, tuple[RestingPassage, ...]] = {}
    for source_id, sha256, claim_id, evidence_id, start, end, quote in known.ask(
        _PASSAGES, [*waiting_lists(known), *_key_lists(keys)]
    ):
        passage = RestingPassage(claim_id, evidence_id, Span(start, end), quote)
        found[source_id, sha256] = (*found.get((source_id, sha256), ()), passage)
    return found


def list_noted_changes(known: Known, source_ids: Iterable[UUID]) -> set[UUID]:
    """Return the ids of the changes of these sources that are written down already, waiting ones too."""
    noted = set(known.waiting.records)
    if has_table(known, "source_changes"):
        sql = "SELECT id FROM records.source_changes WHERE source_id IN (SELECT unnest(?::UUID[]))"
        noted.update(row[0] for row in known.ask(sql, [[str(one) for one in source_ids]]))
    return noted


def list_same_pages(known: Known, source_ids: Iterable[UUID]) -> list[tuple[UUID, str, str]]:
    """Return, for each change that left a source the same page, the source and the hashes of both texts."""
    if not has_table(known, "source_changes"):
        return []
    return [
        (source_id, before, after)
        for source_id, before, after in known.ask(
            "SELECT c.source_id, b.text_sha256, a.text_sha256 FROM derived.source_changes AS c "
            "JOIN derived.snapshots AS b ON b.id = c.before_snapshot_id "
            "JOIN derived.snapshots AS a ON a.id = c.after_snapshot_id "
            "WHERE c.kind <> 'text' AND c.source_id IN (SELECT unnest(?::UUID[]))",
            [[str(one) for one in source_ids]],
        )
    ]


def count_reopened(known: Known, claim_ids: Iterable[UUID]) -> int:
    """Return how many of these claims are reopened, as published."""
    rows = known.ask(
        "SELECT count(*) FROM derived.stages WHERE stage = 'reopened' "
        "AND claim_id IN (SELECT unnest(?::UUID[]))",
        [[str(one) for one in claim_ids]],
    )
    return int(rows[0][0]) if rows else 0


def _key_lists(keys: Collection[TextKey]) -> list[list[str]]:
    return [[str(source_id) for source_id, _ in keys], [sha256 for _, sha256 in keys]]
