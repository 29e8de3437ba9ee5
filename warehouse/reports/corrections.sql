-- Corrections
-- Which claims did people find wrong, and has the essay been corrected?
-- Only what people have confirmed: claims that still wait for a second check are left out until it is made. Refuted
-- and partly supported claims of published essays stand first, the oldest decision at the top.
-- since: decided on that day or later
-- empty: people have found no claim wrong; one that waits for its second check stands in factdesk queue
-- columns:
--   correction text: needed, requested, refused or made; not_needed where our own check no longer calls for one
--   essay_title text: title of the essay
--   essay_uri address: where the essay lies: its address, or its path in the inbox
--   author text: author of the essay
--   kind text: kind of the claim: sellout, price, poll or count
--   claim text: words of the claim
--   editor_rating rating: rating that a person gave
--   conclusion text: the sentence for readers that came with the decision
--   evidence_quote text: words of the source that decide
--   source_url address: link of the source that decides
--   publication text: published, undated (the essay names no date) or not yet (its date lies ahead)
--   published_on day: day on which the essay says that it was published
--   decided_at time: when a person decided
--   requested_at time: when a correction was last asked for
--   made_at time: when the essay was corrected
--   refused_at time: when the correction was refused
--   stage text: stage of the claim: decided, disputed, reopened, corrected or withdrawn
--   claim_id id: id of the claim
SELECT
    correction, essay_title, essay_uri, author, kind, claim, editor_rating, conclusion, evidence_quote, source_url,
    CASE
        WHEN greatest(publish_at, CAST(published_on AS TIMESTAMPTZ))
            > coalesce(CAST(getvariable('as_of') AS TIMESTAMPTZ), now()) THEN 'not yet'
        WHEN published_on IS NULL AND publish_at IS NULL THEN 'undated'
        ELSE 'published'
    END AS publication,
    published_on, decided_at, requested_at, made_at, refused_at, stage, claim_id
FROM reports.corrections
WHERE (correction <> 'needed' OR stage <> 'second_check')
    AND (getvariable('since') IS NULL OR decided_at >= CAST(getvariable('since') AS DATE))
    AND (getvariable('author') IS NULL OR author = getvariable('author'))
    AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
ORDER BY
    CASE correction WHEN 'needed' THEN 0 WHEN 'requested' THEN 1 WHEN 'refused' THEN 2 ELSE 3 END,
    publication = 'not yet', decided_at, claim_id;
