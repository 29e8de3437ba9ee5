-- Arrivals against decisions
-- Do claims arrive faster than people decide them?
-- One row a day, days without either among them; without a filter on the day, the last 90 days. A claim arrives when
-- it is first judged; one that a newer reader only found with other edges does not arrive again.
-- part of: queue
-- since: that day or later
-- empty: no claim has come and none was decided in these days; factdesk check ESSAY finds some
-- columns:
--   day day: day in UTC
--   arrived count: claims that arrived
--   decided count: decisions that people made, without those taken back
--   difference count: arrived less decided: by how much the queue grew
WITH asked AS (
    SELECT
        CAST(coalesce(CAST(getvariable('as_of') AS TIMESTAMPTZ), now()) AT TIME ZONE 'UTC' AS DATE) AS today,
        coalesce(CAST(getvariable('since') AS DATE), today - 89) AS since
),
happened AS (
    SELECT claim_id, arrived_at AS happened_at, true AS is_arrival FROM derived.arrivals
    ANTI JOIN (SELECT new_claim_id AS claim_id FROM derived.pairs WHERE unchanged_text) USING (claim_id)
    UNION ALL
    SELECT claim_id, decided_at, false FROM standing.decisions WHERE NOT is_undone AND claim_id = made_on_claim_id
),
days AS (
    SELECT
        CAST(h.happened_at AT TIME ZONE 'UTC' AS DATE) AS day, count(*) FILTER (h.is_arrival) AS arrived,
        count(*) FILTER (NOT h.is_arrival) AS decided
    FROM happened AS h
    JOIN derived.claim_kinds AS k ON k.claim_id = h.claim_id
    WHERE (getvariable('author') IS NULL OR k.author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR k.kind = getvariable('kind'))
    GROUP BY day
),
calendar AS (
    SELECT CAST(unnest(generate_series(greatest(a.since, f.first_day), a.today, INTERVAL 1 DAY)) AS DATE) AS day
    FROM asked AS a JOIN (SELECT min(day) AS first_day FROM days) AS f ON f.first_day IS NOT NULL
)
SELECT
    day, coalesce(d.arrived, 0) AS arrived, coalesce(d.decided, 0) AS decided,
    coalesce(d.arrived, 0) - coalesce(d.decided, 0) AS difference
FROM calendar LEFT JOIN days AS d USING (day)
ORDER BY day DESC;
