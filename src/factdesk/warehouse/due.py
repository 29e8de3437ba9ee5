"""Which sources and claims a recheck is about, asked of the published copy and of the headers that wait.

What waits in the spool is known by its headers alone, and they name no citation and no verdict's inputs:

- a source that only claims in waiting batches cite is left out (it was fetched a moment ago);
- a claim whose essay has a waiting reading of the same text counts if that reading still has it;
- a claim whose essay has a waiting reading of another text is left out until that is folded;
- a claim whose latest judgement waits has a verdict whose inputs are not known.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from factdesk.model import Source, SourceOutcome
from factdesk.warehouse.attached import ATTACHED
from factdesk.warehouse.known import Known

# $1 essays with a waiting reading, $2 the versions and $3 the claims of those readings, $4 claims whose
# latest judgement waits.
CURRENT_CLAIMS = """
    WITH current_claims AS (
        SELECT s.claim_id, s.essay_id, m.id AS mention_id, m.citations
        FROM derived.claim_status AS s
        JOIN derived.mentions AS m ON m.claim_id = s.claim_id AND m.version_id = s.version_id
        WHERE s.claim_status = 'current' AND (
            s.essay_id NOT IN (SELECT unnest($1::UUID[]))
            OR (
                s.version_id IN (SELECT unnest($2::UUID[])) AND s.claim_id IN (SELECT unnest($3::UUID[]))
            )
        )
    ),
    cited AS (
        SELECT claim_id, essay_id, mention_id, citation.source_id AS source_id
        FROM (
            SELECT
                claim_id, essay_id, mention_id,
                unnest(from_json(citations, '[{"source_id": "UUID"}]')) AS citation
            FROM current_claims
        )
        UNION
        SELECT c.claim_id, c.essay_id, c.mention_id, a.source_id
        FROM current_claims AS c JOIN (@ATTACHED@) AS a ON a.claim_id = c.claim_id
    ),
    current_verdicts AS (
        SELECT j.claim_id, v.id AS verdict_id, v.inputs, v.method
        FROM derived.current_judgements AS j
        JOIN derived.verdicts AS v ON v.id = j.verdict_id
        WHERE j.claim_id NOT IN (SELECT unnest($4::UUID[]))
    )
""".replace("@ATTACHED@", ATTACHED)

# What a source is now, as the archive sees it: the latest by time, for two runs may be folded in any order.
_FETCHED = """
    states AS (
        SELECT DISTINCT source_id, fetched_at, outcome, coalesce(text_sha256, outcome) AS state, text_sha256
        FROM records.fetches
    ),
    last_states AS (
        SELECT
            source_id, max(fetched_at) AS fetched_at, arg_max(outcome, fetched_at) AS outcome,
            arg_max(state, fetched_at) AS state,
            coalesce(arg_max(text_sha256, fetched_at), arg_max(outcome, fetched_at)) AS seen
        FROM states
        GROUP BY source_id
    ),
    last_others AS (
        SELECT s.source_id, max(s.fetched_at) AS fetched_at
        FROM states AS s JOIN last_states AS l ON l.source_id = s.source_id AND l.state <> s.state
        GROUP BY s.source_id
    ),
    fetched AS (
        SELECT l.source_id, l.fetched_at, l.outcome, l.seen, count(*) AS alike
        FROM last_states AS l
        JOIN states AS s ON s.source_id = l.source_id
        LEFT JOIN last_others AS o ON o.source_id = l.source_id
        WHERE o.fetched_at IS NULL OR s.fetched_at > o.fetched_at
        GROUP BY l.source_id, l.fetched_at, l.outcome, l.seen
    )
"""

# When an essay came out: as it says itself, else the day on which it was first read.
_OUT = """
    out AS (
        SELECT
            e.id AS essay_id,
            coalesce(CAST(e.publish_at AT TIME ZONE 'UTC' AS DATE), e.published_on, r.read_on) AS out_on
        FROM derived.essays AS e
        LEFT JOIN (
            SELECT essay_id, CAST(min(read_at) AT TIME ZONE 'UTC' AS DATE) AS read_on
            FROM records.readings GROUP BY essay_id
        ) AS r ON r.essay_id = e.id
    )
