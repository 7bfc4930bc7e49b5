package bus

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"convoke/application/port"
)

// kit is what one test works with.
type kit struct {
	*testing.T
	features Features
	broker   Broker
	name     string // unique in this run, and against earlier ones on the same broker
}

var names atomic.Int64

func newKit(t *testing.T, h Harness) *kit {
	k := &kit{T: t, features: h.Features, broker: h.Start(t)}
	if k.features.Patience == 0 {
		k.features.Patience = 20 * time.Second
	}
	k.name = fmt.Sprintf("suite-%x-%d", time.Now().UnixNano(), names.Add(1))
	return k
}

// topic provisions a topic with the harness's partitions.
func (k *kit) topic(bus port.Bus, label string) string {
	k.Helper()
	return k.provision(bus, port.Topic{Name: k.name + "." + label, Partitions: k.features.Partitions, Retention: time.Hour, MaxBytes: 1 << 20})
}

func (k *kit) provision(bus port.Bus, topic port.Topic) string {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), k.features.Patience)
	defer cancel()
	if err := bus.Provision(ctx, []port.Topic{topic}); err != nil {
		k.Fatalf("provision %s: %v", topic.Name, err)
	}
	return topic.Name
}

func (k *kit) subscription(topic string, mode port.Mode) port.Subscription {
	return port.Subscription{Topic: topic, Group: k.name + "-group", Mode: mode}
}

// publish sends the messages and fails the test unless all are acknowledged.
func (k *kit) publish(bus port.Bus, batch ...port.Message) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), k.features.Patience)
	defer cancel()
	for i, err := range bus.Publish(ctx, batch) {
		if err != nil {
			k.Fatalf("publish message %d of %d: %v", i, len(batch), err)
		}
	}
}

// eventually polls until the condition holds.
func (k *kit) eventually(within time.Duration, what string, holds func() bool) {
	k.Helper()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(within); !holds(); <-poll.C {
		if time.Now().After(deadline) {
			k.Fatalf("not within %v: %s", within, what)
		}
	}
}

// soon is eventually with the harness's patience.
func (k *kit) soon(what string, holds func() bool) {
	k.Helper()
	k.eventually(k.features.Patience, what, holds)
}

// await waits for a signal.
func (k *kit) await(signal <-chan struct{}, what string) {
	k.Helper()
	select {
	case <-signal:
	case <-time.After(k.features.Patience):
		k.Fatalf("not within %v: %s", k.features.Patience, what)
	}
}

// pass lets time go by, where that is what the test is about.
func (k *kit) pass(d time.Duration) { <-time.After(d) }

// reader is a Consume that runs.
type reader struct {
	kit    *kit
	cancel context.CancelFunc
	ended  chan error
}

// consume starts a Consume, which ends with the test at the latest.
func (k *kit) consume(bus port.Bus, s port.Subscription, handle port.Handler) *reader {
	ctx, cancel := context.WithCancel(context.Background())
	r := &reader{kit: k, cancel: cancel, ended: make(chan error, 1)}
	go func() { r.ended <- bus.Consume(ctx, s, handle) }()
	k.Cleanup(r.stop)
	return r
}

// stop ends the Consume and waits for it. It may be called twice.
func (r *reader) stop() {
	r.kit.Helper()
	r.cancel()
	select {
	case err := <-r.ended:
		if err != nil {
			r.kit.Errorf("consume: %v", err)
		}
		r.ended <- nil
	case <-time.After(r.kit.features.Patience):
		r.kit.Errorf("Consume did not return within %v after its context had ended", r.kit.features.Patience)
	}
}

// numbered makes n messages of one key with values "key/0" and so on.
func numbered(topic, key string, n int) []port.Message { return numberedFrom(topic, key, 0, n) }

func numberedFrom(topic, key string, first, n int) []port.Message {
	batch := make([]port.Message, n)
	for i := range batch {
		batch[i] = port.Message{Topic: topic, Key: key, Value: fmt.Appendf(nil, "%s/%d", key, first+i)}
	}
	return batch
}

// interleaved makes n messages of each of the keys, taking turns.
func interleaved(topic string, keys, n int) []port.Message {
	var batch []port.Message
	for i := range n {
		for key := range keys {
			batch = append(batch, numberedFrom(topic, fmt.Sprintf("key-%d", key), i, 1)...)
		}
	}
	return batch
}

func parse(m port.Message) (key string, number int) {
	key, digits, _ := strings.Cut(string(m.Value), "/")
	if _, err := fmt.Sscan(digits, &number); err != nil {
		return key, -1
	}
	return key, number
}
