-- The work on a design that is not finished; only unfinished jobs are in it.

-- +goose NO TRANSACTION
-- +goose Up
DROP INDEX CONCURRENTLY IF EXISTS jobs_by_design; -- what an interrupted migration left, which may be invalid
CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_by_design ON jobs (design_id) WHERE wake_at IS NOT NULL;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS jobs_by_design;
