-- Which claims an essay makes now, and which one took the place of which.

-- Readings that read something. A missing or unreadable essay says nothing about its claims.
CREATE VIEW derived.read_readings AS
SELECT
    id, essay_id, read_at, version_id, method, claim_ids, pairs, fold_sequence,
    lag(version_id) OVER (PARTITION BY essay_id ORDER BY fold_sequence) AS version_before
FROM derived.readings
WHERE outcome = 'read' AND version_id IS NOT NULL;

CREATE VIEW derived.last_readings AS
SELECT essay_id, max(fold_sequence) AS fold_sequence, arg_max(version_id, fold_sequence) AS version_id
FROM derived.read_readings
GROUP BY essay_id;

CREATE VIEW derived.reading_claims AS
SELECT essay_id, id AS reading_id, fold_sequence, version_id, unnest(from_json(claim_ids, '["UUID"]')) AS claim_id
FROM derived.read_readings;

-- A pair of a reading whose text did not change: a better finder moved an edge, the claim is the same.
CREATE VIEW derived.pairs AS
SELECT
    essay_id, fold_sequence, unchanged_text,
    pair.new_claim_id AS new_claim_id, pair.old_claim_id AS old_claim_id
FROM (
    SELECT
        essay_id, fold_sequence, coalesce(version_id = version_before, false) AS unchanged_text,
        unnest(from_json(pairs, '[{"new_claim_id": "UUID", "old_claim_id": "UUID"}]')) AS pair
    FROM derived.read_readings
);

CREATE VIEW derived.claim_status AS
WITH seen AS (
    SELECT claim_id, max(fold_sequence) AS fold_sequence, arg_max(version_id, fold_sequence) AS version_id
    FROM derived.reading_claims
    GROUP BY claim_id
),
replaced AS (
    SELECT
        p.old_claim_id AS claim_id,
        arg_max(p.new_claim_id, p.fold_sequence) AS replaced_by,
        arg_max(p.unchanged_text, p.fold_sequence) AS carried
    FROM derived.pairs AS p
    JOIN seen AS s ON s.claim_id = p.old_claim_id AND p.fold_sequence > s.fold_sequence
    GROUP BY p.old_claim_id
)
SELECT
    c.id AS claim_id,
    c.essay_id,
    CASE
        WHEN s.claim_id IS NULL AND c.origin = 'person' THEN 'current'
        WHEN s.fold_sequence = l.fold_sequence THEN 'current'
        WHEN r.claim_id IS NOT NULL THEN 'replaced'
        -- a claim whose reading is still in the spool
        WHEN s.claim_id IS NULL AND l.essay_id IS NULL THEN 'current'
        ELSE 'withdrawn'
    END AS claim_status,
    r.replaced_by,
    coalesce(s.version_id, l.version_id) AS version_id
FROM derived.claims AS c
LEFT JOIN seen AS s ON s.claim_id = c.id
LEFT JOIN derived.last_readings AS l ON l.essay_id = c.essay_id
LEFT JOIN replaced AS r ON r.claim_id = c.id;

-- Where a claim stands in the last version that has it.
CREATE VIEW derived.claim_places AS
SELECT m.*
FROM derived.mentions AS m
JOIN derived.claim_status AS s ON s.claim_id = m.claim_id AND s.version_id = m.version_id;

-- In what condition a source is, and since which fetch: read, gone (its server says so), unreachable (a fault that
-- may pass; nobody says that it is gone) or unreadable (an answer that gives no text). By the time of the fetches, for
-- two runs may be folded in any order.
CREATE VIEW derived.source_conditions AS
WITH seen AS (
    SELECT
        source_id, fetched_at,
        CASE
            WHEN outcome IN (
                'fetched', 'not_modified', 'given_file', 'archived_copy', 'truncated', 'paywalled'
            ) THEN 'read'
            WHEN outcome = 'gone' THEN 'gone'
            WHEN outcome IN (
                'rate_limited', 'server_error', 'timed_out', 'connection_failed', 'dns_error', 'tls_error'
            ) THEN 'unreachable'
            ELSE 'unreadable'
        END AS condition
    FROM records.fetches
),
now AS (
    SELECT
        source_id, arg_max(condition, fetched_at) AS condition,
        max(fetched_at) FILTER (condition = 'read') AS last_read_at
    FROM seen GROUP BY source_id
),
before AS (
    SELECT s.source_id, max(s.fetched_at) AS fetched_at
    FROM seen AS s JOIN now AS n ON n.source_id = s.source_id AND n.condition <> s.condition
    GROUP BY s.source_id
)
SELECT n.source_id, n.condition, min(s.fetched_at) AS condition_since, n.last_read_at
FROM now AS n
JOIN seen AS s ON s.source_id = n.source_id
LEFT JOIN before AS b ON b.source_id = n.source_id
WHERE b.fetched_at IS NULL OR s.fetched_at > b.fetched_at
GROUP BY n.source_id, n.condition, n.last_read_at;
