-- Rules that people overrule
-- Which reason of the machine is behind the ratings that people changed most often?
-- A decision counts for each reason of the verdict that the person saw, blind and shown apart. Shares stand from ten
-- decisions on, the highest first; `factdesk method` says what a code means, and [rules] muted switches one off.
-- since: decided on that day or later
-- empty: nobody has decided a claim yet; decide some at the desk, or with factdesk decide
-- columns:
--   reason_code text: the rule or other reason, as factdesk method lists it
--   review text: blind (the machine's rating was hidden) or shown
--   decided count: decisions on verdicts with that reason
--   overruled count: of them with another rating than the machine's
--   overruled_share share: overruled of decided; empty below ten
--   share_low share: lower end of the Wilson interval at 95%
--   share_high share: upper end of the Wilson interval at 95%
--   given_reasons text: why people overruled, as they said, with how often; "not said" where they did not
WITH told AS (
    SELECT
        unnest(list_distinct(reason_codes)) AS reason_code, if(shown, 'shown', 'blind') AS review,
        editor_rating <> machine_rating AS is_overruled, coalesce(nullif(trim(reason), ''), 'not said') AS said
    FROM derived.own_decisions
    WHERE machine_rating IS NOT NULL
        AND (getvariable('since') IS NULL OR decided_at >= CAST(getvariable('since') AS DATE))
        AND (getvariable('author') IS NULL OR author = getvariable('author'))
        AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
),
counted AS (
    SELECT
        reason_code, review, CASE WHEN is_overruled THEN said END AS said, count(*) AS decisions
    FROM told
    GROUP BY reason_code, review, CASE WHEN is_overruled THEN said END
)
SELECT
    reason_code, review, CAST(sum(decisions) AS BIGINT) AS decided,
    CAST(coalesce(sum(decisions) FILTER (said IS NOT NULL), 0) AS BIGINT) AS overruled,
    derived.share(overruled, decided) AS overruled_share,
    derived.share_low(overruled, decided) AS share_low,
    derived.share_high(overruled, decided) AS share_high,
    string_agg(said || ' ' || decisions, '; ' ORDER BY decisions DESC, said) AS given_reasons
FROM counted
GROUP BY reason_code, review
ORDER BY overruled_share DESC NULLS LAST, overruled DESC, decided DESC, reason_code, review;
