-- Decisions and stages, derived from the events. Later means a higher position in the hash chain.

-- A claim and the claims whose decisions it carries, itself among them.
CREATE VIEW derived.carried_claims AS
WITH RECURSIVE carried(claim_id, from_claim_id) AS (
    SELECT DISTINCT claim_id, claim_id FROM records.review_events
    UNION
    SELECT p.new_claim_id, c.from_claim_id
    FROM carried AS c
    JOIN derived.pairs AS p ON p.old_claim_id = c.claim_id AND p.unchanged_text
)
SELECT * FROM carried;

CREATE VIEW derived.claim_events AS
SELECT c.claim_id, e.claim_id AS made_on_claim_id, e.* EXCLUDE (claim_id)
FROM derived.review_events AS e
JOIN derived.carried_claims AS c ON c.from_claim_id = e.claim_id;

CREATE VIEW derived.decisions AS
SELECT
    e.*,
    EXISTS (
        SELECT 1 FROM derived.review_events AS u WHERE u.act = 'undo' AND u.target = CAST(e.id AS VARCHAR)
    ) AS undone
FROM derived.claim_events AS e
WHERE e.act = 'decide';

-- The decision of each reviewer that holds: the latest one that was not undone.
CREATE VIEW derived.standing_decisions AS
SELECT d.*
FROM derived.decisions AS d
WHERE NOT d.undone
QUALIFY row_number() OVER (PARTITION BY d.claim_id, d.reviewer ORDER BY d.position DESC) = 1;

-- The decision of a claim: the latest that holds, of whomever.
CREATE VIEW derived.current_decisions AS
SELECT d.*
FROM derived.standing_decisions AS d
QUALIFY row_number() OVER (PARTITION BY d.claim_id ORDER BY d.position DESC) = 1;

CREATE VIEW derived.decision_counts AS
SELECT
    c.claim_id,
    count(*) AS reviewers,
    count(DISTINCT d.rating) AS ratings,
    count(*) FILTER (WHERE d.rating = c.rating) AS agreeing
FROM derived.current_decisions AS c
JOIN derived.standing_decisions AS d ON d.claim_id = c.claim_id
GROUP BY c.claim_id;

CREATE VIEW derived.current_judgements AS
SELECT
    claim_id,
    arg_max(verdict_id, fold_sequence) AS verdict_id,
    arg_max(judged_at, fold_sequence) AS judged_at
FROM derived.judgements
GROUP BY claim_id;

-- Texts of one source between which the page did not change: trivial edits, or a newer reader that takes another
-- text from the same page. Both ways round.
CREATE VIEW derived.same_pages AS
WITH steps AS (
    SELECT c.source_id, b.text_sha256 AS before, a.text_sha256 AS after
    FROM derived.source_changes AS c
    JOIN derived.snapshots AS b ON b.id = c.before_snapshot_id
    JOIN derived.snapshots AS a ON a.id = c.after_snapshot_id
    WHERE c.kind <> 'text'
)
SELECT source_id, before AS text_sha256, after AS same_as FROM steps
UNION
SELECT source_id, after, before FROM steps;

-- One name for all texts of a page that did not change; a text that is not here is named by its own hash.
CREATE VIEW derived.page_names AS
WITH RECURSIVE reached(source_id, text_sha256, same_as) AS (
    SELECT source_id, text_sha256, text_sha256 FROM derived.same_pages
    UNION
    SELECT r.source_id, r.text_sha256, s.same_as
    FROM reached AS r
    JOIN derived.same_pages AS s ON s.source_id = r.source_id AND s.text_sha256 = r.same_as
)
SELECT source_id, text_sha256, min(same_as) AS page FROM reached GROUP BY source_id, text_sha256;

-- Claims that were decided on another verdict than the one that holds now.
CREATE VIEW derived.outdated_decisions AS
SELECT d.claim_id, d.verdict_id AS seen_verdict_id, j.verdict_id AS now_verdict_id
FROM derived.current_decisions AS d
JOIN derived.current_judgements AS j ON j.claim_id = d.claim_id
WHERE j.verdict_id <> d.verdict_id;

