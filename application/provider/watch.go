package provider

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"convoke/application/port"
	"convoke/domain/event"
)

// remembered is how long a failure counts as the provider's present state.
const remembered = time.Minute

// Watch runs the calls of one provider and knows its health by how the last one went. While the provider has asked to be
// left alone it is not called at all. Safe for concurrent use.
type Watch struct {
	id    string
	clock port.Clock
	log   *slog.Logger

	mu       sync.Mutex
	failure  *port.GenerateError // nil after a success
	failedAt time.Time
	quiet    time.Time // no calls before
}

// NewWatch makes the watch of a generator.
func NewWatch(id string, clock port.Clock, log *slog.Logger) *Watch {
	return &Watch{id: id, clock: clock, log: log}
}

// Run makes a call. Its error is a *port.GenerateError, or the context's when that was cancelled.
func (w *Watch) Run(ctx context.Context, call func() (port.Drawing, error)) (port.Drawing, error) {
	if w.isQuiet() {
		return port.Drawing{}, Failure(w.id, RateLimited)
	}
	drawing, err := call()
	switch {
	case err == nil:
		w.succeeded()
		return drawing, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = context.DeadlineExceeded // whatever the end of the time made of it
	case ctx.Err() != nil:
		return port.Drawing{}, ctx.Err() // nobody wants it any more: that says nothing about the provider
	}
	return port.Drawing{}, w.failed(err)
}

func (w *Watch) isQuiet() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock.Now().Before(w.quiet)
}

func (w *Watch) succeeded() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure != nil {
		w.log.Info("a generator answers again", "generator", w.id)
	}
	w.failure = nil
}

// failed notes a failure. One that is about this brief or this answer shows that the provider works.
func (w *Watch) failed(err error) *port.GenerateError {
	failure := Classify(w.id, err)
	switch failure.Code {
	case RateLimited, Unavailable, Unauthorized, Rejected, Timeout:
	default:
		w.succeeded()
		return failure
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var status *StatusError
	now := w.clock.Now()
	if errors.As(err, &status) && status.RetryAfter > 0 {
		w.quiet = now.Add(status.RetryAfter)
	}
	if w.failure == nil || w.failure.Code != failure.Code {
		attributes := []any{"generator", w.id, "code", failure.Code}
		if status != nil {
			attributes = append(attributes, "status", status.Status, "reason", status.Reason)
		}
		w.log.Warn("a generator is ill", attributes...)
	}
	w.failure, w.failedAt = failure, now
	return failure
}

// Health is ill for a minute after a failure, for as long as the provider wants to be left alone, and with a key that it
// does not accept until a call succeeds. It asks nobody.
func (w *Watch) Health(context.Context) (event.Health, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.Now()
	if f := w.failure; f != nil && (f.Code == Unauthorized || now.Sub(w.failedAt) < remembered || now.Before(w.quiet)) {
		return event.HealthIll, f.Message
	}
	return event.HealthOK, ""
}
