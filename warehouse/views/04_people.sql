-- What people use. Every view here stands in the schema main and, in the keeper's own file, in the
-- schema reports as well. Columns are added, never renamed.

CREATE VIEW main.essays AS
SELECT
    e.id AS essay_id, e.essay_key, e.uri AS essay_uri, e.title AS essay_title, e.author, e.published_on,
    e.publish_at, e.inbox, e.path, r.outcome, r.detail, r.read_at, r.sentences, l.version_id, v.text_sha256,
    v.length, v.language, coalesce(c.claims, 0) AS claims
FROM derived.essays AS e
LEFT JOIN (
    SELECT
        essay_id, arg_max(outcome, fold_sequence) AS outcome,
        arg_max({'detail': detail}, fold_sequence).detail AS detail,
        arg_max(read_at, fold_sequence) AS read_at, arg_max(sentences, fold_sequence) AS sentences
    FROM derived.readings GROUP BY essay_id
) AS r ON r.essay_id = e.id
LEFT JOIN derived.last_readings AS l ON l.essay_id = e.id
LEFT JOIN derived.essay_versions AS v ON v.id = l.version_id
LEFT JOIN (
    SELECT essay_id, count(*) AS claims FROM derived.claim_status WHERE claim_status = 'current' GROUP BY essay_id
) AS c ON c.essay_id = e.id;

CREATE VIEW main.claims AS
SELECT
    c.id AS claim_id, s.claim_status, g.stage, c.essay_id, e.uri AS essay_uri, e.title AS essay_title, e.author,
    c.kind, c.quote AS claim, p.quote_start AS claim_start, p.quote_end AS claim_end, p.sentence,
    p.sentence_start, p.sentence_end, p.checkworthiness, c.values AS claimed_values, c.facets AS claimed_facets,
    c.parts, from_json(c.flags, '["VARCHAR"]') AS flags, c.origin, c.ordinal, s.replaced_by, p.version_id,
    p.locator
FROM derived.claims AS c
JOIN derived.claim_status AS s ON s.claim_id = c.id
JOIN derived.stages AS g ON g.claim_id = c.id
LEFT JOIN derived.essays AS e ON e.id = c.essay_id
LEFT JOIN derived.claim_places AS p ON p.claim_id = c.id;

-- Sources whose latest texts have the same words on other hosts; `factdesk.sources.copies` tells it the same way.
CREATE VIEW derived.same_texts AS
WITH latest AS (
    SELECT
        f.source_id, n.words_sha256,
        regexp_replace(lower(regexp_extract(s.url, '^[a-zA-Z]+://(?:[^/?#]*@)?([^/?#:]+)', 1)),
            '^(www[0-9]?|m|mobile|amp)\.', '') AS host
    FROM (
        SELECT source_id, arg_max(text_sha256, fold_sequence) AS text_sha256 FROM derived.fetches GROUP BY source_id
    ) AS f
    JOIN derived.sources AS s ON s.id = f.source_id
    JOIN (
        SELECT source_id, text_sha256, arg_max(words_sha256, fold_sequence) AS words_sha256
        FROM derived.snapshots GROUP BY source_id, text_sha256
    ) AS n ON n.source_id = f.source_id AND n.text_sha256 = f.text_sha256
)
SELECT a.source_id, list(b.source_id ORDER BY b.source_id) AS same_text_as
FROM latest AS a
JOIN latest AS b ON b.words_sha256 = a.words_sha256 AND b.host <> a.host
GROUP BY a.source_id;

CREATE VIEW main.sources AS
SELECT
    s.id AS source_id, s.url AS source_url, s.url_key, f.outcome AS source_outcome, f.detail, f.status, f.final_url,
    m.same_text_as,
    f.first_fetched_at, f.fetched_at, f.fetches, f.texts, f.text_sha256, t.title, t.author, t.published_on,
    t.published_rule, t.length, t.language, c.condition, c.condition_since, c.last_read_at
