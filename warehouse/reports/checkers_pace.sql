-- Pace of the checkers
-- How much did each reviewer decide, and how long did it take?
-- part of: checkers
-- since: decided on that day or later
-- empty: nobody has decided a claim yet; decide some at the desk, or with factdesk decide
-- columns:
--   reviewer text: a reviewer (an opaque id)
--   decisions count: decisions made, with those taken back
--   undone count: of them taken back
--   stale count: of them too late: another event came between what the person saw and the decision
--   median_seconds number: median time from opening a claim to deciding it, in seconds, where it was measured
--   agrees_blind share: share with the machine's rating where it was hidden; empty below ten
--   agrees_shown share: share with the machine's rating where it was shown; empty below ten
--   first_decision time: first decision
--   last_decision time: last decision
SELECT
    d.reviewer, count(*) AS decisions, count(*) FILTER (d.is_undone) AS undone, count(*) FILTER (d.is_stale) AS stale,
    round(median(d.spent_ms) / 1000, 1) AS median_seconds,
    derived.share(
        count(*) FILTER (NOT d.is_undone AND NOT d.shown AND d.rating = d.machine_rating),
        count(d.machine_rating) FILTER (NOT d.is_undone AND NOT d.shown)
    ) AS agrees_blind,
    derived.share(
        count(*) FILTER (NOT d.is_undone AND d.shown AND d.rating = d.machine_rating),
        count(d.machine_rating) FILTER (NOT d.is_undone AND d.shown)
    ) AS agrees_shown,
    min(d.decided_at) AS first_decision, max(d.decided_at) AS last_decision
FROM standing.decisions AS d
JOIN derived.claim_kinds AS k ON k.claim_id = d.claim_id
WHERE d.claim_id = d.made_on_claim_id
    AND (getvariable('since') IS NULL OR d.decided_at >= CAST(getvariable('since') AS DATE))
    AND (getvariable('author') IS NULL OR k.author = getvariable('author'))
    AND (getvariable('kind') IS NULL OR k.kind = getvariable('kind'))
GROUP BY d.reviewer
ORDER BY decisions DESC, d.reviewer;
