-- Refuted share by desk and week
-- What share of the claims that people decided each week was refuted?
-- Every claim counts once, in the week of the decision that holds. The range is a Wilson interval at 95%; below ten
-- claims only their number is told. A desk is the inbox of the essay. Authors stand apart only where the setting
-- reports.refuted_share_by_author asks for it.
-- since: decided on that day or later
-- empty: nobody has decided a claim yet; decide some at the desk, or with factdesk decide
-- columns:
--   week day: Monday of the week of the decision, in UTC
--   desk text: inbox of the essays; "all desks" where there are several
--   author text: author of the essays; empty unless the setting asks for it
--   decided count: claims that people decided and that could be checked (not those called not_checkable, not_a_claim)
--   refuted count: of them refuted; empty below ten decided
--   refuted_share share: refuted of decided; empty below ten decided
--   share_low share: lower end of the Wilson interval
--   share_high share: upper end of the Wilson interval
WITH decided AS MATERIALIZED (
    SELECT
        CAST(date_trunc('week', decided_at AT TIME ZONE 'UTC') AS DATE) AS week,
        coalesce(inbox, 'no inbox') AS desk,
        CASE WHEN getvariable('by_author') THEN coalesce(author, 'unknown') END AS author,
        editor_rating = 'refuted' AS is_refuted
    FROM derived.own_decisions
    ANTI JOIN (SELECT claim_id FROM derived.stages WHERE stage = 'second_check') USING (claim_id)
    WHERE editor_rating NOT IN ('not_a_claim', 'not_checkable')
        AND (getvariable('since') IS NULL OR decided_at >= CAST(getvariable('since') AS DATE))
        AND (getvariable('author') IS NULL OR author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
),
counted AS (
    SELECT
        week, CASE WHEN grouping(desk) = 1 THEN 'all desks' ELSE desk END AS desk, author,
        grouping(desk) = 1 AS is_whole, count(*) AS decided, count(*) FILTER (is_refuted) AS refuted
    FROM decided
    GROUP BY GROUPING SETS ((week, desk, author), (week))
)
SELECT
    week, desk, author, decided,
    CASE WHEN decided >= 10 THEN refuted END AS refuted,
    derived.share(refuted, decided) AS refuted_share,
    derived.share_low(refuted, decided) AS share_low,
    derived.share_high(refuted, decided) AS share_high
FROM counted
WHERE NOT is_whole OR (SELECT count(DISTINCT desk) FROM decided) > 1
ORDER BY week DESC, is_whole DESC, desk, author;
