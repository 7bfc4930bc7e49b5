-- Times are whole microseconds since 1970 in an INTEGER, as in Postgres: they sort, compare and come back exactly, in both
-- databases and without a time zone. There are no foreign keys: rows that belong together are written by one
-- transaction of the lane, and each check would cost a look-up.

-- +goose Up
CREATE TABLE jobs (
    id               TEXT    NOT NULL PRIMARY KEY,
    design_id        TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    style            TEXT    NOT NULL,
    palette          TEXT    NOT NULL, -- colours, separated by commas
    width            INTEGER NOT NULL,
    height           INTEGER NOT NULL,
    server_id        TEXT    NOT NULL,
    parent_version   INTEGER NOT NULL,
    instructions     TEXT    NOT NULL,
    trace            TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    status           TEXT    NOT NULL,
    attempt          INTEGER NOT NULL,
    failures         INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    progress         INTEGER NOT NULL,
    progress_message TEXT    NOT NULL,
    error_code       TEXT    NOT NULL,
    error_message    TEXT    NOT NULL,
    worker_id        TEXT    NOT NULL,
    lease_until      INTEGER,
    retry_at         INTEGER,
    deadline         INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    completed_at     INTEGER,
    wake_at          INTEGER -- when time alone will change the job; null once it is finished
) STRICT;

CREATE INDEX jobs_by_status ON jobs (status, id);
-- Only unfinished jobs are in it, so the sweep is cheap however many jobs there ever were.
CREATE INDEX jobs_by_wake_at ON jobs (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE designs (
    id         TEXT    NOT NULL PRIMARY KEY,
    latest     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What led to a version (brief, instructions, parent) is in its job.
CREATE TABLE design_versions (
    design_id  TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    job_id     TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    asset      BLOB    NOT NULL,
    generator  TEXT    NOT NULL,
    duration   INTEGER NOT NULL, -- microseconds
    spec       BLOB,
    metadata   BLOB, -- JSON
    created_at INTEGER NOT NULL,
    PRIMARY KEY (design_id, number)
) STRICT;
CREATE UNIQUE INDEX design_versions_by_job ON design_versions (job_id);

-- One row holds the messages of one transaction. Its id is taken while the aggregates are locked, so for each of them
-- the order of ids is the order of commits.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at INTEGER NOT NULL,
    payload    BLOB    NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
    scope      BLOB    NOT NULL PRIMARY KEY,
    body       BLOB    NOT NULL,
    subject    TEXT    NOT NULL, -- the aggregate that the request was about
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE dead_letters (
    id              TEXT    NOT NULL PRIMARY KEY,
    fingerprint     BLOB    NOT NULL UNIQUE,
    topic           TEXT    NOT NULL,
    topic_partition INTEGER NOT NULL,
    topic_offset    INTEGER NOT NULL,
    consumer_group  TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    given_up_at     INTEGER NOT NULL,
    message_key     BLOB    NOT NULL,
    message         BLOB    NOT NULL -- packed like the outbox: its bytes are sent again as they came
) STRICT;
CREATE INDEX dead_letters_by_age ON dead_letters (given_up_at);

CREATE TABLE leases (
    name     TEXT    NOT NULL PRIMARY KEY,
    holder   TEXT    NOT NULL,
    term     INTEGER NOT NULL,
    ends_at  INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE jobs;
DROP TABLE designs;
DROP TABLE design_versions;
DROP TABLE outbox;
DROP TABLE idempotency_keys;
DROP TABLE dead_letters;
DROP TABLE leases;
