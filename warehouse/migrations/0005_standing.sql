-- What holds now, kept beside the records: the keeper brings what a batch touches up to date in the transaction
-- of the batch, and can make all of it anew from the records (src/factdesk/warehouse/standing.py). Nothing here is
-- said by anybody; without these tables every view would have to look through the whole history.
-- A column called *_row is the fold_sequence of a row of records: rows lie in that order in their table, so that
-- one of a million is found without an index.

CREATE SCHEMA standing;

-- Rows of records that a later row of the same id has taken the place of. Only ever appended to.
CREATE TABLE standing.superseded (fold_sequence BIGINT NOT NULL);

CREATE TABLE standing.essays (
    essay_id UUID NOT NULL,
    essay_row BIGINT,
    attempt_row BIGINT,
    reading_row BIGINT,
    version_id UUID,
    version_row BIGINT,
    claims BIGINT NOT NULL
);

CREATE TABLE standing.claims (
    claim_id UUID NOT NULL,
    essay_id UUID NOT NULL,
    claim_row BIGINT NOT NULL,
    essay_row BIGINT,
    kind VARCHAR NOT NULL,
    claim_status VARCHAR NOT NULL,
    replaced_by UUID,
    old_claim_id UUID,
    version_id UUID,
    mention_row BIGINT,
    checkworthiness DECIMAL(9,4),
    publish_at TIMESTAMPTZ,
    verdict_id UUID,
    judged_at TIMESTAMPTZ,
    verdict_row BIGINT,
    machine_rating VARCHAR,
    confidence DECIMAL(9,4),
    support DECIMAL(9,4),
    evidence_row BIGINT,
    source_id UUID,
    decision_row BIGINT,
    editor_rating VARCHAR,
    decided_at TIMESTAMPTZ,
    decision_verdict_id UUID,
    seen_rating VARCHAR,
    seen_method VARCHAR,
    is_stale BOOLEAN,
    editor_role VARCHAR,
    reviewers BIGINT,
    ratings BIGINT,
    agreeing BIGINT,
    last_turn VARCHAR,
    is_second_check_asked BOOLEAN NOT NULL,
    is_reopening_asked BOOLEAN NOT NULL,
    is_reopened BOOLEAN NOT NULL,
    reopening_cause VARCHAR,
    lease_holder VARCHAR,
    lease_until TIMESTAMPTZ,
    assigned_to VARCHAR,
    assigned_until TIMESTAMPTZ,
    waiting_until TIMESTAMPTZ,
    correction_row BIGINT,
    correction_requested_at TIMESTAMPTZ,
    correction_made_at TIMESTAMPTZ,
    correction_refused_at TIMESTAMPTZ,
    named_sources BIGINT NOT NULL,
    deciders VARCHAR[],
    seen_by VARCHAR[],
    is_flagged BOOLEAN NOT NULL
);

-- A claim and a claim whose decisions it carries, itself left out.
CREATE TABLE standing.carried_claims (claim_id UUID NOT NULL, from_claim_id UUID NOT NULL, essay_id UUID NOT NULL);

-- Basis is cited, given, suggested, or earlier for a source that only an earlier verdict looked at.
CREATE TABLE standing.claim_sources (
    claim_id UUID NOT NULL,
    source_id UUID NOT NULL,
    essay_id UUID NOT NULL,
    distance VARCHAR,
    basis VARCHAR NOT NULL,
    attached_by VARCHAR,
    attached_at TIMESTAMPTZ,
    attached_position BIGINT
);

CREATE TABLE standing.sources (
    source_id UUID NOT NULL,
    source_row BIGINT,
    fetch_row BIGINT,
    snapshot_row BIGINT,
    outcome VARCHAR,
    first_fetched_at TIMESTAMPTZ,
    fetched_at TIMESTAMPTZ,
    fetches BIGINT,
    texts BIGINT,
    text_sha256 VARCHAR,
    words_sha256 VARCHAR,
    host VARCHAR,
    condition VARCHAR,
    condition_since TIMESTAMPTZ,
    last_read_at TIMESTAMPTZ
);

-- Every decision on a claim or on one whose decisions it carries, with the rating that the person saw.
CREATE TABLE standing.decisions (
    claim_id UUID NOT NULL,
    made_on_claim_id UUID NOT NULL,
    essay_id UUID NOT NULL,
    event_row BIGINT NOT NULL,
    position BIGINT NOT NULL,
    claim_row BIGINT NOT NULL,
    essay_row BIGINT,
    rating VARCHAR,
    machine_rating VARCHAR,
    verdict_id UUID,
    reviewer VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    shown BOOLEAN NOT NULL,
    spent_ms BIGINT,
    is_stale BOOLEAN NOT NULL,
    is_undone BOOLEAN NOT NULL,
    is_current BOOLEAN NOT NULL
);
