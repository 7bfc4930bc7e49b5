package kafka

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/test/fakekafka"
)

// send publishes numbered messages of one key and takes them down.
func send(tb testing.TB, b *Bus, topic, key string, first, n int, l *ledger) {
	tb.Helper()
	batch := make([]port.Message, n)
	for i := range batch {
		batch[i] = port.Message{Topic: topic, Key: key, Value: fmt.Append(nil, first+i)}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if errs := b.Publish(ctx, batch); errs != nil {
		tb.Fatal(errs)
	}
	l.acknowledge(key, first+n-1)
}

func TestOffsetsThatRetentionHasPassedAreCountedAndSkipped(t *testing.T) {
	t.Parallel()
	fake, counts, book := fakekafka.Start(t), newMeter(), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs(), Meter: counts}, impatient)
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	send(t, b, s.Topic, "key", 1, 3, book)
	stop := consume(t, b, s, book.handle)
	book.settle(t, 20*time.Second)
	stop()
	send(t, b, s.Topic, "key", 4, 10, newLedger())
	if err := fake.DeleteRecords(s.Topic, 0, 8); err != nil { // 3 to 7, which are the numbers 4 to 8
		t.Fatal(err)
	}
	rest := newLedger()
	rest.acknowledge("key", 13)
	rest.seen["key"] = 8

	consume(t, b, s, rest.handle)

	rest.settle(t, 20*time.Second)
	if n := counts.count(metric.OffsetsLost); n != 5 {
		t.Errorf("%v offsets were counted as lost, want 5", n)
	}
}

func TestPartitionsThatAreAddedAreRead(t *testing.T) {
	t.Parallel()
	fake, counts, book := fakekafka.Start(t), newMeter(), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs(), Meter: counts}, impatient)
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 1, 1, book)
	book.settle(t, 20*time.Second)

	addPartitions(t, b, s.Topic, 4)

	eventually(t, 20*time.Second, func() string {
		if n := counts.count(metric.Rebalances); n < 2 {
			return fmt.Sprintf("%v rebalances", n)
		}
		return ""
	})
	for i := range 20 { // some of them go to each new partition
		send(t, b, s.Topic, fmt.Sprintf("other-%d", i), 1, 1, book)
	}
	book.settle(t, 20*time.Second)
}

// A coordinator that can not say where the group stands is not one that says it stands nowhere.
func TestAnUnknownOffsetIsNotTakenForNone(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	stop := consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 1, 5, book)
	book.settle(t, 20*time.Second)
	stop()

	refusals := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetFetch}, Err: kerr.CoordinatorLoadInProgress, Count: 3})
	consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 6, 5, book)
	book.settle(t, 20*time.Second)

	if n := refusals.Hits(); n != 3 {
		t.Fatalf("the coordinator refused %d times, want 3", n)
	}
	if book.repeats > 0 {
		t.Errorf("%d messages were read again", book.repeats)
	}
}

func addPartitions(tb testing.TB, b *Bus, topic string, n int) {
	tb.Helper()
	answer, err := b.cluster.client.CreatePartitions(context.Background(), &kafka.CreatePartitionsRequest{
		Topics: []kafka.TopicPartitionsConfig{{Name: topic, Count: int32(n)}},
	})
	if err != nil || answer.Errors[topic] != nil {
		tb.Fatal(err, answer)
	}
}

func TestATopicThatIsMadeAnewIsReadFromItsFirstMessage(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	s := port.Subscription{Topic: provision(t, b, 2), Group: "group"}
	send(t, b, s.Topic, "key", 1, 5, book)
	consume(t, b, s, book.handle)
	book.settle(t, 20*time.Second)

	if err := fake.DeleteTopic(s.Topic); err != nil {
		t.Fatal(err)
	}
	noticed, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	left := func(g *kfake.GroupInfo) bool { return g == nil || len(g.Members) == 0 }
	if _, err := fake.WaitGroupInfo(noticed, s.Group, left); err != nil {
		t.Fatal("the member still reads: ", err)
	}
	if err := fake.CreateTopic(s.Topic, 2, nil); err != nil {
		t.Fatal(err)
	}

	send(t, b, s.Topic, "new", 1, 5, book)
	book.settle(t, 30*time.Second)
}

