-- Claims without a source
-- Which checkable claims link no source at all?
SELECT essay_title, essay_uri, author, kind, claim, checkworthiness, stage, claim_id
FROM reports.claims AS c
WHERE claim_status = 'current'
    AND NOT EXISTS (SELECT 1 FROM reports.claim_sources AS s WHERE s.claim_id = c.claim_id)
ORDER BY checkworthiness DESC NULLS LAST, essay_uri, claim_start;
