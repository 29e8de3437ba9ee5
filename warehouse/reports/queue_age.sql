-- Age of the queue
-- How many claims wait, since when does the oldest, and how long does the one in the middle?
-- part of: queue
-- since: waiting since that day or later
-- empty: no claim waits; factdesk check ESSAY finds some, and so does the schedule
-- columns:
--   stage text: stage of the claims; "all" for all that wait
--   waiting count: claims that wait
--   held count: of them opened by or assigned to somebody
--   oldest_since time: since when the oldest waits
--   oldest_days number: days from then until now
--   median_days number: median of the days that these claims have waited
WITH waiting AS (
    SELECT
        w.stage, w.held_by, w.waiting_since,
        epoch(coalesce(CAST(getvariable('as_of') AS TIMESTAMPTZ), now())) / 86400 - epoch(w.waiting_since) / 86400
            AS days
    FROM derived.queue_waits AS w
    WHERE (getvariable('since') IS NULL OR w.waiting_since >= CAST(getvariable('since') AS DATE))
        AND (getvariable('author') IS NULL OR w.author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR w.kind = getvariable('kind'))
)
SELECT
    CASE WHEN grouping(stage) = 1 THEN 'all' ELSE stage END AS stage,
    count(*) AS waiting, count(held_by) AS held, min(waiting_since) AS oldest_since,
    round(max(days), 2) AS oldest_days, round(median(days), 2) AS median_days
FROM waiting
GROUP BY GROUPING SETS ((stage), ())
HAVING count(*) > 0
ORDER BY grouping(stage) DESC, waiting DESC, stage;