"""

_CITED_SOURCES = f"""
    {CURRENT_CLAIMS},
    seen_by_verdicts AS (
        SELECT claim_id, input.source_id AS source_id, input.seen AS seen
        FROM (
            SELECT
                claim_id,
                unnest(from_json(inputs, '[{{"source_id": "UUID", "seen": "VARCHAR"}}]')) AS input
            FROM current_verdicts
        )
    ),
    {_FETCHED},
    {_OUT}
    SELECT
        s.url, s.url_key, f.fetched_at, f.outcome, coalesce(f.alike, 0),
        bool_or(
            f.seen IS NOT NULL AND v.seen IS DISTINCT FROM f.seen
            AND c.claim_id NOT IN (SELECT unnest($4::UUID[]))
        ) AS is_unjudged,
        count(DISTINCT c.claim_id),
        count(DISTINCT c.claim_id) FILTER (g.stage NOT IN ('decided', 'corrected')),
        max(o.out_on)
    FROM cited AS c
    JOIN derived.sources AS s ON s.id = c.source_id
    JOIN derived.stages AS g ON g.claim_id = c.claim_id
    LEFT JOIN out AS o ON o.essay_id = c.essay_id
    LEFT JOIN fetched AS f ON f.source_id = c.source_id
    LEFT JOIN seen_by_verdicts AS v ON v.claim_id = c.claim_id AND v.source_id = c.source_id
    WHERE starts_with(s.url_key, 'http://') OR starts_with(s.url_key, 'https://')
    GROUP BY s.id, s.url, s.url_key, f.fetched_at, f.outcome, f.alike
    HAVING f.fetched_at IS NULL OR f.fetched_at <= $5 OR is_unjudged
        OR (f.fetched_at <= $6 AND f.outcome IN (SELECT unnest($7::VARCHAR[])))
    ORDER BY f.fetched_at NULLS FIRST, s.id
"""

_CITING_CLAIMS = f"""
    {CURRENT_CLAIMS}
    SELECT
        c.claim_id, c.mention_id, c.essay_id, list(DISTINCT c.source_id ORDER BY c.source_id), v.inputs,
        v.method, c.claim_id IN (SELECT claim_id FROM derived.current_decisions)
    FROM cited AS c
    LEFT JOIN current_verdicts AS v ON v.claim_id = c.claim_id
    WHERE c.source_id IN (SELECT unnest($5::UUID[]))
    GROUP BY c.claim_id, c.mention_id, c.essay_id, v.inputs, v.method
    ORDER BY c.essay_id, c.claim_id
"""


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A linked source of a current claim. ``fetched_at`` and ``outcome`` are those of its last fetch, as far
    as it is published; ``alike`` is how many fetches in a row, that one among them, saw the same.

    ``is_unjudged``: a current claim's verdict looked at another text of it than its latest. ``claims`` hang
    on it now, of them ``open_claims`` wait for a person; ``out_on`` is when the newest of their essays came
    out.
    """

    source: Source
    fetched_at: datetime | None
    outcome: SourceOutcome | None
    alike: int
    is_unjudged: bool
    claims: int
    open_claims: int
    out_on: date | None


@dataclass(frozen=True, slots=True)
class CitingClaim:
    """A current claim and those of the asked sources that it cites.

    ``seen`` is what its current verdict looked at, by source: the text's sha256, or an outcome; ``method`` is
    how that was reached. Both are None when it has no verdict or when that waits in the spool.
    ``is_decided``: a person's decision on it holds and is published.
    """

    claim_id: UUID
    mention_id: UUID
    essay_id: UUID
    source_ids: tuple[UUID, ...]
    seen: dict[UUID, str] | None
    method: str | None = None
    is_decided: bool = False


def list_cited_sources(
    known: Known,
    until: datetime,
    retried: Collection[SourceOutcome] = (),
    retry_until: datetime | None = None,
) -> list[CitedSource]:
    """Return the linked sources of current claims that need a look, the longest unfetched first.

    Those are the sources that were never fetched, or last at ``until`` or before, or that are unjudged; and
    those whose last fetch ended in one of the ``retried`` outcomes, at ``retry_until`` or before.
    """
    outcomes = [one.value for one in retried]
    rows = known.ask(_CITED_SOURCES, [*waiting_lists(known), until, retry_until or until, outcomes])
    return [
        CitedSource(Source(url, key), fetched_at, None if outcome is None else SourceOutcome(outcome), *rest)
        for url, key, fetched_at, outcome, *rest in rows
    ]


def list_citing_claims(known: Known, source_ids: Iterable[UUID]) -> list[CitingClaim]:
    """Return the current claims that cite one of these sources, essay by essay."""
    rows = known.ask(_CITING_CLAIMS, [*waiting_lists(known), [str(one) for one in source_ids]])
    return [
        CitingClaim(claim, mention, essay, tuple(sources), _read_inputs(inputs), method, is_decided)
        for claim, mention, essay, sources, inputs, method, is_decided in rows
    ]


def waiting_lists(known: Known) -> list[list[str]]:
    """Return the first four parameters of a query that starts with `CURRENT_CLAIMS`."""
    waiting = known.waiting
    readings = waiting.readings.values()
    return [
        [str(essay_id) for essay_id in waiting.readings],
        [str(one.version_id) for one in readings],
        [str(claim_id) for one in readings for claim_id in one.claim_ids],
        [str(claim_id) for claim_id in waiting.judgements],
    ]


def _read_inputs(inputs: str | None) -> dict[UUID, str] | None:
    if inputs is None:
        return None
    return {UUID(one["source_id"]): str(one["seen"]) for one in json.loads(inputs)}
