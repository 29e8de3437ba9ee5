-- What people use. Every view here stands in the schema main and, in the keeper's own file, in the
-- schema reports as well. Columns are added, never renamed.

CREATE VIEW main.essays AS
SELECT
    e.id AS essay_id, e.essay_key, e.uri AS essay_uri, e.title AS essay_title, e.author, e.published_on,
    e.publish_at, e.inbox, e.path, r.outcome, r.detail, r.read_at, r.sentences, x.version_id, v.text_sha256,
    v.length, v.language, x.claims
FROM standing.essays AS x
JOIN records.essays AS e ON e.fold_sequence = x.essay_row
LEFT JOIN records.readings AS r ON r.fold_sequence = x.attempt_row
LEFT JOIN records.essay_versions AS v ON v.fold_sequence = x.version_row;

CREATE VIEW main.claims AS
SELECT
    x.claim_id, x.claim_status, x.stage, x.essay_id, e.uri AS essay_uri, e.title AS essay_title, e.author,
    x.kind, c.quote AS claim, p.quote_start AS claim_start, p.quote_end AS claim_end, p.sentence,
    p.sentence_start, p.sentence_end, x.checkworthiness, c.values AS claimed_values, c.facets AS claimed_facets,
    c.parts, from_json(c.flags, '["VARCHAR"]') AS flags, c.origin, c.ordinal, x.replaced_by, p.version_id,
    p.locator
FROM derived.claim_states AS x
JOIN records.claims AS c ON c.fold_sequence = x.claim_row
LEFT JOIN records.essays AS e ON e.fold_sequence = x.essay_row
LEFT JOIN records.mentions AS p ON p.fold_sequence = x.mention_row;

-- Sources whose latest texts have the same words on other hosts; `factdesk.sources.copies` tells it the same way.
CREATE VIEW derived.same_texts AS
SELECT a.source_id, list(b.source_id ORDER BY b.source_id) AS same_text_as
FROM standing.sources AS a
JOIN standing.sources AS b ON b.words_sha256 = a.words_sha256 AND b.host <> a.host
WHERE a.source_row IS NOT NULL AND b.source_row IS NOT NULL
GROUP BY a.source_id;

CREATE VIEW main.sources AS
SELECT
    x.source_id, s.url AS source_url, s.url_key, x.outcome AS source_outcome, f.detail, f.status, f.final_url,
    m.same_text_as,
    x.first_fetched_at, x.fetched_at, x.fetches, x.texts, x.text_sha256, t.title, t.author, t.published_on,
    t.published_rule, t.length, t.language, x.condition, x.condition_since, x.last_read_at
FROM standing.sources AS x
JOIN records.sources AS s ON s.fold_sequence = x.source_row
LEFT JOIN records.fetches AS f ON f.fold_sequence = x.fetch_row
LEFT JOIN records.snapshots AS t ON t.fold_sequence = x.snapshot_row
LEFT JOIN derived.same_texts AS m ON m.source_id = x.source_id;

-- What people have attached to a claim, or to an earlier wording of it.
CREATE VIEW derived.attached_sources AS
SELECT DISTINCT claim_id, source_id, attached_by, attached_at, attached_position AS position
FROM standing.claim_sources WHERE attached_by IS NOT NULL;

-- Suggested is what the current verdict looked at although neither the essay nor a person names it.
CREATE VIEW main.claim_sources AS
SELECT
    c.claim_id, c.source_id, s.url AS source_url,
    CASE WHEN x.source_row IS NULL THEN 'no_linked_source' ELSE coalesce(x.outcome, 'no_linked_source') END
        AS source_outcome,
    c.distance, c.basis, x.fetched_at, x.text_sha256, t.title, t.published_on, c.attached_by, c.attached_at
FROM standing.claim_sources AS c
LEFT JOIN standing.sources AS x ON x.source_id = c.source_id
LEFT JOIN records.sources AS s ON s.fold_sequence = x.source_row
LEFT JOIN records.snapshots AS t ON t.fold_sequence = x.snapshot_row
WHERE c.basis <> 'earlier';

