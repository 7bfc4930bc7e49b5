-- What operators look at: a job's attempts, the last hour's numbers, and operations on everything that matches.

-- +goose Up
SET LOCAL lock_timeout = '1s'; -- whoever comes later waits behind it; see migrate.go
ALTER TABLE jobs ADD COLUMN history text NOT NULL DEFAULT ''; -- the newest attempts, see job_history.go; empty: it is older than histories

-- Each process writes over the row of its current minute.
CREATE TABLE minutes (
    start         bigint NOT NULL,
    process       uuid   NOT NULL,
    until         bigint NOT NULL, -- everything up to then is counted
    taken         bigint NOT NULL,
    completed     bigint NOT NULL,
    failed        bigint NOT NULL,
    cancelled     bigint NOT NULL,
    replies       bigint NOT NULL,
    job_seconds   bytea  NOT NULL, -- packed histograms
    reply_seconds bytea  NOT NULL,
    PRIMARY KEY (start, process)
) WITH (fillfactor = 50);

CREATE TABLE operations (
    id         uuid PRIMARY KEY,
    act        text    NOT NULL,
    filter     text    NOT NULL, -- JSON
    ordered_by text    NOT NULL,
    state      text    NOT NULL,
    total      bigint  NOT NULL,
    more       integer NOT NULL, -- 1: there were more than total
    done       bigint  NOT NULL,
    skipped    bigint  NOT NULL,
    failed     bigint  NOT NULL,
    last_error text    NOT NULL,
    started_at bigint  NOT NULL,
    updated_at bigint  NOT NULL,
    ended_at   bigint
);
CREATE INDEX operations_by_age ON operations (started_at);

-- +goose Down
DROP TABLE operations, minutes;
ALTER TABLE jobs DROP COLUMN history;
