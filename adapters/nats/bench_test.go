package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"convoke/application/port"
)

// BenchmarkPublish sends batches of 256 messages of 1 kB; one operation is one message.
func BenchmarkPublish(b *testing.B) {
	bus := embed(b)
	topic := benchTopic(b, bus.Bus)
	batch := benchBatch(topic, 256)
	b.ReportAllocs()
	b.ResetTimer()
	for sent := 0; sent < b.N; sent += len(batch) {
		if err := errors.Join(bus.Publish(b.Context(), batch)...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConsume reads what waits in a topic; one operation is one message.
func BenchmarkConsume(b *testing.B) {
	for _, mode := range []port.Mode{port.Ordered, port.Shared} {
		b.Run([]string{port.Shared: "shared", port.Ordered: "ordered"}[mode], func(b *testing.B) {
			bus := embed(b)
			topic := benchTopic(b, bus.Bus)
			for sent := 0; sent < b.N; sent += 256 {
				if err := errors.Join(bus.Publish(b.Context(), benchBatch(topic, min(256, b.N-sent)))...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			var seen atomic.Int64
			all := make(chan struct{})
			stop := benchConsume(b, bus.Bus, port.Subscription{Topic: topic, Group: "bench", Mode: mode}, func(_ context.Context, batch []port.Message) (int, error) {
				if seen.Add(int64(len(batch))) == int64(b.N) {
					close(all)
				}
				return len(batch), nil
			})
			<-all
			b.StopTimer()
			stop()
		})
	}
}

// BenchmarkLatency sends one message at a time and waits for it; it reports quantiles of the way from Publish to the
// handler.
func BenchmarkLatency(b *testing.B) {
	for _, mode := range []port.Mode{port.Ordered, port.Shared} {
		b.Run([]string{port.Shared: "shared", port.Ordered: "ordered"}[mode], func(b *testing.B) {
			bus := embed(b)
			topic := benchTopic(b, bus.Bus)
			arrived := make(chan time.Time, 1)
			stop := benchConsume(b, bus.Bus, port.Subscription{Topic: topic, Group: "bench", Mode: mode}, func(_ context.Context, batch []port.Message) (int, error) {
				arrived <- time.Now()
				return len(batch), nil
			})
			defer stop()
			batch := benchBatch(topic, 1)
			var took []time.Duration
			b.ResetTimer()
			for b.Loop() {
				start := time.Now()
				if err := errors.Join(bus.Publish(b.Context(), batch)...); err != nil {
					b.Fatal(err)
				}
				took = append(took, (<-arrived).Sub(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
		})
	}
}

// BenchmarkStart opens an embedded server in an empty folder.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		bus, err := Embed(b.Context(), EmbedConfig{Dir: b.TempDir(), Log: quiet})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		shut(b, bus.Close)
		b.StartTimer()
	}
}

func benchTopic(b *testing.B, bus *Bus) string {
	b.Helper()
	if err := bus.Provision(b.Context(), []port.Topic{{Name: "bench", Partitions: 1, Retention: time.Hour, MaxBytes: 1 << 20}}); err != nil {
		b.Fatal(err)
	}
	return "bench"
}

func benchBatch(topic string, n int) []port.Message {
	batch := make([]port.Message, n)
	for i := range batch {
		batch[i] = port.Message{Topic: topic, Key: fmt.Sprintf("key-%d", i), Value: make([]byte, 1024),
			Headers: map[string]string{"content-type": "application/cloudevents+json", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}
	}
	return batch
}

func benchConsume(b *testing.B, bus *Bus, s port.Subscription, handle port.Handler) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- bus.Consume(ctx, s, handle) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}
