-- What people's acts alone change: the claims in scope (scope_claims) keep what readings and verdicts made of them.
-- No claim among them carries another one's decisions. Here is what 02_reviews.sql reads.

CREATE OR REPLACE TEMP TABLE scoped_events AS
SELECT e.claim_id AS on_claim_id, e.*, c.position, c.stale
FROM (
    -- The rows are found by one narrow column, then read whole: scanning all columns takes many times as long.
    SELECT * FROM records.review_events WHERE fold_sequence IN (
        SELECT fold_sequence FROM records.review_events WHERE claim_id IN (SELECT claim_id FROM scope_claims)
    )
) AS e
JOIN (
    -- Of these claims alone: without this the join reads the ids of the whole chain.
    SELECT event_id, position, stale FROM keeper.event_chain WHERE claim_id IN (SELECT claim_id FROM scope_claims)
) AS c ON c.event_id = e.id;

CREATE OR REPLACE TEMP TABLE scoped_current_verdicts AS
SELECT claim_id, verdict_id FROM standing.claims SEMI JOIN scope_claims USING (claim_id) WHERE verdict_id IS NOT NULL;
