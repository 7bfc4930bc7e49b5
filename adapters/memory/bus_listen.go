package memory

import (
	"context"
	"sync"
	"time"

	"convoke/application/port"
)

// Listen reads every partition of the topic.
func (b *Bus) Listen(ctx context.Context, name string, since time.Duration, ready func(), handle func(port.Message)) error {
	t, ok := b.await(ctx, name)
	if !ok {
		return nil
	}
	var readers sync.WaitGroup
	var one sync.Mutex
	for p, offset := range b.startingPoints(t, time.Now().Add(-since)) {
		readers.Go(func() {
			b.follow(ctx, p, offset, func(m port.Message) {
				one.Lock()
				defer one.Unlock()
				handle(m)
			})
		})
	}
	if ready != nil {
		ready()
	}
	readers.Wait()
	return nil
}

func (b *Bus) startingPoints(t *topic, limit time.Time) map[*partition]int64 {
	b.broker.mu.Lock()
	defer b.broker.mu.Unlock()
	points := make(map[*partition]int64, len(t.partitions))
	for _, p := range t.partitions {
		points[p] = p.since(limit)
	}
	return points
}

// follow hands over everything from the offset on, until ctx or the connection ends.
func (b *Bus) follow(ctx context.Context, p *partition, offset int64, handle func(port.Message)) {
	for ctx.Err() == nil {
		b.broker.mu.Lock()
		offset = max(offset, p.first)
		var batch []port.Message
		for ; offset < p.end() && len(batch) < defaultBatch; offset++ {
			batch = append(batch, p.at(offset))
		}
		changed := p.changed.wait()
		b.broker.mu.Unlock()
		for _, m := range batch {
			if ctx.Err() != nil {
				return
			}
			handle(m)
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-b.cut:
			<-ctx.Done()
		case <-ctx.Done():
		}
	}
}
