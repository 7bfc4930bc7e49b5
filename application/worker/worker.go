// Package worker makes designs: it takes requests from the broker, runs generators in a bounded pool and answers on the
// broker. It needs no database. What finishes quickly is answered before its request is committed; what takes longer is
// picked up: the worker says so, commits, and from then on holds the job by a lease that it keeps renewing.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/lane"
	"convoke/application/port"
	"convoke/domain/event"
)

// Config of a Worker. The zero value works.
type Config struct {
	ID          string        // unique among live workers; empty: made up
	Concurrency int           // designs at a time; 0: 8
	JobTimeout  time.Duration // of one generator's try; 0: 2 min
	PickUpAfter time.Duration // how long a request may stay uncommitted; 0: 250 ms
	Renew       time.Duration // longest silence about a picked-up job; 0: 4 s
	Default     string        // generator of requests that name none
	Fallback    []string      // generators to try after the requested one
}

func (c *Config) complete(ids port.IDs) {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&c.JobTimeout, 2*time.Minute)
	set(&c.PickUpAfter, 250*time.Millisecond)
	set(&c.Renew, 4*time.Second)
	if c.Concurrency == 0 {
		c.Concurrency = 8
	}
	if c.ID == "" {
		c.ID = ids.New()
	}
}

// Sender sends control messages; see control.Channel.
type Sender interface {
	Send(ctx context.Context, data ...event.Data) error
}

// Worker is one process's pool. Safe for concurrent use.
type Worker struct {
	config     Config
	names      envelope.Names
	generators generators
	publisher  port.Publisher
	control    Sender
	clock      port.Clock
	ids        port.IDs
	meter      port.Meter
	log        *slog.Logger

	slots   chan struct{}
	answers *lane.Lane[*answer]
	cancels *cancels

	base    context.Context //nolint:containedctx // of everything that runs; ends when the worker gives up what it still holds
	abandon context.CancelFunc
	running sync.WaitGroup

	mu    sync.Mutex
	tasks map[event.Run]*task
}

// New makes a worker. Control messages must be handed to its Take.
func New(config Config, names envelope.Names, offered []port.Generator, publisher port.Publisher, control Sender,
	clock port.Clock, ids port.IDs, meter port.Meter, log *slog.Logger,
) *Worker {
	config.complete(ids)
	w := &Worker{
		config: config, names: names, publisher: publisher, control: control,
		clock: clock, ids: ids, meter: meter, log: log,
		slots: make(chan struct{}, config.Concurrency), cancels: newCancels(clock), tasks: map[event.Run]*task{},
	}
	w.base, w.abandon = context.WithCancel(context.Background())
	w.generators = newGenerators(offered, config, clock, meter, log)
	w.answers = lane.New(lane.Config{MaxBatch: 64}, w.publish)
	return w
}

// ID is the worker's name among the live ones.
func (w *Worker) ID() string { return w.config.ID }

// Requests is the consumer that makes designs.
func (w *Worker) Requests() consume.Group {
	return consume.Group{
		Name: w.names.Workers, Topic: w.names.DesignRequests, Mode: port.Shared, MaxBatch: w.config.Concurrency,
		Room: w.room, Handle: w.handle,
	}
}

