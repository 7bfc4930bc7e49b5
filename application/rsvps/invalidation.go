package rsvps

import (
	"context"
	"slices"

	"convoke/application/consume"
	"convoke/application/port"
	"convoke/domain/event"
)

// Invalidation is the consumer that drops what is kept of the occasions that events tell of, so that the cache holds only
// what can still be asked for. Answers are right without it: each carries its revision.
type Invalidation struct {
	Cache port.Cache
	Clock port.Clock
}

// Consumer is the group that reads a topic. It needs no order, but gets whole batches of an occasion that way, which it
// drops at once.
func (i *Invalidation) Consumer(group, topic string) consume.Group {
	return consume.Group{
		Name: group, Topic: topic, Mode: port.Ordered, MaxBatch: 2000,
		Handle: func(ctx context.Context, batch []consume.Delivery) []error {
			return consume.Repeat(i.Cache.Drop(ctx, touched(batch)...), len(batch))
		},
	}
}

// touched are the occasions that a batch tells of.
func touched(batch []consume.Delivery) []string {
	var ids []string
	for _, d := range batch {
		if n, ok := d.Event.Data.(event.Numbered); ok {
			ids = append(ids, n.Subject())
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Reset empties the cache, which is all that replaying the group could come to. The epoch is the time.
func (i *Invalidation) Reset(ctx context.Context) (epoch uint64, err error) {
	return uint64(i.Clock.Now().UnixMicro()), i.Cache.Clear(ctx)
}
