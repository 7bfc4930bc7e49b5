package nats

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"convoke/application/port"
)

// TestTheActiveMemberGivesWay: when another member becomes the active one, as after a long standstill of the first, the
// handler is told so. Both may then work on the same messages for a moment, but none is skipped.
func TestTheActiveMemberGivesWay(t *testing.T) {
	t.Parallel()
	b := embed(t).Bus
	s := provisioned(t, b, "topic", port.Ordered)
	publish(t, b, s.Topic, 0, 10)
	var second ledger
	entered, gaveWay := make(chan struct{}), make(chan struct{})
	enter, giveWay := sync.OnceFunc(func() { close(entered) }), sync.OnceFunc(func() { close(gaveWay) })
	run(t, b, s, func(ctx context.Context, batch []port.Message) (int, error) {
		enter()
		<-ctx.Done()
		giveWay()
		return min(3, len(batch)), nil
	})
	await(t, entered, "the first member works")
	run(t, b, s, second.handle)
	waiting(t, b, s, 1)
	soon(t, "the second member asks for messages", func() bool {
		consumer, err := b.js.Consumer(t.Context(), streamName(s.Topic), durableName(s.Group))
		return err == nil && consumer.CachedInfo().NumWaiting >= 2
	})

	unpin(t, b, s)

	await(t, gaveWay, "the handler gives way")
	second.wantExactly(t, 10)
	committed(t, b, s)
}

// TestAFrozenMemberDoesNoHarm: a member stands still for longer than its session, while another takes over, and then
// wakes up in the middle of its batch. It hands over nothing of what it had fetched before, and its late answers skip
// nothing.
func TestAFrozenMemberDoesNoHarm(t *testing.T) {
	t.Parallel()
	embedded := embed(t)
	w := &wire{dial: embedded.server.InProcessConn}
	frozen := connect(t, Config{options: []nats.Option{nats.InProcessServer(w)}})
	other := connect(t, Config{options: []nats.Option{nats.InProcessServer(embedded.server)}})
	s := provisioned(t, other, "topic", port.Ordered)
	s.MaxBatch = 10
	publish(t, other, s.Topic, 0, 100)
	var done, inHand ledger
	entered, woken := make(chan struct{}), make(chan struct{})
	run(t, frozen, s, func(ctx context.Context, batch []port.Message) (int, error) {
		if inHand.len() > 0 { // it has become the active one again
			return done.handle(ctx, batch)
		}
		inHand.add(batch)
		close(entered)
		<-woken
		return len(batch), nil
	})
	await(t, entered, "the first member works")
	thaw, wake := w.freeze(), sync.OnceFunc(func() { close(woken) })
	t.Cleanup(thaw)
	t.Cleanup(wake)
	run(t, other, s, func(ctx context.Context, batch []port.Message) (int, error) {
		if done.len() >= 50 { // in the middle of the other's work
			thaw()
			wake()
		}
		return done.handle(ctx, batch)
	})

	soon(t, "the other does everything", func() bool { return done.has(99) })
	publish(t, other, s.Topic, 100, 100)
	soon(t, "the group goes on", func() bool { return done.has(199) })
	committed(t, other, s)
	done.wantSteady(t, s.MaxBatch)
}

// TestAResetBehindTheMembersBack: messages that the server delivers again, although they are being worked on, are not
// handed over again, and are committed in the end.
func TestAResetBehindTheMembersBack(t *testing.T) {
	t.Parallel()
	b := embed(t).Bus
	s := provisioned(t, b, "topic", port.Ordered)
	s.MaxBatch = 5
	publish(t, b, s.Topic, 0, 40)
	var done ledger
	entered, release := make(chan struct{}, 100), make(chan struct{})
	run(t, b, s, func(ctx context.Context, batch []port.Message) (int, error) {
		entered <- struct{}{}
		<-release
		return done.handle(ctx, batch)
	})
	for range 3 {
		await(t, entered, "the member works")
		if _, err := b.js.ResetConsumer(t.Context(), streamName(s.Topic), durableName(s.Group)); err != nil {
			t.Fatal(err)
		}
		release <- struct{}{}
	}
	close(release)

	done.wantExactly(t, 40)
	committed(t, b, s)
}

// TestADeletedConsumerIsMadeAgain: the group starts over, because nobody knows where it was.
func TestADeletedConsumerIsMadeAgain(t *testing.T) {
	t.Parallel()
	for _, mode := range []port.Mode{port.Ordered, port.Shared} {
		b := embed(t).Bus
		s := provisioned(t, b, "topic", mode)
		var done ledger
		run(t, b, s, done.handle)
		publish(t, b, s.Topic, 0, 5)
		soon(t, "the first messages arrive", func() bool { return done.len() == 5 })

		if err := b.js.DeleteConsumer(t.Context(), streamName(s.Topic), durableName(s.Group)); err != nil {
			t.Fatal(err)
		}
		publish(t, b, s.Topic, 5, 5)

		soon(t, "the topic is read again", func() bool { return done.len() == 15 })
		committed(t, b, s)
	}
}

// TestALeavingMemberDoesNotKeepOthersWaiting: neither its own return nor the next member's start takes a timeout.
func TestALeavingMemberDoesNotKeepOthersWaiting(t *testing.T) {
	t.Parallel()
	for _, mode := range []port.Mode{port.Ordered, port.Shared} {
		b := embed(t).Bus
		s := provisioned(t, b, "topic", mode)
		s.MaxBatch = 10
		var done ledger
		var once sync.Once
		entered := make(chan struct{})
		stop := run(t, b, s, func(ctx context.Context, batch []port.Message) (int, error) {
			once.Do(func() { close(entered) })
			<-ctx.Done()
			return 0, nil
		})
		publish(t, b, s.Topic, 0, 300)
		await(t, entered, "the first member works")
		run(t, b, s, done.handle)
		waiting(t, b, s, 1)

		start := time.Now()
		stop()
		left := time.Since(start)
		soon(t, "the next member does everything", func() bool { return done.len() >= 300 })

		if moved := time.Since(start); moved >= hurried.session {
			t.Errorf("mode %d: left after %v, moved on after %v", mode, left, moved)
		}
		committed(t, b, s)
	}
}

func TestAGroupKeepsItsMode(t *testing.T) {
	t.Parallel()
	b := embed(t).Bus
	s := provisioned(t, b, "topic", port.Ordered)
	run(t, b, s, (&ledger{}).handle)
	waiting(t, b, s, 0)
	s.Mode = port.Shared
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()

	err := b.Consume(ctx, s, (&ledger{}).handle)

	if !errors.Is(err, errOtherMode) {
		t.Errorf("consume in a second mode: %v", err)
	}
}
