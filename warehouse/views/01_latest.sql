-- The latest row of every record: the highest fold_sequence of its id, never a clock. The keeper notes the others.

CREATE VIEW derived.essays AS
SELECT r.* FROM records.essays AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.essay_versions AS
SELECT r.* FROM records.essay_versions AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.readings AS
SELECT r.* FROM records.readings AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.claims AS
SELECT r.* FROM records.claims AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.mentions AS
SELECT r.* FROM records.mentions AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.sources AS
SELECT r.* FROM records.sources AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.fetches AS
SELECT r.* FROM records.fetches AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.snapshots AS
SELECT r.* FROM records.snapshots AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.source_changes AS
SELECT r.* FROM records.source_changes AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.evidence AS
SELECT r.* FROM records.evidence AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.verdicts AS
SELECT r.* FROM records.verdicts AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.judgements AS
SELECT r.* FROM records.judgements AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;

CREATE VIEW derived.review_events AS
SELECT r.*, c.position, c.chain_sha256, c.stale
FROM records.review_events AS r
JOIN keeper.event_chain AS c ON c.event_id = r.id;

CREATE VIEW derived.runs AS
SELECT r.* FROM records.runs AS r
ANTI JOIN standing.superseded AS o ON o.fold_sequence = r.fold_sequence;
