package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"convoke/adapters/system"
	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/relay"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/job"
)

// limit is how long a test waits for what should come at once.
const limit = time.Minute

// kit is a test's store with the steps that tests are made of.
type kit struct {
	t       *testing.T
	place   Place
	store   Store
	encoder *jobs.Encoder
	ids     port.IDs
	clock   port.Clock
	policy  job.Policy
}

func newKit(t *testing.T, h Harness) *kit {
	t.Helper()
	k := &kit{t: t, ids: system.NewIDs(), clock: system.Clock{}, policy: job.DefaultPolicy()}
	encoders := newEncoders(k.ids, k.clock)
	k.encoder = encoders.Jobs
	k.place = h.New(t, encoders, relay.NewFeed())
	k.store = k.place.Store
	return k
}

// order makes a new job that is not committed yet.
func (k *kit) order() *job.Job {
	return job.New(job.Order{
		ID: k.ids.New(), DesignID: k.ids.New(), Brief: brief(), ServerID: "studio", Trace: envelope.NewTrace(),
	}, k.policy, k.clock.Now())
}

func brief() design.Brief {
	return design.Brief{
		Description: "A garden party for Ada's 36th birthday\n„Kew“ 🌿", Style: design.Elegant,
		Palette: []string{"#aabbcc", "#001122"}, Size: design.Size{Width: 640, Height: 480},
	}
}

// create commits a new job and returns its id.
func (k *kit) create() string {
	k.t.Helper()
	return k.commit(&jobs.Change{New: k.order()}).State().ID
}

// refine commits a job that refines a version of a design and returns its id.
func (k *kit) refine(designID string, version int) string {
	k.t.Helper()
	return k.commit(&jobs.Change{New: job.New(job.Order{
		ID: k.ids.New(), Brief: brief(), Trace: envelope.NewTrace(),
		Parent: &design.Parent{DesignID: designID, Version: version, Instructions: "more roses"},
	}, k.policy, k.clock.Now())}).State().ID
}

// commit commits one change that must succeed.
func (k *kit) commit(c *jobs.Change) *job.Job {
	k.t.Helper()
	if err := k.store.Commit(k.t.Context(), c); err != nil {
		k.t.Fatal(err)
	}
	if c.Err != nil {
		k.t.Fatal(c.Err)
	}
	return c.Job
}

// update commits a decision that must succeed.
func (k *kit) update(id string, decide func(*job.Job) error) *job.Job {
	k.t.Helper()
	return k.commit(&jobs.Change{ID: id, Decide: decide})
}

// progress is a decision that every watcher can see.
func (k *kit) progress(message string) func(*job.Job) error {
	return func(j *job.Job) error {
		return j.Progress(j.State().Attempt, "worker", 10, message, k.policy, k.clock.Now())
	}
}

// completion is a decision that ends the job with a drawing.
func (k *kit) completion(markup string) func(*job.Job) error {
	return func(j *job.Job) error { return j.Complete(drawing(markup), k.clock.Now()) }
}

func drawing(markup string) job.Completion {
	return job.Completion{
		Asset:     design.Asset{MediaType: design.SVGType, Data: []byte(markup)},
		Generator: "studio", Duration: 1234567 * time.Nanosecond, Spec: []byte(`{"seed":7}`),
		Metadata: map[string]any{"words": []any{"Ada", 36.0}},
	}
}

func (k *kit) view(id string) jobs.View {
	k.t.Helper()
	views, err := k.store.Views(k.t.Context(), id)
	if err != nil || len(views) != 1 {
		k.t.Fatalf("%d views of %s, %v", len(views), id, err)
	}
	return views[0]
}

// pending returns everything in the outbox.
func (k *kit) pending() []relay.Batch {
	k.t.Helper()
	batches, err := k.store.Pending(k.t.Context(), nil, 10_000)
	if err != nil {
		k.t.Fatal(err)
	}
	return batches
}

// sent returns the messages in the outbox, in order, and the events that they carry.
func (k *kit) sent() ([]port.Message, []event.Event) {
	k.t.Helper()
	var messages []port.Message
	var events []event.Event
	for _, batch := range k.pending() {
		for _, m := range batch.Messages {
			e, err := envelope.Decode(m)
			if err != nil {
				k.t.Fatal(err)
			}
			messages, events = append(messages, m), append(events, e)
		}
	}
	return messages, events
}

// key makes an idempotency key.
func key(name, body string) idempotency.Key {
	return idempotency.NewKey("/path", "", name, []byte(body))
}

// together runs the steps at the same time and waits for all of them.
func together(n int, step func(i int)) {
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { step(i) })
	}
	running.Wait()
}

// eventually asks until the answer is yes.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s has not happened within %v", what, limit)
		}
	}
}

// receive waits for a signal.
func receive[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case value := <-c:
		return value
	case <-time.After(limit):
		t.Fatalf("%s has not happened within %v", what, limit)
		panic("unreachable")
	}
}

// mustFail reports whether err is want.
func mustFail(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v instead of %v", err, want)
	}
}

// gapless reports what is missing or double in the numbers from first to last.
func gapless(t *testing.T, numbers []int, first, last int) {
	t.Helper()
	seen := map[int]int{}
	for _, n := range numbers {
		seen[n]++
	}
	for n := first; n <= last; n++ {
		if seen[n] != 1 {
			t.Errorf("number %d was given %d times", n, seen[n])
		}
	}
	if len(numbers) != last-first+1 {
		t.Errorf("%d numbers instead of %d", len(numbers), last-first+1)
	}
}
