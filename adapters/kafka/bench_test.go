package kafka

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"convoke/application/port"
)

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func body(i int) []byte {
	return fmt.Appendf(nil, `{"specversion":"1.0","id":"01923a7f-%04x-7c2d-9c3e-%012x","type":"RSVP_CREATED","source":"convoke/rsvps","subject":"01923a7f-8b1c-7c2d-9c3e-3b1f0a2d4c5e","time":"2026-01-02T03:04:05.%06dZ","datacontenttype":"application/json","data":{"occasionId":"01923a7f-8b1c-7c2d-9c3e-3b1f0a2d4c5e","revision":%d,"rsvpId":"01923a7f-8b1c-7c2d-9c3e-%012x","version":1,"name":"Guest %d","email":"guest%d@example.com","status":"yes","partySize":2,"at":"2026-01-02T03:04:05Z"}}`, i%65536, i*7919, i%1000000, i, i*104729, i, i)
}

func benchTopic(b *testing.B, partitions int) string {
	name := fmt.Sprintf("bench-%d", time.Now().UnixNano())
	conn, err := kafka.Dial("tcp", realBroker(b)[0])
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	if err := conn.CreateTopics(kafka.TopicConfig{Topic: name, NumPartitions: partitions, ReplicationFactor: 1}); err != nil {
		b.Fatal(err)
	}
	return name
}

func messages(topic string, n int) []port.Message {
	batch := make([]port.Message, n)
	for i := range batch {
		batch[i] = port.Message{Topic: topic, Key: fmt.Sprintf("key-%d", i%100), Value: body(i), Headers: map[string]string{"content-type": "application/cloudevents+json", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	}
	return batch
}

func BenchmarkCompression(b *testing.B) {
	for _, size := range []int{1, 20, 1000} {
		for _, codec := range []kafka.Compression{0, kafka.Snappy, kafka.Lz4, kafka.Zstd} {
			b.Run(fmt.Sprintf("batch=%d/%s", size, codec), func(b *testing.B) {
				bus, err := New(context.Background(), Config{Brokers: realBroker(b)})
				if err != nil {
					b.Fatal(err)
				}
				defer bus.Close(context.Background())
				bus.producer.codec = protocol.Attributes(codec)
				batch := messages(benchTopic(b, 12), size)
				bus.Publish(context.Background(), batch)
				start := cpu()
				b.ResetTimer()
				for range b.N {
					if errs := bus.Publish(context.Background(), batch); errs != nil {
						b.Fatal(errs)
					}
				}
				b.StopTimer()
				b.ReportMetric(float64((cpu()-start).Nanoseconds())/float64(b.N*size)/1000, "cpu-µs/msg")
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "msg/s")
			})
		}
	}
}

func BenchmarkConcurrent(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			bus, err := New(context.Background(), Config{Brokers: realBroker(b)})
			if err != nil {
				b.Fatal(err)
			}
			defer bus.Close(context.Background())
			batch := messages(benchTopic(b, 12), 1000)
			bus.Publish(context.Background(), batch)
			start := cpu()
			b.ResetTimer()
			var wg sync.WaitGroup
			for w := range n {
				wg.Go(func() {
					for i := w; i < b.N; i += n {
						k := i % len(batch)
						if errs := bus.Publish(context.Background(), batch[k:k+1]); errs != nil {
							b.Error(errs)
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64((cpu()-start).Nanoseconds())/float64(b.N)/1000, "cpu-µs/msg")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}
