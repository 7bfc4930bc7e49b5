-- The replies to a deleted occasion are purged in steps, apart from its deletion: deleted is 1 until they are, then 2.

-- +goose Up
CREATE INDEX occasions_to_purge ON occasions (id) WHERE deleted = 1;

-- +goose Down
DROP INDEX occasions_to_purge;
