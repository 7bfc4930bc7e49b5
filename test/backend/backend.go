// Package backend is the product on memory adapters, for tests of what faces clients: jobs are ordered and replies given
// through the use cases, and the test plays the worker.
package backend

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"convoke/adapters/memory"
	"convoke/adapters/raster"
	"convoke/adapters/system"
	"convoke/application/consume"
	"convoke/application/control"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/envelope"
	"convoke/application/fleet"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/application/watch"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/job"
	"convoke/test/fake"
)

// WorkerID is the worker that the test plays.
const WorkerID = "the-test"

// Backend is everything that clients' adapters need, running.
type Backend struct {
	Store   *memory.Store
	Bus     *memory.Bus
	Names   envelope.Names
	Hub     *watch.Hub
	Fleet   *fleet.Fleet
	Jobs    *jobs.Service
	Letters *deadletter.Service
	Meter   *fake.Meter
	Operator
	// Pictures are drawn by the real rasterizer, one at a time.
	Pictures *designs.Renderings
	Guests

	answers consume.Group
	t       testing.TB
}

// New starts a backend; it stops with the test.
func New(t testing.TB) *Backend { return NewOver(t, func(s jobs.Store) jobs.Store { return s }) }

// NewOver starts a backend whose store of jobs is wrapped, so that a test can make it ill.
func NewOver(t testing.TB, wrap func(jobs.Store) jobs.Store) *Backend {
	t.Helper()
	b := &Backend{Bus: memory.NewBus(), Names: envelope.DefaultNames(""), Meter: &fake.Meter{}, t: t}
	clock, ids := system.Clock{}, system.NewIDs()
	if err := b.Bus.Provision(t.Context(), b.Names.Topics()); err != nil {
		t.Fatal(err)
	}
	b.Store = memory.NewStore(
		&jobs.Encoder{Names: b.Names, IDs: ids, Clock: clock}, &rsvps.Encoder{Names: b.Names, IDs: ids, Clock: clock}, relay.NewFeed(),
	)
	store := wrap(b.Store)
	b.Hub = watch.New(map[port.HintKind]watch.Source{
		port.JobHint: jobs.Source{Store: store}, port.OccasionHint: rsvps.Source{Store: b.Store},
	}, watch.Config{}, fake.Log())
	announcer := watch.NewAnnouncer(b.Hub, silence{}, fake.Log())
	b.Fleet = fleet.New(clock)
	b.Jobs = &jobs.Service{
		Store: store, Announcer: announcer, Hub: b.Hub, Fleet: b.Fleet,
		Control: control.New(b.Bus, b.Names.Control, ids, clock, fake.Log()), Policy: job.DefaultPolicy(),
		Clock: clock, IDs: ids, Meter: b.Meter, Log: fake.Log(),
	}
	b.Guests = newGuests(t, b.Store, announcer, clock, ids)
	b.Pictures = newPictures(t, b.Store)
	b.Letters = &deadletter.Service{Store: b.Store, Publisher: b.Bus, Jobs: b.Jobs}
	b.Operator = newOperator(b, clock, ids)
	b.answers = b.Jobs.Answers(b.Names.Gateway, b.Names.DesignReady)
	b.run(announcer)
	return b
}

func (b *Backend) run(announcer *watch.Announcer) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = b.Hub.Run(ctx) })
	running.Go(func() { _ = announcer.Run(ctx) })
	running.Go(func() { _ = b.Bulk.Run(ctx) })
	b.t.Cleanup(func() {
		cancel()
		running.Wait()
		b.Hub.Stop()
		_ = b.Bus.Close(context.Background())
	})
}

func newPictures(t testing.TB, store designs.Store) *designs.Renderings {
	t.Helper()
	cache, err := memory.NewCache(memory.CacheConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return designs.NewRenderings(store, raster.Rasterizer{}, cache, 1)
}

// Order makes a PENDING job and returns its id.
func (b *Backend) Order() string {
	b.t.Helper()
	state, err := b.Jobs.Generate(context.Background(), jobs.Generate{Description: "A garden party for Ada"})
	if err != nil {
		b.t.Fatal(err)
	}
	return state.ID
}

// Progress is a sign of life of the job's current attempt.
func (b *Backend) Progress(id string, percent int, message string) {
	b.Apply(event.DesignProgressed{JobID: id, Attempt: b.attempt(id), WorkerID: WorkerID, Progress: percent, Message: message})
}

// Complete hands in a small SVG.
func (b *Backend) Complete(id string) { b.CompleteWith(id, SVG("Ada")) }

// CompleteWith hands in an asset.
func (b *Backend) CompleteWith(id string, asset design.Asset) {
	b.Apply(event.DesignReady{JobID: id, Attempt: b.attempt(id), Asset: asset, Generator: "studio"})
}

// Fail ends the job with an error that is not worth a retry.
func (b *Backend) Fail(id string) {
	b.Apply(event.DesignFailed{JobID: id, Attempt: b.attempt(id), Code: "refused", Message: "the brief was refused"})
}

// Cancel cancels the job.
func (b *Backend) Cancel(id string) {
	b.t.Helper()
	if _, err := b.Jobs.Cancel(context.Background(), id, idempotency.Key{}); err != nil {
		b.t.Fatal(err)
	}
}

// Apply applies a worker's answers as if they had been consumed.
func (b *Backend) Apply(answers ...event.Data) {
	b.t.Helper()
	batch := make([]consume.Delivery, len(answers))
	for i, d := range answers {
		batch[i] = consume.Delivery{Event: event.Event{Data: d}}
	}
	for _, err := range b.answers.Handle(context.Background(), batch) {
		if err != nil {
			b.t.Errorf("an answer was refused: %v", err)
		}
	}
}

// State returns the job as it is.
func (b *Backend) State(id string) job.State {
	b.t.Helper()
	view, err := b.Jobs.Get(context.Background(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return view.Job
}

func (b *Backend) attempt(id string) int { return b.State(id).Attempt }

// SVG is a drawing that shows a line of text.
func SVG(text string) design.Asset {
	const form = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><text x="9" y="99">%s</text></svg>`
	return design.Asset{MediaType: design.SVGType, Data: fmt.Appendf(nil, form, text)}
}

// silence is a notifier for a deployment of one process.
type silence struct{}

func (silence) Notify(context.Context, []port.Hint) error              { return nil }
func (silence) Subscribe(ctx context.Context, _ func(port.Hint)) error { <-ctx.Done(); return nil }
