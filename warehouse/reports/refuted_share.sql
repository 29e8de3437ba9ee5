-- Refuted share by week
-- What share of the claims that people decided each week was refuted?
-- The range is a Wilson interval at 95%; a week with fewer than ten decisions shows none.
WITH weeks AS (
    SELECT
        CAST(date_trunc('week', decided_at AT TIME ZONE 'UTC') AS DATE) AS week,
        count(*) AS decided,
        count(*) FILTER (WHERE editor_rating = 'refuted') AS refuted
    FROM reports.findings
    WHERE editor_rating NOT IN ('not_a_claim', 'not_checkable')
    GROUP BY week
),
shares AS (
    SELECT week, decided, refuted, refuted / decided AS share, 1.96 * 1.96 AS z2 FROM weeks
)
SELECT
    week, decided, refuted,
    CASE WHEN decided >= 10 THEN round(share, 3) END AS refuted_share,
    CASE WHEN decided >= 10 THEN round(
        (share + z2 / (2 * decided) - sqrt(z2 * (share * (1 - share) + z2 / (4 * decided)) / decided))
        / (1 + z2 / decided), 3) END AS share_low,
    CASE WHEN decided >= 10 THEN round(
        (share + z2 / (2 * decided) + sqrt(z2 * (share * (1 - share) + z2 / (4 * decided)) / decided))
        / (1 + z2 / decided), 3) END AS share_high
FROM shares
ORDER BY week DESC;
