package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"convoke/application/metric"
	"convoke/application/port"
)

const defaultBatch = 256

// Consume reads the topic as a member of the group until ctx ends.
func (b *Bus) Consume(ctx context.Context, s port.Subscription, handle port.Handler) error {
	if s.MaxBatch <= 0 {
		s.MaxBatch = defaultBatch
	}
	c := &consumer{bus: b, subscription: s, handler: handle}
	c.log = b.log.With("group", s.Group, "topic", s.Topic)
	c.outage = &outage{log: c.log, what: "consuming"}
	wait := pause{first: b.timing.backoff, longest: 2 * time.Second}
	for ctx.Err() == nil {
		started := time.Now()
		err := c.membership(ctx)
		if ctx.Err() != nil {
			break
		}
		if hopeless(err) && !c.worked {
			return fmt.Errorf("consume %s as %s: %w", s.Topic, s.Group, explain(err))
		}
		c.outage.note(err)
		b.cluster.refresh()
		if time.Since(started) > b.timing.stall {
			wait.reset()
		}
		wait.wait(ctx)
	}
	return nil
}

// consumer is one Consume.
type consumer struct {
	bus          *Bus
	subscription port.Subscription
	handler      port.Handler
	log          *slog.Logger
	outage       *outage
	working      sync.Mutex // held while handlers run, until their commits are made
	asking       sync.Mutex // one partition at a time asks for room
	worked       bool       // it was in the group once: a later refusal is an ill broker, not a wrong configuration
	assigned     []int32    // the partitions of the last generation
	member       string     // who this was in the last generation
}

// membership joins the group and works through its generations until ctx ends, and leaves. Any error ends it, because
// kafka-go has left the group by then too, and the next membership may find the coordinator through another broker.
func (c *consumer) membership(ctx context.Context) error {
	if err := c.awaitTopic(ctx); err != nil {
		return err
	}
	if err := c.bury(ctx); err != nil {
		return err
	}
	links := newNetwork(c.bus.network.dial, askTimeout)
	group, err := kafka.NewConsumerGroup(c.groupConfig(ctx, links))
	if err != nil {
		return err
	}
	left := make(chan struct{})
	leave := context.AfterFunc(ctx, func() { c.leave(group, links, left) })
	err = c.generations(ctx, group)
	if leave() {
		c.leave(group, links, left)
	}
	<-left
	links.close()
	return err
}

func (c *consumer) groupConfig(ctx context.Context, links *network) kafka.ConsumerGroupConfig {
	t := c.bus.timing
	return kafka.ConsumerGroupConfig{
		ID:      c.subscription.Group,
		Topics:  []string{c.subscription.Topic},
		Brokers: c.bus.cluster.addresses(ctx),
		Dialer: &kafka.Dialer{
			ClientID:      c.bus.config.ClientID,
			DialFunc:      links.dial,
			Timeout:       dialTimeout,
			SASLMechanism: c.bus.security.mechanism,
		},
		SessionTimeout:         t.session,
		HeartbeatInterval:      t.heartbeat,
		RebalanceTimeout:       t.rebalance,
		Timeout:                t.ask,
		JoinGroupBackoff:       t.backoff,
		WatchPartitionChanges:  true,
		PartitionWatchInterval: t.watch,
		StartOffset:            kafka.FirstOffset,
	}
}

// leave says goodbye, so that the others need not wait for the session to time out. Handlers and their commits come
// first, however long they take. kafka-go may be waiting for others to join just then; hanging up cuts that short. A
// cluster that can not even be told is left without a word.
func (c *consumer) leave(group *kafka.ConsumerGroup, links *network, left chan<- struct{}) {
	const patience, end = time.Second, 4 * time.Second
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = group.Close()
	}()
	c.working.Lock()
	c.working.Unlock() //nolint:staticcheck // to have held it is to know that the work is done
	impatience := time.AfterFunc(patience, links.hangUp)
	defer impatience.Stop()
	despair := time.AfterFunc(end, links.close)
	defer despair.Stop()
	<-closed
	close(left)
}

// generations takes part in one generation after the other.
func (c *consumer) generations(ctx context.Context, group *kafka.ConsumerGroup) error {
	for {
		next, err := c.next(ctx, group)
		if err != nil {
			return err
		}
		c.worked, c.member = true, next.MemberID
		c.outage.over()
		started := time.Now()
		if err := c.generation(ctx, next); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(started) < c.bus.timing.heartbeat {
			if err := c.calm(ctx); err != nil {
				return err
			}
		}
	}
}

// calm keeps a group that can not settle from spinning: kafka-go joins again without a pause, for ever if the topic is
// gone.
func (c *consumer) calm(ctx context.Context) error {
	wait := pause{first: c.bus.timing.backoff, longest: c.bus.timing.backoff}
	wait.wait(ctx)
	if _, err := c.bus.cluster.leaders(ctx, c.subscription.Topic); missing(err) {
		return err
	}
	return nil
}

// next waits for a generation. Being called back to join while joining is no error.
func (c *consumer) next(ctx context.Context, group *kafka.ConsumerGroup) (*kafka.Generation, error) {
	ctx, cancel := context.WithTimeout(ctx, c.bus.timing.join)
	defer cancel()
	for {
		generation, err := group.Next(ctx)
		if !errors.Is(err, kafka.RebalanceInProgress) {
			return generation, err
		}
	}
}

// awaitTopic waits until the topic exists: a member that joins before would be given nothing, again and again.
func (c *consumer) awaitTopic(ctx context.Context) error {
	wait := pause{first: 50 * time.Millisecond, longest: time.Second}
	for {
		leaders, err := c.bus.cluster.leaders(ctx, c.subscription.Topic)
		if err == nil && len(leaders) > 0 {
			return nil
		}
		if !missing(err) {
			return err
		}
		c.outage.note(err)
		c.bus.cluster.refresh()
		if !wait.wait(ctx) {
			return ctx.Err()
		}
	}
}

// bury tells the group that the member this was before will not come back. kafka-go forgets it when it loses the
// coordinator, and the group would wait for it until its session times out.
func (c *consumer) bury(ctx context.Context) error {
	if c.member == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	answer, err := c.bus.cluster.client.LeaveGroup(ctx, &kafka.LeaveGroupRequest{
		GroupID: c.subscription.Group, Members: []kafka.LeaveGroupRequestMember{{ID: c.member}},
	})
	if err == nil {
		err = answer.Error
	}
	if err != nil && repeatable(err) {
		return err
	}
	c.member = "" // gone, or unknown already
	return nil
}

// note takes down which partitions a generation brought.
func (c *consumer) note(partitions []int32) {
	slices.Sort(partitions)
	if slices.Equal(partitions, c.assigned) {
		return
	}
	c.assigned = partitions
	c.log.Info("the group has given this process other partitions", "partitions", partitions)
	c.bus.meter.Add(metric.Rebalances, 1, c.subscription.Group)
}
