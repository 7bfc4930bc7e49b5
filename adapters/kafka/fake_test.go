package kafka

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/application/port"
)

// connect opens a bus that is closed with the test.
func connect(tb testing.TB, addrs []string) *Bus {
	tb.Helper()
	return connectWith(tb, Config{Brokers: addrs}, func(*timing) {})
}

// connectWith is connect with another configuration and other periods.
func connectWith(tb testing.TB, config Config, adjust func(*timing)) *Bus {
	tb.Helper()
	periods := productionTiming()
	adjust(&periods)
	if config.Log == nil {
		config.Log = slog.New(slog.NewTextHandler(tb.Output(), nil))
	}
	b, err := open(context.Background(), config, periods)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return b
}

var topics atomic.Int64

// provision creates a topic with a name of its own.
func provision(tb testing.TB, b *Bus, partitions int) string {
	tb.Helper()
	name := fmt.Sprintf("topic-%x-%d", time.Now().UnixNano(), topics.Add(1))
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := b.Provision(ctx, []port.Topic{{Name: name, Partitions: partitions, MaxBytes: 1 << 20}}); err != nil {
		tb.Fatal(err)
	}
	return name
}

// silence closes every connection at its next request, until resume is called.
func silence(fake *kfake.Cluster) (resume func()) {
	var over atomic.Bool
	fake.Control(func(kmsg.Request) (kmsg.Response, error, bool) {
		if over.Load() {
			fake.DropControl()
			return nil, nil, false
		}
		fake.KeepControl()
		return nil, io.EOF, true
	})
	return func() { over.Store(true) }
}

// meter keeps the sums of counters.
type meter struct {
	unmetered
	counts chan map[string]float64 // holds the map while nobody uses it
}

func newMeter() *meter {
	m := &meter{counts: make(chan map[string]float64, 1)}
	m.counts <- map[string]float64{}
	return m
}

func (m *meter) Add(name string, n float64, _ ...string) {
	counts := <-m.counts
	counts[name] += n
	m.counts <- counts
}

func (m *meter) count(name string) float64 {
	counts := <-m.counts
	defer func() { m.counts <- counts }()
	return counts[name]
}
