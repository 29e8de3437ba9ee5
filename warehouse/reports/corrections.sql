-- Corrections
-- Which claims did people find wrong, and has the essay been corrected?
SELECT correction, essay_title, essay_uri, author, claim, editor_rating, conclusion, evidence_quote, source_url,
    decided_at, requested_at, made_at, refused_at, claim_id
FROM reports.corrections
ORDER BY CASE correction WHEN 'needed' THEN 0 WHEN 'requested' THEN 1 ELSE 2 END, decided_at;
