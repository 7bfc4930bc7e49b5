-- What the host's studio asks for: a version of the design that stays.

-- +goose Up
ALTER TABLE occasions ADD COLUMN design_version INTEGER NOT NULL DEFAULT 0; -- 0: the newest

-- +goose Down
ALTER TABLE occasions DROP COLUMN design_version;