FROM derived.sources AS s
LEFT JOIN derived.source_conditions AS c ON c.source_id = s.id
LEFT JOIN (
    SELECT
        source_id, arg_max(outcome, fold_sequence) AS outcome,
        arg_max({'is': detail}, fold_sequence)."is" AS detail,
        arg_max({'is': status}, fold_sequence)."is" AS status,
        arg_max({'is': final_url}, fold_sequence)."is" AS final_url,
        min(fetched_at) AS first_fetched_at, max(fetched_at) AS fetched_at, count(*) AS fetches,
        count(DISTINCT text_sha256) AS texts, arg_max(text_sha256, fold_sequence) AS text_sha256
    FROM derived.fetches GROUP BY source_id
) AS f ON f.source_id = s.id
LEFT JOIN (
    SELECT * FROM derived.snapshots
    QUALIFY row_number() OVER (PARTITION BY source_id, text_sha256 ORDER BY fold_sequence DESC) = 1
) AS t ON t.source_id = s.id AND t.text_sha256 = f.text_sha256
LEFT JOIN derived.same_texts AS m ON m.source_id = s.id;

-- What people have attached to a claim, or to an earlier wording of it.
CREATE VIEW derived.attached_sources AS
WITH RECURSIVE attached AS (
    SELECT claim_id, CAST(target AS UUID) AS source_id, reviewer, acted_at, note, position
    FROM derived.review_events WHERE act = 'attach'
),
worded(claim_id, from_claim_id) AS (
    SELECT DISTINCT claim_id, claim_id FROM attached
    UNION
    SELECT p.new_claim_id, w.from_claim_id FROM worded AS w JOIN derived.pairs AS p ON p.old_claim_id = w.claim_id
)
SELECT
    w.claim_id, a.source_id, arg_min(a.reviewer, a.position) AS attached_by, min(a.acted_at) AS attached_at,
    min(a.position) AS position
FROM worded AS w JOIN attached AS a ON a.claim_id = w.from_claim_id
GROUP BY w.claim_id, a.source_id;

-- Suggested is what the current verdict looked at although neither the essay nor a person names it.
CREATE VIEW main.claim_sources AS
WITH cited AS (
    SELECT claim_id, citation.source_id, citation.distance,
        -- Earlier readings call a link of the paragraph suggested; it is the essay's own.
        CASE WHEN citation.distance = 'given' THEN 'given' ELSE 'cited' END AS basis
    FROM (
        SELECT
            claim_id, unnest(from_json(citations, '[{"source_id": "UUID", "distance": "VARCHAR"}]')) AS citation
        FROM derived.claim_places
    )
),
named AS (
    SELECT * FROM cited
    UNION ALL
    SELECT claim_id, source_id, 'given', 'given' FROM derived.attached_sources
    ANTI JOIN cited USING (claim_id, source_id)
),
compared AS (
    SELECT j.claim_id, unnest(from_json(v.inputs, '[{"source_id": "UUID"}]')).source_id AS source_id
    FROM derived.current_judgements AS j
    JOIN derived.verdicts AS v ON v.id = j.verdict_id
)
SELECT
    c.claim_id, c.source_id, s.source_url, coalesce(s.source_outcome, 'no_linked_source') AS source_outcome,
    c.distance, c.basis, s.fetched_at, s.text_sha256, s.title, s.published_on, a.attached_by, a.attached_at
FROM (
    SELECT * FROM named
    UNION ALL
    SELECT claim_id, source_id, NULL, 'suggested' FROM compared ANTI JOIN named USING (claim_id, source_id)
) AS c
LEFT JOIN main.sources AS s ON s.source_id = c.source_id
LEFT JOIN derived.attached_sources AS a ON a.claim_id = c.claim_id AND a.source_id = c.source_id;

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
    FROM main.claim_sources AS c
    JOIN derived.claim_status AS k ON k.claim_id = c.claim_id AND k.claim_status = 'current'
    JOIN derived.stages AS g ON g.claim_id = c.claim_id
    WHERE c.basis <> 'suggested'
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
CREATE VIEW derived.evidence_pages AS
SELECT
    e.id AS evidence_id, 'page ' || len(list_filter(s.pages, lambda p: p."start" <= e.span_start)) AS locator
