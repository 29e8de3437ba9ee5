-- What several reports share. Steps on the way, no promise.

-- A share of fewer than ten says nothing, so that none is told.
CREATE MACRO derived.share(hits, n) AS CASE WHEN n >= 10 THEN round(hits / n, 3) END;

-- The Wilson score interval at 95% (Wilson 1927; z = 1.96): its two ends for hits of n.
CREATE MACRO derived.share_low(hits, n) AS CASE WHEN n >= 10 THEN round(greatest(0, (
    hits / n + 1.9208 / n - 1.96 * sqrt(hits / n * (1 - hits / n) / n + 0.9604 / (n * n))
) / (1 + 3.8416 / n)), 3) END;
CREATE MACRO derived.share_high(hits, n) AS CASE WHEN n >= 10 THEN round(least(1, (
    hits / n + 1.9208 / n + 1.96 * sqrt(hits / n * (1 - hits / n) / n + 0.9604 / (n * n))
) / (1 + 3.8416 / n)), 3) END;

-- Agreement beyond chance: kappa = (observed - expected) / (1 - expected), of shares. None where chance alone
-- would always agree.
CREATE MACRO derived.kappa(observed, expected, n) AS
    CASE WHEN n >= 10 AND expected < 1 THEN round((observed - expected) / (1 - expected), 3) END;

CREATE VIEW derived.claim_kinds AS
SELECT c.claim_id, c.kind, e.author
FROM standing.claims AS c
LEFT JOIN records.essays AS e ON e.fold_sequence = c.essay_row;

-- The decision that holds, once for each claim on which somebody made it (not again where it is carried on), beside
-- the verdict that the person saw.
CREATE VIEW derived.own_decisions AS
SELECT
    d.claim_id, d.rating AS editor_rating, d.machine_rating, e.reason, d.reviewer, d.decided_at,
    d.verdict_id AS decision_verdict_id, d.shown, d.position, y.author, y.inbox, c.kind, v.confidence,
    coalesce(from_json(v.reasons -> '$[*].code', '["VARCHAR"]'), []) AS reason_codes
FROM standing.decisions AS d
JOIN records.review_events AS e ON e.fold_sequence = d.event_row
JOIN records.claims AS c ON c.fold_sequence = d.claim_row
LEFT JOIN records.essays AS y ON y.fold_sequence = d.essay_row
LEFT JOIN derived.verdicts AS v ON v.id = d.verdict_id
WHERE d.is_current AND d.claim_id = d.made_on_claim_id;

CREATE VIEW derived.arrivals AS
SELECT claim_id, min(judged_at) AS arrived_at FROM records.judgements GROUP BY claim_id;

-- When a claim of the queue began to wait: when it came, at the decision that asks for another look, or at the
-- verdict that reopened it.
CREATE VIEW derived.queue_waits AS
SELECT
    g.claim_id, g.stage, g.holder AS held_by, g.kind, e.author,
    CASE
        WHEN g.decided_at IS NULL OR g.stage IN ('to_review', 'first_check') THEN a.arrived_at
        WHEN g.stage = 'reopened' THEN greatest(g.judged_at, g.decided_at)
        ELSE g.decided_at
    END AS waiting_since
FROM derived.claim_states AS g
LEFT JOIN derived.arrivals AS a ON a.claim_id = g.claim_id
LEFT JOIN records.essays AS e ON e.fold_sequence = g.essay_row
WHERE g.stage IN ('to_review', 'first_check', 'second_check', 'reopened', 'disputed');
