package watch_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"convoke/application/port"
	"convoke/application/watch"
	"convoke/test/fake"
)

// thing is a state with nothing in it but its number.
type thing struct {
	id     string
	number uint64
}

func (t thing) Topic() watch.Topic { return watch.Topic{Kind: port.JobHint, ID: t.id} }
func (t thing) Number() uint64     { return t.number }
func (t thing) Settled() bool      { return false }

// source is the truth.
type source struct {
	mu    sync.Mutex
	truth map[string]uint64
	loads int
	ill   error
}

func (s *source) Load(_ context.Context, ids []string) ([]watch.State, error) {
	time.Sleep(time.Millisecond) // as a database would take
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	var all []watch.State
	for _, id := range ids {
		if n, ok := s.truth[id]; ok && s.ill == nil {
			all = append(all, thing{id, n})
		}
	}
	return all, s.ill
}

func (s *source) Numbers(_ context.Context, ids []string) (map[string]uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := maps.Clone(s.truth)
	maps.DeleteFunc(all, func(id string, _ uint64) bool {
		for _, wanted := range ids {
			if wanted == id {
				return false
			}
		}
		return true
	})
	return all, s.ill
}

func (s *source) reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loads
}

func (s *source) set(id string, n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.truth[id] = n
}

// ear collects what a subscriber hears.
type ear struct {
	mu    sync.Mutex
	heard []uint64
}

func (e *ear) hear(s watch.State) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, s.Number())
}

func (e *ear) all() []uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]uint64{}, e.heard...)
}

func (e *ear) last() uint64 {
	all := e.all()
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1]
}

type rig struct {
	source *source
	hub    *watch.Hub
	stop   func()
}

func newRig() *rig {
	r := &rig{source: &source{truth: map[string]uint64{"a": 1}}}
	r.hub = watch.New(map[port.HintKind]watch.Source{port.JobHint: r.source}, watch.Config{}, fake.Log())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = r.hub.Run(ctx) }()
	r.stop = func() { cancel(); <-done; r.hub.Stop() }
	return r
}

var topicA = watch.Topic{Kind: port.JobHint, ID: "a"}

func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestASubscriberGetsTheSnapshotThenOnlyNewerStates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var e ear
		s, snapshot, err := r.hub.Watch(t.Context(), topicA, e.hear)
		if err != nil || snapshot.Number() != 1 {
			t.Fatalf("snapshot %v, %v", snapshot, err)
		}
		defer s.Close()
		s.Resume()
		for _, n := range []uint64{1, 3, 2, 3, 5, 4} {
			r.hub.Offer(thing{"a", n})
		}
		r.hub.Offer(thing{"b", 9})
		if got := e.all(); len(got) != 2 || got[0] != 3 || got[1] != 5 {
			t.Fatalf("heard %v", got)
		}
	})
}

func TestWhatHappensBetweenSnapshotAndResumeIsNotLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var e ear
		s, _, _ := r.hub.Watch(t.Context(), topicA, e.hear)
		defer s.Close()
		r.hub.Offer(thing{"a", 2}, thing{"a", 3})
		if len(e.all()) != 0 {
			t.Fatal("delivered before Resume")
		}
		s.Resume()
		if got := e.all(); len(got) != 1 || got[0] != 3 {
			t.Fatalf("heard %v", got)
		}
	})
}

func TestAHintOfAnotherProcessLoadsTheState(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var e ear
		s, _, _ := r.hub.Watch(t.Context(), topicA, e.hear)
		defer s.Close()
		s.Resume()
		before := r.source.reads()
		r.source.set("a", 6)
		r.hub.Hint(port.Hint{Kind: port.JobHint, ID: "a", Number: 6})
		r.hub.Hint(port.Hint{Kind: port.JobHint, ID: "a", Number: 1})
		r.hub.Hint(port.Hint{Kind: port.JobHint, ID: "nobody watches", Number: 8})
		time.Sleep(10 * time.Millisecond)
		if e.last() != 6 || r.source.reads() != before+1 {
			t.Fatalf("heard %v after %d loads", e.all(), r.source.reads()-before)
		}
	})
}

func TestALostHintIsMadeGoodByTheComparison(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var e ear
		s, _, _ := r.hub.Watch(t.Context(), topicA, e.hear)
		defer s.Close()
		s.Resume()
		r.source.set("a", 4)
		time.Sleep(2100 * time.Millisecond)
		if e.last() != 4 {
			t.Fatalf("heard %v", e.all())
		}
	})
}

func TestAnIllSourceIsAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var e ear
		s, _, _ := r.hub.Watch(t.Context(), topicA, e.hear)
		defer s.Close()
		s.Resume()
		r.source.mu.Lock()
		r.source.ill = errors.New("the database is down")
		r.source.mu.Unlock()
		r.source.set("a", 4)
		r.hub.Hint(port.Hint{Kind: port.JobHint, ID: "a", Number: 4})
		time.Sleep(5 * time.Second)
		r.source.mu.Lock()
		r.source.ill = nil
		r.source.mu.Unlock()
		time.Sleep(3 * time.Second)
		if e.last() != 4 {
			t.Fatalf("heard %v", e.all())
		}
	})
}

func TestWatchingNothingIsNotFoundAndLeavesNothingBehind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		_, _, err := r.hub.Watch(t.Context(), watch.Topic{Kind: port.JobHint, ID: "nobody"}, func(watch.State) { t.Error("delivered") })
		if !errors.Is(err, watch.ErrNotFound) {
			t.Fatal(err)
		}
		r.hub.Offer(thing{"nobody", 1})
	})
}

func TestManySubscribersAtOnceShareTheirReads(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var all sync.WaitGroup
		for range 500 {
			all.Go(func() {
				s, _, err := r.hub.Watch(context.Background(), topicA, func(watch.State) {})
				if err != nil {
					t.Error(err)
					return
				}
				s.Close()
			})
		}
		all.Wait()
		if n := r.source.reads(); n > 5 {
			t.Fatalf("%d reads for 500 subscribers", n)
		}
	})
}

func TestNothingIsDeliveredAfterClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		var e ear
		s, _, _ := r.hub.Watch(t.Context(), topicA, e.hear)
		s.Resume()
		s.Close()
		r.hub.Offer(thing{"a", 9})
		if len(e.all()) != 0 {
			t.Fatalf("heard %v", e.all())
		}
	})
}
