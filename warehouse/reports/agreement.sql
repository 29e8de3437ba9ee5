-- Agreement between machine and people
-- How often did people confirm the rating that the machine gave?
-- The machine's rating is the one that the person saw; blind decisions are counted apart.
SELECT
    machine_rating, editor_rating, shown, count(*) AS decisions,
    round(count(*) / sum(count(*)) OVER (PARTITION BY machine_rating, shown), 3) AS share_of_machine_rating
FROM reports.decisions
WHERE NOT undone AND is_current AND machine_rating IS NOT NULL AND claim_id = made_on_claim_id
GROUP BY machine_rating, editor_rating, shown
ORDER BY shown, machine_rating, decisions DESC, editor_rating;
