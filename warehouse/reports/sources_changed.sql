-- Sources that died or changed
-- Which sources can no longer be read or say something else, and which claims hang on them?
SELECT
    s.source_url, s.source_outcome, s.detail, s.texts AS texts_seen, s.fetches, s.first_fetched_at, s.fetched_at,
    count(DISTINCT c.claim_id) FILTER (WHERE k.claim_status = 'current') AS claims,
    list(DISTINCT k.essay_uri ORDER BY k.essay_uri) FILTER (WHERE k.claim_status = 'current') AS essays
FROM reports.sources AS s
LEFT JOIN reports.claim_sources AS c ON c.source_id = s.source_id AND c.basis <> 'suggested'
LEFT JOIN reports.claims AS k ON k.claim_id = c.claim_id
WHERE s.texts > 1
    OR s.source_outcome NOT IN ('fetched', 'not_modified', 'given_file', 'archived_copy')
GROUP BY ALL
ORDER BY claims DESC, s.source_url;
