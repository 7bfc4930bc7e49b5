package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"convoke/application/port"
)

func ordered() []test {
	return []test{
		{"ordered/keys keep their order", keysKeepOrder},
		{"ordered/one batch at a time", oneBatchAtATime},
		{"ordered/batches respect their limit", batchLimit},
		{"ordered/a member that joins shares or stands by", memberJoins},
		{"ordered/a handler gives way when its partition moves", handlerGivesWay},
		{"ordered/a stopping member commits exactly what is done", stopWhileBusy(port.Ordered)},
		{"ordered/a killed member's messages move on", killedMember(port.Ordered, false)},
		{"ordered/a killed member's messages move on among new ones", killedMember(port.Ordered, true)},
		{"ordered/members come and go under load", comeAndGo(port.Ordered)},
		{"ordered/an error pauses and redelivers", errorRedelivers(port.Ordered)},
		{"ordered/a group begins again", rewinds},
		{"ordered/a group that need not begin again goes on", goesOn},
		{"ordered/a slow handler keeps what it holds", slowHandler(port.Ordered)},
	}
}

func keysKeepOrder(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := interleaved(topic, 20, 25)
	var got ledger
	k.consume(conn.Bus, k.subscription(topic, port.Ordered), got.handle)

	var publishers sync.WaitGroup
	for key := range 20 { // each key from a goroutine of its own, in small batches
		publishers.Go(func() {
			for first := 0; first < 25; first += 5 {
				if err := errors.Join(conn.Bus.Publish(k.Context(), numberedFrom(topic, fmt.Sprintf("key-%d", key), first, 5))...); err != nil {
					k.Errorf("publish: %v", err)
				}
			}
		})
	}
	publishers.Wait()

	k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
	got.wantOnce(k, sent)
	got.wantOrder(k)
}

func oneBatchAtATime(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := interleaved(topic, 10, 50)
	var got ledger
	var busy sync.Map // partition → *atomic.Int32
	s := k.subscription(topic, port.Ordered)
	s.MaxBatch = 7
	k.consume(conn.Bus, s, func(_ context.Context, batch []port.Message) (int, error) {
		counter, _ := busy.LoadOrStore(batch[0].Partition, new(atomic.Int32))
		if n := counter.(*atomic.Int32).Add(1); n != 1 {
			k.Errorf("%d handlers at a time work on partition %d", n, batch[0].Partition)
		}
		defer counter.(*atomic.Int32).Add(-1)
		for i, m := range batch {
			if m.Partition != batch[0].Partition || i > 0 && m.Offset <= batch[i-1].Offset {
				k.Errorf("a batch is not of one partition, oldest first: %d/%d after %d/%d", m.Partition, m.Offset, batch[0].Partition, batch[max(0, i-1)].Offset)
			}
		}
		got.add(batch)
		return len(batch), nil
	})

	k.publish(conn.Bus, sent...)

	k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
	got.wantOnce(k, sent)
}

func batchLimit(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := numbered(topic, "key", 100)
	k.publish(conn.Bus, sent...)
	var got ledger
	s := k.subscription(topic, port.Ordered)
	s.MaxBatch = 10
	k.consume(conn.Bus, s, func(_ context.Context, batch []port.Message) (int, error) {
		got.add(batch)
		return len(batch), nil
	})

	k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
	if n := got.largestBatch(); n > 10 || n < 2 {
		k.Errorf("the largest batch had %d messages, want 2 to 10 of what waits", n)
	}
	got.wantOrder(k)
}

func memberJoins(k *kit) {
	first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.topic(first.Bus, "in")
	s := k.subscription(topic, port.Ordered)
	var all, atFirst, atSecond ledger
	k.consume(first.Bus, s, both(&all, &atFirst))
	k.publish(first.Bus, interleaved(topic, 40, 1)...)
	k.soon("the first member works", func() bool { return all.len() == 40 })
	k.consume(second.Bus, s, both(&all, &atSecond))

	sent := 1
	k.soon("the work is dealt out", func() bool {
		k.publish(first.Bus, nthOf(topic, 40, sent)...)
		sent++
		k.soon("a round arrives", func() bool { return all.len() >= 40*sent })
		return !k.features.OrderedIsSpread && sent > 20 || atSecond.len() > 0
	})
	if k.features.OrderedIsSpread {
		before := atFirst.len()
		k.publish(first.Bus, nthOf(topic, 40, sent)...)
		k.soon("the first member keeps a part", func() bool { return atFirst.len() > before })
	} else if n := atSecond.len(); n != 0 {
		k.Errorf("the member on standby was handed %d messages", n)
	}
	all.wantOrder(k)
}

