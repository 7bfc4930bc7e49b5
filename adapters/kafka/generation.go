package kafka

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"convoke/application/metric"
)

// generation works on the partitions of one generation until it ends, and returns why this side ended it: nil when the
// group or ctx did.
func (c *consumer) generation(ctx context.Context, g *kafka.Generation) error {
	given := g.Assignments[c.subscription.Topic]
	if err := c.confirm(ctx, given); err != nil {
		return err
	}
	partitions := make([]int32, len(given))
	for i, p := range given {
		partitions[i] = int32(p.ID)
	}
	c.note(partitions)
	ended := make(chan error, 1)
	g.Start(func(life context.Context) { ended <- c.work(ctx, life, g, given) })
	return <-ended
}

// confirm asks again where the group stands in partitions that it seems never to have committed: kafka-go takes a
// coordinator that could not say, as while it is being loaded, for one that says so, and all would be read once more.
func (c *consumer) confirm(ctx context.Context, given []kafka.PartitionAssignment) error {
	never := func(p kafka.PartitionAssignment) bool { return p.Offset < 0 }
	if !slices.ContainsFunc(given, never) {
		return nil
	}
	return c.bus.patiently(ctx, func(ctx context.Context) error {
		s := c.subscription
		last := slices.MaxFunc(given, func(a, b kafka.PartitionAssignment) int { return a.ID - b.ID })
		committed, err := c.bus.committed(ctx, s.Group, s.Topic, last.ID+1)
		if err != nil {
			return err
		}
		for i := range given {
			if at := committed[given[i].ID]; never(given[i]) && at >= 0 {
				given[i].Offset = at
			}
		}
		return nil
	})
}

// work runs inside the generation: the group can not rebalance before it has returned, so everything that handlers did
// is committed by then. life ends when the generation does.
func (c *consumer) work(ctx, life context.Context, g *kafka.Generation, given []kafka.PartitionAssignment) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(life, cancel)()

	err := c.handle(ctx, life, newCommits(g, c.subscription.Topic), given)
	if err == nil {
		// Without an error it is the group or the caller that ends the generation. To return before kafka-go knows
		// would make it join once more, only to leave.
		<-life.Done()
	}
	return err
}

// handle runs the handlers until ctx ends or one partition gives up, and commits.
func (c *consumer) handle(ctx, life context.Context, commits *commits, given []kafka.PartitionAssignment) error {
	c.working.Lock()
	defer c.working.Unlock()
	crew, ctx := errgroup.WithContext(ctx)
	defer c.watch(ctx)()
	for _, p := range given {
		a := c.assignment(p, commits)
		crew.Go(func() error { return a.run(ctx) })
	}
	crew.Go(func() error { return commits.run(ctx) })
	err := crew.Wait()
	if lost := commits.flush(); lost != nil && life.Err() == nil {
		err = errors.Join(err, lost)
	} else if lost != nil {
		c.log.Warn("the group went on without this member; what it did last will be delivered again", "error", lost)
	}
	return err
}

// watch names the handlers' delay when they do not give way: until they do, the partitions can not move.
func (c *consumer) watch(ctx context.Context) (stop func()) {
	const patience = 3 * time.Second
	var watcher sync.WaitGroup
	finished := make(chan struct{})
	watcher.Go(func() {
		select {
		case <-ctx.Done():
		case <-finished:
			return
		}
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-timer.C:
			c.log.Error("a handler does not give way and holds up its partition", "after", patience)
		case <-finished:
		}
	})
	return func() {
		close(finished)
		watcher.Wait()
	}
}

func (c *consumer) assignment(p kafka.PartitionAssignment, commits *commits) *assignment {
	s := c.subscription
	return &assignment{
		subscription: s,
		handle:       c.handler,
		asking:       &c.asking,
		commits:      commits,
		pause:        pause{first: 100 * time.Millisecond, longest: 5 * time.Second},
		cursor: &cursor{
			cluster: c.bus.cluster, log: c.log, topic: s.Topic, partition: int32(p.ID), offset: p.Offset,
			longPoll: c.bus.timing.fetch, gone: c.bus.timing.gone, stall: c.bus.timing.stall,
			lost: func(n float64) { c.bus.meter.Add(metric.OffsetsLost, n, s.Group, s.Topic) },
		},
	}
}
