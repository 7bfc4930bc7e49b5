// Package database keeps jobs, designs, occasions, replies, the outbox, dead letters, idempotency keys and leases in
// Postgres or, without a server, in a SQLite file.
//
// Durability: Commit returns after COMMIT, which both databases answer once the transaction is on disk (Postgres with
// its own synchronous_commit, SQLite with WAL and synchronous=FULL).
//
// Atomicity: all that waits is committed as one transaction by the lane, one per process and database: rows, design
// versions, idempotency keys and the packed messages of the outbox. Each decision succeeds or fails by itself: a batch
// that can not be committed is split until the offender is alone. What somebody else keeps locked is tried again apart
// and holds up nobody else.
//
// Seats: a decision that makes room in an occasion is the last about it in its transaction, which also seats those who
// wait; so nobody who comes later is decided about before them. An occasion's rows are locked by its own.
//
// Order: an outbox row's id is taken while the aggregates are locked, so for each aggregate the order of ids is the
// order of its versions. Ids of different aggregates may become visible out of order.
//
// A COMMIT whose answer is lost is settled by asking Postgres for the transaction's fate; if that fails too, the caller
// gets a fault.Unavailable, nothing is offered to the relay, and the truth is in the database.
//
// GORM holds the connections and does the reading and the upkeep. The lane's few statements are prepared on a connection
// of GORM's own pool. Postgres needs connections that keep their session: a pooler in transaction mode is not supported.
package database
