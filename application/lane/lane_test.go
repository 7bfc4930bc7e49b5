package lane

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

type item struct {
	about string
	n     int
}

// gated is a lane whose batches wait for the test.
type gated struct {
	*Lane[item]
	batches chan []item
	open    chan struct{}
}

func newGated(t *testing.T, config Config) *gated {
	g := &gated{batches: make(chan []item, 1000), open: make(chan struct{})}
	g.Lane = NewFair(config, func(i item) string { return i.about }, func(batch []item) {
		g.batches <- slices.Clone(batch)
		<-g.open
	})
	t.Cleanup(func() { close(g.open); g.Stop() })
	return g
}

// send puts items in line and returns when they are there.
func (g *gated) send(t *testing.T, items ...item) {
	t.Helper()
	before := g.length()
	go func() { _ = g.Do(context.Background(), items...) }()
	for g.length() < before+len(items) {
		runtime.Gosched()
	}
}

func (g *gated) length() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.waiting
}

func many(about string, n int) []item {
	items := make([]item, n)
	for i := range items {
		items[i] = item{about, i}
	}
	return items
}

func TestAFloodAboutOneLeavesRoomForTheOthers(t *testing.T) {
	t.Parallel()
	g := newGated(t, Config{MaxBatch: 10})
	go func() { _ = g.Do(context.Background(), item{"first", 0}) }()
	<-g.batches // the lane is busy
	g.send(t, many("flood", 1000)...)
	g.send(t, many("small", 2)...)
	g.send(t, many("other", 20)...)

	g.open <- struct{}{}
	got := map[string]int{}
	for _, i := range <-g.batches {
		got[i.about]++
	}

	if got["flood"] != 4 || got["small"] != 2 || got["other"] != 4 {
		t.Errorf("the next batch holds %v", got)
	}
}

func TestAFullLaneTakesNothing(t *testing.T) {
	t.Parallel()
	g := newGated(t, Config{MaxBatch: 2, MaxQueue: 4})
	go func() { _ = g.Do(context.Background(), item{"first", 0}) }()
	<-g.batches
	g.send(t, many("a", 3)...)
	if err := g.Do(t.Context(), many("b", 2)...); !errors.Is(err, ErrFull) {
		t.Errorf("%v", err)
	}
	g.send(t, many("c", 1)...)
	g.open <- struct{}{}
	<-g.batches
	g.send(t, many("d", 2)...) // there is room again
}

// Whatever comes, everything is worked on once, each share in its order, and no batch is too large or lacks somebody's
// due.
func TestEverythingIsWorkedOnOnceAndInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 8).Draw(t, "batch")
		var mu sync.Mutex
		got := map[string][]int{}
		l := NewFair(Config{MaxBatch: most}, func(i item) string { return i.about }, func(batch []item) {
			mu.Lock()
			defer mu.Unlock()
			if len(batch) > most {
				t.Errorf("%d in a batch of at most %d", len(batch), most)
			}
			for _, i := range batch {
				got[i.about] = append(got[i.about], i.n)
			}
		})
		var callers sync.WaitGroup
		wanted := map[string]int{}
		for _, about := range []string{"a", "b", "c"} {
			n := rapid.IntRange(0, 30).Draw(t, about)
			wanted[about] = n
			callers.Go(func() {
				if err := l.Do(context.Background(), many(about, n)...); err != nil {
					t.Errorf("%v", err)
				}
			})
		}
		callers.Wait()
		l.Stop()
		for about, n := range wanted {
			if len(got[about]) != n || !slices.IsSorted(got[about]) {
				t.Fatalf("%s: %v of %d", about, got[about], n)
			}
		}
	})
}

func TestTheLevelIsThatOfMaxMinFairness(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		wanted map[string]int
		n      int
		want   int
	}{
		{map[string]int{"a": 100}, 10, 10},
		{map[string]int{"a": 100, "b": 1}, 10, 9},
		{map[string]int{"a": 100, "b": 100, "c": 100}, 10, 4},
		{map[string]int{"a": 3, "b": 5, "c": 100}, 10, 4},
		{map[string]int{"a": 1, "b": 1, "c": 1}, 2, 1},
	} {
		if got := level(row.wanted, row.n); got != row.want {
			t.Errorf("%v in %d: %d, want %d", row.wanted, row.n, got, row.want)
		}
	}
}
