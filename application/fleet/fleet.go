// Package fleet knows the live workers by what they announce of themselves.
package fleet

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"convoke/application/port"
	"convoke/domain/event"
)

// forgetAfter is how long a worker that fell silent still counts.
const forgetAfter = 15 * time.Second

// Fleet is a register of workers. Safe for concurrent use.
type Fleet struct {
	clock port.Clock

	mu      sync.Mutex
	workers map[string]Worker
}

// Worker is one live worker.
type Worker struct {
	event.WorkerSeen
	SeenAt time.Time
}

// New makes an empty register.
func New(clock port.Clock) *Fleet { return &Fleet{clock: clock, workers: map[string]Worker{}} }

// Take notes what a control message says about workers; it ignores everything else.
func (f *Fleet) Take(d event.Data) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch d := d.(type) {
	case event.WorkerSeen:
		f.workers[d.WorkerID] = Worker{d, f.clock.Now()}
	case event.WorkerGone:
		delete(f.workers, d.WorkerID)
	}
}

// Workers returns the live workers, by id.
func (f *Fleet) Workers() []Worker {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	live := make([]Worker, 0, len(f.workers))
	for id, w := range f.workers {
		if now.Sub(w.SeenAt) > forgetAfter {
			delete(f.workers, id)
			continue
		}
		live = append(live, w)
	}
	slices.SortFunc(live, func(a, b Worker) int { return cmp.Compare(a.WorkerID, b.WorkerID) })
	return live
}

// Has reports whether the worker is live.
func (f *Fleet) Has(workerID string) bool {
	return slices.ContainsFunc(f.Workers(), func(w Worker) bool { return w.WorkerID == workerID })
}

// Generators returns what live workers offer, by id. A generator is ok when any worker says so.
func (f *Fleet) Generators() []event.GeneratorStatus {
	best := map[string]event.GeneratorStatus{}
	for _, w := range f.Workers() {
		for _, g := range w.Generators {
			if known, ok := best[g.ID]; !ok || known.Health != event.HealthOK {
				best[g.ID] = g
			}
		}
	}
	all := make([]event.GeneratorStatus, 0, len(best))
	for _, g := range best {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b event.GeneratorStatus) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Offers reports whether a live worker offers the generator; sure is false when no worker is known, so that nothing can
// be said.
func (f *Fleet) Offers(generator string) (offered, sure bool) {
	all := f.Generators()
	return slices.ContainsFunc(all, func(g event.GeneratorStatus) bool { return g.ID == generator }), len(all) > 0
}
