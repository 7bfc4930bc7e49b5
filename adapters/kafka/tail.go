package kafka

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"

	"convoke/application/port"
)

// Tail returns the newest n messages. It reads the last n of every partition for that.
func (b *Bus) Tail(ctx context.Context, topic string, n int) ([]port.Message, error) {
	var tail []port.Message
	err := b.patiently(ctx, func(ctx context.Context) (err error) {
		tail, err = b.tail(ctx, topic, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tail of %s: %w", topic, explain(err))
	}
	return tail, nil
}

func (b *Bus) tail(ctx context.Context, topic string, n int) ([]port.Message, error) {
	leaders, err := b.cluster.leaders(ctx, topic)
	if err != nil {
		return nil, err
	}
	first, err := b.cluster.offsets(ctx, topic, len(leaders), kafka.FirstOffset)
	if err != nil {
		return nil, err
	}
	ends, err := b.cluster.offsets(ctx, topic, len(leaders), kafka.LastOffset)
	if err != nil {
		return nil, err
	}
	var tail []port.Message
	for i, end := range ends {
		last, err := b.span(ctx, topic, int32(i), max(first[i], end-int64(n)), end)
		if err != nil {
			return nil, err
		}
		tail = newest(append(tail, last...), n)
	}
	return tail, nil
}

// span reads a partition from one offset to another.
func (b *Bus) span(ctx context.Context, topic string, partition int32, from, to int64) ([]port.Message, error) {
	const soon = 100 * time.Millisecond // something is there, so the broker does not hold the fetch
	c := &cursor{cluster: b.cluster, log: b.log, topic: topic, partition: partition, offset: from, longPoll: soon}
	var found []port.Message
	for c.offset < to {
		before := c.offset
		batch, _, err := c.fetch(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, batch...)
		if c.offset == before {
			break
		}
	}
	return found, nil
}

// newest sorts by time and keeps the last n.
func newest(messages []port.Message, n int) []port.Message {
	slices.SortStableFunc(messages, func(a, b port.Message) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	})
	return messages[max(0, len(messages)-n):]
}
