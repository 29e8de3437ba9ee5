-- The rows of the essays in scope (scope_essays), each the latest of its id.

CREATE OR REPLACE TEMP TABLE scoped_claims AS
SELECT c.id, c.essay_id, c.kind, c.origin, c.fold_sequence
FROM records.claims AS c
SEMI JOIN scope_essays AS x ON x.essay_id = c.essay_id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = c.fold_sequence;

-- Readings that read something. A missing or unreadable essay says nothing about its claims.
CREATE OR REPLACE TEMP TABLE scoped_readings AS
SELECT
    r.id, r.essay_id, r.version_id, r.claim_ids, r.pairs, r.fold_sequence, r.outcome,
    lag(r.version_id) OVER (
        PARTITION BY r.essay_id, r.outcome = 'read' AND r.version_id IS NOT NULL ORDER BY r.fold_sequence
    ) AS version_before
FROM records.readings AS r
SEMI JOIN scope_essays AS x ON x.essay_id = r.essay_id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE OR REPLACE TEMP TABLE scoped_pairs AS
SELECT
    essay_id, fold_sequence, unchanged_text, pair.new_claim_id AS new_claim_id, pair.old_claim_id AS old_claim_id
FROM (
    SELECT
        essay_id, fold_sequence, coalesce(version_id = version_before, false) AS unchanged_text,
        unnest(from_json(pairs, '[{"new_claim_id": "UUID", "old_claim_id": "UUID"}]')) AS pair
    FROM scoped_readings
    WHERE outcome = 'read' AND version_id IS NOT NULL
);

CREATE OR REPLACE TEMP TABLE scoped_verdicts AS
SELECT
    v.id, v.claim_id, v.fold_sequence, v.method, v.rating, v.confidence, v.support, v.inputs, v.deciding_evidence_id,
    v.deciding_source_id
FROM records.verdicts AS v
ANTI JOIN standing.superseded AS o ON o.fold_sequence = v.fold_sequence
-- The rows are found by one narrow column, then read whole: scanning all columns takes many times as long.
WHERE v.fold_sequence IN (
    SELECT fold_sequence FROM records.verdicts WHERE claim_id IN (SELECT id FROM scoped_claims)
);

CREATE OR REPLACE TEMP TABLE scoped_evidence AS
SELECT e.id, e.fold_sequence
FROM records.evidence AS e
SEMI JOIN scoped_claims AS c ON c.id = e.claim_id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = e.fold_sequence;

CREATE OR REPLACE TEMP TABLE scoped_current_verdicts AS
SELECT
    j.claim_id, arg_max(j.verdict_id, j.fold_sequence) AS verdict_id, arg_max(j.judged_at, j.fold_sequence) AS judged_at
FROM records.judgements AS j
SEMI JOIN scoped_claims AS c ON c.id = j.claim_id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = j.fold_sequence
GROUP BY j.claim_id;

-- What people did, on the claim itself or on a claim whose decisions it carries: between two readings of one text
-- a better finder moved an edge, the claim is the same. Later means a higher position in the hash chain.
CREATE OR REPLACE TEMP TABLE new_carried_claims AS
WITH RECURSIVE carried(claim_id, from_claim_id, essay_id) AS (
    SELECT p.new_claim_id, p.old_claim_id, p.essay_id FROM scoped_pairs AS p WHERE p.unchanged_text
    UNION
    SELECT p.new_claim_id, c.from_claim_id, p.essay_id
    FROM carried AS c
    JOIN scoped_pairs AS p ON p.old_claim_id = c.claim_id AND p.unchanged_text
)
SELECT * FROM carried WHERE claim_id <> from_claim_id;

CREATE OR REPLACE TEMP TABLE scoped_own_events AS
SELECT e.*, c.position, c.stale
FROM (
    SELECT * FROM records.review_events WHERE fold_sequence IN (
        SELECT fold_sequence FROM records.review_events WHERE claim_id IN (SELECT id FROM scoped_claims)
    )
) AS e
JOIN (
    -- Of these claims alone: without this the join reads the ids of the whole chain.
    SELECT event_id, position, stale FROM keeper.event_chain WHERE claim_id IN (SELECT id FROM scoped_claims)
) AS c ON c.event_id = e.id;

CREATE OR REPLACE TEMP TABLE scoped_events AS
SELECT e.claim_id AS on_claim_id, e.* FROM scoped_own_events AS e
UNION ALL
SELECT c.claim_id, e.* FROM scoped_own_events AS e JOIN new_carried_claims AS c ON c.from_claim_id = e.claim_id;
