-- Claims without a source
-- Which checkable claims link no source, and what was found for them elsewhere?
SELECT essay_title, essay_uri, author, kind, claim, checkworthiness, stage, claim_id,
    CASE WHEN list_contains(v.reason_codes, 'named_not_linked') THEN 'named, not linked' ELSE 'not named' END AS source,
    (
        SELECT count(*) FROM reports.claim_sources AS s WHERE s.claim_id = v.claim_id AND s.basis = 'suggested'
    ) AS suggested,
    (
        SELECT list(coalesce('“' || s.title || '” ', '') || s.source_url ORDER BY s.source_url)
        FROM reports.claim_sources AS s WHERE s.claim_id = v.claim_id AND s.basis = 'suggested'
    ) AS compared_with,
    CASE WHEN basis = 'suggested' THEN machine_rating END AS suggested_rating
FROM reports.verdicts AS v
WHERE claim_status = 'current'
    AND NOT EXISTS (
        SELECT 1 FROM reports.claim_sources AS s WHERE s.claim_id = v.claim_id AND s.basis <> 'suggested'
    )
ORDER BY checkworthiness DESC NULLS LAST, essay_uri, claim_start;
