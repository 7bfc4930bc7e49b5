package relay_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"convoke/application/leader"
	"convoke/application/port"
	"convoke/application/relay"
	"convoke/test/fake"
)

type clock struct{}

func (clock) Now() time.Time { return time.Now() }

// outbox is the store's side, in memory.
type outbox struct {
	mu   sync.Mutex
	rows []relay.Batch
}

func (o *outbox) add(b relay.Batch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = append(o.rows, b)
}

func (o *outbox) Pending(_ context.Context, except []int64, limit int) ([]relay.Batch, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var found []relay.Batch
	for _, b := range o.rows {
		if !slices.Contains(except, b.ID) && len(found) < limit {
			found = append(found, b)
		}
	}
	return found, nil
}

func (o *outbox) RemoveBatches(_ context.Context, ids []int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = slices.DeleteFunc(o.rows, func(b relay.Batch) bool { return slices.Contains(ids, b.ID) })
	return nil
}

func (o *outbox) Backlog(context.Context) (int, time.Time, error) {
	return o.len(), time.Time{}, nil
}

func (o *outbox) len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.rows)
}

type rig struct {
	outbox    *outbox
	feed      *relay.Feed
	publisher *fake.Publisher
	stop      func()
}

// lead runs a relay as the leader until stop is called.
func lead(publisher port.Publisher, o *outbox, feed *relay.Feed) (stop func()) {
	r := relay.New(o, feed, publisher, clock{}, &fake.Meter{}, fake.Log())
	l := leader.New(always{}, "relay", "me", leader.Config{}, clock{}, &fake.Meter{}, fake.Log())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = l.Run(ctx, r.Run) }()
	return func() { cancel(); <-done }
}

func newRig() *rig {
	r := &rig{outbox: &outbox{}, feed: relay.NewFeed(), publisher: &fake.Publisher{}}
	r.stop = lead(r.publisher, r.outbox, r.feed)
	synctest.Wait()
	return r
}

// always lets its holder lead for ever.
type always struct{}

func (always) Acquire(context.Context, string, string, time.Duration) (int64, bool, error) {
	return 1, true, nil
}
func (always) Release(context.Context, string, string) error { return nil }

func batch(id int64) relay.Batch {
	return relay.Batch{ID: id, Messages: []port.Message{{Topic: "t", Key: "k", Value: fmt.Append(nil, id)}}}
}

func (r *rig) sent() string {
	var all []string
	for _, m := range r.publisher.Sent() {
		all = append(all, string(m.Value))
	}
	return fmt.Sprint(all)
}

func (r *rig) left() int {
	n, _, _ := r.outbox.Backlog(context.Background())
	return n
}

func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestACommittedBatchIsPublishedAtOnceAndThenRemoved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		r.outbox.add(batch(1))
		r.feed.Offer(batch(1))
		synctest.Wait()
		if r.sent() != "[1]" {
			t.Fatalf("sent %s", r.sent())
		}
		time.Sleep(time.Second)
		if r.left() != 0 || r.sent() != "[1]" {
			t.Fatalf("left %d, sent %s", r.left(), r.sent())
		}
	})
}

func TestWhatTheFeedForgotIsFoundInTheOutbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		r.outbox.add(batch(1)) // another process, or a dead one, committed it
		time.Sleep(2 * time.Second)
		if r.sent() != "[1]" || r.left() != 0 {
			t.Fatalf("sent %s, left %d", r.sent(), r.left())
		}
	})
}

func TestABacklogIsPublishedInOrderBeforeTheFeedGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o, feed, publisher := &outbox{}, relay.NewFeed(), &fake.Publisher{}
		for id := int64(1); id <= 600; id++ {
			o.add(batch(id))
		}
		feed.Offer(batch(600)) // of a time before this leader
		stop := lead(publisher, o, feed)
		synctest.Wait()
		stop()
		sent := publisher.Sent()
		if len(sent) != 600 || o.len() != 0 {
			t.Fatalf("%d sent, %d left", len(sent), o.len())
		}
		for i, m := range sent {
			if string(m.Value) != fmt.Sprint(i+1) {
				t.Fatalf("message %d is %s", i, m.Value)
			}
		}
	})
}