FROM derived.evidence AS e
JOIN (
    SELECT
        id,
        list_transform(
            list_filter(
                from_json(blocks, '[{"form": "VARCHAR", "span": {"start": "BIGINT", "end": "BIGINT"}}]'),
                lambda b: b.form = 'main'
            ),
            lambda b: b.span
        ) AS pages
    FROM derived.snapshots WHERE starts_with(extractor, 'pypdf ')
) AS s ON s.id = e.snapshot_id
WHERE e.span_start < s.pages[-1]."end";

CREATE VIEW main.evidence AS
SELECT
    e.id AS evidence_id, e.claim_id, e.snapshot_id, n.source_id, s.url AS source_url, e.quote AS evidence_quote,
    e.span_start AS evidence_start, e.span_end AS evidence_end, n.text_sha256, e.basis, e.facets, e.method,
    g.locator AS evidence_locator
FROM derived.evidence AS e
LEFT JOIN derived.evidence_pages AS g ON g.evidence_id = e.id
LEFT JOIN derived.snapshots AS n ON n.id = e.snapshot_id
LEFT JOIN derived.sources AS s ON s.id = n.source_id;

CREATE VIEW main.verdicts AS
SELECT
    c.claim_id, v.id AS verdict_id, c.claim_status, c.stage, c.essay_id, c.essay_uri, c.essay_title, c.author,
    c.kind, c.claim, c.claim_start, c.claim_end, c.sentence, c.checkworthiness,
    v.rating AS machine_rating, v.confidence, v.support,
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
    v.deciding_source_id AS source_id, s.url AS source_url, v.source_outcome,
    w.quote AS evidence_quote, w.span_start AS evidence_start, w.span_end AS evidence_end,
    d.rating AS editor_rating, d.conclusion, d.reviewer, d.acted_at AS decided_at,
    d.verdict_id AS decision_verdict_id, j.judged_at AS checked_at, v.as_of, v.method, v.deciding_evidence_id,
    c.locator, g.locator AS evidence_locator,
    coalesce(from_json(v.notes -> '$[*].sentence', '["VARCHAR"]'), []) AS notes,
    coalesce(from_json(v.notes -> '$[*].code', '["VARCHAR"]'), []) AS note_codes,
    coalesce(
        list_transform(
            from_json(v.unsupported, '[{"start": "BIGINT", "end": "BIGINT"}]'),
            lambda s: substring(c.claim, s."start" + 1, s."end" - s."start")
        ),
        []
    ) AS unsupported,
    coalesce(from_json(v.unsupported, '[{"start": "BIGINT", "end": "BIGINT"}]'), []) AS unsupported_spans
FROM main.claims AS c
LEFT JOIN derived.claim_places AS p ON p.claim_id = c.claim_id
LEFT JOIN derived.current_judgements AS j ON j.claim_id = c.claim_id
LEFT JOIN derived.verdicts AS v ON v.id = j.verdict_id
LEFT JOIN derived.evidence AS w ON w.id = v.deciding_evidence_id
LEFT JOIN derived.evidence_pages AS g ON g.evidence_id = w.id
LEFT JOIN derived.sources AS s ON s.id = v.deciding_source_id
LEFT JOIN derived.current_decisions AS d ON d.claim_id = c.claim_id;

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
    d.id AS event_id, d.claim_id, d.made_on_claim_id, c.essay_uri, c.claim, d.rating AS editor_rating,
    v.rating AS machine_rating, d.conclusion, d.reason, d.note, d.reviewer, d.role, d.acted_at AS decided_at,
    d.verdict_id AS decision_verdict_id, d.text_sha256, d.shown, d.spent_ms, d.stale, d.undone,
    coalesce(d.id = n.id, false) AS is_current, d.position, d.chain_sha256
FROM derived.decisions AS d
LEFT JOIN main.claims AS c ON c.claim_id = d.claim_id
LEFT JOIN derived.verdicts AS v ON v.id = d.verdict_id
LEFT JOIN derived.current_decisions AS n ON n.claim_id = d.claim_id;

