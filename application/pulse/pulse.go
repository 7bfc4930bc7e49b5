// Package pulse knows the last hour: how much was taken and finished, minute by minute, and how long it took. Each api
// process counts for itself and keeps its minutes in the store, where those of all processes meet, also of those that
// have stopped.
package pulse

import (
	"context"
	"time"
)

const (
	// Window is how far back a reading goes.
	Window = time.Hour
	// Retention is how long minutes are kept.
	Retention = 2 * time.Hour
)

// Counts is what happened.
type Counts struct {
	Taken     uint64 // jobs whose order was committed
	Completed uint64
	Failed    uint64
	Cancelled uint64
	Replies   uint64 // new replies of guests that were committed

	// JobSeconds are the times from orders to designs, of completed jobs.
	JobSeconds Histogram
	// ReplySeconds are the times from a reply's arrival at its use case to its commit.
	ReplySeconds Histogram
}

// Minute is what one process counted in one minute.
type Minute struct {
	Start   time.Time // a whole minute, UTC
	Process string    // an id that is new with each start
	Until   time.Time // everything up to then is counted
	Counts
}

// Store keeps minutes. Safe for concurrent use.
type Store interface {
	// PutMinute keeps a minute, in the place of what the same process has put for it before.
	PutMinute(ctx context.Context, m Minute) error
	// Minutes returns all processes' minutes that start at or after from, oldest first.
	Minutes(ctx context.Context, from time.Time) ([]Minute, error)
	// PurgeMinutes deletes the minutes that start before t, at most limit, and returns how many.
	PurgeMinutes(ctx context.Context, before time.Time, limit int) (int, error)
}
