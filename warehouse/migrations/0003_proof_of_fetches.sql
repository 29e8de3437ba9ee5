-- How a fetch was made, so that what was seen can be proved; what a page says of others' claims; and what became
-- of the passages that verdicts rest on when a source changed. Empty in what was stored before.

ALTER TABLE records.fetches ADD COLUMN full_text_sha256 VARCHAR;
ALTER TABLE records.fetches ADD COLUMN charset_declared VARCHAR;
ALTER TABLE records.fetches ADD COLUMN tls_version VARCHAR;
ALTER TABLE records.fetches ADD COLUMN certificate_sha256 VARCHAR;
ALTER TABLE records.fetches ADD COLUMN not_before TIMESTAMPTZ;
ALTER TABLE records.fetches ADD COLUMN options JSON;

ALTER TABLE records.snapshots ADD COLUMN words_sha256 VARCHAR;
ALTER TABLE records.snapshots ADD COLUMN reviews JSON;

CREATE TABLE records.source_changes (
    id UUID NOT NULL,
    fold_sequence BIGINT NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    source_id UUID NOT NULL,
    noticed_at TIMESTAMPTZ NOT NULL,
    before_snapshot_id UUID NOT NULL,
    after_snapshot_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    passages JSON NOT NULL
);
