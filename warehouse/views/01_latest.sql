-- The latest row of every record: the highest fold_sequence of its id, never a clock.

CREATE VIEW derived.essays AS
SELECT r.* FROM records.essays AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.essays GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.essay_versions AS
SELECT r.* FROM records.essay_versions AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.essay_versions GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.readings AS
SELECT r.* FROM records.readings AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.readings GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.claims AS
SELECT r.* FROM records.claims AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.claims GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.mentions AS
SELECT r.* FROM records.mentions AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.mentions GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.sources AS
SELECT r.* FROM records.sources AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.sources GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.fetches AS
SELECT r.* FROM records.fetches AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.fetches GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.snapshots AS
SELECT r.* FROM records.snapshots AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.snapshots GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.source_changes AS
SELECT r.* FROM records.source_changes AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.source_changes GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.evidence AS
SELECT r.* FROM records.evidence AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.evidence GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.verdicts AS
SELECT r.* FROM records.verdicts AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.verdicts GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.judgements AS
SELECT r.* FROM records.judgements AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.judgements GROUP BY id) AS l
USING (id, fold_sequence);

CREATE VIEW derived.review_events AS
SELECT r.*, c.position, c.chain_sha256, c.stale
FROM records.review_events AS r
JOIN keeper.event_chain AS c ON c.event_id = r.id;

CREATE VIEW derived.runs AS
SELECT r.* FROM records.runs AS r
SEMI JOIN (SELECT id, max(fold_sequence) AS fold_sequence FROM records.runs GROUP BY id) AS l
USING (id, fold_sequence);
