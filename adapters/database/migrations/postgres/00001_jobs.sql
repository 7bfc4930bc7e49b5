-- Times are whole microseconds since 1970 in a bigint, as in SQLite: they sort, compare and come back exactly, in both
-- databases and without a time zone. There are no foreign keys: rows that belong together are written by one
-- transaction of the lane, and each check would cost a look-up.

-- +goose Up
CREATE TABLE jobs (
    id               uuid PRIMARY KEY,
    design_id        uuid    NOT NULL,
    description      text    NOT NULL,
    style            text    NOT NULL,
    palette          text    NOT NULL, -- colours, separated by commas
    width            integer NOT NULL,
    height           integer NOT NULL,
    server_id        text    NOT NULL,
    parent_version   integer NOT NULL,
    instructions     text    NOT NULL,
    trace            text    NOT NULL,
    created_at       bigint  NOT NULL,
    status           text    NOT NULL,
    attempt          integer NOT NULL,
    failures         integer NOT NULL,
    version          bigint  NOT NULL,
    progress         integer NOT NULL,
    progress_message text    NOT NULL,
    error_code       text    NOT NULL,
    error_message    text    NOT NULL,
    worker_id        text    NOT NULL,
    lease_until      bigint,
    retry_at         bigint,
    deadline         bigint  NOT NULL,
    updated_at       bigint  NOT NULL,
    completed_at     bigint,
    wake_at          bigint -- when time alone will change the job; null once it is finished
) WITH (fillfactor = 80);

CREATE INDEX jobs_by_status ON jobs (status, id);
-- Only unfinished jobs are in it, so the sweep is cheap however many jobs there ever were.
CREATE INDEX jobs_by_wake_at ON jobs (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE designs (
    id         uuid PRIMARY KEY,
    latest     integer NOT NULL,
    created_at bigint  NOT NULL
) WITH (fillfactor = 80);

-- What led to a version (brief, instructions, parent) is in its job.
CREATE TABLE design_versions (
    design_id  uuid    NOT NULL,
    number     integer NOT NULL,
    job_id     uuid    NOT NULL,
    media_type text    NOT NULL,
    asset      bytea   NOT NULL,
    generator  text    NOT NULL,
    duration   bigint  NOT NULL, -- microseconds
    spec       bytea,
    metadata   bytea,            -- JSON
    created_at bigint  NOT NULL,
    PRIMARY KEY (design_id, number)
);
-- Postgres' own compression would take longer than everything else in the commit.
ALTER TABLE design_versions ALTER COLUMN asset SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX design_versions_by_job ON design_versions (job_id);

-- One row holds the messages of one transaction. Its id is taken while the aggregates are locked, so for each of them
-- the order of ids is the order of commits.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at bigint NOT NULL,
    payload    bytea  NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE TABLE idempotency_keys (
    scope      bytea PRIMARY KEY,
    body       bytea  NOT NULL,
    subject    uuid   NOT NULL, -- the aggregate that the request was about
    created_at bigint NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE dead_letters (
    id              uuid PRIMARY KEY,
    fingerprint     bytea   NOT NULL UNIQUE,
    topic           text    NOT NULL,
    topic_partition integer NOT NULL,
    topic_offset    bigint  NOT NULL,
    consumer_group  text    NOT NULL,
    reason          text    NOT NULL,
    attempts        integer NOT NULL,
    given_up_at     bigint  NOT NULL,
    message_key     bytea   NOT NULL,
    message         bytea   NOT NULL -- packed like the outbox: its bytes are sent again as they came
);
ALTER TABLE dead_letters ALTER COLUMN message SET STORAGE EXTERNAL;
CREATE INDEX dead_letters_by_age ON dead_letters (given_up_at);

CREATE TABLE leases (
    name     text PRIMARY KEY,
    holder   text   NOT NULL,
    term     bigint NOT NULL,
    ends_at  bigint NOT NULL
);

-- +goose Down
DROP TABLE jobs, designs, design_versions, outbox, idempotency_keys, dead_letters, leases;
