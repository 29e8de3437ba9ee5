-- Decisions and what else moves a claim through its stages.

-- Acts that were taken back, on their claim or on one that carries them.
CREATE OR REPLACE TEMP TABLE scoped_undone AS
SELECT DISTINCT d.id AS target
FROM scoped_events AS u JOIN scoped_events AS d ON d.on_claim_id = u.on_claim_id AND d.id = TRY_CAST(u.target AS UUID)
WHERE u.act = 'undo' AND d.act <> 'undo';

-- The decision of each reviewer that holds: the latest one that was not undone.
CREATE OR REPLACE TEMP TABLE scoped_decisions AS
SELECT d.on_claim_id AS claim_id, d.reviewer, d.role, d.rating, d.verdict_id, d.acted_at, d.stale, d.position, d.fold_sequence
FROM scoped_events AS d
ANTI JOIN scoped_undone AS u ON u.target = d.id
WHERE d.act = 'decide'
QUALIFY row_number() OVER (PARTITION BY d.on_claim_id, d.reviewer ORDER BY d.position DESC) = 1;

-- The decision of a claim: the latest that holds, of whomever.
CREATE OR REPLACE TEMP TABLE scoped_current_decisions AS
SELECT
    d.*, count(*) OVER claim AS reviewers, count(DISTINCT d.rating) OVER claim AS ratings,
    count(*) FILTER (d.rating = d.last_rating) OVER claim AS agreeing,
    list(d.reviewer ORDER BY d.position) OVER claim AS deciders
FROM (
    SELECT *, arg_max({'is': rating}, position) OVER (PARTITION BY claim_id)."is" AS last_rating FROM scoped_decisions
) AS d
WINDOW claim AS (PARTITION BY d.claim_id)
QUALIFY row_number() OVER (PARTITION BY d.claim_id ORDER BY d.position DESC) = 1;

-- Who cannot settle a dispute: whoever stood by a decision when it began, also if that is taken back since.
CREATE OR REPLACE TEMP TABLE scoped_disputes AS
SELECT DISTINCT d.on_claim_id, d.reviewer, l.position
FROM scoped_events AS d
JOIN (
    SELECT e.on_claim_id, max(e.position) AS position
    FROM scoped_events AS e ANTI JOIN scoped_undone AS u ON u.target = e.id
    WHERE e.act = 'disputed' GROUP BY e.on_claim_id
) AS l ON l.on_claim_id = d.on_claim_id AND d.position < l.position
ANTI JOIN scoped_events AS u
    ON u.on_claim_id = d.on_claim_id AND u.act = 'undo' AND u.target = CAST(d.id AS VARCHAR) AND u.position < l.position
WHERE d.act = 'decide';

-- The acts that move a claim past its decision, without those that were taken back or settle nothing.
CREATE OR REPLACE TEMP TABLE scoped_turns AS
SELECT t.on_claim_id AS claim_id, arg_max(t.act, t.position) AS last_turn
FROM scoped_events AS t
ANTI JOIN scoped_undone AS u ON u.target = t.id
ANTI JOIN scoped_disputes AS b
    ON b.on_claim_id = t.on_claim_id AND b.reviewer = t.reviewer AND b.position < t.position AND t.act = 'decide'
WHERE t.act IN ('decide', 'disputed', 'correction_made', 'correction_refused', 'our_check_corrected')
GROUP BY t.on_claim_id;

CREATE OR REPLACE TEMP TABLE scoped_acts AS
SELECT
    e.on_claim_id AS claim_id,
    any_value(t.last_turn) AS last_turn,
    coalesce(bool_or(e.act = 'flag' AND e.target = 'second_check'), false) AS is_second_check_asked,
    coalesce(bool_or(e.act = 'flag' AND e.target = 'reopen' AND e.position > d.position), false) AS is_reopening_asked,
    list_sort(list(DISTINCT e.reviewer) FILTER (e.act = 'decide')) AS seen_by,
    -- An editor was asked since the last decision.
    coalesce(
        max(e.position) FILTER (e.act = 'flag' AND e.target = 'editor')
            > coalesce(max(e.position) FILTER (e.act = 'decide'), 0),
        false
    ) AS is_flagged,
    -- A lease holds for ten minutes, until its own end or until a decision; an assignment until it is taken back.
    arg_max({'is': CASE WHEN e.act = 'lease' THEN e.reviewer END}, e.position)
        FILTER (e.act IN ('lease', 'decide'))."is" AS lease_holder,
    arg_max(
        {'is': CASE WHEN e.act = 'lease' THEN coalesce(e.until, e.acted_at + INTERVAL 10 MINUTE) END}, e.position
    ) FILTER (e.act IN ('lease', 'decide'))."is" AS lease_until,
    arg_max({'is': e.target}, e.position) FILTER (e.act = 'assign')."is" AS assigned_to,
    arg_max({'is': e.until}, e.position) FILTER (e.act = 'assign')."is" AS assigned_until,
    arg_max(e.until, e.position) FILTER (e.act = 'wait') AS waiting_until,
    arg_max(e.fold_sequence, e.position) FILTER (
        e.act IN ('correction_requested', 'correction_made', 'correction_refused')
        AND (e.note IS NOT NULL OR e.target IS NOT NULL OR e.until IS NOT NULL) AND u.target IS NULL
    ) AS correction_row,
    max(e.acted_at) FILTER (e.act = 'correction_requested' AND u.target IS NULL) AS correction_requested_at,
    max(e.acted_at) FILTER (e.act = 'correction_made' AND u.target IS NULL) AS correction_made_at,
    max(e.acted_at) FILTER (e.act = 'correction_refused' AND u.target IS NULL) AS correction_refused_at
FROM scoped_events AS e
LEFT JOIN scoped_undone AS u ON u.target = e.id
LEFT JOIN scoped_current_decisions AS d ON d.claim_id = e.on_claim_id
LEFT JOIN scoped_turns AS t ON t.claim_id = e.on_claim_id
GROUP BY e.on_claim_id;

-- Claims that were decided on another verdict than the one that holds now.
CREATE OR REPLACE TEMP TABLE scoped_outdated AS
SELECT d.claim_id, d.verdict_id AS seen_verdict_id, j.verdict_id AS now_verdict_id
FROM scoped_current_decisions AS d
JOIN scoped_current_verdicts AS j ON j.claim_id = d.claim_id
WHERE j.verdict_id <> d.verdict_id;
