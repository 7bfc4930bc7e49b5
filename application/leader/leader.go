// Package leader gives the duties that only one process may have at a time, such as publishing the outbox in order, to
// one process, by a lease with a term.
package leader

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"convoke/application/metric"
	"convoke/application/port"
)

// Config of a Leader. The zero value works.
type Config struct {
	TTL   time.Duration // how long a silent leader stays one; 0: 6 s
	Renew time.Duration // 0: a third of TTL
}

// Duty is work of the leader. It must return soon after ctx ends, and must ask term before each step that would do harm
// if another leader were at work already.
type Duty func(ctx context.Context, term Term)

// Leader takes part in the election of one name.
type Leader struct {
	leases port.Leases
	name   string
	holder string
	config Config
	clock  port.Clock
	meter  port.Meter
	log    *slog.Logger
}

// New makes a participant. holder must be unique among the processes that may hold the lease at the same time.
func New(leases port.Leases, name, holder string, config Config, clock port.Clock, meter port.Meter, log *slog.Logger) *Leader {
	if config.TTL == 0 {
		config.TTL = 6 * time.Second
	}
	if config.Renew == 0 {
		config.Renew = config.TTL / 3
	}
	return &Leader{leases, name, holder, config, clock, meter, log}
}

// Term is one unbroken time of leading. Safe for concurrent use.
type Term struct {
	Number int64
	until  *atomic.Int64 // monotonic, since start
	start  time.Time
	clock  port.Clock
}

// Valid reports whether the lease is still certain to be held, judged on the monotonic clock.
func (t Term) Valid() bool { return t.clock.Now().Sub(t.start) < time.Duration(t.until.Load()) }

// Run campaigns until ctx ends; while it leads, the duties run. On the way out it waits for the duties and gives the
// lease up.
func (l *Leader) Run(ctx context.Context, duties ...Duty) error {
	ticker := time.NewTicker(l.config.Renew)
	defer ticker.Stop()
	for ctx.Err() == nil {
		asked := l.clock.Now()
		if number, held, err := l.acquire(ctx); held {
			l.lead(ctx, asked, number, ticker.C, duties)
			continue
		} else if err != nil && ctx.Err() == nil {
			l.log.Warn("the leader lease can not be asked for", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
	l.release()
	return nil
}

// lead runs the duties for as long as the lease can be renewed.
func (l *Leader) lead(ctx context.Context, asked time.Time, number int64, tick <-chan time.Time, duties []Duty) {
	term := Term{Number: number, until: new(atomic.Int64), start: asked, clock: l.clock}
	extend := func(asked time.Time) { term.until.Store(int64(asked.Sub(term.start) + l.config.TTL)) }
	extend(asked)
	l.log.Info("leading", "term", number)
	l.meter.Set(metric.Leading, 1)

	inner, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, duty := range duties {
		running.Go(func() { duty(inner, term) })
	}
	defer func() {
		cancel()
		running.Wait()
		l.meter.Set(metric.Leading, 0)
	}()
	for {
		select {
		case <-tick:
		case <-ctx.Done():
			return
		}
		asked = l.clock.Now()
		again, held, err := l.acquire(ctx)
		if held && again == number {
			extend(asked)
			continue
		}
		if err == nil || !term.Valid() {
			l.log.Warn("no longer leading", "term", number, "error", err)
			return
		}
	}
}

func (l *Leader) acquire(ctx context.Context) (int64, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, l.config.Renew)
	defer cancel()
	return l.leases.Acquire(ctx, l.name, l.holder, l.config.TTL)
}

func (l *Leader) release() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := l.leases.Release(ctx, l.name, l.holder); err != nil {
		l.log.Warn("the leader lease could not be given up", "error", err)
	}
}
