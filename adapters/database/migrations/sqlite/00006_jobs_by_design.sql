-- The work on a design that is not finished; only unfinished jobs are in it.

-- +goose Up
CREATE INDEX IF NOT EXISTS jobs_by_design ON jobs (design_id) WHERE wake_at IS NOT NULL;

-- +goose Down
DROP INDEX jobs_by_design;
