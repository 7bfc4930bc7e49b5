// Package notifier is the conformance suite of port.Notifier.
package notifier

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"convoke/application/port"
)

const patience = 20 * time.Second

// Harness gives the suite notifiers.
type Harness struct {
	// HearsItself: a process also gets its own hints back, which is harmless.
	HearsItself bool
	// Start returns how to join one deployment as a further process. What it starts ends with t.
	Start func(t *testing.T) (join func(t *testing.T) port.Notifier)
}

// Run checks the adapter behind the harness.
func Run(t *testing.T, h Harness) {
	for _, test := range []struct {
		name string
		run  func(*kit)
	}{
		{"hints reach every other process", hintsReachOthers},
		{"a process does not hear itself", doesNotHearItself},
		{"handlers are called one at a time", oneAtATime},
		{"a slow subscriber does not block anybody", slowSubscriber},
		{"subscribing ends with its context", subscribeEnds},
		{"nobody listens", nobodyListens},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(&kit{T: t, hearsItself: h.HearsItself, join: h.Start(t)})
		})
	}
}

// kit is what one test works with.
type kit struct {
	*testing.T
	hearsItself bool
	join        func(t *testing.T) port.Notifier
}

// ear takes down what a subscriber hears.
type ear struct {
	mu    sync.Mutex
	heard map[port.Hint]int
}

func (e *ear) hear(h port.Hint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard[h]++
}

func (e *ear) count(h port.Hint) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard[h]
}

// listen subscribes and waits until hints of teller arrive.
func (k *kit) listen(n, teller port.Notifier, hear func(port.Hint)) {
	k.Helper()
	var there atomic.Bool
	greeting := hint(fmt.Sprintf("greeting-%p", &there), 1)
	k.subscribe(n, func(h port.Hint) {
		if h == greeting {
			there.Store(true)
			return
		}
		hear(h)
	})
	k.soon("the subscriber is there", func() bool {
		k.notify(teller, greeting)
		return there.Load()
	})
}

// subscribe runs a Subscribe until the test ends, or until stop is called.
func (k *kit) subscribe(n port.Notifier, hear func(port.Hint)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Subscribe(ctx, hear) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-ended:
				if err != nil {
					k.Errorf("subscribe: %v", err)
				}
			case <-time.After(patience):
				k.Error("Subscribe did not return after its context had ended")
			}
		})
	}
	k.Cleanup(stop)
	return stop
}

func (k *kit) notify(n port.Notifier, hints ...port.Hint) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), patience)
	defer cancel()
	if err := n.Notify(ctx, hints); err != nil {
		k.Fatalf("notify: %v", err)
	}
}

func (k *kit) soon(what string, holds func() bool) {
	k.Helper()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-poll.C {
		if time.Now().After(deadline) {
			k.Fatalf("not within %v: %s", patience, what)
		}
	}
}

func hint(id string, number uint64) port.Hint {
	return port.Hint{Kind: port.JobHint, ID: id, Number: number}
}

func newEar() *ear { return &ear{heard: map[port.Hint]int{}} }

func hintsReachOthers(k *kit) {
	teller, second, third := k.join(k.T), k.join(k.T), k.join(k.T)
	atSecond, atThird := newEar(), newEar()
	k.listen(second, teller, atSecond.hear)
	k.listen(third, teller, atThird.hear)
	hints := []port.Hint{hint("a", 1), hint("b", 1<<53), hint("a", 2)}

	k.notify(teller, hints...)

	for _, h := range hints {
		k.soon("both hear "+h.ID, func() bool { return atSecond.count(h) > 0 && atThird.count(h) > 0 })
	}
}

func doesNotHearItself(k *kit) {
	if k.hearsItself {
		k.Skip("its own hints come back")
	}
	first, second := k.join(k.T), k.join(k.T)
	atFirst, atSecond := newEar(), newEar()
	k.listen(first, second, atFirst.hear)
	k.listen(second, first, atSecond.hear)
	own, other := hint("own", 1), hint("other", 1)

	k.notify(first, own)
	k.soon("the other hears it", func() bool { return atSecond.count(own) > 0 })
	k.notify(second, other) // whatever first was to hear before has come when this has

	k.soon("the answer arrives", func() bool { return atFirst.count(other) > 0 })
	if n := atFirst.count(own); n != 0 {
		k.Errorf("a process heard its own hint %d times", n)
	}
}

func oneAtATime(k *kit) {
	teller, other := k.join(k.T), k.join(k.T)
	var busy atomic.Int32
	heard := newEar()
	k.listen(other, teller, func(h port.Hint) {
		if busy.Add(1) != 1 {
			k.Error("a handler was called twice at a time")
		}
		heard.hear(h)
		busy.Add(-1)
	})

	var tellers sync.WaitGroup
	for i := range 10 {
		tellers.Go(func() {
			for n := range 20 {
				k.notify(teller, hint(fmt.Sprintf("job-%d", i), uint64(n)))
			}
		})
	}
	tellers.Wait()

	k.soon("the last hints arrive", func() bool { return heard.count(hint("job-0", 19)) > 0 && heard.count(hint("job-9", 19)) > 0 })
}

// slowSubscriber: hints may be lost for it, but neither the teller nor the other subscribers wait.
func slowSubscriber(k *kit) {
	teller, slow, quick := k.join(k.T), k.join(k.T), k.join(k.T)
	release := make(chan struct{})
	defer close(release)
	k.listen(slow, teller, func(port.Hint) { <-release })
	heard := newEar()
	k.listen(quick, teller, heard.hear)
	burst := make([]port.Hint, 10_000)
	for i := range burst {
		burst[i] = hint("burst", uint64(i))
	}

	k.notify(teller, burst...)

	last := hint("last", 1)
	k.soon("the quick one still hears", func() bool {
		k.notify(teller, last)
		return heard.count(last) > 0
	})
}

func subscribeEnds(k *kit) {
	teller, other := k.join(k.T), k.join(k.T)
	heard := newEar()
	var there atomic.Bool
	stop := k.subscribe(other, func(h port.Hint) {
		there.Store(true)
		heard.hear(h)
	})
	k.soon("the subscriber is there", func() bool {
		k.notify(teller, hint("greeting", 1))
		return there.Load()
	})

	stop()
	k.notify(teller, hint("late", 1))

	again := newEar()
	k.listen(other, teller, again.hear) // hints that were sent in between would have come by now
	if n := heard.count(hint("late", 1)); n != 0 {
		k.Errorf("a subscriber that had ended heard %d hints", n)
	}
}

func nobodyListens(k *kit) {
	k.notify(k.join(k.T), hint("a", 1), hint("b", 2))
	k.notify(k.join(k.T))
}
