-- +goose Up
-- The counters are part of the occasion's row, which is written once in each transaction.
CREATE TABLE occasions (
    id                 TEXT    NOT NULL PRIMARY KEY, -- all zero: the deployment's own
    title              TEXT    NOT NULL,
    starts_at          INTEGER,
    ends_at            INTEGER,
    time_zone          TEXT    NOT NULL,
    place              TEXT    NOT NULL,
    capacity           INTEGER NOT NULL, -- people; 0: no limit
    deadline           INTEGER,
    max_party_size     INTEGER NOT NULL,
    waitlist           TEXT    NOT NULL,
    guest_list         TEXT    NOT NULL,
    counts_view        TEXT    NOT NULL,
    design_id          TEXT    NOT NULL,
    token_version      INTEGER NOT NULL,
    revision           INTEGER NOT NULL,
    replies_yes        INTEGER NOT NULL,
    replies_no         INTEGER NOT NULL,
    replies_maybe      INTEGER NOT NULL,
    replies_waitlisted INTEGER NOT NULL,
    replies_cancelled  INTEGER NOT NULL,
    people_yes         INTEGER NOT NULL,
    people_maybe       INTEGER NOT NULL,
    people_waitlisted  INTEGER NOT NULL,
    deleted            INTEGER NOT NULL, -- 1: it has ended and its replies are gone
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE replies (
    id            TEXT    NOT NULL PRIMARY KEY,
    occasion_id   TEXT    NOT NULL,
    guest         TEXT, -- the first half of the SHA-256 of the e-mail address; null once cancelled
    name          TEXT    NOT NULL,
    email         TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    party_size    INTEGER NOT NULL,
    note          TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    token_version INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    position      INTEGER NOT NULL, -- in the waitlist; 0: it does not wait
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

-- One live reply for each address: a null is equal to nothing, so a cancelled one is in nobody's way.
CREATE UNIQUE INDEX replies_by_guest ON replies (occasion_id, guest);
CREATE INDEX replies_by_age ON replies (occasion_id, id);
CREATE INDEX replies_by_position ON replies (occasion_id, position) WHERE position > 0;

-- +goose Down
DROP TABLE occasions;
DROP TABLE replies;
