-- In the place of 03_reopened.sql where every decision was made on the verdict that holds now.

CREATE OR REPLACE TEMP TABLE scoped_reopened (claim_id UUID, are_pages_kept BOOLEAN);
