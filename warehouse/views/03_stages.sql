-- Decisions and stages, derived from the events. Later means a higher position in the hash chain.

-- A claim and the claims whose decisions it carries, itself among them.
CREATE VIEW derived.carried_claims AS
WITH RECURSIVE carried(claim_id, from_claim_id) AS (
    SELECT DISTINCT claim_id, claim_id FROM records.review_events
    UNION
    SELECT p.new_claim_id, c.from_claim_id
    FROM carried AS c
    JOIN derived.pairs AS p ON p.old_claim_id = c.claim_id AND p.unchanged_text
)
SELECT * FROM carried;

CREATE VIEW derived.claim_events AS
SELECT c.claim_id, e.claim_id AS made_on_claim_id, e.* EXCLUDE (claim_id)
FROM derived.review_events AS e
JOIN derived.carried_claims AS c ON c.from_claim_id = e.claim_id;

CREATE VIEW derived.decisions AS
SELECT
    e.*,
    EXISTS (
        SELECT 1 FROM derived.review_events AS u WHERE u.act = 'undo' AND u.target = CAST(e.id AS VARCHAR)
    ) AS undone
FROM derived.claim_events AS e
WHERE e.act = 'decide';

-- The decision of each reviewer that holds: the latest one that was not undone.
CREATE VIEW derived.standing_decisions AS
SELECT d.*
FROM derived.decisions AS d
WHERE NOT d.undone
QUALIFY row_number() OVER (PARTITION BY d.claim_id, d.reviewer ORDER BY d.position DESC) = 1;

-- The decision of a claim: the latest that holds, of whomever.
CREATE VIEW derived.current_decisions AS
SELECT d.*
FROM derived.standing_decisions AS d
QUALIFY row_number() OVER (PARTITION BY d.claim_id ORDER BY d.position DESC) = 1;

CREATE VIEW derived.decision_counts AS
SELECT
    c.claim_id,
    count(*) AS reviewers,
    count(DISTINCT d.rating) AS ratings,
    count(*) FILTER (WHERE d.rating = c.rating) AS agreeing
FROM derived.current_decisions AS c
JOIN derived.standing_decisions AS d ON d.claim_id = c.claim_id
GROUP BY c.claim_id;

CREATE VIEW derived.current_judgements AS
SELECT
    claim_id,
    arg_max(verdict_id, fold_sequence) AS verdict_id,
    arg_max(judged_at, fold_sequence) AS judged_at
FROM derived.judgements
GROUP BY claim_id;

-- A decided claim whose source changed its deciding words or its rating. A new method alone has the same
-- inputs and reopens nothing.
CREATE VIEW derived.reopened_claims AS
SELECT d.claim_id
FROM derived.current_decisions AS d
JOIN derived.current_judgements AS j ON j.claim_id = d.claim_id
JOIN derived.verdicts AS seen ON seen.id = d.verdict_id
JOIN derived.verdicts AS now ON now.id = j.verdict_id
LEFT JOIN derived.evidence AS seen_words ON seen_words.id = seen.deciding_evidence_id
LEFT JOIN derived.evidence AS now_words ON now_words.id = now.deciding_evidence_id
WHERE now.id <> seen.id
    AND CAST(now.inputs AS VARCHAR) <> CAST(seen.inputs AS VARCHAR)
    AND (now.rating <> seen.rating OR now_words.quote IS DISTINCT FROM seen_words.quote);

-- Who holds a claim: a lease for ten minutes or until its own end, an assignment until it is taken back.
CREATE VIEW derived.holds AS
SELECT claim_id, holder, held_until
FROM (
    SELECT
        claim_id,
        act,
        CASE WHEN act = 'assign' THEN target ELSE reviewer END AS holder,
        CASE WHEN act = 'lease' THEN coalesce(until, acted_at + INTERVAL 10 MINUTE) ELSE until END AS held_until
    FROM derived.claim_events
    WHERE act IN ('lease', 'assign')
    QUALIFY row_number() OVER (PARTITION BY claim_id, act ORDER BY position DESC) = 1
)
WHERE holder IS NOT NULL AND (held_until IS NULL OR held_until > now())
QUALIFY row_number() OVER (PARTITION BY claim_id ORDER BY act DESC) = 1;

-- The last act that moves a claim past its decision.
CREATE VIEW derived.last_turns AS
SELECT claim_id, act, acted_at
FROM derived.claim_events
WHERE act IN ('decide', 'disputed', 'correction_made', 'correction_refused', 'our_check_corrected')
QUALIFY row_number() OVER (PARTITION BY claim_id ORDER BY position DESC) = 1;

-- Claims for which somebody asked for a second check (a flag with that target).
CREATE VIEW derived.second_checks_asked AS
SELECT DISTINCT claim_id FROM derived.claim_events WHERE act = 'flag' AND target = 'second_check';

CREATE VIEW derived.second_check_policy AS
SELECT coalesce(arg_max(value, set_at), 'never') AS policy
FROM keeper.policies WHERE name = 'second_check';

CREATE VIEW derived.stages AS
SELECT
    s.claim_id,
    CASE
        WHEN t.act = 'correction_made' THEN 'corrected'
        WHEN s.claim_status <> 'current' THEN 'withdrawn'
        WHEN t.act = 'disputed' THEN 'disputed'
        WHEN d.claim_id IS NULL THEN if(h.claim_id IS NULL, 'to_review', 'first_check')
        WHEN d.stale THEN 'second_check'
        WHEN n.ratings > 1 AND n.agreeing < 2 THEN 'second_check'
        WHEN n.reviewers < 2 AND (
            a.claim_id IS NOT NULL
            OR p.policy = 'all'
            OR (p.policy = 'refuted_and_partial' AND d.rating IN ('refuted', 'partially_supported'))
        ) THEN 'second_check'
        WHEN o.claim_id IS NOT NULL THEN 'reopened'
        ELSE 'decided'
    END AS stage,
    h.holder,
    h.held_until
FROM derived.claim_status AS s
CROSS JOIN derived.second_check_policy AS p
LEFT JOIN derived.last_turns AS t ON t.claim_id = s.claim_id
LEFT JOIN derived.current_decisions AS d ON d.claim_id = s.claim_id
LEFT JOIN derived.decision_counts AS n ON n.claim_id = s.claim_id
LEFT JOIN derived.holds AS h ON h.claim_id = s.claim_id
LEFT JOIN derived.second_checks_asked AS a ON a.claim_id = s.claim_id
LEFT JOIN derived.reopened_claims AS o ON o.claim_id = s.claim_id;