-- What became of a source's text, change by change; claims are those that hang on the source now.
CREATE VIEW main.source_changes AS
WITH fates AS (
    SELECT
        id, count(*) FILTER (fate = 'kept') AS passages_kept, count(*) FILTER (fate = 'moved') AS passages_moved,
        count(*) FILTER (fate = 'died') AS passages_died
    FROM (SELECT id, unnest(from_json(passages -> '$[*].fate', '["VARCHAR"]')) AS fate FROM derived.source_changes)
    GROUP BY id
),
hanging AS (
    SELECT
        c.source_id, count(DISTINCT c.claim_id) AS claims,
        count(DISTINCT c.claim_id) FILTER (g.stage = 'reopened') AS claims_reopened
    FROM standing.claim_sources AS c
    SEMI JOIN records.source_changes AS h ON h.source_id = c.source_id
    JOIN derived.claim_states AS g ON g.claim_id = c.claim_id AND g.claim_status = 'current'
    WHERE c.basis IN ('cited', 'given')
    GROUP BY c.source_id
)
SELECT
    c.id AS change_id, c.source_id, s.url AS source_url, c.noticed_at, c.kind, c.added AS words_added,
    c.removed AS words_removed, coalesce(f.passages_kept, 0) AS passages_kept,
    coalesce(f.passages_moved, 0) AS passages_moved, coalesce(f.passages_died, 0) AS passages_died,
    coalesce(h.claims, 0) AS claims, coalesce(h.claims_reopened, 0) AS claims_reopened,
    b.text_sha256 AS text_sha256_before, a.text_sha256 AS text_sha256_after,
    b.extractor AS extractor_before, a.extractor AS extractor_after, c.passages
FROM derived.source_changes AS c
LEFT JOIN derived.sources AS s ON s.id = c.source_id
LEFT JOIN derived.snapshots AS b ON b.id = c.before_snapshot_id
LEFT JOIN derived.snapshots AS a ON a.id = c.after_snapshot_id
LEFT JOIN fates AS f ON f.id = c.id
LEFT JOIN hanging AS h ON h.source_id = c.source_id;

-- The pages of a PDF are its main blocks in order; notes stand behind them.
CREATE VIEW derived.pdf_pages AS
SELECT
    id AS snapshot_id,
    list_transform(
        list_filter(
            from_json(blocks, '[{"form": "VARCHAR", "span": {"start": "BIGINT", "end": "BIGINT"}}]'),
            lambda b: b.form = 'main'
        ),
        lambda b: b.span
    ) AS pages
FROM derived.snapshots WHERE starts_with(extractor, 'pypdf ');

CREATE VIEW main.evidence AS
SELECT
    e.id AS evidence_id, e.claim_id, e.snapshot_id, n.source_id, s.url AS source_url, e.quote AS evidence_quote,
    e.span_start AS evidence_start, e.span_end AS evidence_end, n.text_sha256, e.basis, e.facets, e.method,
    CASE
        WHEN e.span_start < g.pages[-1]."end"
        THEN 'page ' || len(list_filter(g.pages, lambda n: n."start" <= e.span_start))
    END AS evidence_locator
FROM derived.evidence AS e
LEFT JOIN derived.pdf_pages AS g ON g.snapshot_id = e.snapshot_id
LEFT JOIN derived.snapshots AS n ON n.id = e.snapshot_id
LEFT JOIN derived.sources AS s ON s.id = n.source_id;