CREATE VIEW main.findings AS
SELECT
    v.claim_id, v.claim_status, v.stage, v.essay_uri, v.essay_title, v.author, e.published_on, v.kind, v.claim,
    v.machine_rating, v.confidence, v.editor_rating, v.editor_rating = seen.rating AS agrees, v.conclusion,
    v.reviewer, v.decided_at, v.source_url, v.source_outcome, v.evidence_quote, v.decision_verdict_id
FROM main.verdicts AS v
LEFT JOIN derived.essays AS e ON e.id = v.essay_id
LEFT JOIN derived.verdicts AS seen ON seen.id = v.decision_verdict_id
WHERE v.editor_rating IS NOT NULL;

CREATE VIEW main.corrections AS
SELECT
    v.claim_id, v.essay_uri, v.essay_title, v.author, v.claim, v.claim_status, v.editor_rating, v.conclusion,
    v.evidence_quote, v.source_url, v.reviewer, v.decided_at,
    CASE
        WHEN t.made_at IS NOT NULL THEN 'made'
        WHEN t.refused_at IS NOT NULL THEN 'refused'
        WHEN t.requested_at IS NOT NULL THEN 'requested'
        ELSE 'needed'
    END AS correction,
    t.requested_at, t.made_at, t.refused_at, t.note
FROM main.verdicts AS v
LEFT JOIN (
    SELECT
        claim_id,
        max(acted_at) FILTER (WHERE act = 'correction_requested') AS requested_at,
        max(acted_at) FILTER (WHERE act = 'correction_made') AS made_at,
        max(acted_at) FILTER (WHERE act = 'correction_refused') AS refused_at,
        arg_max(note, position) AS note
    FROM derived.claim_events
    WHERE act IN ('correction_requested', 'correction_made', 'correction_refused')
    GROUP BY claim_id
) AS t ON t.claim_id = v.claim_id
WHERE t.claim_id IS NOT NULL
    OR (v.claim_status = 'current' AND v.editor_rating IN ('refuted', 'partially_supported'));

-- Why a decided claim is reopened. A source was attached where one was given after the decision and no page that both
-- verdicts saw has changed; else a page changed; and without either somebody asked for it by factdesk rejudge --reopen.
CREATE VIEW derived.reopening_causes AS
WITH compared AS MATERIALIZED (SELECT * FROM derived.compared_verdicts),
kept AS (
    SELECT
        o.claim_id,
        len(list_intersect(now.sources, seen.sources)) = len(list_intersect(now.pages, seen.pages)) AS pages_kept
    FROM derived.outdated_decisions AS o
    JOIN compared AS seen ON seen.claim_id = o.claim_id AND seen.verdict_id = o.seen_verdict_id
    JOIN compared AS now ON now.claim_id = o.claim_id AND now.verdict_id = o.now_verdict_id
)
SELECT
    g.claim_id,
    CASE
        WHEN r.claim_id IS NULL THEN 'the machine now disagrees with the decision'
        WHEN k.pages_kept AND EXISTS (
            SELECT 1 FROM derived.attached_sources AS a
            JOIN derived.current_decisions AS d ON d.claim_id = a.claim_id
            WHERE a.claim_id = g.claim_id AND a.position > d.position
        ) THEN 'a source was attached after the decision'
        ELSE 'its source changed after the decision'
    END AS cause
FROM derived.stages AS g
LEFT JOIN derived.reopened_claims AS r ON r.claim_id = g.claim_id
LEFT JOIN kept AS k ON k.claim_id = g.claim_id
WHERE g.stage = 'reopened';

