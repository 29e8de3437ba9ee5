"""What is on record about one claim: its essay, sources, verdicts, and what people did.

All of it is made of plain JSON values, in an order that the records give.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.errors import WarehouseError
from factdesk.model import Stage
from factdesk.reports.decision_log import log_row, read_claim_log
from factdesk.reports.terminal import plain_value
from factdesk.sources.archive_files import is_sha256
from factdesk.warehouse.query import run_query

Row = dict[str, Any]

_JSON_COLUMNS = frozenset(
    {
        *("facets", "inputs", "reasons", "missing", "notes", "unsupported", "evidence_ids", "flags", "parts"),
        *("claimed_values", "claimed_facets", "hops", "headers", "tools", "options", "reviews", "passages"),
    }
)

_CLAIM = """
    SELECT
        c.claim_id, c.kind, c.claim, c.claim_status, c.stage, c.origin, c.flags, c.parts, c.claimed_values,
        c.claimed_facets, c.sentence, c.claim_start, c.claim_end, c.locator, c.replaced_by, c.essay_id,
        e.uri AS essay_uri, e.title AS essay_title, e.author, e.published_on,
        v.text_sha256 AS essay_text_sha256, v.language
    FROM reports.claims AS c
    LEFT JOIN derived.essays AS e ON e.id = c.essay_id
    LEFT JOIN derived.claim_status AS s ON s.claim_id = c.claim_id
    LEFT JOIN derived.essay_versions AS v ON v.id = coalesce(c.version_id, s.version_id)
    WHERE c.claim_id = $1
"""
_DECISION = """
    SELECT
        id AS event_id, rating, conclusion, reason, reviewer, role, acted_at AS decided_at, verdict_id, shown
    FROM derived.current_decisions WHERE claim_id = $1
"""
# Claims whose decisions this one carries: a better finder moved an edge, the words are the same.
_SAME_CLAIMS = """
    SELECT DISTINCT from_claim_id FROM derived.carried_claims WHERE claim_id = $1 AND from_claim_id <> $1
    ORDER BY from_claim_id
"""
_VERDICTS = """
    SELECT
        v.id AS verdict_id, v.claim_id, v.rating AS machine_rating, v.confidence, v.support, v.reasons,
        v.missing, v.notes, v.unsupported, v.facets, v.inputs, v.evidence_ids, v.deciding_evidence_id,
        v.deciding_source_id, v.source_outcome, v.as_of, v.method,
        coalesce(j.judged_at, []) AS judged_at, coalesce(n.verdict_id = v.id, false) AS is_current
    FROM derived.verdicts AS v
    LEFT JOIN (
        SELECT claim_id, verdict_id, list(judged_at ORDER BY fold_sequence) AS judged_at
        FROM derived.judgements GROUP BY claim_id, verdict_id
    ) AS j ON j.claim_id = v.claim_id AND j.verdict_id = v.id
    LEFT JOIN derived.current_judgements AS n ON n.claim_id = $2
    WHERE v.claim_id IN (SELECT unnest($1::UUID[]))
    ORDER BY v.fold_sequence
"""
_EVIDENCE = """
    SELECT
        e.evidence_id, e.source_id, e.source_url, e.evidence_quote, e.evidence_start, e.evidence_end,
        e.text_sha256, e.basis, e.facets, e.evidence_locator
    FROM reports.evidence AS e WHERE e.claim_id IN (SELECT unnest($1::UUID[]))
    ORDER BY e.evidence_id
"""
_SOURCES = """
    SELECT
        s.id AS source_id, s.url AS source_url, s.url_key, c.basis, c.distance, c.attached_by, c.attached_at
    FROM derived.sources AS s
    LEFT JOIN reports.claim_sources AS c ON c.source_id = s.id AND c.claim_id = $2
    WHERE s.id IN (SELECT unnest($1::UUID[])) OR c.claim_id IS NOT NULL
    ORDER BY s.id
"""
_FETCHES = """
    SELECT
        source_id, fetched_at, outcome, detail, status, final_url, hops, headers, media_type, charset,
        charset_declared, tls_version, certificate_sha256, wire_bytes, wire_sha256, blob_sha256, text_sha256,
        tools, options
    FROM derived.fetches WHERE source_id IN (SELECT unnest($1::UUID[]))
    ORDER BY source_id, fetched_at, fold_sequence
"""
_SNAPSHOTS = """
    SELECT source_id, text_sha256, extractor, length, title, author, published_on, published_rule, language
    FROM derived.snapshots WHERE source_id IN (SELECT unnest($1::UUID[]))
    ORDER BY source_id, fold_sequence
"""
_CHANGES = """
    SELECT
        change_id, source_id, source_url, noticed_at, kind, words_added, words_removed, text_sha256_before,
        text_sha256_after
    FROM reports.source_changes WHERE source_id IN (SELECT unnest($1::UUID[]))
    ORDER BY noticed_at, change_id