-- The current verdict of each claim, with what the queue goes by.
CREATE VIEW derived.judged_claims AS
SELECT
    x.claim_id, v.id AS verdict_id, x.claim_status, x.stage, x.essay_id, e.uri AS essay_uri, e.title AS essay_title,
    e.author, x.kind, c.quote AS claim, p.quote_start AS claim_start, p.quote_end AS claim_end, p.sentence,
    x.checkworthiness, x.machine_rating, x.confidence, x.support,
    coalesce(from_json(v.reasons -> '$[*].sentence', '["VARCHAR"]'), []) AS reasons,
    coalesce(from_json(v.reasons -> '$[*].code', '["VARCHAR"]'), []) AS reason_codes,
    coalesce(from_json(v.missing, '["VARCHAR"]'), []) AS missing,
    coalesce(
        list_transform(
            from_json(
                v.facets,
                '[{"facet": "VARCHAR", "claimed": "VARCHAR", "found": "VARCHAR", "outcome": "VARCHAR",
                   "span": {"start": "BIGINT", "end": "BIGINT"}}]'
            ),
            lambda f: {
                'facet': f.facet, 'claimed': f.claimed, 'found': f.found, 'outcome': f.outcome,
                'start': f.span.start, 'end': f.span."end"
            }
        ),
        []
    ) AS facets,
    coalesce(w.basis, p.citations ->> '$[0].basis') AS basis,
    x.source_id, s.url AS source_url, v.source_outcome,
    w.quote AS evidence_quote, w.span_start AS evidence_start, w.span_end AS evidence_end,
    x.editor_rating, d.conclusion, d.reviewer, x.decided_at,
    x.decision_verdict_id, x.judged_at AS checked_at, v.as_of, v.method, v.deciding_evidence_id,
    p.locator, CAST(NULL AS VARCHAR) AS evidence_locator, -- main.verdicts fills it; the queue needs no page
    coalesce(from_json(v.notes -> '$[*].sentence', '["VARCHAR"]'), []) AS notes,
    coalesce(from_json(v.notes -> '$[*].code', '["VARCHAR"]'), []) AS note_codes,
    coalesce(
        list_transform(
            from_json(v.unsupported, '[{"start": "BIGINT", "end": "BIGINT"}]'),
            lambda s: substring(c.quote, s."start" + 1, s."end" - s."start")
        ),
        []
    ) AS unsupported,
    coalesce(from_json(v.unsupported, '[{"start": "BIGINT", "end": "BIGINT"}]'), []) AS unsupported_spans,
    x.seen_rating AS machine_rating_seen, x.seen_method AS method_seen, x.named_sources,
    e.publish_at, x.holder AS held_by, x.held_until, x.old_claim_id,
    CASE WHEN x.waiting_until > now() THEN x.waiting_until END AS waiting_until,
    (x.machine_rating = 'supported' AND x.support < 0.5)
        OR (x.machine_rating = 'refuted' AND x.support >= 0.5) AS disagreement,
    x.assigned_to, coalesce(x.deciders, []) AS deciders, coalesce(x.seen_by, []) AS seen_by, x.is_flagged,
    -- A source was attached or changed; and without either somebody asked for it by factdesk rejudge --reopen.
    CASE
        WHEN x.stage <> 'reopened' THEN NULL
        WHEN x.is_reopened THEN x.reopening_cause
        ELSE 'the machine now disagrees with the decision'
    END AS cause,
    x.version_id, x.is_reopened OR x.is_reopening_asked AS is_reopened,
    -- Where the claim's records stand, for those who ask for some claims of very many.
    x.claim_row, x.mention_row, x.verdict_row, w.snapshot_id AS evidence_snapshot_id
FROM derived.claim_states AS x
JOIN records.claims AS c ON c.fold_sequence = x.claim_row
LEFT JOIN records.essays AS e ON e.fold_sequence = x.essay_row
LEFT JOIN records.mentions AS p ON p.fold_sequence = x.mention_row
LEFT JOIN records.verdicts AS v ON v.fold_sequence = x.verdict_row
LEFT JOIN records.evidence AS w ON w.fold_sequence = x.evidence_row
LEFT JOIN standing.sources AS y ON y.source_id = x.source_id
LEFT JOIN records.sources AS s ON s.fold_sequence = y.source_row
LEFT JOIN records.review_events AS d ON d.fold_sequence = x.decision_row;

CREATE VIEW main.verdicts AS
SELECT
    j.* EXCLUDE (
        publish_at, held_by, held_until, old_claim_id, waiting_until, disagreement, assigned_to, deciders, seen_by,
        is_flagged, cause, version_id, is_reopened, claim_row, mention_row, verdict_row, evidence_snapshot_id
    ) REPLACE (
        CASE
            WHEN j.evidence_start < g.pages[-1]."end"
            THEN 'page ' || len(list_filter(g.pages, lambda n: n."start" <= j.evidence_start))
        END AS evidence_locator
    )
FROM derived.judged_claims AS j
LEFT JOIN derived.pdf_pages AS g ON g.snapshot_id = j.evidence_snapshot_id;

CREATE VIEW main.verdict_history AS
SELECT
    j.claim_id, j.judged_at, j.verdict_id, v.rating AS machine_rating, v.confidence, v.support, v.source_outcome,
    v.deciding_source_id AS source_id, w.quote AS evidence_quote, v.as_of, v.method, v.inputs,
    j.verdict_id = l.verdict_id AND j.judged_at = l.judged_at AS is_current
FROM derived.judgements AS j
JOIN derived.verdicts AS v ON v.id = j.verdict_id
LEFT JOIN derived.evidence AS w ON w.id = v.deciding_evidence_id
LEFT JOIN derived.current_judgements AS l ON l.claim_id = j.claim_id;

