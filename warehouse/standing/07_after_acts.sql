-- The rows of claims on which people acted, after 06_acts.sql and 02_reviews.sql. None of them is reopened: each was
-- decided on the verdict that holds now.

CREATE OR REPLACE TEMP TABLE scoped_verdicts AS
SELECT v.id, v.rating, v.method
FROM records.verdicts AS v
SEMI JOIN scoped_events AS e ON e.verdict_id = v.id
ANTI JOIN standing.superseded AS o ON o.fold_sequence = v.fold_sequence;

CREATE OR REPLACE TEMP TABLE new_claims AS
SELECT
    c.* REPLACE (
        d.fold_sequence AS decision_row, d.rating AS editor_rating, d.acted_at AS decided_at,
        d.verdict_id AS decision_verdict_id, n.rating AS seen_rating, n.method AS seen_method,
        d.stale AS is_stale, d.role AS editor_role, d.reviewers AS reviewers, d.ratings AS ratings,
        d.agreeing AS agreeing, a.last_turn AS last_turn,
        coalesce(a.is_second_check_asked, false) AS is_second_check_asked,
        coalesce(a.is_reopening_asked, false) AS is_reopening_asked, false AS is_reopened,
        NULL AS reopening_cause, a.lease_holder AS lease_holder, a.lease_until AS lease_until,
        a.assigned_to AS assigned_to, a.assigned_until AS assigned_until, a.waiting_until AS waiting_until,
        a.correction_row AS correction_row, a.correction_requested_at AS correction_requested_at,
        a.correction_made_at AS correction_made_at, a.correction_refused_at AS correction_refused_at,
        d.deciders AS deciders, a.seen_by AS seen_by, coalesce(a.is_flagged, false) AS is_flagged
    )
FROM (
    SELECT * FROM standing.claims WHERE rowid IN (
        SELECT rowid FROM standing.claims WHERE claim_id IN (SELECT claim_id FROM scope_claims)
    )
) AS c
LEFT JOIN scoped_current_decisions AS d ON d.claim_id = c.claim_id
LEFT JOIN scoped_verdicts AS n ON n.id = d.verdict_id
LEFT JOIN scoped_acts AS a ON a.claim_id = c.claim_id;
