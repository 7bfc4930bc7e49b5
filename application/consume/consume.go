// Package consume is what stands between the bus and every consumer: it decodes envelopes, skips what is not meant for
// the group, sends what can never work to the dead letters, and waits while a dependency is ill. One bad message never
// blocks a partition; one ill dependency always does.
package consume

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"convoke/application/envelope"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/event"
)

// Delivery is one event as it arrived.
type Delivery struct {
	Event   event.Event
	Message port.Message
}

// Group is a consumer: who reads what, and what is done with it.
type Group struct {
	Name     string
	Topic    string
	Mode     port.Mode
	MaxBatch int
	Room     func(ctx context.Context) (int, error)
	Rewind   func(ctx context.Context, partition int32) (bool, error) // as in port.Subscription
	// Handle works on deliveries of one partition, oldest first, and returns one error per delivery, or nil when all
	// are done. A Refuse error makes a dead letter. Any other error means that a dependency is ill: what is not done is
	// handed over again after a pause, for as long as it takes. It must give way when ctx ends, and must not mind
	// seeing an event twice.
	Handle func(ctx context.Context, batch []Delivery) []error
}

// Reasons for which a message becomes a dead letter.
const (
	ReasonUndecodable = "undecodable"
	ReasonPanic       = "panic"
)

const panicLimit = 3

type refusal struct {
	reason string
	cause  error
}

func (r *refusal) Error() string { return r.reason + ": " + r.cause.Error() }
func (r *refusal) Unwrap() error { return r.cause }

// Refuse marks an event that can never be worked on; reason is stable, for programs.
func Refuse(reason string, cause error) error { return &refusal{reason, cause} }

// Runner runs groups. Safe for concurrent use.
type Runner struct {
	Consumer  port.Consumer
	Publisher port.Publisher
	Clock     port.Clock
	Meter     port.Meter
	Log       *slog.Logger
}

// Run reads as the group until ctx ends, then returns nil.
func (r *Runner) Run(ctx context.Context, g Group) error {
	subscription := port.Subscription{Topic: g.Topic, Group: g.Name, Mode: g.Mode, MaxBatch: g.MaxBatch, Room: g.Room, Rewind: g.Rewind}
	err := r.Consumer.Consume(ctx, subscription, func(ctx context.Context, batch []port.Message) (int, error) {
		return r.handle(ctx, g, batch), nil
	})
	if err != nil {
		return fmt.Errorf("group %s on %s: %w", g.Name, g.Topic, err)
	}
	return nil
}

// handle works on a batch until each message is done or ctx ends, and returns how many from the front are done.
func (r *Runner) handle(ctx context.Context, g Group, messages []port.Message) int {
	b := &batch{runner: r, group: g, items: make([]item, len(messages))}
	for i, m := range messages {
		b.items[i] = r.sort(g, m)
	}
	pause := newPause()
	for !b.settle(ctx) && ctx.Err() == nil {
		r.Meter.Add(metric.ConsumeRetries, 1, g.Name)
		pause.wait(ctx)
	}
	b.count()
	return b.doneFromFront()
}

// sort decides what is to become of a message before anybody handles it.
func (r *Runner) sort(g Group, m port.Message) item {
	if only := m.Headers[envelope.HeaderRedrive]; only != "" && only != g.Name {
		return item{done: true, outcome: "other-group"}
	}
	e, err := envelope.Decode(m)
	switch {
	case errors.Is(err, envelope.ErrUnknownType):
		return item{done: true, outcome: "unknown-type"}
	case err != nil:
		return item{delivery: Delivery{Message: m}, letter: ReasonUndecodable, cause: err, attempts: 1}
	}
	return item{delivery: Delivery{Event: e, Message: m}}
}

type item struct {
	delivery Delivery
	done     bool
	outcome  string
	letter   string // reason for a dead letter that is still to be sent
	cause    error
	attempts int
	panics   int
}

type batch struct {
	runner *Runner
	group  Group
	items  []item
	alone  bool // after a panic deliveries are handed over one by one, to find the one at fault
}