CREATE VIEW main.decisions AS
SELECT
    e.id AS event_id, d.claim_id, d.made_on_claim_id, y.uri AS essay_uri, c.quote AS claim, d.rating AS editor_rating,
    d.machine_rating, e.conclusion, e.reason, e.note, d.reviewer, e.role, d.decided_at,
    d.verdict_id AS decision_verdict_id, e.text_sha256, d.shown, d.spent_ms, d.is_stale AS stale,
    d.is_undone AS undone, d.is_current, d.position, h.chain_sha256, y.title AS essay_title, y.author, y.inbox, c.kind
FROM standing.decisions AS d
JOIN records.review_events AS e ON e.fold_sequence = d.event_row
LEFT JOIN keeper.event_chain AS h ON h.position = d.position
LEFT JOIN records.claims AS c ON c.fold_sequence = d.claim_row
LEFT JOIN records.essays AS y ON y.fold_sequence = d.essay_row;

CREATE VIEW main.findings AS
SELECT
    x.claim_id, x.claim_status, x.stage, e.uri AS essay_uri, e.title AS essay_title, e.author, e.published_on, x.kind,
    c.quote AS claim, x.machine_rating, x.confidence, x.editor_rating, x.editor_rating = x.seen_rating AS agrees,
    d.conclusion, d.reviewer, x.decided_at, s.url AS source_url, v.source_outcome, w.quote AS evidence_quote,
    x.decision_verdict_id
FROM derived.claim_states AS x
JOIN records.claims AS c ON c.fold_sequence = x.claim_row
LEFT JOIN records.essays AS e ON e.fold_sequence = x.essay_row
LEFT JOIN records.verdicts AS v ON v.fold_sequence = x.verdict_row
LEFT JOIN records.evidence AS w ON w.fold_sequence = x.evidence_row
LEFT JOIN derived.sources AS s ON s.id = x.source_id
LEFT JOIN records.review_events AS d ON d.fold_sequence = x.decision_row
WHERE x.editor_rating IS NOT NULL;

CREATE VIEW main.corrections AS
SELECT
    x.claim_id, e.uri AS essay_uri, e.title AS essay_title, e.author, c.quote AS claim, x.claim_status,
    x.editor_rating, d.conclusion, w.quote AS evidence_quote, s.url AS source_url, d.reviewer, x.decided_at,
    CASE
        WHEN a.last_act = 'correction_made' THEN 'made'
        WHEN x.editor_rating IS NULL OR x.editor_rating NOT IN ('refuted', 'partially_supported') THEN 'not_needed'
        WHEN a.last_act = 'correction_refused' THEN 'refused'
        WHEN a.last_act = 'correction_requested' THEN 'requested'
        ELSE 'needed'
    END AS correction,
    x.correction_requested_at AS requested_at, x.correction_made_at AS made_at,
    x.correction_refused_at AS refused_at, t.note, x.kind, x.stage, e.published_on, e.publish_at,
    a.author_asked_at, a.author_replied_at, t.target AS link, t.until AS answer_by
FROM (
    SELECT * FROM derived.claim_states
    WHERE correction_requested_at IS NOT NULL OR correction_made_at IS NOT NULL OR correction_refused_at IS NOT NULL
        OR (claim_status = 'current' AND editor_rating IN ('refuted', 'partially_supported'))
) AS x
JOIN records.claims AS c ON c.fold_sequence = x.claim_row
LEFT JOIN records.essays AS e ON e.fold_sequence = x.essay_row
LEFT JOIN records.evidence AS w ON w.fold_sequence = x.evidence_row
LEFT JOIN derived.sources AS s ON s.id = x.source_id
LEFT JOIN records.review_events AS d ON d.fold_sequence = x.decision_row
LEFT JOIN records.review_events AS t ON t.fold_sequence = x.correction_row
LEFT JOIN (
    SELECT
        claim_id, arg_max(act, position) FILTER (act NOT IN ('author_asked', 'author_replied')) AS last_act,
        max(acted_at) FILTER (act = 'author_asked') AS author_asked_at,
        max(acted_at) FILTER (act = 'author_replied') AS author_replied_at
    FROM derived.claim_events
    WHERE act IN (
        'correction_requested', 'correction_made', 'correction_refused', 'author_asked', 'author_replied'
    ) AND id NOT IN (
        SELECT TRY_CAST(target AS UUID) FROM records.review_events
        WHERE act = 'undo' AND TRY_CAST(target AS UUID) IS NOT NULL
    )
    GROUP BY claim_id
) AS a ON a.claim_id = x.claim_id;

