package watch_test

import (
	"context"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/application/watch"
	"convoke/test/fake"
)

// party is an occasion with nothing in it but its revision.
type party struct {
	revision uint64
	over     bool
}

func (p party) Topic() watch.Topic { return watch.Topic{Kind: port.OccasionHint, ID: "a"} }
func (p party) Number() uint64     { return p.revision }
func (p party) Settled() bool      { return p.over }

func TestWatchersOfABusyOccasionAreToldTenTimesASecondAndTheNewestAtLast(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hub := watch.New(map[port.HintKind]watch.Source{port.OccasionHint: partySource{&source{truth: map[string]uint64{"a": 1}}}}, watch.Config{}, fake.Log())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = hub.Run(ctx) }()
		defer func() { cancel(); <-done; hub.Stop() }()
		var e ear
		hub.Offer(party{revision: 2}) // nobody watches: nothing is kept back for those who come
		s, _, err := hub.Watch(t.Context(), party{}.Topic(), e.hear)
		if err != nil {
			t.Fatal(err)
		}
		s.Resume()
		for revision := range uint64(1000) {
			hub.Offer(party{revision: revision + 10})
			time.Sleep(time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		if all := e.all(); len(all) < 9 || len(all) > 12 || all[0] != 10 || e.last() != 1009 {
			t.Errorf("heard %d times: %v", len(all), all)
		}
		time.Sleep(time.Second)
		hub.Offer(party{revision: 2000}, party{revision: 2001}, party{revision: 2002, over: true})
		if e.last() != 2002 {
			t.Errorf("the end waits: %v", e.all())
		}
		s.Close()
	})
}

func TestHintsOfABusyOccasionAreReadAsSeldomAsWatchersAreTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		truth := &source{truth: map[string]uint64{"a": 1}}
		hub := watch.New(map[port.HintKind]watch.Source{port.OccasionHint: partySource{truth}}, watch.Config{}, fake.Log())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = hub.Run(ctx) }()
		defer func() { cancel(); <-done; hub.Stop() }()
		var e ear
		s, _, err := hub.Watch(t.Context(), party{}.Topic(), e.hear)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.Resume()
		snapshot := truth.reads()
		change := func(revision uint64, here bool) {
			truth.set("a", revision)
			if here {
				hub.Offer(party{revision: revision})
			}
			hub.Hint(port.Hint{Kind: port.OccasionHint, ID: "a", Number: revision})
			time.Sleep(time.Millisecond)
		}
		for revision := range uint64(1000) {
			change(revision+10, true) // each is told of by this process, and comes back to it
		}
		if n := truth.reads() - snapshot; n != 0 {
			t.Errorf("what is known was read %d times", n)
		}
		for revision := range uint64(1000) {
			change(revision+2000, false) // another process
		}
		time.Sleep(200 * time.Millisecond)
		if n := truth.reads() - snapshot; n < 8 || n > 12 || e.last() != 2999 {
			t.Errorf("the changes of a second were read %d times, the last heard of is %d", n, e.last())
		}
	})
}

// hanging is a source that does not answer when numbers are compared.
type hanging struct{ partySource }

func (hanging) Numbers(ctx context.Context, _ []string) (map[string]uint64, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestADatabaseThatHangsKeepsNobodyFromWhatIsKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		truth := partySource{&source{truth: map[string]uint64{"a": 1}}}
		hub := watch.New(map[port.HintKind]watch.Source{port.OccasionHint: hanging{truth}}, watch.Config{}, fake.Log())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = hub.Run(ctx) }()
		defer func() { cancel(); <-done; hub.Stop() }()
		var e ear
		s, _, err := hub.Watch(t.Context(), party{}.Topic(), e.hear)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.Resume()
		time.Sleep(3 * time.Second) // the comparison hangs since a second
		hub.Offer(party{revision: 2})
		time.Sleep(time.Millisecond)
		hub.Offer(party{revision: 3})
		time.Sleep(101 * time.Millisecond)
		if all := e.all(); len(all) != 2 || e.last() != 3 {
			t.Errorf("heard %v", all)
		}
	})
}

// partySource reads revisions as occasions.
type partySource struct{ *source }

func (p partySource) Load(ctx context.Context, ids []string) ([]watch.State, error) {
	p.mu.Lock()
	p.loads++
	p.mu.Unlock()
	numbers, err := p.Numbers(ctx, ids)
	return []watch.State{party{revision: numbers["a"]}}, err
}
