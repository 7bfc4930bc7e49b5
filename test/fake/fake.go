// Package fake holds the small stand-ins that unit tests share: a clock that stands still until it is told, a meter that
// remembers, ids that count, a bus that is driven by hand. Adapters that are real live in adapters/memory.
package fake

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"convoke/application/port"
)

// Clock stands still until it is moved. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows a fixed day in 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 6, 12, 16, 0, 0, 0, time.UTC)} }

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// IDs counts. Safe for concurrent use.
type IDs struct {
	mu sync.Mutex
	n  int
}

// New returns the next id, in the form of a UUIDv7 and in growing order.
func (i *IDs) New() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.n++
	return fmt.Sprintf("01890000-0000-7000-8000-%012x", i.n)
}

// Meter remembers sums. Safe for concurrent use.
type Meter struct {
	mu   sync.Mutex
	sums map[string]float64
}

var _ port.Meter = (*Meter)(nil)

// Add adds to the sum of the name and labels.
func (m *Meter) Add(name string, n float64, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sums == nil {
		m.sums = map[string]float64{}
	}
	m.sums[key(name, labels)] += n
}

// Set replaces the sum.
func (m *Meter) Set(name string, value float64, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sums == nil {
		m.sums = map[string]float64{}
	}
	m.sums[key(name, labels)] = value
}

// Observe counts the observation.
func (m *Meter) Observe(name string, _ float64, labels ...string) { m.Add(name, 1, labels...) }

// Value returns the sum of the name and labels.
func (m *Meter) Value(name string, labels ...string) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sums[key(name, labels)]
}

func key(name string, labels []string) string { return fmt.Sprint(name, labels) }

// Log returns a logger that says nothing.
func Log() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// Publisher remembers what was published; Fail, when set, decides about each message. Safe for concurrent use.
type Publisher struct {
	Fail func(port.Message) error

	mu   sync.Mutex
	sent []port.Message
}

var _ port.Publisher = (*Publisher)(nil)

// Publish takes the messages that Fail lets through.
func (p *Publisher) Publish(ctx context.Context, batch []port.Message) []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	errs := make([]error, len(batch))
	failed := false
	for i, m := range batch {
		if errs[i] = ctx.Err(); errs[i] == nil && p.Fail != nil {
			errs[i] = p.Fail(m)
		}
		if errs[i] == nil {
			p.sent = append(p.sent, m)
		}
		failed = failed || errs[i] != nil
	}
	if !failed {
		return nil
	}
	return errs
}

// Sent returns what was taken.
func (p *Publisher) Sent() []port.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]port.Message(nil), p.sent...)
}

// Consumer hands one batch to the handler and remembers how many were done.
type Consumer struct {
	Batch []port.Message
	Done  int
}

var _ port.Consumer = (*Consumer)(nil)

// Consume delivers the batch once.
func (c *Consumer) Consume(ctx context.Context, _ port.Subscription, handle port.Handler) error {
	var err error
	c.Done, err = handle(ctx, c.Batch)
	return err
}
