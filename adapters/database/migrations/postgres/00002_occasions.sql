-- +goose Up
-- The counters are part of the occasion's row, which is locked and written once in each transaction. None of its changing
-- columns is indexed and most of a page is left free, so a burst updates it in place.
CREATE TABLE occasions (
    id                 uuid PRIMARY KEY, -- all zero: the deployment's own
    title              text    NOT NULL,
    starts_at          bigint,
    ends_at            bigint,
    time_zone          text    NOT NULL,
    place              text    NOT NULL,
    capacity           integer NOT NULL, -- people; 0: no limit
    deadline           bigint,
    max_party_size     integer NOT NULL,
    waitlist           text    NOT NULL,
    guest_list         text    NOT NULL,
    counts_view        text    NOT NULL,
    design_id          text    NOT NULL,
    token_version      integer NOT NULL,
    revision           bigint  NOT NULL,
    replies_yes        bigint  NOT NULL,
    replies_no         bigint  NOT NULL,
    replies_maybe      bigint  NOT NULL,
    replies_waitlisted bigint  NOT NULL,
    replies_cancelled  bigint  NOT NULL,
    people_yes         bigint  NOT NULL,
    people_maybe       bigint  NOT NULL,
    people_waitlisted  bigint  NOT NULL,
    deleted            integer NOT NULL, -- 1: it has ended and its replies are gone
    created_at         bigint  NOT NULL,
    updated_at         bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE replies (
    id            uuid PRIMARY KEY,
    occasion_id   uuid    NOT NULL,
    guest         uuid, -- the first half of the SHA-256 of the e-mail address; null once cancelled
    name          text    NOT NULL,
    email         text    NOT NULL,
    status        text    NOT NULL,
    party_size    integer NOT NULL,
    note          text    NOT NULL,
    version       integer NOT NULL,
    token_version integer NOT NULL,
    revision      bigint  NOT NULL,
    position      bigint  NOT NULL, -- in the waitlist; 0: it does not wait
    created_at    bigint  NOT NULL,
    updated_at    bigint  NOT NULL
) WITH (fillfactor = 90);

-- One live reply for each address: a null is equal to nothing, so a cancelled one is in nobody's way.
CREATE UNIQUE INDEX replies_by_guest ON replies (occasion_id, guest);
CREATE INDEX replies_by_age ON replies (occasion_id, id);
CREATE INDEX replies_by_position ON replies (occasion_id, position) WHERE position > 0;

-- +goose Down
DROP TABLE occasions, replies;
