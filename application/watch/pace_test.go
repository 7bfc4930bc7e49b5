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

// partySource reads revisions as occasions.
type partySource struct{ *source }

func (p partySource) Load(ctx context.Context, ids []string) ([]watch.State, error) {
	numbers, err := p.Numbers(ctx, ids)
	return []watch.State{party{revision: numbers["a"]}}, err
}
