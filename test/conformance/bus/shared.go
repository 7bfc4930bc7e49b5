package bus

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"convoke/application/port"
)

func shared() []test {
	return []test{
		{"shared/work is spread", workIsSpread},
		{"shared/a stopping member commits exactly what is done", stopWhileBusy(port.Shared)},
		{"shared/a killed member's messages move on", killedMember(port.Shared, false)},
		{"shared/a killed member's messages move on among new ones", killedMember(port.Shared, true)},
		{"shared/members come and go under load", comeAndGo(port.Shared)},
		{"shared/an error pauses and redelivers", errorRedelivers(port.Shared)},
		{"shared/a slow handler keeps what it holds", slowHandler(port.Shared)},
	}
}

func rooms() []test {
	return []test{
		{"room/no shared batch is larger than the room", roomLimits(port.Shared)},
		{"room/no ordered batch is larger than the room", roomLimits(port.Ordered)},
		{"room/nothing is handed over without room", roomBlocks},
		{"room/a full member leaves work to others", fullMember},
	}
}

// workIsSpread: each of two members gets something while the other is busy, and nothing is done twice.
func workIsSpread(k *kit) {
	first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.topic(first.Bus, "in")
	s := k.subscription(topic, port.Shared)
	s.MaxBatch = 10
	var all ledger
	var arrived sync.WaitGroup
	arrived.Add(2)
	bothWork := make(chan struct{})
	member := func() port.Handler {
		var once sync.Once
		return func(ctx context.Context, batch []port.Message) (int, error) {
			once.Do(arrived.Done)
			select {
			case <-bothWork:
				all.add(batch)
				return len(batch), nil
			case <-ctx.Done():
				return 0, nil
			}
		}
	}
	k.consume(first.Bus, s, member())
	k.consume(second.Bus, s, member())
	sent := interleaved(topic, 40, 25)
	k.publish(first.Bus, sent...)
	go func() {
		arrived.Wait()
		close(bothWork)
	}()

	k.await(bothWork, "both members work")
	k.soon("everything is done", func() bool { return all.has(sent) })
	all.wantOnce(k, sent)
}

// roomLimits: what is handed over at once fits into the room that was told last.
func roomLimits(mode port.Mode) func(*kit) {
	return func(k *kit) {
		conn := k.broker.Connect(k.T)
		topic := k.topic(conn.Bus, "in")
		sent := interleaved(topic, 20, 10)
		k.publish(conn.Bus, sent...)
		var got ledger
		s := k.subscription(topic, mode)
		s.Room = func(context.Context) (int, error) { return 3, nil }
		k.consume(conn.Bus, s, got.handle)

		k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
		if n := got.largestBatch(); n > 3 {
			k.Errorf("a batch of %d messages was handed over where there is room for 3", n)
		}
		got.wantOnce(k, sent)
	}
}

func roomBlocks(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := interleaved(topic, 20, 2)
	k.publish(conn.Bus, sent...)
	var got ledger
	var asked atomic.Bool
	room := make(chan struct{})
	s := k.subscription(topic, port.Shared)
	s.Room = func(ctx context.Context) (int, error) {
		asked.Store(true)
		select {
		case <-room:
			return 5, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	k.consume(conn.Bus, s, got.handle)
	k.soon("room is asked for", asked.Load)
	k.pass(300 * time.Millisecond)
	if n := got.len(); n != 0 {
		k.Errorf("%d messages were handed over before there was room", n)
	}

	close(room)

	k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
	got.wantOnce(k, sent)
}

func fullMember(k *kit) {
	if !k.features.SharedByMessage {
		k.Skip("partitions are spread, not messages")
	}
	full, free := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.topic(full.Bus, "in")
	s := k.subscription(topic, port.Shared)
	var atFull, atFree ledger
	noRoom := s
	noRoom.Room = func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	k.consume(full.Bus, noRoom, atFull.handle)
	k.consume(free.Bus, s, atFree.handle)
	sent := interleaved(topic, 20, 10)

	k.publish(full.Bus, sent...)

	k.soon("all messages arrive", func() bool { return atFree.len() >= len(sent) })
	atFree.wantOnce(k, sent)
	if n := atFull.len(); n != 0 {
		k.Errorf("the full member was handed %d messages", n)
	}
}
