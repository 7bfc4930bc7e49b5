-- The numbers of the analytics' group. All of it can be made again from the event stream: a reset empties every table and
-- raises the epoch.

-- +goose Up
CREATE TABLE epochs (epoch INTEGER NOT NULL) STRICT;
INSERT INTO epochs VALUES (1);

CREATE TABLE begun (
    topic_partition INTEGER PRIMARY KEY,
    epoch           INTEGER NOT NULL
) STRICT;

CREATE TABLE progress (
    occasion_id     TEXT PRIMARY KEY,
    revision        INTEGER NOT NULL, -- the highest that was counted
    missing         TEXT   NOT NULL, -- below it: first-last,first-last,…
    missing_since   INTEGER,          -- null: nothing is missing
    starts_at       INTEGER,
    starts_revision INTEGER NOT NULL
) STRICT;
CREATE INDEX progress_by_missing_since ON progress (missing_since) WHERE missing_since IS NOT NULL;

-- A subject is an occasion, or "all/" and a partition of the topic: everything is the sum of those.
CREATE TABLE totals (
    subject   TEXT PRIMARY KEY,
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    deleted   INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    people    INTEGER NOT NULL,
    as_of     INTEGER NOT NULL
) STRICT;

CREATE TABLE buckets (
    subject   TEXT,
    width     INTEGER, -- seconds
    start     INTEGER,
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    deleted   INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    people    INTEGER NOT NULL, -- more or fewer than before
    PRIMARY KEY (subject, width, start)
) STRICT;

CREATE TABLE parties (
    subject TEXT,
    size    INTEGER,
    replies INTEGER NOT NULL,
    PRIMARY KEY (subject, size)
) STRICT;

-- +goose Down
DROP TABLE epochs;
DROP TABLE begun;
DROP TABLE progress;
DROP TABLE totals;
DROP TABLE buckets;
DROP TABLE parties;