// settle hands over what is not done and sends the letters; true when everything is done.
func (b *batch) settle(ctx context.Context) bool {
	var open []int
	for i := range b.items {
		if !b.items[i].done && b.items[i].letter == "" {
			open = append(open, i)
		}
	}
	step := len(open)
	if b.alone {
		step = 1
	}
	for start := 0; start < len(open) && ctx.Err() == nil; start += step {
		b.hand(ctx, open[start:min(start+step, len(open))])
	}
	b.sendLetters(ctx)
	for i := range b.items {
		if !b.items[i].done {
			return false
		}
	}
	return true
}

// hand gives the items at the indexes to the handler and takes down what became of them.
func (b *batch) hand(ctx context.Context, indexes []int) {
	deliveries := make([]Delivery, len(indexes))
	for k, i := range indexes {
		deliveries[k] = b.items[i].delivery
		b.items[i].attempts++
	}
	errs, panicked := b.call(ctx, deliveries)
	if panicked != nil {
		b.blame(indexes, panicked)
		return
	}
	for k, i := range indexes {
		var err error
		if errs != nil {
			err = errs[k]
		}
		b.items[i].take(err)
	}
}

func (i *item) take(err error) {
	var refused *refusal
	switch {
	case err == nil:
		i.done, i.outcome = true, "done"
	case errors.As(err, &refused):
		i.letter, i.cause = refused.reason, refused.cause
	}
}

func (b *batch) call(ctx context.Context, deliveries []Delivery) (errs []error, panicked error) {
	defer func() {
		if value := recover(); value != nil {
			panicked = fmt.Errorf("panic: %v", value)
			b.runner.Log.Error("a consumer panicked", "group", b.group.Name, "topic", b.group.Topic,
				"panic", value, "stack", string(debug.Stack()))
		}
	}()
	return b.group.Handle(ctx, deliveries), nil
}

// blame counts a panic against a message that was alone; a batch is handed over again one by one.
func (b *batch) blame(indexes []int, cause error) {
	if len(indexes) > 1 {
		b.alone = true
		return
	}
	i := &b.items[indexes[0]]
	if i.panics++; i.panics >= panicLimit {
		i.letter, i.cause = ReasonPanic, cause
	}
}

func (b *batch) sendLetters(ctx context.Context) {
	var letters []port.Message
	var owners []*item
	for i := range b.items {
		if it := &b.items[i]; !it.done && it.letter != "" {
			letters = append(letters, it.asLetter(b.group.Name, b.runner.Clock.Now()))
			owners = append(owners, it)
		}
	}
	if len(letters) == 0 {
		return
	}
	errs := b.runner.Publisher.Publish(ctx, letters)
	for k, it := range owners {
		if errs != nil && errs[k] != nil {
			continue
		}
		it.done, it.outcome = true, "dead-letter"
		b.runner.Meter.Add(metric.DeadLetters, 1, b.group.Name, it.letter)
		b.runner.Log.Warn("a message was given up", "group", b.group.Name, "topic", it.delivery.Message.Topic,
			"partition", it.delivery.Message.Partition, "offset", it.delivery.Message.Offset, "reason", it.letter, "cause", it.cause)
	}
}

func (b *batch) doneFromFront() int {
	for i := range b.items {
		if !b.items[i].done {
			return i
		}
	}
	return len(b.items)
}

func (b *batch) count() {
	outcomes := map[string]float64{}
	for i := range b.items {
		if b.items[i].done {
			outcomes[b.items[i].outcome]++
		}
	}
	for outcome, n := range outcomes {
		b.runner.Meter.Add(metric.Consumed, n, b.group.Name, outcome)
	}
}

// pause is the growing wait while a dependency is ill.
type pause struct{ next time.Duration }

func newPause() *pause { return &pause{next: 50 * time.Millisecond} }

func (p *pause) wait(ctx context.Context) {
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	p.next = min(2*p.next, 5*time.Second)
}

// Retry calls work until it succeeds or ctx ends, with growing pauses; it returns nil or ctx's error.
func Retry(ctx context.Context, work func() error) error {
	pause := newPause()
	for {
		err := work()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		pause.wait(ctx)
	}
}

// Repeat is one error for each of n deliveries: what a handler returns that works on a batch as a whole. nil stays nil.
func Repeat(err error, n int) []error {
	if err == nil {
		return nil
	}
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}
