-- Which claims the essays in scope make now, what is known of each, and the sources that it hangs on.

CREATE OR REPLACE TEMP TABLE scoped_last_readings AS
SELECT
    essay_id,
    max(fold_sequence) AS attempt_row,
    max(fold_sequence) FILTER (outcome = 'read' AND version_id IS NOT NULL) AS reading_row,
    arg_max(version_id, fold_sequence) FILTER (outcome = 'read') AS version_id
FROM scoped_readings
GROUP BY essay_id;

CREATE OR REPLACE TEMP TABLE scoped_status AS
WITH found AS (
    SELECT fold_sequence, version_id, unnest(from_json(claim_ids, '["UUID"]')) AS claim_id
    FROM scoped_readings WHERE outcome = 'read' AND version_id IS NOT NULL
),
seen AS (
    SELECT claim_id, max(fold_sequence) AS fold_sequence, arg_max(version_id, fold_sequence) AS version_id
    FROM found GROUP BY claim_id
),
replaced AS (
    SELECT p.old_claim_id AS claim_id, arg_max(p.new_claim_id, p.fold_sequence) AS replaced_by
    FROM scoped_pairs AS p
    JOIN seen AS s ON s.claim_id = p.old_claim_id AND p.fold_sequence > s.fold_sequence
    GROUP BY p.old_claim_id
),
-- Where claims of people were marked or found again: a reading that began before knows nothing of them.
marked AS (
    SELECT m.claim_id, arg_max(m.version_id, m.fold_sequence) AS version_id,
        bool_or(m.version_id = l.version_id) AS stands
    FROM records.mentions AS m
    JOIN scoped_claims AS c ON c.id = m.claim_id AND c.origin = 'person'
    LEFT JOIN scoped_last_readings AS l ON l.essay_id = c.essay_id
    GROUP BY m.claim_id
)
SELECT
    c.id AS claim_id,
    CASE
        WHEN k.stands OR (c.origin = 'person' AND s.claim_id IS NULL AND k.claim_id IS NULL) THEN 'current'
        WHEN s.fold_sequence = l.reading_row THEN 'current'
        WHEN r.claim_id IS NOT NULL THEN 'replaced'
        -- a claim whose reading is still in the spool
        WHEN s.claim_id IS NULL AND l.reading_row IS NULL THEN 'current'
        ELSE 'withdrawn'
    END AS claim_status,
    r.replaced_by,
    CASE WHEN k.stands THEN l.version_id ELSE coalesce(s.version_id, k.version_id, l.version_id) END AS version_id
FROM scoped_claims AS c
LEFT JOIN seen AS s ON s.claim_id = c.id
LEFT JOIN scoped_last_readings AS l ON l.essay_id = c.essay_id
LEFT JOIN replaced AS r ON r.claim_id = c.id
LEFT JOIN marked AS k ON k.claim_id = c.id;

-- Where a claim stands in the last version that has it.
CREATE OR REPLACE TEMP TABLE scoped_places AS
SELECT m.claim_id, m.fold_sequence, m.checkworthiness, m.citations
FROM records.mentions AS m
JOIN scoped_status AS s ON s.claim_id = m.claim_id AND s.version_id = m.version_id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = m.fold_sequence;

CREATE OR REPLACE TEMP TABLE scoped_essays AS
SELECT e.id, e.fold_sequence, e.publish_at
FROM records.essays AS e
SEMI JOIN scope_essays AS x ON x.essay_id = e.id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = e.fold_sequence;

-- What people have attached to a claim, or to an earlier wording of it.
CREATE OR REPLACE TEMP TABLE scoped_attached AS
WITH RECURSIVE attached AS (
    SELECT claim_id, CAST(target AS UUID) AS source_id, reviewer, acted_at, position
    FROM scoped_own_events WHERE act = 'attach'
),
worded(claim_id, from_claim_id) AS (
    SELECT DISTINCT claim_id, claim_id FROM attached
    UNION
    SELECT p.new_claim_id, w.from_claim_id FROM worded AS w JOIN scoped_pairs AS p ON p.old_claim_id = w.claim_id
)
SELECT
    w.claim_id, a.source_id, arg_min(a.reviewer, a.position) AS attached_by, min(a.acted_at) AS attached_at,
    min(a.position) AS attached_position, max(a.position) AS last_position
FROM worded AS w JOIN attached AS a ON a.claim_id = w.from_claim_id
GROUP BY w.claim_id, a.source_id;

-- Suggested is what the current verdict looked at although neither the essay nor a person names it.
CREATE OR REPLACE TEMP TABLE new_claim_sources AS
WITH cited AS (
    SELECT claim_id, citation.source_id AS source_id, citation.distance AS distance,
        -- Earlier readings call a link of the paragraph suggested; it is the essay's own.
        CASE WHEN citation.distance = 'given' THEN 'given' ELSE 'cited' END AS basis
    FROM (
        SELECT
            claim_id, unnest(from_json(citations, '[{"source_id": "UUID", "distance": "VARCHAR"}]')) AS citation
        FROM scoped_places
    )
),
named AS (
    SELECT * FROM cited
    UNION ALL
    SELECT claim_id, source_id, 'given', 'given' FROM scoped_attached ANTI JOIN cited USING (claim_id, source_id)
),
looked AS (
    SELECT claim_id, verdict_id, input.source_id AS source_id
    FROM (
        SELECT claim_id, id AS verdict_id, unnest(from_json(inputs, '[{"source_id": "UUID"}]')) AS input
        FROM scoped_verdicts
    )
),
compared AS (
    SELECT l.claim_id, l.source_id
    FROM looked AS l JOIN scoped_current_verdicts AS j ON j.claim_id = l.claim_id AND j.verdict_id = l.verdict_id
    ANTI JOIN named AS n ON n.claim_id = l.claim_id AND n.source_id = l.source_id
),
earlier AS (
    SELECT DISTINCT l.claim_id, l.source_id
    FROM looked AS l
    ANTI JOIN named AS n ON n.claim_id = l.claim_id AND n.source_id = l.source_id
    ANTI JOIN compared AS c ON c.claim_id = l.claim_id AND c.source_id = l.source_id
)
SELECT
    u.claim_id, u.source_id, c.essay_id, u.distance, u.basis, a.attached_by, a.attached_at, a.attached_position
