-- Agreement between checkers
-- How often do two people who check the same claim give the same rating?
-- Of each claim that two people rated on the same verdict, the first rating of each of the first two; what either
-- changed later, and the editor who settles it, do not count. Shares stand from ten claims on.
-- since: rated a second time on that day or later
-- empty: no claim was rated by two people yet; the settings say when a second person checks
-- columns:
--   checker text: a reviewer (an opaque id); "all" for all pairs together
--   other_checker text: the other of the pair
--   doubled count: claims that both rated
--   agreed count: of them rated alike
--   agreement share: agreed of doubled; empty below ten
--   share_low share: lower end of the Wilson interval at 95%
--   share_high share: upper end of the Wilson interval at 95%
--   kappa number: Fleiss' kappa for two ratings a claim, agreement beyond chance; empty below ten
WITH firsts AS (
    SELECT
        d.claim_id, d.reviewer, min(d.position) AS position, arg_min(d.rating, d.position) AS rating,
        arg_min({'is': d.verdict_id}, d.position)."is" AS verdict_id, arg_min(d.decided_at, d.position) AS rated_at
    FROM standing.decisions AS d
    -- Most claims were rated by one person: they are left out before anything is grouped.
    SEMI JOIN (SELECT claim_id FROM standing.claims WHERE reviewers > 1) AS c ON c.claim_id = d.claim_id
    JOIN derived.claim_kinds AS k ON k.claim_id = d.claim_id
    WHERE NOT d.is_undone AND d.claim_id = d.made_on_claim_id
        AND (getvariable('author') IS NULL OR k.author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR k.kind = getvariable('kind'))
    GROUP BY d.claim_id, d.reviewer
),
firsts_in_turn AS (
    SELECT *, row_number() OVER (PARTITION BY claim_id ORDER BY position) AS turn FROM firsts
),
doubled AS MATERIALIZED (
    SELECT
        min(reviewer) AS checker, max(reviewer) AS other_checker, arg_min(rating, turn) AS rating,
        arg_max(rating, turn) AS other_rating
    FROM firsts_in_turn
    WHERE turn <= 2
    GROUP BY claim_id
    HAVING count(*) = 2 AND count(DISTINCT coalesce(CAST(verdict_id AS VARCHAR), '')) = 1
        AND (getvariable('since') IS NULL OR max(rated_at) >= CAST(getvariable('since') AS DATE))
),
counted AS (
    SELECT
        grouping(checker) = 1 AS is_whole, checker, other_checker, count(*) AS doubled,
        count(*) FILTER (rating = other_rating) AS agreed
    FROM doubled GROUP BY GROUPING SETS ((checker, other_checker), ())
    HAVING count(*) > 0
),
ratings AS (
    SELECT checker, other_checker, unnest([rating, other_rating]) AS rating FROM doubled
),
chance AS (
    SELECT is_whole, checker, other_checker, sum(times * times) AS pairs
    FROM (
        SELECT grouping(checker) = 1 AS is_whole, checker, other_checker, count(*) AS times
        FROM ratings GROUP BY GROUPING SETS ((checker, other_checker, rating), (rating))
    )
    GROUP BY is_whole, checker, other_checker
)
SELECT
    CASE WHEN c.is_whole THEN 'all' ELSE c.checker END AS checker, c.other_checker, c.doubled, c.agreed,
    derived.share(c.agreed, c.doubled) AS agreement,
    derived.share_low(c.agreed, c.doubled) AS share_low,
    derived.share_high(c.agreed, c.doubled) AS share_high,
    derived.kappa(c.agreed / c.doubled, h.pairs / (4 * c.doubled * c.doubled), c.doubled) AS kappa
FROM counted AS c
JOIN chance AS h ON h.is_whole = c.is_whole AND h.checker IS NOT DISTINCT FROM c.checker
    AND h.other_checker IS NOT DISTINCT FROM c.other_checker
ORDER BY c.is_whole DESC, c.doubled DESC, c.checker, c.other_checker;
