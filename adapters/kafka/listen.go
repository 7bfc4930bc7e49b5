package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"convoke/application/metric"
	"convoke/application/port"
)

// Broadcast sends a batch to every listener.
func (b *Bus) Broadcast(ctx context.Context, batch []port.Message) error {
	return errors.Join(b.Publish(ctx, batch)...)
}

// Listen reads every partition of the topic, without a group.
func (b *Bus) Listen(ctx context.Context, topic string, since time.Duration, ready func(), handle func(port.Message)) error {
	l := &listener{bus: b, topic: topic, handle: handle, outage: &outage{log: b.log.With("topic", topic), what: "listening"}}
	starts, err := l.begin(ctx, since)
	if err == nil {
		if ready != nil {
			ready()
		}
		err = l.follow(ctx, starts)
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("listen to %s: %w", topic, explain(err))
}

// listener is one Listen.
type listener struct {
	bus    *Bus
	topic  string
	outage *outage

	one    sync.Mutex
	handle func(port.Message)
}

// begin finds out where each partition is to be read from, however long that takes.
func (l *listener) begin(ctx context.Context, since time.Duration) ([]int64, error) {
	from := time.Now().Add(-since)
	wait := pause{first: 20 * time.Millisecond, longest: time.Second}
	for {
		starts, err := l.starts(ctx, from)
		if err == nil {
			l.outage.over()
			return starts, nil
		}
		if hopeless(err) {
			return nil, err
		}
		l.outage.note(err)
		l.bus.cluster.refresh()
		if !wait.wait(ctx) {
			return nil, ctx.Err()
		}
	}
}

// starts returns the first offset of each partition that is not older than the time. The end is asked for first: where
// nothing is young enough yet, a message that arrives meanwhile is behind it.
func (l *listener) starts(ctx context.Context, from time.Time) ([]int64, error) {
	leaders, err := l.bus.cluster.leaders(ctx, l.topic)
	if err != nil {
		return nil, err
	}
	if len(leaders) == 0 {
		return nil, kafka.LeaderNotAvailable
	}
	ends, err := l.bus.cluster.offsets(ctx, l.topic, len(leaders), kafka.LastOffset)
	if err != nil {
		return nil, err
	}
	since := max(0, from.UnixMilli()) // negative times have meanings of their own
	starts, err := l.bus.cluster.offsets(ctx, l.topic, len(leaders), since)
	if err != nil {
		return nil, err
	}
	for i := range starts {
		if starts[i] < 0 {
			starts[i] = ends[i]
		}
	}
	return starts, nil
}

// follow reads all partitions, also those that are added later.
func (l *listener) follow(ctx context.Context, starts []int64) error {
	crew, ctx := errgroup.WithContext(ctx)
	for i, offset := range starts {
		crew.Go(func() error { return l.read(ctx, int32(i), offset) })
	}
	crew.Go(func() error {
		look := time.NewTicker(l.bus.timing.watch)
		defer look.Stop()
		known := len(starts)
		for {
			select {
			case <-look.C:
			case <-ctx.Done():
				return ctx.Err()
			}
			leaders, _ := l.bus.cluster.leaders(ctx, l.topic)
			for ; known < len(leaders); known++ {
				partition := int32(known)
				crew.Go(func() error { return l.read(ctx, partition, kafka.FirstOffset) })
			}
		}
	})
	return crew.Wait()
}

func (l *listener) read(ctx context.Context, partition int32, offset int64) error {
	c := &cursor{
		cluster: l.bus.cluster, log: l.bus.log, topic: l.topic, partition: partition, offset: offset,
		longPoll: l.bus.timing.fetch, gone: l.bus.timing.gone,
		lost: func(n float64) { l.bus.meter.Add(metric.OffsetsLost, n, "", l.topic) },
	}
	for {
		batch, err := c.next(ctx)
		if errors.Is(err, errGone) {
			c.offset = kafka.FirstOffset
			continue
		}
		if err != nil {
			return err
		}
		for _, m := range batch {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			l.deliver(m)
		}
	}
}

func (l *listener) deliver(m port.Message) {
	l.one.Lock()
	defer l.one.Unlock()
	l.handle(m)
}
