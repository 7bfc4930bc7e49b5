package kafka

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/application/port"
	"convoke/test/fakekafka"
)

// impatient shortens what the faults below make the bus wait for.
func impatient(t *timing) {
	t.produce, t.fetch, t.watch, t.gone = time.Second, 200*time.Millisecond, 200*time.Millisecond, 300*time.Millisecond
}

// Under each fault, what was acknowledged arrives, each key in order. Repetitions are allowed.
func TestNothingIsLostOrReordered(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault func(t *testing.T, fake *kfake.Cluster, topic string, l *line)
	}{
		{"by other leaders that answer NOT_LEADER", func(t *testing.T, fake *kfake.Cluster, topic string, _ *line) {
			fail(t, fake, 20, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce, kmsg.Fetch}, Topic: topic, Err: kerr.NotLeaderForPartition})
		}},
		{"by brokers that do not know the topic for a moment", func(t *testing.T, fake *kfake.Cluster, topic string, _ *line) {
			fail(t, fake, 20, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce, kmsg.Fetch}, Topic: topic, Err: kerr.UnknownTopicOrPartition})
		}},
		{"by a produce that succeeds and answers a timeout", func(t *testing.T, fake *kfake.Cluster, topic string, _ *line) {
			fail(t, fake, 10, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: topic, Err: kerr.RequestTimedOut})
		}},
		{"by a produce that succeeds on too few replicas", func(t *testing.T, fake *kfake.Cluster, topic string, _ *line) {
			fail(t, fake, 10, kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: topic, Err: kerr.NotEnoughReplicasAfterAppend})
		}},
		{"by commits that the coordinator refuses", func(t *testing.T, fake *kfake.Cluster, _ string, _ *line) {
			fail(t, fake, 3, kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.IllegalGeneration})
		}},
		{"by a coordinator that is being loaded", func(t *testing.T, fake *kfake.Cluster, _ string, _ *line) {
			keys := []kmsg.Key{kmsg.JoinGroup, kmsg.SyncGroup, kmsg.Heartbeat, kmsg.OffsetFetch, kmsg.FindCoordinator}
			fail(t, fake, 5, kfake.Fault{Keys: keys, Err: kerr.CoordinatorLoadInProgress})
		}},
		{"by connections that break before the answer", func(_ *testing.T, _ *kfake.Cluster, _ string, l *line) { l.next(20, cutOff) }},
		{"by answers that never come", func(_ *testing.T, _ *kfake.Cluster, _ string, l *line) { l.next(5, swallow) }},
		{"by answers that are late", func(_ *testing.T, _ *kfake.Cluster, _ string, l *line) { l.next(30, late) }},
		{"by leaders that move", func(t *testing.T, fake *kfake.Cluster, _ string, _ *line) {
			repeat(t, 5, 200*time.Millisecond, fake.ShufflePartitionLeaders)
		}},
		{"by coordinators that move", func(t *testing.T, fake *kfake.Cluster, _ string, _ *line) {
			repeat(t, 3, 400*time.Millisecond, fake.RehashCoordinators)
		}},
		{"by a broker that goes for good", func(t *testing.T, fake *kfake.Cluster, _ string, _ *line) {
			if err := fake.RemoveNode(1); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wire := new(line)
			fake := startFakeOn(t, wire)
			publisher := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
			topic := provision(t, publisher, 6)
			book := newLedger()
			s := port.Subscription{Topic: topic, Group: "group", Mode: port.Ordered, MaxBatch: 20}
			for range 2 {
				consume(t, connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient), s, book.handle)
			}
			g := startLoad(t, publisher, topic, book)
			book.reached(t, 500, 20*time.Second)

			test.fault(t, fake, topic, wire)

			book.reached(t, book.total()+1000, 60*time.Second)
			g.end()
			book.settle(t, 60*time.Second)
		})
	}
}

// fail installs a fault for n requests and waits until it has happened.
func fail(t *testing.T, fake *kfake.Cluster, n int, fault kfake.Fault) {
	t.Helper()
	fault.Count = n
	happens(t, fake.Fault(fault), n)
}

// happens waits until an injected fault has happened n times.
func happens(t *testing.T, fault *kfake.FaultHandle, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := fault.Wait(ctx, n); err != nil {
		t.Errorf("the fault did not happen %d times: %v", n, err)
	}
}

// repeat does something n times.
func repeat(t *testing.T, n int, every time.Duration, do func()) {
	t.Helper()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range n {
		do()
		<-tick.C
	}
}

func TestAnEndlessFailureEndsWithTheContext(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	topic := provision(t, b, 1)
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotEnoughReplicas, Count: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	batch := []port.Message{{Topic: topic, Key: "a", Value: []byte("1")}, {Topic: topic, Key: "a", Value: []byte("2")}}

	errs := b.Publish(ctx, batch)

	for i := range batch {
		if errs == nil || fmt.Sprint(errs[i]) == "" || errs[i] == nil {
			t.Fatalf("message %d: no error", i)
		}
	}
}
