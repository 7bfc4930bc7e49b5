-- What operators look at: a job's attempts, the last hour's numbers, and operations on everything that matches.

-- +goose Up
ALTER TABLE jobs ADD COLUMN history TEXT NOT NULL DEFAULT ''; -- the newest attempts, see job_history.go; empty: it is older than histories

-- Each process writes over the row of its current minute.
CREATE TABLE minutes (
    start         INTEGER NOT NULL,
    process       TEXT    NOT NULL,
    until         INTEGER NOT NULL, -- everything up to then is counted
    taken         INTEGER NOT NULL,
    completed     INTEGER NOT NULL,
    failed        INTEGER NOT NULL,
    cancelled     INTEGER NOT NULL,
    replies       INTEGER NOT NULL,
    job_seconds   BLOB    NOT NULL, -- packed histograms
    reply_seconds BLOB    NOT NULL,
    PRIMARY KEY (start, process)
) STRICT;

CREATE TABLE operations (
    id         TEXT    NOT NULL PRIMARY KEY,
    act        TEXT    NOT NULL,
    filter     TEXT    NOT NULL, -- JSON
    ordered_by TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    total      INTEGER NOT NULL,
    more       INTEGER NOT NULL, -- 1: there were more than total
    done       INTEGER NOT NULL,
    skipped    INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    last_error TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX operations_by_age ON operations (started_at);

-- +goose Down
DROP TABLE operations;
DROP TABLE minutes;
ALTER TABLE jobs DROP COLUMN history;
