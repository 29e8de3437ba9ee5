-- Decisions and stages, derived from the events. Later means a higher position in the hash chain.

-- A claim and the claims whose decisions it carries, itself among them.
CREATE VIEW derived.carried_claims AS
SELECT DISTINCT claim_id, claim_id AS from_claim_id FROM records.review_events
UNION ALL
SELECT claim_id, from_claim_id FROM standing.carried_claims;

CREATE VIEW derived.claim_events AS
SELECT claim_id, claim_id AS made_on_claim_id, e.* EXCLUDE (claim_id) FROM derived.review_events AS e
UNION ALL
SELECT c.claim_id, e.claim_id, e.* EXCLUDE (claim_id)
FROM derived.review_events AS e
JOIN standing.carried_claims AS c ON c.from_claim_id = e.claim_id;

CREATE VIEW derived.decisions AS
SELECT
    d.claim_id, d.made_on_claim_id, e.* EXCLUDE (claim_id), d.position, c.chain_sha256, d.is_stale AS stale,
    d.is_undone AS undone
FROM standing.decisions AS d
JOIN records.review_events AS e ON e.fold_sequence = d.event_row
JOIN keeper.event_chain AS c ON c.position = d.position;

-- The decision of each reviewer that holds: the latest one that was not undone.
CREATE VIEW derived.standing_decisions AS
SELECT d.*
FROM derived.decisions AS d
WHERE NOT d.undone
QUALIFY row_number() OVER (PARTITION BY d.claim_id, d.reviewer ORDER BY d.position DESC) = 1;

-- The decision of a claim: the latest that holds, of whomever.
CREATE VIEW derived.current_decisions AS
SELECT
    d.claim_id, d.made_on_claim_id, e.* EXCLUDE (claim_id), d.position, c.chain_sha256, d.is_stale AS stale,
    d.is_undone AS undone
FROM standing.decisions AS d
JOIN records.review_events AS e ON e.fold_sequence = d.event_row
JOIN keeper.event_chain AS c ON c.position = d.position
WHERE d.is_current;

CREATE VIEW derived.decision_counts AS
SELECT claim_id, reviewers, ratings, agreeing FROM standing.claims WHERE decision_row IS NOT NULL;

CREATE VIEW derived.current_judgements AS
SELECT claim_id, verdict_id, judged_at FROM standing.claims WHERE verdict_id IS NOT NULL;

-- Claims that were decided on another verdict than the one that holds now.
CREATE VIEW derived.outdated_decisions AS
SELECT claim_id, decision_verdict_id AS seen_verdict_id, verdict_id AS now_verdict_id
FROM standing.claims WHERE verdict_id <> decision_verdict_id;

CREATE VIEW derived.reopened_claims AS
SELECT claim_id FROM standing.claims WHERE is_reopened;

-- When a second person checks: the setting is a word and, behind it, the share of claims that are drawn in any case.
-- A claim is drawn by the last eight digits of its id, which is a hash itself (src/factdesk/desk/waiting_claims.py
-- draws the same).
CREATE VIEW derived.second_check_policy AS
SELECT
    split_part(value, ' ', 1) AS policy,
    printf('%08x', CAST(floor(coalesce(TRY_CAST(split_part(value, ' ', 2) AS DOUBLE), 0) * 4294967295) AS BIGINT))
        AS drawn_below
FROM (
    SELECT coalesce(arg_max(value, set_at), 'never') AS value FROM keeper.policies WHERE name = 'second_check'
);

-- The standing claims with what depends on the clock and on the settings. Who holds a claim: a lease for ten minutes
-- or until its own end, an assignment until it is taken back.
CREATE VIEW derived.claim_states AS
SELECT
    c.*,
    CASE
        WHEN c.last_turn = 'correction_made' THEN 'corrected'
        WHEN c.claim_status <> 'current' THEN 'withdrawn'
        WHEN c.last_turn = 'disputed' THEN 'disputed'
        WHEN c.decision_row IS NULL AND c.holder IS NULL THEN 'to_review'
        WHEN c.decision_row IS NULL THEN 'first_check'
        WHEN c.is_stale THEN 'second_check'
        -- Where two disagree an editor who is not one of them settles it.
        WHEN c.ratings > 1 AND c.agreeing < 2 AND NOT (c.reviewers > 2 AND c.editor_role IN ('editor', 'admin'))
            THEN 'second_check'
        WHEN c.reviewers < 2 AND (
            c.is_second_check_asked
            OR p.policy = 'all'
            OR right(CAST(c.claim_id AS VARCHAR), 8) < p.drawn_below
            OR (p.policy = 'refuted_and_partial' AND c.editor_rating IN ('refuted', 'partially_supported'))
        ) THEN 'second_check'
        WHEN c.is_reopened OR c.is_reopening_asked THEN 'reopened'
        ELSE 'decided'
    END AS stage,
    CASE
        WHEN c.holder IS NULL THEN NULL WHEN c.lease_until > now() THEN c.lease_until ELSE c.assigned_until
    END AS held_until
FROM (
    SELECT
        *,
        CASE
            WHEN lease_until > now() THEN lease_holder
            WHEN assigned_until IS NULL OR assigned_until > now() THEN assigned_to
        END AS holder
    FROM standing.claims
) AS c
CROSS JOIN derived.second_check_policy AS p;

CREATE VIEW derived.holds AS
SELECT claim_id, holder, held_until FROM derived.claim_states WHERE holder IS NOT NULL;

CREATE VIEW derived.stages AS
SELECT claim_id, stage, holder, held_until FROM derived.claim_states;
