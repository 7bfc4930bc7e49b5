-- Dead letters by kind, for their counts. The names that foreign ones brought were of any length, which no index holds.

-- +goose NO TRANSACTION
-- +goose Up
UPDATE dead_letters SET topic = left(topic, 249), consumer_group = left(consumer_group, 200), reason = left(reason, 200)
WHERE length(topic) > 249 OR length(consumer_group) > 200 OR length(reason) > 200;
DROP INDEX CONCURRENTLY IF EXISTS dead_letters_by_kind; -- what an interrupted migration left, which may be invalid
CREATE INDEX CONCURRENTLY IF NOT EXISTS dead_letters_by_kind ON dead_letters (topic, consumer_group, reason, given_up_at);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS dead_letters_by_kind;
