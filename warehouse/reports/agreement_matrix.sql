-- Machine against people: confusion matrix
-- Which rating of the machine became which rating of a person?
-- part of: agreement
-- since: decided on that day or later
-- empty: nobody has decided a claim yet; decide some at the desk, or with factdesk decide
-- columns:
--   review text: blind (the machine's rating was hidden) or shown
--   machine_rating rating: rating that the machine gave
--   editor_rating rating: rating that the person gave
--   decisions count: decisions that hold, one a claim
--   share_of_machine_rating share: of the decisions on this rating of the machine, blind and shown apart; empty below ten
SELECT
    if(shown, 'shown', 'blind') AS review, machine_rating, editor_rating, count(*) AS decisions,
    derived.share(
        count(*), CAST(sum(count(*)) OVER (PARTITION BY machine_rating, shown) AS BIGINT)
    ) AS share_of_machine_rating
FROM derived.own_decisions
WHERE machine_rating IS NOT NULL
    AND (getvariable('since') IS NULL OR decided_at >= CAST(getvariable('since') AS DATE))
    AND (getvariable('author') IS NULL OR author = getvariable('author'))
    AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
GROUP BY shown, machine_rating, editor_rating
ORDER BY review, machine_rating, decisions DESC, editor_rating;
