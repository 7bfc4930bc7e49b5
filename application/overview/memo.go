package overview

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"convoke/application/port"
)

const (
	fresh    = time.Second     // a part is looked at no more often
	patience = 3 * time.Second // with a part that does not answer
)

// memo remembers one part for a moment. Whoever comes while it is looked at waits for the same answer.
type memo[T any] struct {
	clock port.Clock
	log   *slog.Logger
	what  string
	load  func(context.Context) (T, error)

	mu      sync.Mutex
	last    Part[T]
	looking *look[T] // nil: nobody is at it
}

// look is one time of looking; part is set when done is closed.
type look[T any] struct {
	done chan struct{}
	part Part[T]
}

func newMemo[T any](clock port.Clock, log *slog.Logger, what string, load func(context.Context) (T, error)) *memo[T] {
	return &memo[T]{clock: clock, log: log, what: what, load: load}
}

// get returns the part as it was at most a moment ago. It comes back when ctx ends, or after a few seconds, even if what
// is asked does not.
func (m *memo[T]) get(ctx context.Context) Part[T] {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	m.mu.Lock()
	if !m.last.At.IsZero() && m.clock.Now().Sub(m.last.At) < fresh {
		defer m.mu.Unlock()
		return m.last
	}
	now := m.looking
	if now == nil {
		now = &look[T]{done: make(chan struct{})}
		m.looking = now
		go m.look(context.WithoutCancel(ctx), now)
	}
	m.mu.Unlock()
	select {
	case <-now.done:
		return now.part
	case <-ctx.Done():
		return Part[T]{Err: ErrUnknown.Because(ctx.Err()), At: m.clock.Now()}
	}
}

// look asks once, for all who wait: the first of them may go away without taking the answer along.
func (m *memo[T]) look(ctx context.Context, now *look[T]) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	value, err := m.load(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		if m.last.Err == nil {
			m.log.Warn("a part of the overview can not be looked at", "part", m.what, "error", err)
		}
		err = ErrUnknown.Because(err)
	}
	now.part = Part[T]{value, err, m.clock.Now()}
	m.last, m.looking = now.part, nil
	close(now.done)
}
