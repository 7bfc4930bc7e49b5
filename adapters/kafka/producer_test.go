package kafka

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/test/fakekafka"
)

// Where the limit may not be asked for, the broker's answer finds the message that is too large.
func TestTheBrokerJudgesSizesThatAreNotKnown(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "4000"}))
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.DescribeConfigs}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	b := connect(t, fake.ListenAddrs())
	if err := fake.CreateTopic("in", 1, nil); err != nil {
		t.Fatal(err)
	}
	batch := make([]port.Message, 20)
	for i := range batch {
		batch[i] = port.Message{Topic: "in", Key: fmt.Sprint(i % 3), Value: noise(1000)}
	}
	batch[7].Value = noise(5000)

	errs := b.Publish(t.Context(), batch)

	for i, err := range errs {
		switch {
		case i == 7 && !errors.Is(err, port.ErrTooLarge):
			t.Errorf("the oversized message: %v", err)
		case i != 7 && err != nil:
			t.Errorf("message %d: %v", i, err)
		}
	}
	if errs == nil {
		t.Error("no error")
	}
}

// noise does not compress.
func noise(n int) []byte {
	var text bytes.Buffer
	for i := uint64(1); text.Len() < n; i++ {
		fmt.Fprintf(&text, "%x", i*0x9e3779b97f4a7c15)
	}
	return text.Bytes()[:n]
}

func TestABatchThatIsLargerThanARequestArrivesInOrder(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connect(t, fake.ListenAddrs())
	topic := provision(t, b, 2)
	var batch []port.Message
	padding := bytes.Repeat([]byte(" "), 300<<10)
	for i := range 20 {
		for _, key := range []string{"a", "b", "c"} {
			batch = append(batch, port.Message{Topic: topic, Key: key, Value: append(fmt.Append(nil, i+1), padding...)})
			book.acknowledge(key, i+1)
		}
	}

	if errs := b.Publish(t.Context(), batch); errs != nil {
		t.Fatal(errs)
	}

	consume(t, b, port.Subscription{Topic: topic, Group: "group"}, book.handle)
	book.settle(t, 20*time.Second)
	if book.repeats > 0 {
		t.Errorf("%d repetitions", book.repeats)
	}
}

// A finished design may take 7 MB.
func TestALargeMessageArrives(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connect(t, fake.ListenAddrs())
	if err := b.Provision(t.Context(), []port.Topic{{Name: "in", Partitions: 1, MaxBytes: 8 << 20}}); err != nil {
		t.Fatal(err)
	}
	large := port.Message{Topic: "in", Key: "key", Value: noise(7 << 20)}
	if errs := b.Publish(t.Context(), []port.Message{{Topic: "in", Key: "key"}, large, {Topic: "in", Key: "key"}}); errs != nil {
		t.Fatal(errs)
	}
	sizes := make(chan int, 3)
	consume(t, b, port.Subscription{Topic: "in", Group: "group"}, func(_ context.Context, batch []port.Message) (int, error) {
		for _, m := range batch {
			sizes <- len(m.Value)
		}
		return len(batch), nil
	})
	if got := []int{<-sizes, <-sizes, <-sizes}; !slices.Equal(got, []int{0, 7 << 20, 0}) {
		t.Errorf("sizes %v", got)
	}
}

func TestConcurrentPublishersShareRequests(t *testing.T) {
	t.Parallel()
	const publishers, each = 32, 20
	fake := fakekafka.Start(t, kfake.NumBrokers(1))
	b := connect(t, fake.ListenAddrs())
	topic := provision(t, b, 3)
	requests := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Count: -1, Observe: true})

	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for range each {
				if errs := b.Publish(context.Background(), []port.Message{{Topic: topic, Key: fmt.Sprint(p), Value: []byte("x")}}); errs != nil {
					t.Error(errs)
				}
			}
		})
	}
	all.Wait()

	if n := requests.Hits(); n > publishers*each/2 {
		t.Errorf("%d requests for %d messages", n, publishers*each)
	}
}

func TestAFailureIsMeasured(t *testing.T) {
	t.Parallel()
	fake, counts := fakekafka.Start(t), newMeter()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs(), Meter: counts}, impatient)
	topic := provision(t, b, 1)
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.InvalidRecord, Count: 1})

	errs := b.Publish(t.Context(), []port.Message{{Topic: topic, Key: "a"}, {Topic: topic, Key: "b"}})

	if errs == nil || counts.count(metric.PublishErrors) != 2 {
		t.Errorf("errors %v, counted %v", errs, counts.count(metric.PublishErrors))
	}
}

// What would need more memory than is set aside waits, and ends with its context.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connect(t, fake.ListenAddrs())
	topic := provision(t, b, 1)
	if !b.producer.memory.TryAcquire(inFlight) {
		t.Fatal("something is in flight")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	small := []port.Message{{Topic: topic, Value: []byte("x")}}

	errs := b.Publish(ctx, small)

	if errs == nil || !errors.Is(errs[0], context.DeadlineExceeded) {
		t.Errorf("errors %v", errs)
	}
	b.producer.memory.Release(inFlight)
	if errs := b.Publish(t.Context(), small); errs != nil {
		t.Errorf("afterwards: %v", errs)
	}
}

func TestMessagesWithoutAKeyReachEveryPartition(t *testing.T) {
	t.Parallel()
	const partitions = 4
	fake := fakekafka.Start(t)
	b := connect(t, fake.ListenAddrs())
	topic := provision(t, b, partitions)
	for range partitions {
		if errs := b.Publish(t.Context(), []port.Message{{Topic: topic, Value: []byte("x")}}); errs != nil {
			t.Fatal(errs)
		}
	}
	for _, p := range fake.PartitionInfos(topic) {
		if p.HighWatermark != 1 {
			t.Errorf("partition %d holds %d messages, want 1", p.Partition, p.HighWatermark)
		}
	}
}
