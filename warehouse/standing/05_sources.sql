-- What the sources in scope (scope_sources) are: their last fetch and text, and in what condition they are.

CREATE OR REPLACE TEMP TABLE scoped_fetches AS
SELECT
    f.source_id, f.fetched_at, f.outcome, f.text_sha256, f.fold_sequence,
    CASE
        WHEN f.outcome IN ('fetched', 'not_modified', 'given_file', 'archived_copy', 'truncated', 'paywalled')
            THEN 'read'
        WHEN f.outcome = 'gone' THEN 'gone'
        WHEN f.outcome IN (
            'rate_limited', 'server_error', 'timed_out', 'connection_failed', 'dns_error', 'tls_error'
        ) THEN 'unreachable'
        ELSE 'unreadable'
    END AS condition
FROM records.fetches AS f
SEMI JOIN scope_sources AS x ON x.source_id = f.source_id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = f.fold_sequence;

-- In what condition a source is, and since which fetch: read, gone (its server says so), unreachable (a fault that
-- may pass; nobody says that it is gone) or unreadable (an answer that gives no text). By the time of the fetches, for
-- two runs may be folded in any order.
CREATE OR REPLACE TEMP TABLE new_sources AS
WITH last AS (
    SELECT
        source_id, max(fold_sequence) AS fetch_row, arg_max(outcome, fold_sequence) AS outcome,
        min(fetched_at) AS first_fetched_at, max(fetched_at) AS fetched_at, count(*) AS fetches,
        count(DISTINCT text_sha256) AS texts, arg_max(text_sha256, fold_sequence) AS text_sha256,
        arg_max(condition, fetched_at) AS condition, max(fetched_at) FILTER (condition = 'read') AS last_read_at
    FROM scoped_fetches GROUP BY source_id
),
before AS (
    SELECT s.source_id, max(s.fetched_at) AS fetched_at
    FROM scoped_fetches AS s JOIN last AS n ON n.source_id = s.source_id AND n.condition <> s.condition
    GROUP BY s.source_id
),
since AS (
    SELECT s.source_id, min(s.fetched_at) AS condition_since
    FROM scoped_fetches AS s LEFT JOIN before AS b ON b.source_id = s.source_id
    WHERE b.fetched_at IS NULL OR s.fetched_at > b.fetched_at
    GROUP BY s.source_id
),
texts AS (
    SELECT
        n.source_id, n.text_sha256, max(n.fold_sequence) AS snapshot_row,
        arg_max(n.words_sha256, n.fold_sequence) AS words_sha256
    FROM records.snapshots AS n
    SEMI JOIN scope_sources AS x ON x.source_id = n.source_id
    ANTI JOIN standing.superseded AS o ON o.fold_sequence = n.fold_sequence
    GROUP BY n.source_id, n.text_sha256
),
named AS (
    SELECT
        s.id, s.fold_sequence,
        regexp_replace(lower(regexp_extract(s.url, '^[a-zA-Z]+://(?:[^/?#]*@)?([^/?#:]+)', 1)),
            '^(www[0-9]?|m|mobile|amp)\.', '') AS host
    FROM records.sources AS s
    SEMI JOIN scope_sources AS x ON x.source_id = s.id
    ANTI JOIN standing.superseded AS o ON o.fold_sequence = s.fold_sequence
)
SELECT
    x.source_id, s.fold_sequence AS source_row, l.fetch_row, t.snapshot_row, l.outcome, l.first_fetched_at, l.fetched_at,
    l.fetches, l.texts, l.text_sha256, t.words_sha256, s.host, l.condition, i.condition_since, l.last_read_at
FROM scope_sources AS x
LEFT JOIN named AS s ON s.id = x.source_id
LEFT JOIN last AS l ON l.source_id = x.source_id
LEFT JOIN since AS i ON i.source_id = x.source_id
LEFT JOIN texts AS t ON t.source_id = x.source_id AND t.text_sha256 = l.text_sha256;
