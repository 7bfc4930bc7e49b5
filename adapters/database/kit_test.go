package database

import (
	"context"
	"sync"
	"testing"
	"time"

	"convoke/adapters/system"
	"convoke/application/envelope"
	"convoke/application/jobs"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/domain/design"
	"convoke/domain/job"
)

// kit is a store together with what it offered to the relay.
type kit struct {
	store   *Store
	config  Config
	encoder *jobs.Encoder

	mu      sync.Mutex
	offered []relay.Batch
}

// newKit opens and migrates a store that is closed with the test.
func newKit(t *testing.T, config Config) *kit {
	t.Helper()
	k := &kit{config: config, encoder: newEncoder()}
	k.store = k.again(t)
	if err := k.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}

// encodersOf makes replies speak with the same names, ids and clock as jobs.
func encodersOf(e *jobs.Encoder) encoders {
	return encoders{e, &rsvps.Encoder{Names: e.Names, IDs: e.IDs, Clock: e.Clock}}
}

func newEncoder() *jobs.Encoder {
	return &jobs.Encoder{Names: envelope.DefaultNames(""), IDs: system.NewIDs(), Clock: system.Clock{}}
}

// newStore opens a store that is closed with the test.
func newStore(t *testing.T, config Config) *Store {
	t.Helper()
	return (&kit{config: config, encoder: newEncoder()}).again(t)
}

// again opens the same data again.
func (k *kit) again(t *testing.T) *Store {
	t.Helper()
	s, err := open(t.Context(), k.config, encodersOf(k.encoder), k.take)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (k *kit) take(b relay.Batch) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.offered = append(k.offered, b)
}

// offers returns the ids of the batches that were offered.
func (k *kit) offers() []int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	var ids []int64
	for _, b := range k.offered {
		ids = append(ids, b.ID)
	}
	return ids
}

// creation is a change that makes a job.
func (k *kit) creation() *jobs.Change {
	return &jobs.Change{New: job.New(job.Order{
		ID: k.encoder.IDs.New(), DesignID: k.encoder.IDs.New(), Trace: envelope.NewTrace(),
		Brief: design.Brief{Description: "A party", Size: design.Size{Width: 64, Height: 64}},
	}, job.DefaultPolicy(), k.encoder.Clock.Now())}
}

// exists reports whether the change's new job is in the database.
func exists(t *testing.T, s *Store, c *jobs.Change) bool {
	t.Helper()
	views, err := s.Views(t.Context(), c.New.State().ID)
	if err != nil {
		t.Fatal(err)
	}
	return len(views) == 1
}

// eventually asks until the answer is yes.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s has not happened", what)
		}
	}
}
