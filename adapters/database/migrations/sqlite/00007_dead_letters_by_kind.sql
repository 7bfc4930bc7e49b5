-- Dead letters by kind, for their counts. The names that foreign ones brought were of any length, which no index holds.

-- +goose Up
UPDATE dead_letters SET topic = substr(topic, 1, 249), consumer_group = substr(consumer_group, 1, 200), reason = substr(reason, 1, 200)
WHERE length(topic) > 249 OR length(consumer_group) > 200 OR length(reason) > 200;
CREATE INDEX IF NOT EXISTS dead_letters_by_kind ON dead_letters (topic, consumer_group, reason, given_up_at);

-- +goose Down
DROP INDEX dead_letters_by_kind;