FROM (
    SELECT * FROM named
    UNION ALL
    SELECT claim_id, source_id, NULL, 'suggested' FROM compared
    UNION ALL
    SELECT claim_id, source_id, NULL, 'earlier' FROM earlier
) AS u
JOIN scoped_claims AS c ON c.id = u.claim_id
LEFT JOIN scoped_attached AS a ON a.claim_id = u.claim_id AND a.source_id = u.source_id;

CREATE OR REPLACE TEMP TABLE new_claims AS
SELECT
    c.id AS claim_id, c.essay_id, c.fold_sequence AS claim_row, e.fold_sequence AS essay_row, c.kind,
    s.claim_status, s.replaced_by, p.old_claim_id, s.version_id,
    m.fold_sequence AS mention_row, m.checkworthiness, e.publish_at,
    j.verdict_id, j.judged_at, v.fold_sequence AS verdict_row, v.rating AS machine_rating, v.confidence, v.support,
    w.fold_sequence AS evidence_row, v.deciding_source_id AS source_id,
    d.fold_sequence AS decision_row, d.rating AS editor_rating, d.acted_at AS decided_at,
    d.verdict_id AS decision_verdict_id, n.rating AS seen_rating, n.method AS seen_method, d.stale AS is_stale,
    d.role AS editor_role, d.reviewers, d.ratings, d.agreeing,
    a.last_turn, coalesce(a.is_second_check_asked, false) AS is_second_check_asked,
    coalesce(a.is_reopening_asked, false) AS is_reopening_asked, o.claim_id IS NOT NULL AS is_reopened,
    -- A source was attached after the decision and no page that both verdicts saw has changed; else a page changed.
    CASE
        WHEN o.claim_id IS NULL THEN NULL
        WHEN o.are_pages_kept AND EXISTS (
            SELECT 1 FROM scoped_attached AS t WHERE t.claim_id = c.id AND t.attached_position > d.position
        ) THEN 'a source was attached after the decision'
        ELSE 'its source changed after the decision'
    END AS reopening_cause,
    a.lease_holder, a.lease_until, a.assigned_to, a.assigned_until, a.waiting_until, a.correction_row,
    a.correction_requested_at, a.correction_made_at, a.correction_refused_at,
    coalesce(u.named_sources, 0) AS named_sources, d.deciders, a.seen_by,
    coalesce(a.is_flagged, false) AS is_flagged
FROM scoped_claims AS c
JOIN scoped_status AS s ON s.claim_id = c.id
LEFT JOIN scoped_essays AS e ON e.id = c.essay_id
LEFT JOIN scoped_places AS m ON m.claim_id = c.id
LEFT JOIN scoped_current_verdicts AS j ON j.claim_id = c.id
LEFT JOIN scoped_verdicts AS v ON v.id = j.verdict_id
LEFT JOIN scoped_evidence AS w ON w.id = v.deciding_evidence_id
LEFT JOIN scoped_current_decisions AS d ON d.claim_id = c.id
LEFT JOIN scoped_verdicts AS n ON n.id = d.verdict_id
LEFT JOIN scoped_acts AS a ON a.claim_id = c.id
LEFT JOIN scoped_reopened AS o ON o.claim_id = c.id
LEFT JOIN (
    SELECT new_claim_id, arg_max(old_claim_id, fold_sequence) AS old_claim_id
    FROM scoped_pairs WHERE NOT unchanged_text GROUP BY new_claim_id
) AS p ON p.new_claim_id = c.id
LEFT JOIN (
    SELECT claim_id, count(*) AS named_sources
    FROM new_claim_sources WHERE basis IN ('cited', 'given') GROUP BY claim_id
) AS u ON u.claim_id = c.id;

CREATE OR REPLACE TEMP TABLE new_essays AS
SELECT
    x.essay_id, e.fold_sequence AS essay_row, l.attempt_row, l.reading_row, l.version_id,
    v.fold_sequence AS version_row, coalesce(c.claims, 0) AS claims
FROM scope_essays AS x
LEFT JOIN scoped_essays AS e ON e.id = x.essay_id
LEFT JOIN scoped_last_readings AS l ON l.essay_id = x.essay_id
LEFT JOIN (
    SELECT v.id, v.fold_sequence FROM records.essay_versions AS v
    ANTI JOIN standing.superseded AS o ON o.fold_sequence = v.fold_sequence
) AS v ON v.id = l.version_id
LEFT JOIN (
    SELECT essay_id, count(*) FILTER (claim_status = 'current') AS claims FROM new_claims GROUP BY essay_id
) AS c ON c.essay_id = x.essay_id;