"""
# Wordings that this claim took the place of, back to the first; decisions on them hold for them alone.
_EARLIER = """
    WITH RECURSIVE earlier(claim_id) AS (
        SELECT old_claim_id FROM derived.pairs WHERE new_claim_id = $1
        UNION
        SELECT p.old_claim_id FROM earlier AS e JOIN derived.pairs AS p ON p.new_claim_id = e.claim_id
    )
    SELECT c.id AS claim_id, c.quote AS claim, d.rating, d.conclusion, d.acted_at AS decided_at
    FROM earlier AS e
    JOIN derived.claims AS c ON c.id = e.claim_id
    LEFT JOIN derived.current_decisions AS d ON d.claim_id = c.id
    WHERE c.id <> $1
    ORDER BY c.fold_sequence
"""


@dataclass(frozen=True, slots=True)
class Dossier:
    """The records of one claim as JSON values, by part: claim, decision, verdicts, evidence, sources, ..."""

    claim_id: UUID
    parts: Mapping[str, Any]

    @property
    def short_id(self) -> str:
        """The beginning of the claim's id, by which its files are called."""
        return str(self.claim_id)[:8]

    def seen_texts(self) -> list[str]:
        """Return the sha256 of the essay's text and of every text of a source that a verdict saw, sorted."""
        seen = {one["seen"] for verdict in self.parts["verdicts"] for one in verdict["inputs"]}
        essay = self.parts["claim"]["essay_text_sha256"]
        return sorted({*filter(is_sha256, seen), *([essay] if essay else [])})

    def seen_bytes(self) -> list[str]:
        """Return the sha256 of the bytes that those texts were read from: of each the first and last."""
        brought: dict[tuple[str, str], list[str]] = {}
        for fetch in self.parts["fetches"]:
            if fetch["text_sha256"] is not None and fetch["blob_sha256"] is not None:
                brought.setdefault((fetch["source_id"], fetch["text_sha256"]), []).append(
                    fetch["blob_sha256"]
                )
        seen = set(self.seen_texts())
        ends = {
            blob for (_, text), blobs in brought.items() if text in seen for blob in (blobs[0], blobs[-1])
        }
        return sorted(ends)


def gather_dossier(
    warehouse: Path, claim_id: UUID, *, with_notes: bool = False, names: Mapping[str, str] | None = None
) -> Dossier:
    """Gather the records of a claim from the published copy.

    ``names`` are reviewers' names by their ids; None leaves the ids alone. Raises WarehouseError when nothing
    is published yet, or the claim is not.
    """
    ask = _Asking(warehouse)
    claim = ask.one(_CLAIM, [claim_id])
    if claim is None:
        raise WarehouseError(f"the claim {claim_id} is not published yet; run factdesk publish")
    if claim["stage"] == Stage.FIRST_CHECK:
        claim["stage"] = (
            Stage.TO_REVIEW.value
        )  # a lease runs out by the clock, and is no fact about the claim
    same = [str(row["from_claim_id"]) for row in ask.all(_SAME_CLAIMS, [claim_id])]
    claims = [str(claim_id), *same]
    verdicts = ask.all(_VERDICTS, [claims, claim_id])
    looked_at = sorted({one["source_id"] for verdict in verdicts for one in verdict["inputs"]})
    sources = ask.all(_SOURCES, [looked_at, claim_id])
    ids = [row["source_id"] for row in sources]
    events = [
        plain_value({**log_row(link, with_notes=with_notes, names=names), "chain_before": before})
        for link, before in read_claim_log(warehouse, [claim_id, *map(UUID, same)])
    ]
    parts = {
        "claim": claim,
        "decision": ask.one(_DECISION, [claim_id]),
        "same_claims": same,
        "earlier_wordings": ask.all(_EARLIER, [claim_id]),
        "verdicts": verdicts,
        "evidence": ask.all(_EVIDENCE, [claims]),
        "sources": sources,
        "fetches": ask.all(_FETCHES, [ids]),
        "snapshots": ask.all(_SNAPSHOTS, [ids]),
        "source_changes": ask.all(_CHANGES, [ids]),
        "events": events,
    }
    return Dossier(claim_id, parts)


class _Asking:
    """Asks the published copy and gives rows as JSON values."""

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse

    def all(self, sql: str, parameters: Sequence[Any]) -> list[Row]:
        rows = run_query(self._warehouse, sql, parameters).as_dicts()
        return [_plain_row(row) for row in rows]

    def one(self, sql: str, parameters: Sequence[Any]) -> Row | None:
        return next(iter(self.all(sql, parameters)), None)


def _plain_row(row: Mapping[str, Any]) -> Row:
    return {name: _plain_cell(name, value) for name, value in row.items()}


def _plain_cell(name: str, value: Any) -> Any:
    if name in _JSON_COLUMNS and isinstance(value, str):
        return json.loads(value, object_hook=_with_places)
    return plain_value(value)


def _with_places(part: Row) -> Row:
    """Return a nested part with its span as numbers; canonical JSON writes them as texts."""
    return {name: int(value) if name in ("start", "end") else value for name, value in part.items()}
