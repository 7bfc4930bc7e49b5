package database

import "context"

// session is the lane's own connection, with one transaction at a time. It is what the two databases differ in. Not safe
// for concurrent use.
type session interface {
	// begin starts a transaction, on a new connection when the last one was lost.
	begin(ctx context.Context) error
	// queue adds a step to the next exchange.
	queue(step)
	// exchange runs the queued steps, over a network in one round trip, and hands over their rows. Its error is a
	// *stepError when one step is to blame; the transaction can then only be rolled back.
	exchange(ctx context.Context) error
	// commit runs the queued steps and commits, in one round trip. Without an error the transaction is durable; with
	// errUnknown nobody can say; with any other it is undone.
	commit(ctx context.Context) error
	// rollback undoes the transaction and forgets the queue. A connection that can not even do that is given up.
	rollback(ctx context.Context)
}

// statement is one SQL statement over many rows, in both dialects. Postgres runs it once and gets each parameter as an
// array; SQLite runs it once for each row.
type statement struct {
	postgres string
	sqlite   string
}

// step is a statement with its rows.
type step struct {
	statement
	columns []any                     // a slice for each parameter, all of the same length
	each    func(scan scanFunc) error // called for each row of the result; nil: there is none
}

// scanFunc reads the columns of a row.
type scanFunc func(places ...any) error

// stepError is a failure of one statement.
type stepError struct {
	failed statement
	cause  error
}

func (e *stepError) Error() string { return e.failed.postgres + ": " + e.cause.Error() }
func (e *stepError) Unwrap() error { return e.cause }
