package database

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"
)

// dialect is what the two databases differ in, outside of the lane.
type dialect interface {
	// open makes the pools. Connections are made when they are needed.
	open() (pools, error)
	// session makes the lane's place of work; lockWait bounds its waiting for rows.
	session(writing *sql.DB, lockWait time.Duration) session
	// migrate brings the schema up to date, one process at a time.
	migrate(ctx context.Context, writing *sql.DB) error
	// among is the condition that a column is in a list, which is one parameter made by array.
	among(column string) string
	// array makes the parameter from a slice of ids or of numbers.
	array(list any) any
	// contains is the condition that a column contains a term in whatever case, as rsvps.Filter decides it.
	contains(column, term string) (condition string, arguments []any)
	// sorting is a column in the form of rsvps.SortName, sorted byte by byte.
	sorting(column string) string
	// through is what follows a table's name to have it read by an index, where that must be said.
	through(index string) string
	// bind writes a statement's question marks as the driver takes them.
	bind(text string) string
	// locking locks the rows that are read next, for UPDATE or SHARE.
	locking(tx *gorm.DB, strength string) *gorm.DB
	// snapshot are the options of a transaction whose reads all see the same moment.
	snapshot() *sql.TxOptions
	// now is the database's own time, in microseconds since 1970, as an expression.
	now() string
}

func dialectOf(c Config) dialect {
	if c.URL != "" {
		return postgresDialect{c}
	}
	return sqliteDialect{c}
}

// pools are the connections, with gorm on them. In Postgres reading and writing share one pool; in SQLite one
// connection writes.
type pools struct {
	reading, writing *sql.DB
	read, write      *gorm.DB
}

func (p pools) close() error { return errors.Join(p.reading.Close(), p.writing.Close()) }
