-- The machine now disagrees with a decision
-- Where does the present verdict differ from the rating that a person gave?
-- Decided claims with another verdict than the one that the person saw. Those on which the machine has changed its
-- rating since stand first; a new method alone never reopens a claim.
-- since: judged on that day or later
-- empty: every present verdict is what people decided, so nothing is to be done
-- columns:
--   essay_title text: title of the essay
--   essay_uri address: where the essay lies: its address, or its path in the inbox
--   claim text: words of the claim
--   editor_rating rating: rating that the person gave
--   machine_rating_seen rating: rating of the machine when the person decided
--   machine_rating_now rating: rating of the machine now
--   is_new flag: whether the machine's rating has changed since the decision
--   confidence share: confidence of the present verdict
--   reasons texts: reasons of the present verdict
--   evidence_quote text: words of the source that decide now
--   source_url address: link of the source that decides now
--   method_seen text: method of the verdict that the person saw (a hash)
--   method_now text: method of the present verdict (a hash)
--   decided_at time: when the person decided
--   checked_at time: when the present verdict was reached
--   author text: author of the essay
--   kind text: kind of the claim
--   claim_id id: id of the claim
SELECT
    v.essay_title, v.essay_uri, v.claim, v.editor_rating, x.seen_rating AS machine_rating_seen,
    v.machine_rating AS machine_rating_now, x.seen_rating IS DISTINCT FROM v.machine_rating AS is_new,
    v.confidence, v.reasons, v.evidence_quote, v.source_url, x.seen_method AS method_seen, v.method AS method_now,
    v.decided_at, v.checked_at, v.author, v.kind, v.claim_id
FROM reports.verdicts AS v
JOIN standing.claims AS x ON x.claim_id = v.claim_id
WHERE x.claim_status = 'current'
    AND x.machine_rating <> x.editor_rating
    AND x.verdict_id IS DISTINCT FROM x.decision_verdict_id
    AND (getvariable('since') IS NULL OR v.checked_at >= CAST(getvariable('since') AS DATE))
    AND (getvariable('author') IS NULL OR v.author = getvariable('author'))
    AND (getvariable('kind') IS NULL OR v.kind = getvariable('kind'))
ORDER BY is_new DESC, v.confidence DESC, v.decided_at, v.claim_id;
