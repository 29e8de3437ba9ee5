-- Which claims an essay makes now, and which one took the place of which. What holds now stands in the schema
-- standing; warehouse/standing/*.sql says how it follows from the records.

-- Readings that read something. A missing or unreadable essay says nothing about its claims.
CREATE VIEW derived.read_readings AS
SELECT
    id, essay_id, read_at, version_id, method, claim_ids, pairs, fold_sequence,
    lag(version_id) OVER (PARTITION BY essay_id ORDER BY fold_sequence) AS version_before
FROM derived.readings
WHERE outcome = 'read' AND version_id IS NOT NULL;

CREATE VIEW derived.last_readings AS
SELECT essay_id, reading_row AS fold_sequence, version_id FROM standing.essays WHERE reading_row IS NOT NULL;

CREATE VIEW derived.reading_claims AS
SELECT essay_id, id AS reading_id, fold_sequence, version_id, unnest(from_json(claim_ids, '["UUID"]')) AS claim_id
FROM derived.readings
WHERE outcome = 'read' AND version_id IS NOT NULL;

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
SELECT claim_id, essay_id, claim_status, replaced_by, version_id FROM standing.claims;

-- Where a claim stands in the last version that has it.
CREATE VIEW derived.claim_places AS
SELECT m.* FROM records.mentions AS m JOIN standing.claims AS c ON c.mention_row = m.fold_sequence;

CREATE VIEW derived.source_conditions AS
SELECT source_id, condition, condition_since, last_read_at FROM standing.sources WHERE condition IS NOT NULL;
