-- What an essay itself says for or against a claim (notes), and the words of the claim that no passage backs.
-- Empty in what was stored before.

ALTER TABLE records.verdicts ADD COLUMN notes JSON;
ALTER TABLE records.verdicts ADD COLUMN unsupported JSON;
