-- The replies to a deleted occasion are purged in steps, apart from its deletion.

-- +goose Up
COMMENT ON COLUMN occasions.deleted IS '1: it has ended, and its replies are still to be purged; 2: they are';
CREATE INDEX occasions_to_purge ON occasions (id) WHERE deleted = 1;

-- +goose Down
DROP INDEX occasions_to_purge;
