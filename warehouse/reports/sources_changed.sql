-- Sources that died or changed
-- Which sources can no longer be read or say something else, and which claims hang on them?
WITH told AS (
    SELECT
        source_id, noticed_at AS happened_at,
        CASE kind
            WHEN 'text' THEN 'changed on '
            WHEN 'trivial' THEN 'changed in typesetting alone on '
            ELSE 'unchanged, but read otherwise by a newer reader since '
        END || strftime(noticed_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M UTC') AS what_happened,
        words_added, words_removed, passages_died, passages_moved
    FROM reports.source_changes
    UNION ALL
    SELECT
        source_id, condition_since,
        CASE condition
            WHEN 'gone' THEN 'gone since '
            WHEN 'unreachable' THEN 'could not be reached since '
            ELSE 'could not be read since '
        END || strftime(condition_since AT TIME ZONE 'UTC', '%Y-%m-%d') || ' (' || source_outcome || ')'
            || CASE WHEN last_read_at IS NULL THEN '; it was never read'
                ELSE '; its text of ' || strftime(last_read_at AT TIME ZONE 'UTC', '%Y-%m-%d') || ' is used' END,
        NULL, NULL, NULL, NULL
    FROM reports.sources
    WHERE condition <> 'read'
),
hanging AS (
    SELECT
        c.source_id, count(DISTINCT c.claim_id) AS claims,
        count(DISTINCT c.claim_id) FILTER (k.stage = 'reopened') AS claims_reopened,
        list(DISTINCT k.essay_uri ORDER BY k.essay_uri) AS essays
    FROM reports.claim_sources AS c
    JOIN reports.claims AS k ON k.claim_id = c.claim_id AND k.claim_status = 'current'
    WHERE c.basis <> 'suggested'
    GROUP BY c.source_id
)
SELECT
    s.source_url, t.what_happened, t.words_added, t.words_removed, t.passages_died, t.passages_moved,
    coalesce(h.claims, 0) AS claims, coalesce(h.claims_reopened, 0) AS claims_reopened,
    s.source_outcome, s.fetched_at, s.fetches, h.essays
FROM told AS t
JOIN reports.sources AS s ON s.source_id = t.source_id
LEFT JOIN hanging AS h ON h.source_id = t.source_id
ORDER BY claims_reopened DESC, claims DESC, t.happened_at DESC, s.source_url, t.what_happened;
