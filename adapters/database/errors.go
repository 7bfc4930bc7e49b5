package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"convoke/domain/fault"
)

// errUnavailable is the fault of an ill database.
var errUnavailable = fault.New(fault.Unavailable, "database-unavailable", "the database does not answer; try again in a moment")

// errUnknown means that the connection was lost while committing, and that nobody could say what became of it.
var errUnknown = errors.New("it is not known whether the transaction was committed")

// errUndone means that the connection was lost while committing, and that the transaction was undone.
var errUndone = errors.New("the connection was lost and the transaction undone")

// illness is what an error says about the database, and so what helps.
type illness uint8

const (
	healthy   illness = iota // it is about the statement or its rows: others may still succeed
	locked                   // somebody else holds a lock
	transient                // the same again will do: a deadlock, a connection that broke
	ill                      // waiting helps
)

// diagnose says what an error means. Anything that neither database names is about the statement.
func diagnose(err error) illness {
	var postgres *pgconn.PgError
	var embedded *sqlite.Error
	var network net.Error
	var connecting *pgconn.ConnectError
	switch {
	case errors.Is(err, errUnknown), errors.As(err, &connecting):
		return ill
	case errors.Is(err, errUndone):
		return transient
	case errors.As(err, &postgres):
		return diagnosePostgres(postgres)
	case errors.As(err, &embedded):
		return diagnoseSQLite(embedded.Code())
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, sql.ErrConnDone):
		return ill
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, driver.ErrBadConn), pgconn.SafeToRetry(err):
		return transient
	}
	return healthy
}

// diagnosePostgres goes by SQLSTATE. Source: PostgreSQL documentation, appendix A.
func diagnosePostgres(err *pgconn.PgError) illness {
	switch err.Code {
	case "55P03": // lock_not_available
		return locked
	case "40001", "40P01", // serialization_failure, deadlock_detected
		"0A000": // feature_not_supported: of ours only a prepared statement whose columns a migration has changed
		return transient
	case "25006", // read_only_sql_transaction: this is no longer the primary
		"42P01", "3F000": // undefined_table, invalid_schema_name: another process will migrate it
		return ill
	}
	if err.Severity == "FATAL" || err.Severity == "PANIC" {
		return transient
	}
	switch err.Code[:min(2, len(err.Code))] {
	case "08", "57", "25": // connection, operator intervention, transaction state
		return transient
	case "53", "58", "XX": // resources, system, internal
		return ill
	}
	return healthy
}

// diagnoseSQLite goes by the primary result code. Source: sqlite.org/rescode.html.
func diagnoseSQLite(code int) illness {
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL:
		return ill
	}
	return healthy
}

// translate makes the error of an operation one that callers can act on: the context's, if that has ended, else a
// fault.Unavailable for an ill database, else the error itself. Faults pass through.
func translate(ctx context.Context, operation string, err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", operation, ctx.Err())
	case diagnose(err) != healthy:
		return fmt.Errorf("%s: %w", operation, errUnavailable.Because(err))
	}
	return fmt.Errorf("%s: %w", operation, err)
}
