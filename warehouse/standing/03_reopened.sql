-- Decided claims whose source changed its deciding words or its rating, among those decided on another verdict than
-- the one that holds now (scoped_outdated).

-- All verdicts of such a claim, those among them that were only reached to see what a new method makes of the old
-- pages, and the one that the person saw (it may be of the claim that this one took the place of).
CREATE OR REPLACE TEMP TABLE scoped_named AS
SELECT o.claim_id, v.id AS verdict_id, v.rating, v.inputs, v.deciding_evidence_id FROM scoped_outdated AS o
JOIN scoped_verdicts AS v ON v.claim_id = o.claim_id
UNION
SELECT o.claim_id, v.id, v.rating, v.inputs, v.deciding_evidence_id FROM scoped_outdated AS o
JOIN scoped_verdicts AS v ON v.id = o.seen_verdict_id;

CREATE OR REPLACE TEMP TABLE scoped_looks AS
SELECT verdict_id, input.source_id AS source_id, input.seen AS seen
FROM (
    SELECT verdict_id, unnest(from_json(inputs, '[{"source_id": "UUID", "seen": "VARCHAR"}]')) AS input
    FROM (SELECT DISTINCT verdict_id, inputs FROM scoped_named)
);

-- Texts of one source between which the page did not change: trivial edits, or a newer reader that takes another
-- text from the same page. Both ways round.
CREATE OR REPLACE TEMP TABLE scoped_same_pages AS
WITH changes AS MATERIALIZED (
    SELECT c.source_id, c.before_snapshot_id, c.after_snapshot_id
    FROM records.source_changes AS c
    SEMI JOIN scoped_looks AS l ON l.source_id = c.source_id
    ANTI JOIN standing.superseded AS o ON o.fold_sequence = c.fold_sequence
    WHERE c.kind <> 'text'
),
texts AS MATERIALIZED (
    SELECT n.id, n.text_sha256
    FROM records.snapshots AS n
    SEMI JOIN (
        SELECT before_snapshot_id AS id FROM changes UNION SELECT after_snapshot_id FROM changes
    ) AS c ON c.id = n.id
),
steps AS (
    SELECT c.source_id, b.text_sha256 AS before, a.text_sha256 AS after
    FROM changes AS c JOIN texts AS b ON b.id = c.before_snapshot_id JOIN texts AS a ON a.id = c.after_snapshot_id
)
SELECT source_id, before AS text_sha256, after AS same_as FROM steps
UNION
SELECT source_id, after, before FROM steps;

-- One name for all texts of a page that did not change; a text that is not here is named by its own hash.
CREATE OR REPLACE TEMP TABLE scoped_page_names AS
WITH RECURSIVE reached(source_id, text_sha256, same_as) AS (
    SELECT source_id, text_sha256, text_sha256 FROM scoped_same_pages
    UNION
    SELECT r.source_id, r.text_sha256, s.same_as
    FROM reached AS r
    JOIN scoped_same_pages AS s ON s.source_id = r.source_id AND s.text_sha256 = r.same_as
)
SELECT source_id, text_sha256, min(same_as) AS page FROM reached GROUP BY source_id, text_sha256;

CREATE OR REPLACE TEMP TABLE scoped_compared AS
WITH pages AS (
    SELECT
        l.verdict_id, list(l.source_id) AS sources,
        list(CAST(l.source_id AS VARCHAR) || ' ' || coalesce(p.page, l.seen) ORDER BY l.source_id) AS pages
    FROM scoped_looks AS l
    LEFT JOIN scoped_page_names AS p ON p.source_id = l.source_id AND p.text_sha256 = l.seen
    GROUP BY l.verdict_id
),
deciding AS MATERIALIZED (
    SELECT e.id, e.basis, e.quote FROM records.evidence AS e
    SEMI JOIN scoped_named AS n ON n.deciding_evidence_id = e.id
    ANTI JOIN standing.superseded AS o ON o.fold_sequence = e.fold_sequence
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
FROM scoped_named AS n
LEFT JOIN deciding AS e ON e.id = n.deciding_evidence_id
LEFT JOIN pages AS p ON p.verdict_id = n.verdict_id;

-- Two verdicts say nothing new to a person when they saw the same pages (a new method or reader alone differs), or
-- when rating and deciding words are the same (the pages changed elsewhere), or when the later rests on a suggested
-- text and no page that both saw has changed (another essay or page has come into the warehouse: no source of the
-- claim changed). A claim is reopened when no chain of such steps leads from the verdict that the person saw to the
-- one that holds now.
CREATE OR REPLACE TEMP TABLE scoped_reopened AS
WITH RECURSIVE agreeing(claim_id, verdict_id) AS (
    SELECT claim_id, seen_verdict_id FROM scoped_outdated
    UNION
    SELECT a.claim_id, o.verdict_id
    FROM agreeing AS a
    JOIN scoped_compared AS s ON s.claim_id = a.claim_id AND s.verdict_id = a.verdict_id
    JOIN scoped_compared AS o ON o.claim_id = a.claim_id
        AND (
            o.pages = s.pages OR (o.rating = s.rating AND o.words IS NOT DISTINCT FROM s.words)
            OR (
                o.is_suggested
                AND len(list_intersect(o.sources, s.sources)) = len(list_intersect(o.pages, s.pages))
            )
        )
)
SELECT
    o.claim_id,
    coalesce(
        len(list_intersect(now.sources, seen.sources)) = len(list_intersect(now.pages, seen.pages)), false
    ) AS are_pages_kept
FROM scoped_outdated AS o
JOIN scoped_compared AS seen ON seen.claim_id = o.claim_id AND seen.verdict_id = o.seen_verdict_id
JOIN scoped_compared AS now ON now.claim_id = o.claim_id AND now.verdict_id = o.now_verdict_id
ANTI JOIN agreeing AS a ON a.claim_id = o.claim_id AND a.verdict_id = o.now_verdict_id;
