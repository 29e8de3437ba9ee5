-- The machine now disagrees with a decision
-- Where does the present verdict differ from the rating that a person gave?
SELECT
    v.essay_title, v.essay_uri, v.claim, v.editor_rating, s.machine_rating AS machine_rating_seen,
    v.machine_rating AS machine_rating_now, v.confidence, v.reasons, v.evidence_quote, v.source_url,
    s.method AS method_seen, v.method AS method_now, v.decided_at, v.claim_id
FROM reports.verdicts AS v
LEFT JOIN (
    SELECT DISTINCT verdict_id, claim_id, machine_rating, method FROM reports.verdict_history
) AS s ON s.verdict_id = v.decision_verdict_id AND s.claim_id = v.claim_id
WHERE v.editor_rating IS NOT NULL
    AND v.claim_status = 'current'
    AND v.machine_rating <> v.editor_rating
    AND v.verdict_id IS DISTINCT FROM v.decision_verdict_id
ORDER BY v.confidence DESC, v.decided_at;
