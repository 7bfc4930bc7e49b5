-- What would be too much for one transaction is done in steps: seating those who wait, and purging the replies to a deleted
-- occasion.

-- +goose Up
ALTER TABLE occasions ADD COLUMN promoting integer NOT NULL DEFAULT 0; -- 1: those who wait and fit are being seated
COMMENT ON COLUMN occasions.deleted IS '1: it has ended, and its replies are still to be purged; 2: they are';
CREATE INDEX occasions_to_promote ON occasions (id) WHERE promoting = 1;
CREATE INDEX occasions_to_purge ON occasions (id) WHERE deleted = 1;

-- +goose Down
DROP INDEX occasions_to_purge, occasions_to_promote;
ALTER TABLE occasions DROP COLUMN promoting;
