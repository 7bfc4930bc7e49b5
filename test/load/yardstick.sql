CREATE TABLE occasions (
    id bigint PRIMARY KEY,
    revision bigint NOT NULL,
    replies_yes bigint NOT NULL,
    people_yes bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE TABLE replies (
    id bigserial PRIMARY KEY,
    occasion_id bigint NOT NULL,
    guest uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    status text NOT NULL,
    party_size int NOT NULL,
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (occasion_id, guest)
);
CREATE TABLE outbox (id bigserial PRIMARY KEY, payload text NOT NULL);
INSERT INTO occasions VALUES (1, 1, 0, 0);
