-- Machine against people: calibration
-- Is the machine right as often as its confidence says?
-- Decisions in bands of the machine's confidence, ten wide. In a well calibrated machine the share that people
-- confirm equals the mean confidence of the band. Shares stand from ten decisions on.
-- part of: agreement
-- since: decided on that day or later
-- empty: nobody has decided a claim yet; decide some at the desk, or with factdesk decide
-- columns:
--   review text: blind (the machine's rating was hidden) or shown
--   band_low share: lower end of the band of confidence
--   band_high share: upper end of the band of confidence
--   decisions count: decisions that hold, one a claim
--   mean_confidence share: mean of the machine's confidence in the band
--   confirmed count: decisions with the machine's rating
--   confirmed_share share: confirmed of decisions; empty below ten
--   share_low share: lower end of the Wilson interval at 95%
--   share_high share: upper end of the Wilson interval at 95%
WITH banded AS (
    SELECT
        if(shown, 'shown', 'blind') AS review, CAST(least(floor(confidence * 10), 9) AS INTEGER) AS band, confidence,
        machine_rating = editor_rating AS is_confirmed
    FROM derived.own_decisions
    WHERE machine_rating IS NOT NULL
        AND (getvariable('since') IS NULL OR decided_at >= CAST(getvariable('since') AS DATE))
        AND (getvariable('author') IS NULL OR author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
)
SELECT
    review, band / 10 AS band_low, (band + 1) / 10 AS band_high, count(*) AS decisions,
    round(avg(confidence), 3) AS mean_confidence, count(*) FILTER (is_confirmed) AS confirmed,
    derived.share(count(*) FILTER (is_confirmed), count(*)) AS confirmed_share,
    derived.share_low(count(*) FILTER (is_confirmed), count(*)) AS share_low,
    derived.share_high(count(*) FILTER (is_confirmed), count(*)) AS share_high
FROM banded
GROUP BY review, band
ORDER BY review, band;
