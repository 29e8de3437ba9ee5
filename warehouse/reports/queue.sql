-- Review queue
-- Which claims wait for a person, and why in this order?
SELECT rank, why, stage, essay_title, essay_uri, kind, claim, machine_rating, confidence, missing, evidence_quote,
    source_url, source_outcome, held_by, old_rating, claim_id
FROM reports.review_queue
ORDER BY rank;
