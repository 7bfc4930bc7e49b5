package httpapi

import (
	"context"
	"sync"
)

// waits keeps the contexts of requests that may wait for long, so that a drain can end them all. The zero value works.
type waits struct {
	mu    sync.Mutex
	next  int
	open  map[int]context.CancelFunc
	ended bool
}

// context returns a context that ends with the drain; the caller must call cancel.
func (w *waits) context() (ctx context.Context, cancel context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		stop()
		return ctx, stop
	}
	if w.open == nil {
		w.open = map[int]context.CancelFunc{}
	}
	id := w.next
	w.next++
	w.open[id] = stop
	return ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, id)
		stop()
	}
}

// end cancels every wait, and those to come.
func (w *waits) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	for _, stop := range w.open {
		stop()
	}
}
