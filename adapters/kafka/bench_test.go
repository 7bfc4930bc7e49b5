package kafka

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"convoke/application/port"
)

// The benchmarks run on a real broker on the same machine:
//
//	go test -run '^$' -bench . -benchtime 2s ./adapters/kafka
//
// µs/msg is this process's CPU, which holds when the machine is shared; msg/s does not.

func BenchmarkCompression(b *testing.B) {
	for _, size := range []int{1, 20, 1000} {
		for _, codec := range []kafka.Compression{0, kafka.Snappy, kafka.Lz4, kafka.Zstd} {
			b.Run(fmt.Sprintf("batch=%d/%s", size, codec), func(b *testing.B) {
				bus := connect(b, realBroker(b))
				bus.producer.codec = protocol.Attributes(codec)
				batch := replies(provision(b, bus, 12), size)
				publish(b, bus, batch)
				measured(b, size, func() {
					for range b.N {
						publish(b, bus, batch)
					}
				})
			})
		}
	}
}

// Publishers of single messages, as workers are.
func BenchmarkConcurrentPublishers(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			bus := connect(b, realBroker(b))
			batch := replies(provision(b, bus, 12), 1000)
			publish(b, bus, batch)
			measured(b, 1, func() {
				var all sync.WaitGroup
				for w := range n {
					all.Go(func() {
						for i := w; i < b.N; i += n {
							publish(b, bus, batch[i%1000:i%1000+1])
						}
					})
				}
				all.Wait()
			})
		})
	}
}

// One member reads what 12 partitions hold, from its first message on. Joining is not counted.
func BenchmarkConsume(b *testing.B) {
	const messages = 300_000
	bus := connect(b, realBroker(b))
	topic := provision(b, bus, 12)
	batch := replies(topic, 1000)
	for range messages / len(batch) {
		publish(b, bus, batch)
	}
	b.ResetTimer()
	for i := range b.N {
		var got atomic.Int64
		var once sync.Once
		begun, all := make(chan struct{}), make(chan struct{})
		s := port.Subscription{Topic: topic, Group: fmt.Sprint(topic, i)}
		stop := consume(b, bus, s, func(_ context.Context, batch []port.Message) (int, error) {
			once.Do(func() { close(begun) })
			if got.Add(int64(len(batch))) == messages {
				close(all)
			}
			return len(batch), nil
		})
		<-begun
		start, used := time.Now(), cpu()
		<-all
		b.ReportMetric(messages/time.Since(start).Seconds(), "msg/s")
		b.ReportMetric(float64((cpu()-used).Nanoseconds())/1000/messages, "µs/msg")
		stop()
	}
}

// A single message from Publish to its handler, at 100 a second.
func BenchmarkLatency(b *testing.B) {
	bus := connect(b, realBroker(b))
	topic := provision(b, bus, 12)
	arrived := make(chan time.Time, 1)
	consume(b, bus, port.Subscription{Topic: topic, Group: topic}, func(_ context.Context, batch []port.Message) (int, error) {
		arrived <- time.Now()
		return len(batch), nil
	})
	batch := replies(topic, 100)
	publish(b, bus, batch[:1])
	<-arrived
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	var took []time.Duration
	b.ResetTimer()
	for i := range b.N {
		<-tick.C
		start := time.Now()
		publish(b, bus, batch[i%100:i%100+1])
		took = append(took, (<-arrived).Sub(start))
	}
	slices.Sort(took)
	for name, share := range map[string]float64{"p50-ms": .5, "p99-ms": .99} {
		b.ReportMetric(took[int(share*float64(len(took)-1))].Seconds()*1000, name)
	}
}

// measured runs work of b.N rounds of size messages and reports rate and CPU.
func measured(b *testing.B, size int, work func()) {
	b.Helper()
	b.ResetTimer()
	start := cpu()
	work()
	b.StopTimer()
	b.ReportMetric(float64((cpu()-start).Nanoseconds())/1000/float64(b.N*size), "µs/msg")
	b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "msg/s")
}

// cpu is what this process has used.
func cpu() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func publish(b *testing.B, bus *Bus, batch []port.Message) {
	if errs := bus.Publish(context.Background(), batch); errs != nil {
		b.Error(errs)
	}
}

// replies are events such as a busy occasion's, of 500 bytes each.
func replies(topic string, n int) []port.Message {
	const event = `{"specversion":"1.0","id":"01923a7f-%04x-7c2d-9c3e-%012x","type":"RSVP_CREATED","source":"convoke/rsvps",` +
		`"subject":"01923a7f-8b1c-7c2d-9c3e-3b1f0a2d4c5e","time":"2026-01-02T03:04:05.%06dZ","datacontenttype":"application/json",` +
		`"data":{"occasionId":"01923a7f-8b1c-7c2d-9c3e-3b1f0a2d4c5e","revision":%d,"rsvpId":"01923a7f-8b1c-7c2d-9c3e-%012x","version":1,` +
		`"name":"Guest %d","email":"guest%d@example.com","status":"yes","partySize":2,"at":"2026-01-02T03:04:05Z"}}`
	headers := map[string]string{
		"content-type": "application/cloudevents+json",
		"traceparent":  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	}
	batch := make([]port.Message, n)
	for i := range batch {
		batch[i] = port.Message{
			Topic: topic, Key: fmt.Sprintf("key-%d", i%100), Headers: headers,
			Value: fmt.Appendf(nil, event, i%65536, i*7919, i%1000000, i, i*104729, i, i),
		}
	}
	return batch
}
