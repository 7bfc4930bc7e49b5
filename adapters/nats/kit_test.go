package nats

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"convoke/application/port"
)

const patience = 20 * time.Second

func provisioned(t *testing.T, b *Bus, topic string, mode port.Mode) port.Subscription {
	t.Helper()
	if err := b.Provision(t.Context(), []port.Topic{{Name: topic, Retention: time.Hour, MaxBytes: 1 << 20}}); err != nil {
		t.Fatal(err)
	}
	return port.Subscription{Topic: topic, Group: "group", Mode: mode}
}

func publish(t *testing.T, b *Bus, topic string, first, n int) {
	t.Helper()
	for i, err := range b.Publish(t.Context(), numbers(topic, first, n)) {
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
	}
}

func numbers(topic string, first, n int) []port.Message {
	batch := make([]port.Message, n)
	for i := range batch {
		batch[i] = port.Message{Topic: topic, Key: "key", Value: strconv.AppendInt(nil, int64(first+i), 10)}
	}
	return batch
}

// run starts a Consume that ends with the test, or when stop is called.
func run(t *testing.T, b *Bus, s port.Subscription, handle port.Handler) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(ctx, s, handle) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("consume: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// waiting waits until the group has more members than that.
func waiting(t *testing.T, b *Bus, s port.Subscription, members int) {
	t.Helper()
	soon(t, "the group has its members", func() bool {
		found, err := b.Members(t.Context(), s.Group, s.Topic)
		return err == nil && len(found) > members
	})
}

func unpin(t *testing.T, b *Bus, s port.Subscription) {
	t.Helper()
	stream, err := b.js.Stream(t.Context(), streamName(s.Topic))
	if err == nil {
		err = stream.UnpinConsumer(t.Context(), durableName(s.Group), priorityGroup)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// committed waits until the group has nothing left.
func committed(t *testing.T, b *Bus, s port.Subscription) {
	t.Helper()
	soon(t, "everything is committed", func() bool {
		at, err := b.Positions(t.Context(), s.Group, s.Topic)
		return err == nil && at[0].Committed == at[0].End
	})
}

func await(t *testing.T, signal <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-signal:
	case <-time.After(patience):
		t.Fatalf("not within %v: %s", patience, what)
	}
}

func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-poll.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// ledger takes down what was handed over.
type ledger struct {
	mu     sync.Mutex
	values []string
}

func (l *ledger) add(batch []port.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range batch {
		l.values = append(l.values, string(m.Value))
	}
}

func (l *ledger) handle(_ context.Context, batch []port.Message) (int, error) {
	l.add(batch)
	return len(batch), nil
}

func (l *ledger) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.values)
}

func (l *ledger) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.values)
}

func (l *ledger) has(number int) bool { return slices.Contains(l.all(), strconv.Itoa(number)) }

// wantSteady fails the test if a message came before its predecessor, or again when the group was further ahead than a
// batch.
func (l *ledger) wantSteady(t *testing.T, batch int) {
	t.Helper()
	next := 0
	for _, value := range l.all() {
		n, err := strconv.Atoi(value)
		if err != nil || n > next || n < next-batch {
			t.Fatalf("%s where %d was to come; all: %v", value, next, l.all())
		}
		next = max(next, n+1)
	}
}

// wantExactly waits for n messages and fails the test unless they are 0 to n-1 in this order.
func (l *ledger) wantExactly(t *testing.T, n int) {
	t.Helper()
	soon(t, fmt.Sprintf("%d messages are done", n), func() bool { return l.len() >= n })
	for i, value := range l.all() {
		if value != strconv.Itoa(i) {
			t.Fatalf("message %d is %s; all: %v", i, value, l.all())
		}
	}
}
