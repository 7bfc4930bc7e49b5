-- What the host's studio asks for: a version of the design that stays, and the work on a design that is not finished.

-- +goose Up
ALTER TABLE occasions ADD COLUMN design_version INTEGER NOT NULL DEFAULT 0; -- 0: the newest
-- Only unfinished jobs are in it.
CREATE INDEX jobs_by_design ON jobs (design_id) WHERE wake_at IS NOT NULL;

-- +goose Down
DROP INDEX jobs_by_design;
ALTER TABLE occasions DROP COLUMN design_version;
