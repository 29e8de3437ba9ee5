-- Sources that died or changed
-- Which sources can no longer be read or say something else, and which claims hang on them?
-- The sources with reopened claims stand first, then those with the most claims. A source that could not be reached
-- may come back; only gone means that its server says so.
-- since: noticed on that day or later
-- empty: no source has died or changed, so nothing is to be done; factdesk run recheck_sources looks again
-- columns:
--   source_url address: link as the essay has it
--   what_happened text: what became of the source and when, in words
--   words_added count: words and figures that the later text has and the earlier one had not
--   words_removed count: words and figures that the earlier text had and the later one has not
--   passages_died count: passages of verdicts whose words are gone from the text
--   passages_moved count: passages of verdicts that now stand elsewhere in the text
--   claims count: claims that stand now and that cite the source or were given it
--   claims_reopened count: of them those whose decision waits to be looked at again
--   source_outcome text: what became of the last fetch
--   fetched_at time: last fetch
--   fetches count: how often the source was fetched
--   essays texts: essays of those claims
--   event text: gone, unreachable, unreadable, changed, changed in typesetting or read otherwise
--   happened_at time: when the change was noticed, or since when the source is in this condition
WITH told AS (
    SELECT
        source_id, noticed_at AS happened_at,
        CASE kind WHEN 'text' THEN 'changed' WHEN 'trivial' THEN 'changed in typesetting' ELSE 'read otherwise' END
            AS event,
        CASE kind
            WHEN 'text' THEN 'changed on '
            WHEN 'trivial' THEN 'changed in typesetting alone on '
            ELSE 'unchanged, but read otherwise by a newer reader since '
        END || strftime(noticed_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M UTC') AS what_happened,
        words_added, words_removed, passages_died, passages_moved
    FROM reports.source_changes
    UNION ALL
    SELECT
        source_id, condition_since, condition,
        CASE condition
            WHEN 'gone' THEN 'gone since '
            WHEN 'unreachable' THEN 'could not be reached since '
            ELSE 'could not be read since '
        END || strftime(condition_since AT TIME ZONE 'UTC', '%Y-%m-%d')
            || CASE WHEN source_outcome = 'gone' THEN ''
                ELSE ' (' || coalesce(derived.outcome_words(source_outcome), source_outcome) || ')' END
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
    SEMI JOIN told AS t ON t.source_id = c.source_id
    JOIN reports.claims AS k ON k.claim_id = c.claim_id AND k.claim_status = 'current'
    WHERE c.basis <> 'suggested'
        AND (getvariable('author') IS NULL OR k.author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR k.kind = getvariable('kind'))
    GROUP BY c.source_id
)
SELECT
    s.source_url, t.what_happened, t.words_added, t.words_removed, t.passages_died, t.passages_moved,
    coalesce(h.claims, 0) AS claims, coalesce(h.claims_reopened, 0) AS claims_reopened,
    s.source_outcome, s.fetched_at, s.fetches, h.essays, t.event, t.happened_at
FROM told AS t
JOIN reports.sources AS s ON s.source_id = t.source_id
LEFT JOIN hanging AS h ON h.source_id = t.source_id
WHERE (getvariable('since') IS NULL OR t.happened_at >= CAST(getvariable('since') AS DATE))
    AND (h.source_id IS NOT NULL OR (getvariable('author') IS NULL AND getvariable('kind') IS NULL))
ORDER BY claims_reopened DESC, claims DESC, t.happened_at DESC, s.source_url, t.what_happened;