-- What a claim is worth to a checker: check-worthiness, times how unsure the machine is (1 to 2), times 2
-- where its source contradicts it, its sources disagree, or rule and model disagree (a rule says supported
-- and the model gives that less than even odds, or the other way round), 1.5 where a part is missing. Where rule
-- and model disagree, people see the claim before the essay's others; of equal values the worthier stands first.
-- One row for each claim that waits for a person, unranked, so that one claim can be asked for by itself.
CREATE VIEW derived.waiting_claims AS
WITH waiting AS (
    SELECT v.*, e.publish_at, g.holder AS held_by, g.held_until, p.old_claim_id, w.waiting_until,
        (v.machine_rating = 'supported' AND v.support < 0.5)
            OR (v.machine_rating = 'refuted' AND v.support >= 0.5) AS disagreement,
        round(coalesce(v.checkworthiness, 0) * (2 - coalesce(v.confidence, 0)) * CASE
            WHEN v.machine_rating IN ('refuted', 'conflicting') OR disagreement THEN 2
            WHEN v.machine_rating = 'partially_supported' THEN 1.5
            ELSE 1
        END, 2) AS value
    FROM main.verdicts AS v
    JOIN derived.stages AS g ON g.claim_id = v.claim_id
    LEFT JOIN derived.essays AS e ON e.id = v.essay_id
    LEFT JOIN (
        SELECT new_claim_id, arg_max(old_claim_id, fold_sequence) AS old_claim_id
        FROM derived.pairs WHERE NOT unchanged_text GROUP BY new_claim_id
    ) AS p ON p.new_claim_id = v.claim_id
    LEFT JOIN (
        SELECT claim_id, arg_max(until, position) AS waiting_until
        FROM derived.claim_events WHERE act = 'wait' GROUP BY claim_id
    ) AS w ON w.claim_id = v.claim_id AND w.waiting_until > now()
    WHERE v.claim_status = 'current'
        AND v.stage IN ('to_review', 'first_check', 'second_check', 'reopened', 'disputed')
),
-- Who was given the claim, who ever decided it, and whether an editor was asked since the last decision.
people AS (
    SELECT
        claim_id,
        arg_max({'is': target}, position) FILTER (act = 'assign')."is" AS assigned_to,
        coalesce(list(DISTINCT reviewer) FILTER (act = 'decide'), []) AS seen_by,
        coalesce(
            max(position) FILTER (act = 'flag' AND target = 'editor')
                > coalesce(max(position) FILTER (act = 'decide'), 0),
            false
        ) AS is_flagged
    FROM derived.claim_events GROUP BY claim_id
),
standing AS (
    SELECT claim_id, list(reviewer ORDER BY position) AS deciders
    FROM derived.standing_decisions GROUP BY claim_id
)
SELECT
    q.*, o.quote AS old_claim, od.rating AS old_rating, od.conclusion AS old_conclusion,
    od.reviewer AS old_reviewer, od.acted_at AS old_decided_at, c.cause, h.assigned_to,
    coalesce(t.deciders, []) AS deciders, coalesce(h.seen_by, []) AS seen_by,
    coalesce(h.is_flagged, false) AS is_flagged
FROM waiting AS q
LEFT JOIN derived.claims AS o ON o.id = q.old_claim_id
LEFT JOIN derived.current_decisions AS od ON od.claim_id = q.old_claim_id
LEFT JOIN derived.reopening_causes AS c ON c.claim_id = q.claim_id
LEFT JOIN people AS h ON h.claim_id = q.claim_id
LEFT JOIN standing AS t ON t.claim_id = q.claim_id;

CREATE VIEW main.review_queue AS
SELECT
    row_number() OVER (
        ORDER BY
            (q.waiting_until IS NOT NULL), q.publish_at NULLS LAST, coalesce(q.disagreement, false) DESC,
            q.value DESC, q.checkworthiness DESC NULLS LAST, q.claim_id
    ) AS rank,
    concat_ws(
        '; ',
        CASE WHEN q.waiting_until IS NOT NULL
            THEN 'waits until ' || strftime(q.waiting_until AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M UTC') END,
        CASE WHEN q.publish_at IS NOT NULL
            THEN 'publishes ' || strftime(q.publish_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M UTC') END,
        'value ' || printf('%.2f', q.value) || ' (check-worthiness '
            || coalesce(printf('%.2f', q.checkworthiness), 'unknown') || ')',
        CASE WHEN q.disagreement THEN 'rule and model disagree' END,
        CASE q.stage
            WHEN 'second_check' THEN 'needs a second check'
            WHEN 'reopened' THEN q.cause
            WHEN 'disputed' THEN 'the decision is disputed'
        END,
        CASE WHEN q.old_claim_id IS NOT NULL THEN 'its words changed' END
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
LEFT JOIN (SELECT * FROM keeper.publications ORDER BY published_at DESC LIMIT 1) AS p ON true;
