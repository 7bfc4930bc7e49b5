package bus

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"convoke/application/port"
)

func outages() []test {
	return []test{
		{"outage/everything resumes", outageResumes},
	}
}

// stopWhileBusy: a member that stops in the middle of a batch commits what it did, and only that; the rest goes to
// another member without delay.
func stopWhileBusy(mode port.Mode) func(*kit) {
	return func(k *kit) {
		first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
		topic := k.topic(first.Bus, "in")
		sent := numbered(topic, "key", 20)
		k.publish(first.Bus, sent...)
		var done ledger
		entered := make(chan struct{})
		var once atomic.Bool
		s := k.subscription(topic, mode)
		s.MaxBatch = 10
		r := k.consume(first.Bus, s, func(ctx context.Context, batch []port.Message) (int, error) {
			if !once.CompareAndSwap(false, true) {
				<-ctx.Done()
				return 0, nil
			}
			n := min(3, len(batch))
			done.add(batch[:n])
			close(entered)
			<-ctx.Done()
			return n, nil
		})
		k.await(entered, "the first member works")
		r.stop()

		k.consume(second.Bus, s, done.handle)

		k.soon("everything is done", func() bool { return done.has(sent) })
		done.wantOnce(k, sent)
		if mode == port.Ordered {
			done.wantOrder(k)
		}
	}
}

// killedMember: what a killed member had not committed is handed to another one, whether or not anything new arrives.
func killedMember(mode port.Mode, busy bool) func(*kit) {
	return func(k *kit) {
		first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
		if first.Cut == nil {
			k.Skip("the harness can not kill a member")
		}
		topic := k.topic(first.Bus, "in")
		s := k.subscription(topic, mode)
		s.MaxBatch = 10
		var done ledger
		var hang atomic.Bool
		hanging := make(chan struct{}, 100)
		k.consume(first.Bus, s, hangs(&done, &hang, hanging))
		sent := numbered(topic, "key", 40)
		k.publish(first.Bus, sent[:10]...)
		k.soon("the first member works", func() bool { return done.len() >= 10 })
		hang.Store(true)
		k.publish(first.Bus, sent[10:25]...)
		k.await(hanging, "the first member hangs")

		first.Cut()
		k.consume(second.Bus, s, done.handle)
		if busy {
			k.publish(second.Bus, sent[25:]...)
		} else {
			sent = sent[:25]
		}

		k.eventually(k.features.Failover+k.features.Patience/2, "everything is done", func() bool { return done.has(sent) })
		if mode == port.Ordered {
			done.wantOrder(k)
		}
	}
}

// hangs makes a handler that works until it is told to hang; what it reports then is a dead process's word.
func hangs(done *ledger, hang *atomic.Bool, hanging chan<- struct{}) port.Handler {
	return func(ctx context.Context, batch []port.Message) (int, error) {
		if !hang.Load() {
			return done.handle(ctx, batch)
		}
		hanging <- struct{}{}
		<-ctx.Done()
		return len(batch), nil
	}
}

// errorRedelivers: a handler's error loses and skips nothing, and does not spin.
func errorRedelivers(mode port.Mode) func(*kit) {
	return func(k *kit) {
		conn := k.broker.Connect(k.T)
		topic := k.topic(conn.Bus, "in")
		sent := numbered(topic, "key", 20)
		k.publish(conn.Bus, sent...)
		var done ledger
		var tries atomic.Int32
		var failed atomic.Int64 // when, unix ns
		k.consume(conn.Bus, k.subscription(topic, mode), func(_ context.Context, batch []port.Message) (int, error) {
			for i, m := range batch {
				if _, n := parse(m); n == 7 {
					if at := failed.Load(); at != 0 && time.Since(time.Unix(0, at)) < 5*time.Millisecond {
						k.Error("the partition did not rest after an error")
					}
					if tries.Add(1) <= 3 {
						failed.Store(time.Now().UnixNano())
						done.add(batch[:i])
						return i, errors.New("ill")
					}
				}
			}
			done.add(batch)
			return len(batch), nil
		})

		k.soon("everything is done", func() bool { return done.has(sent) })
		if n := tries.Load(); n != 4 {
			k.Errorf("message 7 was handed over %d times, want 4", n)
		}
		done.wantOnce(k, sent)
		if mode == port.Ordered {
			done.wantOrder(k)
		}
	}
}

