package bus

import (
	"context"
	"slices"
	"sync"

	"convoke/application/port"
)

// ledger takes down what was handed over, in order of arrival.
type ledger struct {
	mu       sync.Mutex
	messages []port.Message
	batches  []int // their sizes
}

func (l *ledger) add(batch []port.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages = append(l.messages, batch...)
	l.batches = append(l.batches, len(batch))
}

// handle is a handler that does everything at once.
func (l *ledger) handle(_ context.Context, batch []port.Message) (int, error) {
	l.add(batch)
	return len(batch), nil
}

func (l *ledger) all() []port.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.messages)
}

func (l *ledger) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.messages)
}

func (l *ledger) largestBatch() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.batches) == 0 {
		return 0
	}
	return slices.Max(l.batches)
}

// counts returns how often each value came.
func (l *ledger) counts() map[string]int {
	counts := map[string]int{}
	for _, m := range l.all() {
		counts[string(m.Value)]++
	}
	return counts
}

// has reports whether each of the messages came at least once.
func (l *ledger) has(sent []port.Message) bool {
	counts := l.counts()
	for _, m := range sent {
		if counts[string(m.Value)] == 0 {
			return false
		}
	}
	return true
}

// wantOnce fails the test unless each message came exactly once, and nothing else did.
func (l *ledger) wantOnce(k *kit, sent []port.Message) {
	k.Helper()
	counts := l.counts()
	for _, m := range sent {
		if n := counts[string(m.Value)]; n != 1 {
			k.Errorf("%s came %d times, want once", m.Value, n)
		}
	}
	if len(counts) > len(sent) {
		k.Errorf("%d different messages came, %d were sent", len(counts), len(sent))
	}
}

// wantOrder fails the test if a message came before an earlier one of its key had come. Repetitions are allowed.
func (l *ledger) wantOrder(k *kit) {
	k.Helper()
	next := map[string]int{}
	for _, m := range l.all() {
		key, n := parse(m)
		if n > next[key] {
			k.Errorf("%s/%d came before %s/%d", key, n, key, next[key])
		}
		next[key] = max(next[key], n+1)
	}
}