func TestAReaderWithoutProgressIsBuiltAnew(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, func(p *timing) {
		impatient(p)
		p.stall = 300 * time.Millisecond
	})
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 1, 1, book)
	book.settle(t, 20*time.Second)
	first := onlyMember(t, fake, s.Group)

	fault := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.KafkaStorageError, Count: -1})
	send(t, b, s.Topic, "key", 2, 1, book)
	eventually(t, 20*time.Second, func() string {
		if info := fake.GroupInfo(s.Group); len(info.Members) == 1 && info.Members[0].MemberID != first {
			return ""
		}
		return "the member is still the same"
	})

	fault.Remove()
	book.settle(t, 20*time.Second)
}

func onlyMember(tb testing.TB, fake *kfake.Cluster, group string) string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	info, err := fake.WaitGroupStable(ctx, group, 1)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Members[0].MemberID
}

func TestAnIdleMemberAsksSeldom(t *testing.T) {
	t.Parallel()
	const partitions = 6
	fake, book := fakekafka.Start(t), newLedger()
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, partitions), Group: "group"}
	consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 1, 1, book)
	book.settle(t, 20*time.Second)

	fetches := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: s.Topic, Count: -1, Observe: true})
	start := time.Now()
	<-time.After(2*time.Second + 500*time.Millisecond)
	eventually(t, 20*time.Second, func() string {
		if n := fetches.Hits(); n < partitions {
			return fmt.Sprintf("%d fetches for %d partitions", n, partitions)
		}
		return ""
	})

	n, seconds := fetches.Hits(), time.Since(start).Seconds()
	if float64(n) > partitions*(seconds+2) {
		t.Errorf("%d fetches in %.1f s for %d partitions, want one per second each", n, seconds, partitions)
	}
}

// A stopping member does not wait for others that are slow to join.
func TestAMemberThatIsJoiningStopsSoon(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	asked := make(chan struct{})
	fake.ControlKey(int16(kmsg.JoinGroup), func(kmsg.Request) (kmsg.Response, error, bool) {
		close(asked)
		return nil, nil, true // no answer, as while the coordinator waits for the others
	})
	stop := consume(t, b, s, newLedger().handle)
	<-asked

	start := time.Now()
	stop()

	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

// Nor does it wait for a cluster that stands still.
func TestAMemberOfASilentClusterStopsSoon(t *testing.T) {
	t.Parallel()
	wire, book := new(line), newLedger()
	fake := startFakeOn(t, wire)
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	stop := consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 1, 1, book)
	book.settle(t, 20*time.Second)
	eventually(t, 20*time.Second, func() string {
		if at := fake.GroupInfo(s.Group).Commits[s.Topic][0].Offset; at != 1 {
			return fmt.Sprintf("the group is at offset %d", at)
		}
		return ""
	})
	wire.next(1<<30, swallow)

	start := time.Now()
	stop()

	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("stopping took %v", took)
	}
}

// The member may die before it has done anything: the next one must begin at the first message too.
func TestARewindIsCommittedBeforeAnythingIsHandedOver(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	send(t, b, s.Topic, "key", 1, 5, book)
	stop := consume(t, b, s, book.handle)
	book.settle(t, 20*time.Second)
	stop()
	if at := fake.GroupInfo(s.Group).Commits[s.Topic][0].Offset; at != 5 {
		t.Fatalf("the group is at offset %d, want 5", at)
	}

	s.Rewind = func(context.Context, int32) (bool, error) { return true, nil }
	committed := make(chan int64, 1)
	stop = consume(t, b, s, func(ctx context.Context, _ []port.Message) (int, error) {
		select {
		case committed <- fake.GroupInfo(s.Group).Commits[s.Topic][0].Offset:
		default: // called again, by another generation
		}
		<-ctx.Done()
		return 0, nil
	})

	if at := <-committed; at != 0 {
		t.Errorf("something was handed over while the group was at offset %d", at)
	}
	stop()
}

func TestARefusedGroupIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	joins := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.GroupAuthorizationFailed, Count: -1})

	err := b.Consume(t.Context(), s, newLedger().handle)

	if !hopeless(err) {
		t.Errorf("consume: %v, want the broker's refusal", err)
	}
	if n := joins.Hits(); n > 2 {
		t.Errorf("the group was asked for %d times", n)
	}
}

// A cluster that comes back may refuse everybody for a moment; who has worked before waits.
func TestAMemberThatHasWorkedOutlastsARefusal(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	consume(t, b, s, book.handle)
	send(t, b, s.Topic, "key", 1, 1, book)
	book.settle(t, 20*time.Second)

	joins := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.GroupAuthorizationFailed, Count: 1})
	fail(t, fake, 1, kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Err: kerr.GroupAuthorizationFailed})
	happens(t, joins, 1)

	send(t, b, s.Topic, "key", 2, 1, book)
	book.settle(t, 20*time.Second)
}

// Members of one group may read different topics, as the readers of the dead letters do.
func TestMembersOfOneGroupReadDifferentTopics(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connect(t, fake.ListenAddrs())
	var topics []string
	for i := range 3 {
		s := port.Subscription{Topic: provision(t, b, 3), Group: "group"}
		topics = append(topics, s.Topic)
		consume(t, b, s, book.handle)
		send(t, b, s.Topic, fmt.Sprintf("key-%d", i), 1, 10, book)
	}
	book.settle(t, 30*time.Second)
	for _, topic := range topics {
		var members []port.Member
		eventually(t, 30*time.Second, func() string {
			var err error
			members, err = b.Members(t.Context(), "group", topic)
			if err == nil && len(members) == 1 && len(members[0].Partitions) == 3 {
				return ""
			}
			return fmt.Sprint(members, err)
		})
		slices.Sort(members[0].Partitions)
		if !slices.Equal(members[0].Partitions, []int32{0, 1, 2}) {
			t.Errorf("partitions %v", members[0].Partitions)
		}
	}
}

// A handler that reports nonsense or nothing neither skips messages nor spins.
func TestAHandlerWithoutProgressIsCalledAgainAfterAPause(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	send(t, b, s.Topic, "key", 1, 5, book)
	var calls atomic.Int32
	start := time.Now()
	consume(t, b, s, func(ctx context.Context, batch []port.Message) (int, error) {
		switch calls.Add(1) {
		case 1:
			return 0, nil
		case 2:
			return -1, nil
		}
		_, _ = book.handle(ctx, batch)
		return len(batch) + 100, nil
	})

	book.settle(t, 20*time.Second)

	if took := time.Since(start); took < 200*time.Millisecond {
		t.Errorf("two calls without progress were followed by the third within %v", took)
	}
	if book.repeats > 0 {
		t.Errorf("%d repetitions", book.repeats)
	}
}

// However long a handler takes to give way, what it did is committed before the member leaves.
func TestALateHandlersWorkIsCommitted(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connect(t, fake.ListenAddrs())
	s := port.Subscription{Topic: provision(t, b, 1), Group: "group"}
	send(t, b, s.Topic, "key", 1, 5, book)
	entered := make(chan struct{})
	enter := sync.OnceFunc(func() { close(entered) })
	stop := consume(t, b, s, func(ctx context.Context, _ []port.Message) (int, error) {
		enter()
		<-ctx.Done()
		<-time.After(2 * time.Second)
		return 3, nil
	})
	<-entered

	stop()

	if at := fake.GroupInfo(s.Group).Commits[s.Topic][0].Offset; at != 3 {
		t.Errorf("the group is at offset %d, want 3", at)
	}
}
