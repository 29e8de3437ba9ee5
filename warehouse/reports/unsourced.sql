-- Claims without a source
-- Which checkable claims link no source, and what was found for them elsewhere?
-- The claim most worth checking stands first.
-- since: judged on that day or later
-- empty: every claim has a source, so nothing is to be done
-- columns:
--   essay_title text: title of the essay
--   essay_uri address: where the essay lies: its address, or its path in the inbox
--   author text: author of the essay
--   kind text: kind of the claim
--   claim text: words of the claim
--   checkworthiness share: how much the claim is worth checking
--   stage text: stage of the claim
--   claim_id id: id of the claim
--   source text: whether the essay at least names its source: "named, not linked" or "not named"
--   suggested count: sources found in other essays and pages that were compared with it
--   compared_with texts: their titles and addresses
--   suggested_rating rating: what the machine says by those; nobody has confirmed it
WITH alone AS (
    SELECT claim_id FROM standing.claims WHERE named_sources = 0 AND claim_status = 'current'
),
sourced AS (
    SELECT
        s.claim_id, count(*) AS suggested,
        list(coalesce('“' || s.title || '” ', '') || s.source_url ORDER BY s.source_url) AS compared_with
    FROM reports.claim_sources AS s
    SEMI JOIN alone AS a ON a.claim_id = s.claim_id
    WHERE s.basis = 'suggested'
    GROUP BY s.claim_id
)
SELECT
    v.essay_title, v.essay_uri, v.author, v.kind, v.claim, v.checkworthiness, v.stage, v.claim_id,
    CASE WHEN list_contains(v.reason_codes, 'named_not_linked') THEN 'named, not linked' ELSE 'not named' END AS source,
    coalesce(s.suggested, 0) AS suggested, s.compared_with,
    CASE WHEN v.basis = 'suggested' THEN v.machine_rating END AS suggested_rating
FROM reports.verdicts AS v
SEMI JOIN alone AS a ON a.claim_id = v.claim_id
LEFT JOIN sourced AS s ON s.claim_id = v.claim_id
WHERE (getvariable('since') IS NULL OR v.checked_at >= CAST(getvariable('since') AS DATE))
    AND (getvariable('author') IS NULL OR v.author = getvariable('author'))
    AND (getvariable('kind') IS NULL OR v.kind = getvariable('kind'))
ORDER BY v.checkworthiness DESC NULLS LAST, v.essay_uri, v.claim_start, v.claim_id;
