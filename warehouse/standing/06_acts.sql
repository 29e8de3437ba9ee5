-- What people's acts alone change: the claims in scope (scope_claims) keep what readings and verdicts made of them.
-- No claim among them carries another one's decisions. Here is what 02_reviews.sql reads.

CREATE OR REPLACE TEMP TABLE scoped_events AS
SELECT e.claim_id AS on_claim_id, e.*, c.position, c.stale
FROM records.review_events AS e
SEMI JOIN scope_claims AS s ON s.claim_id = e.claim_id
JOIN keeper.event_chain AS c ON c.event_id = e.id;

CREATE OR REPLACE TEMP TABLE scoped_current_verdicts AS
SELECT claim_id, verdict_id FROM standing.claims SEMI JOIN scope_claims USING (claim_id) WHERE verdict_id IS NOT NULL;
