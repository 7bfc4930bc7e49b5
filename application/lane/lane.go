// Package lane makes batches out of concurrent callers: what arrives while one batch is being worked on becomes the
// next. No caller waits for company that does not come, and under load batches grow by themselves.
package lane

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"convoke/domain/fault"
)

// Config of a lane. The zero value works.
type Config struct {
	MaxBatch int // items in one batch; 0: 512
	MaxQueue int // items waiting; 0: 16384
}

// Errors that Do returns when an item was not taken.
var (
	ErrFull    = fault.New(fault.Unavailable, "overloaded", "too much is waiting; try again in a moment")
	ErrStopped = fault.New(fault.Unavailable, "stopping", "the server is shutting down; try again")
)

// Lane runs one batch at a time. Results travel in the items themselves. Safe for concurrent use.
type Lane[T any] struct {
	work   func([]T)
	share  func(T) string // nil: first come, first served
	config Config

	mu      sync.Mutex
	queue   []ticket[T] // what has come since the last batch was taken
	waiting int         // in the queue and in line
	stopped bool
	wake    chan struct{}
	done    chan struct{}

	line []ticket[T] // what was taken out of the queue and did not fit into a batch; the lane's goroutine's own
}

type ticket[T any] struct {
	item T
	call *call
}

// call is one Do: it is over when all of its items are worked on.
type call struct {
	left atomic.Int64
	over chan struct{}
}

func (c *call) done() {
	if c.left.Add(-1) == 0 {
		close(c.over)
	}
}

// New starts a lane whose goroutine hands each batch to work; Stop ends it.
func New[T any](config Config, work func(batch []T)) *Lane[T] { return NewFair(config, nil, work) }

// NewFair starts a lane in which, when more waits than fits into a batch, each share gets as much of it as any other: a
// flood about one thing does not keep those waiting who ask about another. Items of a share keep their order.
func NewFair[T any](config Config, share func(T) string, work func(batch []T)) *Lane[T] {
	if config.MaxBatch == 0 {
		config.MaxBatch = 512
	}
	if config.MaxQueue == 0 {
		config.MaxQueue = 16384
	}
	l := &Lane[T]{work: work, share: share, config: config, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// Do puts the items in line, all or none, and blocks until each has been worked on. Items of one call, in a fair lane
// those of one share, keep their order, but may fall into neighbouring batches. ErrFull and ErrStopped mean that nothing was taken. When ctx ends
// first its error is returned; the items are still worked on, and must not be looked at any more.
func (l *Lane[T]) Do(ctx context.Context, items ...T) error {
	if len(items) == 0 {
		return nil
	}
	c := &call{over: make(chan struct{})}
	c.left.Store(int64(len(items)))
	if err := l.enqueue(items, c); err != nil {
		return err
	}
	select {
	case <-c.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop takes no more items, works on those that wait, and returns when the lane is empty. It may be called twice.
func (l *Lane[T]) Stop() {
	l.mu.Lock()
	l.stopped = true
	l.mu.Unlock()
	l.nudge()
	<-l.done
}

func (l *Lane[T]) enqueue(items []T, c *call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.stopped:
		return ErrStopped
	case l.waiting > 0 && l.waiting+len(items) > l.config.MaxQueue:
		return ErrFull
	}
	l.waiting += len(items)
	for _, item := range items {
		l.queue = append(l.queue, ticket[T]{item, c})
	}
	l.nudge()
	return nil
}

func (l *Lane[T]) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *Lane[T]) run() {
	defer close(l.done)
	for range l.wake {
		for {
			batch, stopped := l.take()
			if len(batch) == 0 {
				if stopped {
					return
				}
				break
			}
			items := make([]T, len(batch))
			for i, t := range batch {
				items[i] = t.item
			}
			l.work(items)
			for _, t := range batch {
				t.call.done()
			}
		}
	}
}

// take makes the next batch. Nobody who comes has to wait for that.
func (l *Lane[T]) take() (batch []ticket[T], stopped bool) {
	l.mu.Lock()
	l.line = append(l.line, l.queue...)
	clear(l.queue)
	l.queue, stopped = l.queue[:0], l.stopped
	n := min(len(l.line), l.config.MaxBatch)
	l.waiting -= n
	l.mu.Unlock()

	if n < len(l.line) && l.share != nil {
		batch, l.line = l.fair(n)
	} else {
		batch, l.line = slices.Clone(l.line[:n]), slices.Delete(l.line, 0, n)
	}
	return batch, stopped
}

// fair takes n items out of the line, in the order in which they came, but of each share no more than the level up to
// which all can be served (max-min fairness).
func (l *Lane[T]) fair(n int) (batch, rest []ticket[T]) {
	wanted := map[string]int{}
	for _, t := range l.line {
		wanted[l.share(t.item)]++
	}
	most, taken := level(wanted, n), map[string]int{}
	rest = l.line[:0]
	for _, t := range l.line {
		if share := l.share(t.item); len(batch) < n && taken[share] < most {
			taken[share]++
			batch = append(batch, t)
		} else {
			rest = append(rest, t)
		}
	}
	clear(l.line[len(rest):])
	return batch, rest
}

// level is how many each share gets at most when n are dealt out: who wants less leaves the others more.
func level(wanted map[string]int, n int) int {
	left := len(wanted)
	for _, want := range slices.Sorted(maps.Values(wanted)) {
		if want*left > n {
			return (n + left - 1) / left
		}
		n -= want
		left--
	}
	return n
}
