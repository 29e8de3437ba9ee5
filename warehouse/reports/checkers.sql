-- Checkers
-- How much did each reviewer decide, and how long did it take?
SELECT
    reviewer, count(*) AS decisions, count(*) FILTER (WHERE undone) AS undone, count(*) FILTER (WHERE stale) AS stale,
    round(median(spent_ms) / 1000, 1) AS median_seconds,
    round(avg(CAST(editor_rating = machine_rating AS INTEGER)), 3) AS agrees_with_machine,
    min(decided_at) AS first_decision, max(decided_at) AS last_decision
FROM reports.decisions
WHERE claim_id = made_on_claim_id
GROUP BY reviewer
ORDER BY decisions DESC, reviewer;
