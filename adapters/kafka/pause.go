package kafka

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// pause is a wait that doubles from first to longest.
type pause struct {
	first, longest time.Duration
	next           time.Duration
}

// wait sleeps; false when ctx ended.
func (p *pause) wait(ctx context.Context) bool {
	p.next = min(max(p.next, p.first), p.longest)
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	p.next *= 2
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *pause) reset() { p.next = 0 }

// outage logs an error that lasts: after a second, then twice a minute, and its end. A leader change is shorter than that
// and not worth a line. Safe for concurrent use.
type outage struct {
	log  *slog.Logger
	what string

	mu     sync.Mutex
	since  time.Time
	logged time.Time
}

func (o *outage) note(err error) {
	const worthALine, again = time.Second, 30 * time.Second
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if o.since.IsZero() {
		o.since = now
	}
	if now.Sub(o.since) >= worthALine && now.Sub(o.logged) >= again {
		o.logged = now
		o.log.Warn(o.what+" is waiting for Kafka", "error", err, "for", now.Sub(o.since).Round(time.Second))
	}
}

func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.logged.IsZero() {
		o.log.Info(o.what+" goes on", "after", time.Since(o.since).Round(time.Millisecond))
	}
	o.since, o.logged = time.Time{}, time.Time{}
}