// slowHandler: a handler that takes longer than the broker's timeouts is still the only one to get its messages.
func slowHandler(mode port.Mode) func(*kit) {
	return func(k *kit) {
		if k.features.HoldsBeyond == 0 {
			k.Skip("handlers are not timed")
		}
		if testing.Short() {
			k.Skip("takes longer than the broker's timeouts")
		}
		first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
		topic := k.topic(first.Bus, "in")
		s := k.subscription(topic, mode)
		s.MaxBatch = 10
		var done ledger
		release, entered := make(chan struct{}), make(chan struct{}, 100)
		slow := func(ctx context.Context, batch []port.Message) (int, error) {
			entered <- struct{}{}
			select {
			case <-release:
			case <-ctx.Done():
				return 0, nil
			}
			done.add(batch)
			return len(batch), nil
		}
		k.consume(first.Bus, s, slow)
		sent := numbered(topic, "key", 30)
		k.publish(first.Bus, sent...)
		k.await(entered, "the first member works")
		if mode == port.Shared || !k.features.OrderedIsSpread {
			k.consume(second.Bus, s, slow) // it may help or stand by, but not take what is held
		}

		k.pass(k.features.HoldsBeyond + k.features.HoldsBeyond/4)
		close(release)

		k.soon("everything is done", func() bool { return done.has(sent) })
		done.wantOnce(k, sent)
	}
}

// outageResumes: consumers, listeners and publishers live through a broker that goes and comes back.
func outageResumes(k *kit) {
	if k.broker.Interrupt == nil {
		k.Skip("the harness can not take the broker away")
	}
	conn := k.broker.Connect(k.T)
	topic, news := k.topic(conn.Bus, "in"), k.topic(conn.Bus, "news")
	var ordered, shared, heard ledger
	o, s := k.subscription(topic, port.Ordered), k.subscription(topic, port.Shared)
	s.Group += "-shared"
	k.consume(conn.Bus, o, ordered.handle)
	k.consume(conn.Bus, s, shared.handle)
	k.listen(conn.Bus, news, time.Minute, &heard)
	sent := numbered(topic, "key", 20)
	k.publish(conn.Bus, sent[:10]...)
	k.soon("the first half arrives", func() bool { return ordered.has(sent[:10]) && shared.has(sent[:10]) })

	resume := k.broker.Interrupt(k.T)
	ctx, cancel := context.WithTimeout(k.Context(), 300*time.Millisecond)
	errs := conn.Bus.Publish(ctx, numberedFrom(topic, "lost", 0, 1))
	cancel()
	if errors.Join(errs...) == nil {
		k.Error("a message was acknowledged while the broker was away")
	}
	resume()

	k.publishUntilAcknowledged(conn.Bus, sent[10:])
	k.publishUntilAcknowledged(conn.Bus, numbered(news, "", 1))
	k.soon("the second half arrives", func() bool { return ordered.has(sent) && shared.has(sent) && heard.len() > 0 })
	ordered.wantOrder(k)
}

// publishUntilAcknowledged repeats what failed, as the relay does.
func (k *kit) publishUntilAcknowledged(bus port.Bus, batch []port.Message) {
	k.Helper()
	k.soon("the broker acknowledges", func() bool {
		ctx, cancel := context.WithTimeout(k.Context(), time.Second)
		defer cancel()
		var failed []port.Message
		for i, err := range bus.Publish(ctx, batch) {
			if err != nil {
				failed = append(failed, batch[i])
			}
		}
		batch = failed
		return len(batch) == 0
	})
}
