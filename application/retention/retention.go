// Package retention forgets what has been kept long enough. It is a duty of the leader.
package retention

import (
	"context"
	"log/slog"
	"time"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/idempotency"
	"convoke/application/leader"
	"convoke/application/port"
	"convoke/application/pulse"
)

const (
	every = time.Minute
	step  = 1000 // rows in one delete, so that none of them is long
)

// Replies are what deleted occasions leave behind. Safe for concurrent use.
type Replies interface {
	// PurgeReplies deletes up to limit of them and returns how many; fewer than limit: none are left.
	PurgeReplies(ctx context.Context, limit int) (int, error)
}

// Duty deletes old idempotency keys, dead letters, minutes and operations, and the replies to deleted occasions.
type Duty struct {
	Keys       idempotency.Store
	Letters    deadletter.Store
	Replies    Replies
	Minutes    pulse.Store
	Operations bulk.Store
	Clock      port.Clock
	Log        *slog.Logger
}

// Run deletes what is old, now and every minute, until ctx ends.
func (d *Duty) Run(ctx context.Context, term leader.Term) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		now := d.Clock.Now()
		d.purge(ctx, term, "idempotency keys", now.Add(-idempotency.Lifetime), d.Keys.PurgeKeys)
		d.purge(ctx, term, "dead letters", now.Add(-deadletter.Retention), d.Letters.PurgeLetters)
		d.purge(ctx, term, "minutes", now.Add(-pulse.Retention), d.Minutes.PurgeMinutes)
		d.purge(ctx, term, "operations", now.Add(-bulk.Retention), d.Operations.PurgeOperations)
		d.purge(ctx, term, "replies to deleted occasions", now, func(ctx context.Context, _ time.Time, limit int) (int, error) {
			return d.Replies.PurgeReplies(ctx, limit)
		})
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (d *Duty) purge(ctx context.Context, term leader.Term, what string, before time.Time, purge func(context.Context, time.Time, int) (int, error)) {
	for term.Valid() && ctx.Err() == nil {
		n, err := purge(ctx, before, step)
		if err != nil && ctx.Err() == nil {
			d.Log.Warn("old rows can not be deleted", "what", what, "error", err)
		}
		if err != nil || n < step {
			return
		}
	}
}
