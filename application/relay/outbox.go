// Package relay publishes what was committed: one leader at a time takes the outbox's batches to the broker, in order.
package relay

import (
	"context"
	"time"

	"convoke/application/port"
)

// Batch is what one transaction wants published. IDs grow in commit order for each aggregate.
type Batch struct {
	ID       int64
	Messages []port.Message
}

// Outbox is the store's side of the relay. Safe for concurrent use.
type Outbox interface {
	// Pending returns the oldest batches by id, at most limit, without those in except.
	Pending(ctx context.Context, except []int64, limit int) ([]Batch, error)
	// RemoveBatches deletes batches; missing ones are no error.
	RemoveBatches(ctx context.Context, ids []int64) error
	// Backlog returns how many batches wait and when the oldest was committed (zero when none does).
	Backlog(ctx context.Context) (batches int, oldest time.Time, err error)
}

// Feed hands committed batches to the relay of the same process without a detour over the database. It holds a bounded
// number and forgets the rest: the relay finds those in the outbox.
type Feed struct {
	batches chan Batch
}

// NewFeed makes a feed that holds up to 1024 batches.
func NewFeed() *Feed { return &Feed{batches: make(chan Batch, 1024)} }

// Offer hands over a committed batch. It never blocks.
func (f *Feed) Offer(b Batch) {
	select {
	case f.batches <- b:
	default:
	}
}

// drop throws away what waits in the feed; it is in the outbox.
func (f *Feed) drop() {
	for {
		select {
		case <-f.batches:
		default:
			return
		}
	}
}
