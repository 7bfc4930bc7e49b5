package database

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// settleWithin bounds the asking: the lane waits for it.
const settleWithin = 3 * time.Second

// settleEvery is how often an unfinished transaction is asked after: its server process may not have noticed yet that
// nobody is listening.
const settleEvery = 50 * time.Millisecond

// settle finds out what became of a transaction whose COMMIT was not answered: nil when it is committed, errUndone when
// it is not, errUnknown when nobody can say in time. The connection is another one, so it may be another
// server after a failover, which knows nothing of the transaction: that is errUnknown too.
func settle(ctx context.Context, db *sql.DB, xid uint64, lost error) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	for {
		status, err := fate(ctx, db, xid)
		switch {
		case status == "committed":
			return nil
		case status == "aborted":
			return fmt.Errorf("%w: %w", errUndone, lost)
		case err == nil && status != "in progress", err != nil && diagnose(err) == healthy:
			return fmt.Errorf("%w: %w", errUnknown, lost)
		}
		select {
		case <-time.After(settleEvery):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", errUnknown, lost)
		}
	}
}

// fate asks the server: "in progress", "committed", "aborted", or "" when it has forgotten.
func fate(ctx context.Context, db *sql.DB, xid uint64) (string, error) {
	var status sql.NullString
	err := db.QueryRowContext(ctx, "SELECT pg_xact_status($1::text::xid8)", strconv.FormatUint(xid, 10)).Scan(&status)
	return status.String, err
}
