-- What the host's studio asks for: a version of the design that stays.

-- +goose Up
SET LOCAL lock_timeout = '1s'; -- whoever comes later waits behind it; see migrate.go
ALTER TABLE occasions ADD COLUMN design_version integer NOT NULL DEFAULT 0; -- 0: the newest

-- +goose Down
ALTER TABLE occasions DROP COLUMN design_version;