-- What bears on such a claim: all its verdicts, those among them that were only reached to see what a new method
-- makes of the old pages, and the one that the person saw (it may be of the claim that this one took the place of).
CREATE VIEW derived.compared_verdicts AS
WITH outdated AS MATERIALIZED (SELECT * FROM derived.outdated_decisions),
named AS MATERIALIZED (
    SELECT o.claim_id, v.id AS verdict_id, v.rating, v.inputs, v.deciding_evidence_id FROM outdated AS o
    JOIN derived.verdicts AS v ON v.claim_id = o.claim_id
    UNION
    SELECT o.claim_id, v.id, v.rating, v.inputs, v.deciding_evidence_id FROM outdated AS o
    JOIN derived.verdicts AS v ON v.id = o.seen_verdict_id
),
looked AS (
    SELECT verdict_id, unnest(from_json(inputs, '[{"source_id": "UUID", "seen": "VARCHAR"}]')) AS input
    FROM (SELECT DISTINCT verdict_id, inputs FROM named)
),
pages AS (
    SELECT
        l.verdict_id, list(l.input.source_id) AS sources,
        list(
            CAST(l.input.source_id AS VARCHAR) || ' ' || coalesce(p.page, l.input.seen) ORDER BY l.input.source_id
        ) AS pages
    FROM looked AS l
    LEFT JOIN derived.page_names AS p
        ON p.source_id = l.input.source_id AND p.text_sha256 = l.input.seen
    GROUP BY l.verdict_id
)
SELECT
    n.claim_id, n.verdict_id, n.rating, coalesce(p.sources, []) AS sources, coalesce(p.pages, []) AS pages,
    coalesce(e.basis = 'suggested', false) AS is_suggested,
    -- The deciding words, so written that typesetting makes no difference: letter case, white space, quotation marks,
    -- dashes (as src/factdesk/sources/changes.py reads them; a test holds the two together).
    regexp_replace(
        regexp_replace(
            replace(replace(replace(lower(nfc_normalize(translate(
                e.quote,
                '"`´‘’‚‛“”„‟«»‹›「」‐‑‒–—―−﹘﹣－' || chr(173) || chr(8203) || chr(8204) || chr(8205) || chr(8288) || chr(65279),
                repeat('''', 17) || repeat('-', 10)
            ))), 'ﬁ', 'fi'), 'ﬂ', 'fl'), '...', '…'),
            '[\s\p{Z}]+', ' ', 'g'
        ),
        ' ?([^\p{L}\p{M}\p{N}_ ]) ?', '\1', 'g'
    ) AS words
FROM named AS n
LEFT JOIN derived.evidence AS e ON e.id = n.deciding_evidence_id
LEFT JOIN pages AS p ON p.verdict_id = n.verdict_id;

-- A decided claim whose source changed its deciding words or its rating. Two verdicts say nothing new to a person
-- when they saw the same pages (a new method or reader alone differs), or when rating and deciding words are the
-- same (the pages changed elsewhere), or when the later rests on a suggested text and no page that both saw has changed
-- (another essay or page has come into the warehouse: no source of the claim changed). A claim is reopened when no chain
-- of such steps leads from the verdict that the person saw to the one that holds now.
CREATE VIEW derived.reopened_claims AS
WITH RECURSIVE compared AS MATERIALIZED (SELECT * FROM derived.compared_verdicts),
agreeing(claim_id, verdict_id) AS (
    SELECT claim_id, seen_verdict_id FROM derived.outdated_decisions
    UNION
    SELECT a.claim_id, o.verdict_id
    FROM agreeing AS a
    JOIN compared AS s ON s.claim_id = a.claim_id AND s.verdict_id = a.verdict_id
    JOIN compared AS o ON o.claim_id = a.claim_id
        AND (
            o.pages = s.pages OR (o.rating = s.rating AND o.words IS NOT DISTINCT FROM s.words)
            OR (
                o.is_suggested
                AND len(list_intersect(o.sources, s.sources)) = len(list_intersect(o.pages, s.pages))
            )
        )
)
SELECT o.claim_id
FROM derived.outdated_decisions AS o
JOIN derived.verdicts AS seen ON seen.id = o.seen_verdict_id
JOIN derived.verdicts AS now ON now.id = o.now_verdict_id
ANTI JOIN agreeing AS a ON a.claim_id = o.claim_id AND a.verdict_id = o.now_verdict_id;

-- Who holds a claim: a lease for ten minutes or until its own end, an assignment until it is taken back.
CREATE VIEW derived.holds AS
SELECT claim_id, holder, held_until
FROM (
    SELECT
        claim_id,
        act,
        CASE WHEN act = 'assign' THEN target ELSE reviewer END AS holder,
        CASE WHEN act = 'lease' THEN coalesce(until, acted_at + INTERVAL 10 MINUTE) ELSE until END AS held_until
    FROM derived.claim_events
    WHERE act IN ('lease', 'assign')
    QUALIFY row_number() OVER (PARTITION BY claim_id, act ORDER BY position DESC) = 1
)
WHERE holder IS NOT NULL AND (held_until IS NULL OR held_until > now())
QUALIFY row_number() OVER (PARTITION BY claim_id ORDER BY act DESC) = 1;

-- The last act that moves a claim past its decision.
CREATE VIEW derived.last_turns AS
SELECT claim_id, act, acted_at
FROM derived.claim_events
WHERE act IN ('decide', 'disputed', 'correction_made', 'correction_refused', 'our_check_corrected')
QUALIFY row_number() OVER (PARTITION BY claim_id ORDER BY position DESC) = 1;

-- Claims for which somebody asked for a second check (a flag with that target).
CREATE VIEW derived.second_checks_asked AS
SELECT DISTINCT claim_id FROM derived.claim_events WHERE act = 'flag' AND target = 'second_check';

-- Decided claims that somebody put back into the queue because the machine now says otherwise (a flag with that
-- target, later than the decision).
CREATE VIEW derived.reopenings_asked AS
SELECT DISTINCT e.claim_id
FROM derived.claim_events AS e
JOIN derived.current_decisions AS d ON d.claim_id = e.claim_id AND e.position > d.position
WHERE e.act = 'flag' AND e.target = 'reopen';

CREATE VIEW derived.second_check_policy AS
SELECT coalesce(arg_max(value, set_at), 'never') AS policy
FROM keeper.policies WHERE name = 'second_check';

CREATE VIEW derived.stages AS
SELECT
    s.claim_id,
    CASE
        WHEN t.act = 'correction_made' THEN 'corrected'
        WHEN s.claim_status <> 'current' THEN 'withdrawn'
        WHEN t.act = 'disputed' THEN 'disputed'
        WHEN d.claim_id IS NULL AND h.claim_id IS NULL THEN 'to_review'
        WHEN d.claim_id IS NULL THEN 'first_check'
        WHEN d.stale THEN 'second_check'
        -- Where two disagree an editor who is not one of them settles it.
        WHEN n.ratings > 1 AND n.agreeing < 2 AND NOT (n.reviewers > 2 AND d.role IN ('editor', 'admin'))
            THEN 'second_check'
        WHEN n.reviewers < 2 AND (
            a.claim_id IS NOT NULL
            OR p.policy = 'all'
            OR (p.policy = 'refuted_and_partial' AND d.rating IN ('refuted', 'partially_supported'))
        ) THEN 'second_check'
        WHEN o.claim_id IS NOT NULL OR r.claim_id IS NOT NULL THEN 'reopened'
        ELSE 'decided'
    END AS stage,
    h.holder,
    h.held_until
FROM derived.claim_status AS s
CROSS JOIN derived.second_check_policy AS p
LEFT JOIN derived.last_turns AS t ON t.claim_id = s.claim_id
LEFT JOIN derived.current_decisions AS d ON d.claim_id = s.claim_id
LEFT JOIN derived.decision_counts AS n ON n.claim_id = s.claim_id
LEFT JOIN derived.holds AS h ON h.claim_id = s.claim_id
LEFT JOIN derived.second_checks_asked AS a ON a.claim_id = s.claim_id
LEFT JOIN derived.reopened_claims AS o ON o.claim_id = s.claim_id
LEFT JOIN derived.reopenings_asked AS r ON r.claim_id = s.claim_id;
