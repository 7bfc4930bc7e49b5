-- What would be too much for one transaction is done in steps: seating those who wait, and purging the replies to a deleted
-- occasion: deleted is 1 until they are, then 2.

-- +goose Up
ALTER TABLE occasions ADD COLUMN promoting INTEGER NOT NULL DEFAULT 0; -- 1: those who wait and fit are being seated
CREATE INDEX occasions_to_promote ON occasions (id) WHERE promoting = 1;
CREATE INDEX occasions_to_purge ON occasions (id) WHERE deleted = 1;

-- +goose Down
DROP INDEX occasions_to_purge;
DROP INDEX occasions_to_promote;
ALTER TABLE occasions DROP COLUMN promoting;