// room blocks until a slot is free and returns how many are.
func (w *Worker) room(ctx context.Context) (int, error) {
	select {
	case w.slots <- struct{}{}:
		<-w.slots
		return max(1, cap(w.slots)-len(w.slots)), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// handle starts each request as soon as a slot is free and returns when all are answered or picked up. When it has to
// give way it picks up what runs, so that nothing paid for is thrown away, and leaves what has not begun to others.
func (w *Worker) handle(ctx context.Context, batch []consume.Delivery) []error {
	errs := make([]error, len(batch))
	tasks := make([]*task, len(batch))
	settled := 0
	for i, d := range batch {
		request, ok := d.Event.Data.(event.DesignRequested)
		if !ok || w.cancels.has(runOf(request)) {
			continue
		}
		if tasks[i] = w.find(runOf(request)); tasks[i] != nil {
			continue
		}
		if !w.takeSlot() {
			w.settle(ctx, tasks[settled:i], errs[settled:i])
			settled = i
			if errs[i] = w.awaitSlot(ctx); errs[i] != nil {
				continue
			}
		}
		tasks[i] = w.start(request, d.Event.Trace)
	}
	w.settle(ctx, tasks[settled:], errs[settled:])
	return errs
}

// settle waits a moment for the tasks and picks up those that take longer.
func (w *Worker) settle(ctx context.Context, tasks []*task, errs []error) {
	patience, cancel := context.WithTimeout(ctx, w.config.PickUpAfter)
	defer cancel()
	for i, t := range tasks {
		if t == nil {
			continue
		}
		select {
		case <-t.over:
		case <-patience.Done():
		}
		errs[i] = w.conclude(ctx, t)
	}
}

// conclude makes sure that a request may be committed: it is answered, or it is picked up now. When the answer is on its
// way to an ill broker there is nothing to pick up: it is waited for.
func (w *Worker) conclude(ctx context.Context, t *task) error {
	if progress, ok := t.hold(w.config.ID, w.clock.Now()); ok {
		return w.answer(w.base, t, progress)
	}
	select {
	case <-t.over:
		return t.outcome()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// takeSlot takes a slot if there is one.
func (w *Worker) takeSlot() bool {
	select {
	case w.slots <- struct{}{}:
		return true
	default:
		return false
	}
}

// awaitSlot waits for a slot and takes it.
func (w *Worker) awaitSlot(ctx context.Context) error {
	select {
	case w.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func runOf(r event.DesignRequested) event.Run { return event.Run{JobID: r.JobID, Attempt: r.Attempt} }

func (w *Worker) find(run event.Run) *task {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tasks[run]
}

// start runs a request in the slot that the caller has taken.
func (w *Worker) start(r event.DesignRequested, trace string) *task {
	run := runOf(r)
	ctx, cancel := context.WithCancelCause(w.base)
	t := &task{run: run, trace: trace, cancel: cancel, over: make(chan struct{})}
	w.mu.Lock()
	w.tasks[run] = t
	w.mu.Unlock()
	w.running.Go(func() {
		err := w.perform(ctx, t, r)
		cancel(nil)
		w.mu.Lock()
		delete(w.tasks, run)
		w.mu.Unlock()
		t.end(err)
		<-w.slots
	})
	return t
}

// errCancelled is why a running design is stopped without an answer: nobody wants it any more.
var errCancelled = errors.New("cancelled")

// perform generates and answers. Its error means that the request must not count as done.
func (w *Worker) perform(ctx context.Context, t *task, r event.DesignRequested) error {
	answer := w.generators.run(ctx, r, t.report)
	switch {
	case errors.Is(context.Cause(ctx), errCancelled):
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	t.finish()
	return w.send(ctx, t, answer)
}

// Take notes cancels from the control channel; it ignores everything else.
func (w *Worker) Take(d event.Data) {
	c, ok := d.(event.JobCancelled)
	if !ok {
		return
	}
	w.cancels.add(c)
	w.mu.Lock()
	defer w.mu.Unlock()
	for run, t := range w.tasks {
		if covers(c, run) {
			t.cancel(errCancelled)
		}
	}
}

// Stop waits for what is running until ctx ends, then gives up the rest and says goodbye, so that others take it over at
// once. The consumer must have been stopped before.
func (w *Worker) Stop(ctx context.Context) {
	idle := make(chan struct{})
	go func() { w.running.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-ctx.Done():
	}
	gone := event.WorkerGone{WorkerID: w.config.ID, Running: w.runs()}
	w.abandon()
	<-idle
	w.answers.Stop()
	goodbye, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := w.control.Send(goodbye, gone); err != nil {
		w.log.Warn("the goodbye was lost; leases will run out instead", "running", len(gone.Running), "error", err)
	}
}

func (w *Worker) runs() []event.Run {
	w.mu.Lock()
	defer w.mu.Unlock()
	runs := make([]event.Run, 0, len(w.tasks))
	for run := range w.tasks {
		runs = append(runs, run)
	}
	return runs
}
