// Package lane makes batches out of concurrent callers: what arrives while one batch is being worked on becomes the
// next. No caller waits for company that does not come, and under load batches grow by themselves.
package lane

import (
	"context"
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
	config Config

	mu      sync.Mutex
	queue   []ticket[T]
	stopped bool
	wake    chan struct{}
	done    chan struct{}
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
func New[T any](config Config, work func(batch []T)) *Lane[T] {
	if config.MaxBatch == 0 {
		config.MaxBatch = 512
	}
	if config.MaxQueue == 0 {
		config.MaxQueue = 16384
	}
	l := &Lane[T]{work: work, config: config, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// Do puts the items in line, all or none, and blocks until each has been worked on. Items of one call keep their
// order, but may fall into neighbouring batches. ErrFull and ErrStopped mean that nothing was taken. When ctx ends
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
	case len(l.queue) > 0 && len(l.queue)+len(items) > l.config.MaxQueue:
		return ErrFull
	}
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

func (l *Lane[T]) take() (batch []ticket[T], stopped bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.queue), l.config.MaxBatch)
	batch = l.queue[:n:n]
	l.queue = l.queue[n:]
	return batch, l.stopped
}