// nthOf makes message number n of each of the keys.
func nthOf(topic string, keys, n int) []port.Message {
	var batch []port.Message
	for key := range keys {
		batch = append(batch, numberedFrom(topic, fmt.Sprintf("key-%d", key), n, 1)...)
	}
	return batch
}

func both(a, b *ledger) port.Handler {
	return func(_ context.Context, batch []port.Message) (int, error) {
		a.add(batch)
		b.add(batch)
		return len(batch), nil
	}
}

// handlerGivesWay: a handler that waits for a pool slot must not hold up a partition that moves to another member.
func handlerGivesWay(k *kit) {
	if !k.features.OrderedIsSpread {
		k.Skip("partitions do not move while their member lives")
	}
	first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.topic(first.Bus, "in")
	s := k.subscription(topic, port.Ordered)
	sent := interleaved(topic, 40, 3)
	k.publish(first.Bus, sent...)
	var done ledger
	var waiting atomic.Int32
	slot := make(chan struct{})
	one := func(ctx context.Context, batch []port.Message) (int, error) {
		done.add(batch[:1]) // one finds a slot, the second waits for its own
		if len(batch) == 1 {
			return 1, nil
		}
		waiting.Add(1)
		select {
		case <-slot:
			done.add(batch[1:])
			return len(batch), nil
		case <-ctx.Done():
			return 1, nil
		}
	}
	k.consume(first.Bus, s, one)
	k.soon("the first member waits for a slot", func() bool { return waiting.Load() > 0 })
	var atSecond ledger
	k.consume(second.Bus, s, both(&done, &atSecond))

	k.soon("a partition moves although its handler waits", func() bool { return atSecond.len() > 0 })
	close(slot)

	k.soon("everything is done", func() bool { return done.has(sent) })
	done.wantOnce(k, sent)
	done.wantOrder(k)
}

// rewinds: a group that is to begin again does, also at rest, and its place is known before anything is done.
func rewinds(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	s := k.subscription(topic, port.Ordered)
	sent := interleaved(topic, 5, 6)
	var first ledger
	k.publish(conn.Bus, sent...)
	r := k.consume(conn.Bus, s, first.handle)
	k.soon("the first pass", func() bool { return first.has(sent) })
	r.stop()

	var asked, given, refusals atomic.Int32
	again := s
	again.Rewind = func(_ context.Context, partition int32) (bool, error) {
		if int(partition) >= max(1, k.features.Partitions) {
			k.Errorf("asked for partition %d", partition)
		}
		if refusals.Add(1) == 1 {
			return false, errors.New("the database is down")
		}
		asked.Add(1)
		return true, nil
	}
	r = k.consume(conn.Bus, again, func(ctx context.Context, batch []port.Message) (int, error) {
		given.Add(1)
		<-ctx.Done()
		return 0, nil
	})
	k.soon("a message of the past", func() bool { return asked.Load() > 0 && given.Load() > 0 })
	r.stop()

	var second ledger
	r = k.consume(conn.Bus, s, second.handle)
	k.soon("what was given and not done", func() bool { return second.len() > 0 })
	r.stop()

	var whole ledger
	r = k.consume(conn.Bus, again, whole.handle)
	k.soon("the second pass", func() bool { return whole.has(sent) })
	whole.wantOrder(k)
	r.stop()
	k.wantNothingLeft(conn.Bus, s)
}

// goesOn: a group that is not to begin again goes on behind its last commit.
func goesOn(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	s := k.subscription(topic, port.Ordered)
	var asked atomic.Int32
	s.Rewind = func(context.Context, int32) (bool, error) { asked.Add(1); return false, nil }
	var got ledger
	sent := interleaved(topic, 5, 6)
	k.publish(conn.Bus, sent...)
	r := k.consume(conn.Bus, s, got.handle)
	k.soon("everything", func() bool { return got.has(sent) })
	r.stop()
	got.wantOnce(k, sent)
	k.wantNothingLeft(conn.Bus, s)
	if asked.Load() < 2 {
		k.Errorf("asked %d times", asked.Load())
	}
}

// wantNothingLeft fails the test if the group is handed anything that was published before.
func (k *kit) wantNothingLeft(bus port.Bus, s port.Subscription) {
	k.Helper()
	var got ledger
	r := k.consume(bus, s, got.handle)
	mark := port.Message{Topic: s.Topic, Key: "key", Value: fmt.Appendf(nil, "mark/%d", time.Now().UnixNano())}
	k.publish(bus, mark)
	k.soon("the mark arrives", func() bool { return got.has([]port.Message{mark}) })
	got.wantOnce(k, []port.Message{mark})
	r.stop()
}
