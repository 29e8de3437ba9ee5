-- The decisions in scope, after 04_claims.sql or 07_after_acts.sql: of new_claims, scoped_events, scoped_verdicts (those
-- that decisions were made on) and scoped_undone.

CREATE OR REPLACE TEMP TABLE new_decisions AS
SELECT
    d.on_claim_id AS claim_id, d.claim_id AS made_on_claim_id, c.essay_id, d.fold_sequence AS event_row, d.position,
    c.claim_row, c.essay_row, d.rating, v.rating AS machine_rating, d.verdict_id, d.reviewer,
    d.acted_at AS decided_at, d.shown, d.spent_ms, d.stale AS is_stale, u.target IS NOT NULL AS is_undone,
    coalesce(d.fold_sequence = c.decision_row, false) AS is_current
FROM scoped_events AS d
JOIN new_claims AS c ON c.claim_id = d.on_claim_id
LEFT JOIN scoped_verdicts AS v ON v.id = d.verdict_id
LEFT JOIN scoped_undone AS u ON u.target = d.id
WHERE d.act = 'decide';
