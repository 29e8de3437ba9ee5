-- Machine against people
-- How often do people give the rating that the machine gave?
-- The machine's rating is the one that stood when the person decided. Blind decisions, made without seeing it, are
-- told apart from shown ones: only they measure the machine. A claim that a person calls not checkable or not a
-- claim counts as a disagreement, because the machine took it for one. Shares stand from ten decisions on.
-- since: decided on that day or later
-- empty: nobody has decided a claim yet; decide some at the desk, or with factdesk decide
-- columns:
--   review text: blind (the machine's rating was hidden) or shown
--   decisions count: decisions that hold, one a claim
--   agreed count: decisions with the machine's rating
--   agreement share: agreed of decisions; empty below ten
--   share_low share: lower end of the Wilson interval at 95%
--   share_high share: upper end of the Wilson interval at 95%
--   kappa number: Cohen's kappa, agreement beyond chance: 1 is full agreement, 0 no more than chance; empty below ten
--   mean_confidence share: mean of the machine's confidence in these ratings; above the agreement it is overconfident
WITH rated AS MATERIALIZED (
    SELECT if(shown, 'shown', 'blind') AS review, machine_rating, editor_rating, confidence
    FROM derived.own_decisions
    WHERE machine_rating IS NOT NULL
        AND (getvariable('since') IS NULL OR decided_at >= CAST(getvariable('since') AS DATE))
        AND (getvariable('author') IS NULL OR author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
),
counted AS (
    SELECT
        review, count(*) AS decisions, count(*) FILTER (machine_rating = editor_rating) AS agreed,
        avg(confidence) AS mean_confidence
    FROM rated GROUP BY review
),
sides AS (
    SELECT
        review, rating, count(*) FILTER (is_machine) AS by_machine, count(*) FILTER (NOT is_machine) AS by_person
    FROM (
        SELECT review, machine_rating AS rating, true AS is_machine FROM rated
        UNION ALL
        SELECT review, editor_rating, false FROM rated
    )
    GROUP BY review, rating
),
chance AS (
    SELECT review, sum(by_machine * by_person) AS pairs FROM sides GROUP BY review
)
SELECT
    c.review, c.decisions, c.agreed,
    derived.share(c.agreed, c.decisions) AS agreement,
    derived.share_low(c.agreed, c.decisions) AS share_low,
    derived.share_high(c.agreed, c.decisions) AS share_high,
    derived.kappa(c.agreed / c.decisions, h.pairs / (c.decisions * c.decisions), c.decisions) AS kappa,
    round(c.mean_confidence, 3) AS mean_confidence
FROM counted AS c
JOIN chance AS h ON h.review = c.review
ORDER BY c.review;
