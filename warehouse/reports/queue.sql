-- Review queue
-- Which claims wait for a person, and why in this order?
-- since: waiting since that day or later
-- empty: no claim waits; factdesk check ESSAY finds some, and so does the schedule
-- columns:
--   rank count: place in the queue, from 1
--   why text: why the claim ranks there
--   stage text: to_review, first_check, second_check, reopened or disputed
--   essay_title text: title of the essay
--   essay_uri address: where the essay lies: its address, or its path in the inbox
--   kind text: kind of the claim
--   claim text: words of the claim
--   machine_rating rating: what the machine says; nobody has confirmed it
--   confidence share: probability that the machine rating is right, as the machine sees it
--   missing texts: parts of the claim that the source does not show
--   evidence_quote text: words of the source that bear on the claim
--   source_url address: link of the deciding source
--   source_outcome text: what became of that link
--   held_by text: reviewer (an opaque id) who has the claim open or was assigned it
--   old_rating rating: what people had decided about the words that this claim took the place of
--   claim_id id: id of the claim
--   author text: author of the essay
--   waiting_since time: since when it waits: since it came, was decided first, disputed, or was reopened
--   days_waiting number: days from then until now
WITH queue AS (
    SELECT q.*, w.waiting_since
    FROM reports.review_queue AS q
    LEFT JOIN derived.queue_waits AS w ON w.claim_id = q.claim_id
)
SELECT
    rank, why, stage, essay_title, essay_uri, kind, claim, machine_rating, confidence, missing, evidence_quote,
    source_url, source_outcome, held_by, old_rating, claim_id, author, waiting_since,
    round(
        epoch(coalesce(CAST(getvariable('as_of') AS TIMESTAMPTZ), now())) / 86400 - epoch(waiting_since) / 86400, 2
    ) AS days_waiting
FROM queue
WHERE (getvariable('since') IS NULL OR waiting_since >= CAST(getvariable('since') AS DATE))
    AND (getvariable('author') IS NULL OR author = getvariable('author'))
    AND (getvariable('kind') IS NULL OR kind = getvariable('kind'))
ORDER BY rank;
