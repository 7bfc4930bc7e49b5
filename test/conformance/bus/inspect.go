package bus

import (
	"context"
	"sync/atomic"

	"convoke/application/port"
)

func inspecting() []test {
	return []test{
		{"inspect/positions follow the group", positionsFollow},
		{"inspect/members are those that read", membersAreSeen},
		{"inspect/the tail is the newest messages", tailIsNewest},
	}
}

func positionsFollow(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	s := k.subscription(topic, port.Ordered)
	k.publish(conn.Bus, interleaved(topic, 10, 3)...)
	k.wantUnread(conn.Bus, s, 30)
	var got ledger
	var idle atomic.Bool
	idle.Store(true)
	entered := make(chan struct{}, 100)
	r := k.consume(conn.Bus, s, func(ctx context.Context, batch []port.Message) (int, error) {
		if idle.Load() {
			entered <- struct{}{}
			<-ctx.Done()
			return 0, nil
		}
		return got.handle(ctx, batch)
	})
	k.await(entered, "a handler is called")
	k.wantUnread(conn.Bus, s, 30)
	r.stop()
	k.wantUnread(conn.Bus, s, 30)

	idle.Store(false)
	k.consume(conn.Bus, s, got.handle)

	k.soon("the group has committed everything", func() bool {
		committed, end := k.position(conn.Bus, s)
		return committed == end
	})
	if got.len() != 30 {
		k.Errorf("%d messages were handed over, want 30", got.len())
	}
}

func (k *kit) wantUnread(bus port.Bus, s port.Subscription, n int64) {
	k.Helper()
	if committed, end := k.position(bus, s); end-committed != n {
		k.Errorf("the group is at %d of %d, want %d unread", committed, end, n)
	}
}

// position sums up the group's positions over the partitions.
func (k *kit) position(bus port.Bus, s port.Subscription) (committed, end int64) {
	k.Helper()
	positions, err := bus.Positions(k.Context(), s.Group, s.Topic)
	if err != nil {
		k.Fatalf("positions: %v", err)
	}
	if len(positions) != k.features.Partitions {
		k.Errorf("%d positions for %d partitions", len(positions), k.features.Partitions)
	}
	for _, p := range positions {
		committed += p.Committed
		end += p.End
	}
	return committed, end
}

func membersAreSeen(k *kit) {
	first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.topic(first.Bus, "in")
	s := k.subscription(topic, port.Shared)
	count := func() int {
		members, err := first.Bus.Members(k.Context(), s.Group, topic)
		if err != nil {
			k.Fatalf("members: %v", err)
		}
		ids := map[string]bool{}
		for _, m := range members {
			ids[m.ID] = true
		}
		return len(ids)
	}
	if n := count(); n != 0 {
		k.Errorf("%d members before anybody joined", n)
	}
	var got ledger
	k.consume(first.Bus, s, got.handle)
	r := k.consume(second.Bus, s, got.handle)
	k.soon("two members are seen", func() bool { return count() == 2 })

	r.stop()

	k.soon("one member is left", func() bool { return count() == 1 })
}

func tailIsNewest(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	if tail, err := conn.Bus.Tail(k.Context(), topic, 5); err != nil || len(tail) != 0 {
		k.Errorf("the tail of an empty topic: %d messages, %v", len(tail), err)
	}
	for i := range 10 { // one by one, so that their times differ in order
		k.publish(conn.Bus, numberedFrom(topic, "key", i, 1)...)
	}

	tail, err := conn.Bus.Tail(k.Context(), topic, 5)

	if err != nil || len(tail) != 5 {
		k.Fatalf("tail: %d messages, %v", len(tail), err)
	}
	for i, m := range tail {
		if _, n := parse(m); n != 5+i {
			k.Errorf("tail[%d] is %s, want key/%d", i, m.Value, 5+i)
		}
	}
}
