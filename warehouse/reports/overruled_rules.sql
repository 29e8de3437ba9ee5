-- Rules that people overrule
-- Which reason of the machine is behind the ratings that people changed most often?
SELECT
    code AS reason_code, count(*) AS decided, count(*) FILTER (WHERE editor_rating <> machine_rating) AS overruled,
    round(overruled / decided, 3) AS overruled_share
FROM (
    SELECT unnest(reason_codes) AS code, editor_rating, machine_rating
    FROM reports.verdicts
    WHERE editor_rating IS NOT NULL AND verdict_id = decision_verdict_id
)
GROUP BY code
ORDER BY overruled DESC, decided DESC, code;
