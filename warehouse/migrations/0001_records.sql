-- One table a record type. Rows are never updated: a row is appended when the latest row of its id has
-- another body, and views take the latest by fold_sequence, never by a clock. (id, fold_sequence) is the
-- key of every table; it is not declared, because DuckDB keeps an index for a declared key, slows every
-- load by it and then refuses to alter the table. The keeper, the only writer, holds it; doctor counts.
-- No CHECK, ENUM, foreign key or secondary index either: DuckDB cannot add, drop or extend them.
-- Times are points in time (TIMESTAMPTZ). fold_sequence = sequence of the batch * 1000000 + line.

CREATE SCHEMA records;

CREATE TABLE records.essays (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    essay_key VARCHAR NOT NULL,
    uri VARCHAR NOT NULL,
    title VARCHAR,
    author VARCHAR,
    published_on DATE,
    publish_at TIMESTAMPTZ,
    inbox VARCHAR,
    path VARCHAR
);

CREATE TABLE records.essay_versions (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    essay_id UUID NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    length BIGINT NOT NULL,
    links JSON NOT NULL,
    language VARCHAR
);

CREATE TABLE records.readings (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    essay_id UUID NOT NULL,
    read_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    detail VARCHAR,
    version_id UUID,
    method VARCHAR NOT NULL,
    claim_ids JSON NOT NULL,
    pairs JSON NOT NULL,
    sentences BIGINT NOT NULL,
    set_aside JSON NOT NULL
);

CREATE TABLE records.claims (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    essay_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    quote VARCHAR NOT NULL,
    ordinal BIGINT NOT NULL,
    values JSON NOT NULL,
    facets JSON NOT NULL,
    parts JSON NOT NULL,
    flags JSON NOT NULL,
    origin VARCHAR NOT NULL
);

CREATE TABLE records.mentions (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    claim_id UUID NOT NULL,
    version_id UUID NOT NULL,
    quote_start BIGINT NOT NULL,
    quote_end BIGINT NOT NULL,
    sentence_start BIGINT NOT NULL,
    sentence_end BIGINT NOT NULL,
    sentence VARCHAR NOT NULL,
    citations JSON NOT NULL,
    checkworthiness DECIMAL(9,4) NOT NULL
);

CREATE TABLE records.sources (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    url_key VARCHAR NOT NULL
);

CREATE TABLE records.fetches (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    source_id UUID NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    detail VARCHAR,
    status BIGINT,
    final_url VARCHAR,
    hops JSON NOT NULL,
    headers JSON NOT NULL,
    elapsed_ms BIGINT NOT NULL,
    wire_bytes BIGINT,
    decoded_bytes BIGINT,
    wire_sha256 VARCHAR,
    decoded_sha256 VARCHAR,
    text_sha256 VARCHAR,
    blob_sha256 VARCHAR,
    media_type VARCHAR,
    charset VARCHAR,
    tools JSON NOT NULL
);

CREATE TABLE records.snapshots (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    source_id UUID NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    extractor VARCHAR NOT NULL,
    length BIGINT NOT NULL,
    blocks JSON NOT NULL,
    title VARCHAR,
    author VARCHAR,
    published_on DATE,
    published_rule VARCHAR,
    language VARCHAR,
    canonical_url VARCHAR,
    notes JSON NOT NULL
);

CREATE TABLE records.evidence (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    claim_id UUID NOT NULL,
    snapshot_id UUID NOT NULL,
    span_start BIGINT NOT NULL,
    span_end BIGINT NOT NULL,
    quote VARCHAR NOT NULL,
    facets JSON NOT NULL,
    basis VARCHAR NOT NULL,
    method VARCHAR NOT NULL
);

CREATE TABLE records.verdicts (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    claim_id UUID NOT NULL,
    inputs JSON NOT NULL,
    method VARCHAR NOT NULL,
    rating VARCHAR NOT NULL,
    confidence DECIMAL(9,4) NOT NULL,
    support DECIMAL(9,4) NOT NULL,
    reasons JSON NOT NULL,
    missing JSON NOT NULL,
    facets JSON NOT NULL,
    evidence_ids JSON NOT NULL,
    deciding_evidence_id UUID,
    deciding_source_id UUID,
    source_outcome VARCHAR NOT NULL,
    as_of TIMESTAMPTZ
);

CREATE TABLE records.judgements (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    claim_id UUID NOT NULL,
    judged_at TIMESTAMPTZ NOT NULL,
    verdict_id UUID NOT NULL
);

CREATE TABLE records.review_events (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    event_id UUID NOT NULL,
    act VARCHAR NOT NULL,
    claim_id UUID NOT NULL,
    reviewer VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    acted_at TIMESTAMPTZ NOT NULL,
    salt VARCHAR NOT NULL,
    previous_event UUID,
    verdict_id UUID,
    text_sha256 VARCHAR,
    rating VARCHAR,
    conclusion VARCHAR,
    reason VARCHAR,
    note VARCHAR,
    shown BOOLEAN NOT NULL,
    spent_ms BIGINT,
    until TIMESTAMPTZ,
    target VARCHAR
);

CREATE TABLE records.runs (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    run_id UUID NOT NULL,
    flow VARCHAR NOT NULL,
    parameters JSON NOT NULL,
    counts JSON NOT NULL,
    code_version VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);

-- Batches that are in the database; a batch that comes again is known by its id.
CREATE TABLE keeper.batches (
    batch_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    schema_version BIGINT NOT NULL,
    records BIGINT NOT NULL,
    appended BIGINT NOT NULL
);

-- The hash chain of review events, in the order of folding:
-- chain_sha256 = sha256(chain_sha256 of the position before + payload_sha256),
-- payload_sha256 = sha256(salt + canonical JSON of the event without its salt).
-- A text can be erased from an event later: the chain is checked over payload_sha256.
CREATE TABLE keeper.event_chain (
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    claim_id UUID NOT NULL,
    payload_sha256 VARCHAR NOT NULL,
    chain_sha256 VARCHAR NOT NULL,
    stale BOOLEAN NOT NULL
);

-- Settings that views depend on; the latest row of a name holds.
CREATE TABLE keeper.policies (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    set_at TIMESTAMPTZ NOT NULL
);

-- When copies were published, what they held and what still waited then.
CREATE TABLE keeper.publications (
    published_at TIMESTAMPTZ NOT NULL,
    contract_version BIGINT NOT NULL,
    last_sequence BIGINT NOT NULL,
    batches_waiting BIGINT NOT NULL
);
