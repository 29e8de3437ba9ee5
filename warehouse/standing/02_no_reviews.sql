-- In the place of 02_reviews.sql and 03_reopened.sql where nobody has done anything yet.

CREATE OR REPLACE TEMP TABLE scoped_undone (target UUID);

CREATE OR REPLACE TEMP TABLE scoped_current_decisions (
    claim_id UUID, reviewer VARCHAR, role VARCHAR, rating VARCHAR, verdict_id UUID, acted_at TIMESTAMPTZ,
    stale BOOLEAN, position BIGINT, fold_sequence BIGINT, reviewers BIGINT, ratings BIGINT, agreeing BIGINT,
    deciders VARCHAR[]
);

CREATE OR REPLACE TEMP TABLE scoped_acts (
    claim_id UUID, last_turn VARCHAR, is_second_check_asked BOOLEAN, is_reopening_asked BOOLEAN, seen_by VARCHAR[],
    is_flagged BOOLEAN, lease_holder VARCHAR, lease_until TIMESTAMPTZ, assigned_to VARCHAR,
    assigned_until TIMESTAMPTZ, waiting_until TIMESTAMPTZ, correction_row BIGINT,
    correction_requested_at TIMESTAMPTZ, correction_made_at TIMESTAMPTZ, correction_refused_at TIMESTAMPTZ
);
