package kafka

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/application/port"
)

// ledger follows the numbered messages of some keys: what was acknowledged must be seen, and each key's numbers must
// first be seen in order. Repetitions are allowed and counted.
type ledger struct {
	mu       sync.Mutex
	acked    map[string]int
	seen     map[string]int
	repeats  int
	problems []string
}

func newLedger() *ledger { return &ledger{acked: map[string]int{}, seen: map[string]int{}} }

// handle is a port.Handler.
func (l *ledger) handle(_ context.Context, batch []port.Message) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range batch {
		var n int
		if _, err := fmt.Sscan(string(m.Value), &n); err != nil {
			l.problems = append(l.problems, err.Error())
		}
		switch last := l.seen[m.Key]; {
		case n <= last:
			l.repeats++
		case n == last+1:
			l.seen[m.Key] = n
		default:
			l.problems = append(l.problems, fmt.Sprintf("%s: %d after %d", m.Key, n, last))
			l.seen[m.Key] = n
		}
	}
	return len(batch), nil
}

func (l *ledger) acknowledge(key string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked[key] = max(l.acked[key], n)
}

func (l *ledger) total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	total := 0
	for _, n := range l.acked {
		total += n
	}
	return total
}

// snapshot is what has been acknowledged until now.
func (l *ledger) snapshot() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.acked)
}

// outstanding describes what was acknowledged and not seen yet; empty when nothing is.
func (l *ledger) outstanding() string { return l.unseen(l.snapshot()) }

// unseen describes what of the numbers has not been seen yet.
func (l *ledger) unseen(numbers map[string]int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for key, n := range numbers {
		if l.seen[key] < n {
			all = append(all, fmt.Sprintf("%s: seen %d of %d", key, l.seen[key], n))
		}
	}
	return strings.Join(all, ", ")
}

// settle waits until everything that was acknowledged is seen, and fails the test for what was out of order.
func (l *ledger) settle(tb testing.TB, within time.Duration) {
	tb.Helper()
	eventually(tb, within, func() string { return l.outstanding() })
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.problems {
		tb.Error("out of order: " + p)
	}
	tb.Logf("%d keys, %d repetitions", len(l.seen), l.repeats)
}

// load publishes to the ledger's keys from several goroutines until it is stopped.
type load struct {
	every   time.Duration // between one batch of a worker and the next
	stop    chan struct{}
	workers sync.WaitGroup
}

const loadWorkers, keysEach, perKey = 4, 10, 3

// startLoad begins, as fast as acknowledgements come.
func startLoad(tb testing.TB, b *Bus, topic string, l *ledger) *load {
	tb.Helper()
	return startPacedLoad(tb, b, topic, l, time.Nanosecond)
}

// startPacedLoad begins; each worker owns some keys and does not go on to a key's next number before the last is
// acknowledged, as the relay does.
func startPacedLoad(tb testing.TB, b *Bus, topic string, l *ledger, every time.Duration) *load {
	tb.Helper()
	g := &load{every: every, stop: make(chan struct{})}
	for w := range loadWorkers {
		g.workers.Go(func() {
			next := make([]int, keysEach)
			tick := time.NewTicker(g.every)
			defer tick.Stop()
			for ; g.running(); <-tick.C {
				g.turn(b, topic, fmt.Sprintf("key-%d-", w), next, l)
			}
		})
	}
	tb.Cleanup(g.end)
	return g
}

func (g *load) running() bool {
	select {
	case <-g.stop:
		return false
	default:
		return true
	}
}

// turn publishes a few messages of each key.
func (g *load) turn(b *Bus, topic, prefix string, next []int, l *ledger) {
	var batch []port.Message
	for i := range perKey {
		for k := range next {
			batch = append(batch, port.Message{Topic: topic, Key: fmt.Sprint(prefix, k), Value: fmt.Append(nil, next[k]+i+1)})
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	errs := b.Publish(ctx, batch)
	stopped := make([]bool, len(next))
	for i, m := range batch {
		k := i % len(next)
		if errs != nil && errs[i] != nil {
			stopped[k] = true
		}
		if !stopped[k] {
			next[k]++
			l.acknowledge(m.Key, next[k])
		}
	}
}

// end stops the publishers and waits for them. It may be called twice.
func (g *load) end() {
	if g.running() {
		close(g.stop)
	}
	g.workers.Wait()
}

// consume runs a member until the test ends or stop is called.
func consume(tb testing.TB, b *Bus, s port.Subscription, handle port.Handler) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(ctx, s, handle) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				tb.Errorf("consume: %v", err)
			}
		})
	}
	tb.Cleanup(stop)
	return stop
}

// eventually polls until trouble returns nothing.
func eventually(tb testing.TB, within time.Duration, trouble func() string) {
	tb.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(within); ; <-poll.C {
		what := trouble()
		if what == "" {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("not within %v: %s", within, what)
		}
	}
}

// reached polls until n messages are acknowledged.
func (l *ledger) reached(tb testing.TB, n int, within time.Duration) {
	tb.Helper()
	eventually(tb, within, func() string {
		if total := l.total(); total < n {
			return fmt.Sprintf("%d of %d acknowledged", total, n)
		}
		return ""
	})
}