func TestABrokerOutageLosesNothingAndKeepsTheOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o, feed := &outbox{}, relay.NewFeed()
		var down atomic.Bool
		down.Store(true)
		publisher := &fake.Publisher{Fail: func(port.Message) error {
			if down.Load() {
				return errors.New("no broker")
			}
			return nil
		}}
		stop := lead(publisher, o, feed)
		for id := int64(1); id <= 5; id++ {
			o.add(batch(id))
			feed.Offer(batch(id))
			synctest.Wait()
		}
		time.Sleep(10 * time.Second)
		down.Store(false)
		time.Sleep(3 * time.Second)
		stop()
		r := rig{outbox: o, publisher: publisher}
		if r.sent() != "[1 2 3 4 5]" || r.left() != 0 {
			t.Fatalf("sent %s, left %d", r.sent(), r.left())
		}
	})
}

func TestABatchStaysUntilAllOfItIsAcknowledged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o, feed := &outbox{}, relay.NewFeed()
		var refuse atomic.Bool
		refuse.Store(true)
		publisher := &fake.Publisher{Fail: func(m port.Message) error {
			if refuse.Load() && m.Key == "b" {
				return errors.New("no leader")
			}
			return nil
		}}
		o.add(relay.Batch{ID: 1, Messages: []port.Message{{Key: "a"}, {Key: "b"}}})
		stop := lead(publisher, o, feed)
		time.Sleep(3 * time.Second)
		if o.len() != 1 {
			t.Fatal("a half-published batch was removed")
		}
		refuse.Store(false)
		time.Sleep(3 * time.Second)
		stop()
		if o.len() != 0 {
			t.Fatal("the batch was not removed")
		}
	})
}

// numbered is a batch with one numbered event of a key.
func numbered(id int64, key string, number int) relay.Batch {
	return relay.Batch{ID: id, Messages: []port.Message{{
		Topic: "t", Key: key, Value: fmt.Appendf(nil, "%s%d", key, number), Headers: map[string]string{"ce-sequence": fmt.Sprint(number)},
	}}}
}

func TestAnEventThatAnotherProcessCommittedGoesFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		for _, b := range []relay.Batch{numbered(1, "a", 1), numbered(2, "a", 2), numbered(3, "b", 1)} {
			r.outbox.add(b)
		}
		r.feed.Offer(numbered(1, "a", 1))
		r.feed.Offer(numbered(3, "b", 1)) // 2 is not ours
		synctest.Wait()
		r.outbox.add(numbered(4, "a", 3))
		r.feed.Offer(numbered(4, "a", 3))
		synctest.Wait()
		if r.sent() != "[a1 b1 a2 a3]" {
			t.Fatalf("sent %s", r.sent())
		}
	})
}

func TestANewLeaderLooksBeforeItGoesOnWithAnOldKey(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig()
		defer r.stop()
		r.outbox.add(numbered(8, "a", 41))
		r.outbox.add(numbered(9, "a", 42))
		r.feed.Offer(numbered(9, "a", 42))
		synctest.Wait()
		if r.sent() != "[a41 a42]" {
			t.Fatalf("sent %s", r.sent())
		}
	})
}

// late acknowledges before its disk has the data.
type late struct{ fake.Publisher }

func (*late) SyncDelay() time.Duration { return 2 * time.Second }

func TestABatchOutlivesTheBrokersSync(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o, feed, publisher := &outbox{}, relay.NewFeed(), &late{}
		o.add(batch(1))
		stop := lead(publisher, o, feed)
		time.Sleep(1900 * time.Millisecond)
		if o.len() != 1 {
			t.Fatal("removed before the broker's disk had it")
		}
		time.Sleep(time.Second)
		if o.len() != 0 || len(publisher.Sent()) != 1 {
			t.Fatalf("%d rows left, %d sent", o.len(), len(publisher.Sent()))
		}
		o.add(batch(2))
		feed.Offer(batch(2))
		stop()
		if o.len() != 0 || len(publisher.Sent()) != 2 {
			t.Fatalf("after a stop in good order: %d rows left, %d sent", o.len(), len(publisher.Sent()))
		}
	})
}
