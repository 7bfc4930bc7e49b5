-- The numbers of the analytics' group. All of it can be made again from the event stream: a reset empties every table and
-- raises the epoch.

-- +goose Up
CREATE TABLE epochs (epoch bigint NOT NULL);
INSERT INTO epochs VALUES (1);

CREATE TABLE begun (
    topic_partition integer PRIMARY KEY,
    epoch           bigint NOT NULL
);

CREATE TABLE progress (
    occasion_id     text COLLATE "C" PRIMARY KEY,
    revision        bigint NOT NULL, -- the highest that was counted
    missing         text   NOT NULL, -- below it: first-last,first-last,…
    missing_since   bigint,          -- null: nothing is missing
    starts_at       bigint,
    starts_revision bigint NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX progress_by_missing_since ON progress (missing_since) WHERE missing_since IS NOT NULL;

-- A subject is an occasion, or "all/" and a partition of the topic: everything is the sum of those.
CREATE TABLE totals (
    subject   text COLLATE "C" PRIMARY KEY,
    created   bigint NOT NULL,
    updated   bigint NOT NULL,
    deleted   bigint NOT NULL,
    cancelled bigint NOT NULL,
    people    bigint NOT NULL,
    as_of     bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE buckets (
    subject   text COLLATE "C",
    width     integer, -- seconds
    start     bigint,
    created   bigint NOT NULL,
    updated   bigint NOT NULL,
    deleted   bigint NOT NULL,
    cancelled bigint NOT NULL,
    people    bigint NOT NULL, -- more or fewer than before
    PRIMARY KEY (subject, width, start)
) WITH (fillfactor = 70);

CREATE TABLE parties (
    subject text COLLATE "C",
    size    integer,
    replies bigint NOT NULL,
    PRIMARY KEY (subject, size)
) WITH (fillfactor = 50);

-- +goose Down
DROP TABLE epochs, begun, progress, totals, buckets, parties;