-- What a claim is worth to a checker: check-worthiness, times how unsure the machine is (1 to 2), times 2
-- where its source contradicts it, its sources disagree, or rule and model disagree (a rule says supported
-- and the model gives that less than even odds, or the other way round), 1.5 where a part is missing. Where rule
-- and model disagree, people see the claim before the essay's others; of equal values the worthier stands first.
-- One row for each claim that waits for a person, unranked, so that one claim can be asked for by itself.
CREATE VIEW derived.waiting_claims AS
SELECT
    q.*,
    round(coalesce(q.checkworthiness, 0) * (2 - coalesce(q.confidence, 0)) * CASE
        WHEN q.machine_rating IN ('refuted', 'conflicting') OR q.disagreement THEN 2
        WHEN q.machine_rating = 'partially_supported' THEN 1.5
        ELSE 1
    END, 2) AS value,
    o.quote AS old_claim, od.rating AS old_rating, od.conclusion AS old_conclusion, od.reviewer AS old_reviewer,
    od.acted_at AS old_decided_at
FROM derived.judged_claims AS q
LEFT JOIN standing.claims AS old ON old.claim_id = q.old_claim_id
LEFT JOIN records.claims AS o ON o.fold_sequence = old.claim_row
LEFT JOIN records.review_events AS od ON od.fold_sequence = old.decision_row
WHERE q.claim_status = 'current'
    AND q.stage IN ('to_review', 'first_check', 'second_check', 'reopened', 'disputed');

CREATE VIEW main.review_queue AS
SELECT
    row_number() OVER (
        ORDER BY
            (q.waiting_until IS NOT NULL), q.publish_at NULLS LAST, coalesce(q.disagreement, false) DESC,
            q.value DESC, q.checkworthiness DESC NULLS LAST, q.claim_id
    ) AS rank,
    -- The words of `factdesk.desk.words.RANKS`.
    concat_ws(
        ' · ',
        'put off until ' || strftime(q.waiting_until AT TIME ZONE 'UTC', '%-d %b %Y, %H:%M UTC'),
        'published ' || strftime(q.publish_at AT TIME ZONE 'UTC', '%-d %b %Y, %H:%M UTC'),
        'worth checking: ' || printf('%.2f', q.checkworthiness) || ' of 1',
        'value ' || printf('%.2f', q.value),
        CASE WHEN q.disagreement THEN 'rules and statistics disagree' END,
        CASE q.stage
            WHEN 'second_check'
                THEN CASE WHEN len(q.deciders) > 1 THEN 'two people disagree' ELSE 'needs a second person' END
            WHEN 'reopened' THEN q.cause
            WHEN 'disputed' THEN 'the decision is disputed'
        END,
        CASE WHEN q.old_claim_id IS NOT NULL THEN 'its words changed' END,
        CASE WHEN q.is_flagged THEN 'an editor is asked to look' END
    ) AS why,
    q.claim_id, q.stage, q.essay_uri, q.essay_title, q.author, q.publish_at, q.kind, q.claim, q.sentence,
    q.value, q.checkworthiness, q.machine_rating, q.confidence, q.support, q.reasons, q.missing, q.facets, q.basis, q.source_url,
    q.source_outcome, q.evidence_quote, q.held_by, q.held_until, q.waiting_until, q.verdict_id,
    q.editor_rating, q.old_claim_id, q.old_claim, q.old_rating, q.old_conclusion, q.old_reviewer,
    q.old_decided_at, q.reason_codes, q.notes, q.unsupported
FROM derived.waiting_claims AS q
ORDER BY rank;

CREATE VIEW main.runs AS
SELECT
    id AS run_id, flow, started_at, finished_at, finished_at - started_at AS duration, code_version, parameters,
    counts
FROM derived.runs;

CREATE VIEW main.about AS
SELECT
    p.published_at, p.contract_version, p.batches_waiting, p.last_sequence,
    (SELECT max(number) FROM keeper.migrations) AS schema_version,
    (SELECT count(*) FROM keeper.batches) AS batches_folded,
    (SELECT sum(records) FROM keeper.batches) AS records_folded
FROM (SELECT 1 AS one) AS always
LEFT JOIN (SELECT * FROM keeper.publications ORDER BY last_sequence DESC, rowid DESC LIMIT 1) AS p ON true;
