-- What several reports share. Steps on the way, no promise.

-- What an outcome means, in the words of `factdesk.sources.outcomes.SENTENCES`, to stand within a sentence.
CREATE MACRO derived.outcome_words(outcome) AS CASE outcome
    WHEN 'fetched' THEN 'the page was read'
    WHEN 'not_modified' THEN 'the page has not changed since it was last read'
    WHEN 'given_file' THEN 'a person gave this file'
    WHEN 'archived_copy' THEN 'the link leads to an archive, whose copy was read'
    WHEN 'blocked_by_guard' THEN 'the link was not followed: it is no address of the public web'
    WHEN 'blocked_by_robots' THEN 'the site asks programs not to read this page; read it yourself'
    WHEN 'forbidden' THEN 'the site did not let us read the page; it may need a login'
    WHEN 'gone' THEN 'the page does not exist any more'
    WHEN 'rate_limited' THEN 'the site asked us to come back later'
    WHEN 'client_error' THEN 'the site refused the request'
    WHEN 'server_error' THEN 'the site has a fault; the page may come back'
    WHEN 'timed_out' THEN 'the site did not answer in time'
    WHEN 'too_big' THEN 'the page is too big to be an article and was not read'
    WHEN 'tls_error' THEN 'the site''s encryption is broken, so nothing was read over it'
    WHEN 'dns_error' THEN 'the site''s name leads nowhere; it may be gone or misspelled'
    WHEN 'connection_failed' THEN 'the site could not be reached'
    WHEN 'redirect_loop' THEN 'the link leads from page to page without an end'
    WHEN 'undecodable' THEN 'the page came packed or written in a way that cannot be read'
    WHEN 'truncated' THEN 'only the beginning of the page came; it was read as far as it goes'
    WHEN 'unsupported_type' THEN 'the link leads to a file that is not text, such as a picture or a film'
    WHEN 'empty_text' THEN 'the page has no text'
    WHEN 'soft_404' THEN 'the page says that what was there is gone'
    WHEN 'paywalled' THEN 'the page shows only its beginning to readers who do not pay; that was read'
    WHEN 'consent_wall' THEN 'the page shows only a question about cookies'
    WHEN 'needs_javascript' THEN 'the page is empty until a browser runs its program'
    WHEN 'parser_killed' THEN 'reading the page took too long or too much memory and was stopped'
    WHEN 'no_linked_source' THEN 'the essay links no source for this claim'
END;

-- A share of fewer than ten says nothing, so that none is told.
CREATE MACRO derived.share(hits, n) AS CASE WHEN n >= 10 THEN round(hits / n, 3) END;

-- The Wilson score interval at 95% (Wilson 1927; z = 1.96): its two ends for hits of n.
CREATE MACRO derived.share_low(hits, n) AS CASE WHEN n >= 10 THEN round(greatest(0, (
    hits / n + 1.9208 / n - 1.96 * sqrt(hits / n * (1 - hits / n) / n + 0.9604 / (n * n))
) / (1 + 3.8416 / n)), 3) END;
CREATE MACRO derived.share_high(hits, n) AS CASE WHEN n >= 10 THEN round(least(1, (
    hits / n + 1.9208 / n + 1.96 * sqrt(hits / n * (1 - hits / n) / n + 0.9604 / (n * n))
) / (1 + 3.8416 / n)), 3) END;

-- Agreement beyond chance: kappa = (observed - expected) / (1 - expected), of shares. None where chance alone
-- would always agree.
CREATE MACRO derived.kappa(observed, expected, n) AS
    CASE WHEN n >= 10 AND expected < 1 THEN round((observed - expected) / (1 - expected), 3) END;

CREATE VIEW derived.claim_kinds AS
SELECT c.claim_id, c.kind, e.author
FROM standing.claims AS c
LEFT JOIN records.essays AS e ON e.fold_sequence = c.essay_row;

-- The decision that holds, once for each claim on which somebody made it (not again where it is carried on), beside
-- the verdict that the person saw.
CREATE VIEW derived.own_decisions AS
SELECT
    d.claim_id, d.rating AS editor_rating, d.machine_rating, e.reason, d.reviewer, d.decided_at,
    d.verdict_id AS decision_verdict_id, d.shown, d.position, y.author, y.inbox, c.kind, v.confidence,
    coalesce(from_json(v.reasons -> '$[*].code', '["VARCHAR"]'), []) AS reason_codes
FROM standing.decisions AS d
JOIN records.review_events AS e ON e.fold_sequence = d.event_row
JOIN records.claims AS c ON c.fold_sequence = d.claim_row
LEFT JOIN records.essays AS y ON y.fold_sequence = d.essay_row
LEFT JOIN derived.verdicts AS v ON v.id = d.verdict_id
WHERE d.is_current AND d.claim_id = d.made_on_claim_id;

CREATE VIEW derived.arrivals AS
SELECT claim_id, min(judged_at) AS arrived_at FROM records.judgements GROUP BY claim_id;

-- When a claim of the queue began to wait: when it came, at the decision that asks for another look, or at the
-- verdict that reopened it.
CREATE VIEW derived.queue_waits AS
SELECT
    g.claim_id, g.stage, g.holder AS held_by, g.kind, e.author,
    CASE
        WHEN g.decided_at IS NULL OR g.stage IN ('to_review', 'first_check') THEN a.arrived_at
        WHEN g.stage = 'reopened' THEN greatest(g.judged_at, g.decided_at)
        ELSE g.decided_at
    END AS waiting_since
FROM derived.claim_states AS g
LEFT JOIN derived.arrivals AS a ON a.claim_id = g.claim_id
LEFT JOIN records.essays AS e ON e.fold_sequence = g.essay_row
WHERE g.stage IN ('to_review', 'first_check', 'second_check', 'reopened', 'disputed');
