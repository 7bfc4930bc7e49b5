package relay

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"convoke/application/leader"
	"convoke/application/metric"
	"convoke/application/port"
)

const (
	gatherMessages = 512 // in one publish
	gatherBytes    = 4 << 20
	readBatches    = 256 // outbox rows in one read
	publishTimeout = 10 * time.Second
	removeEvery    = 200 * time.Millisecond
	flushTimeout   = 2 * time.Second
	pollSoon       = 20 * time.Millisecond
	pollIdle       = time.Second
)

// Relay publishes the outbox. It is a duty of the leader. Batches of its own process come over the feed as soon as they
// are committed, unless an event of another process must go first; whatever else is in the outbox (other processes' batches, what the feed forgot, what a dead leader left
// behind, what the broker refused) is found by reading it, in order, before the feed goes on.
type Relay struct {
	outbox    Outbox
	feed      *Feed
	publisher port.Publisher
	clock     port.Clock
	meter     port.Meter
	log       *slog.Logger
	nudge     chan struct{}
}

// New makes a relay.
func New(outbox Outbox, feed *Feed, publisher port.Publisher, clock port.Clock, meter port.Meter, log *slog.Logger) *Relay {
	return &Relay{outbox, feed, publisher, clock, meter, log, make(chan struct{}, 1)}
}

// Nudge says that another process has probably committed something. Safe for concurrent use.
func (r *Relay) Nudge() {
	select {
	case r.nudge <- struct{}{}:
	default:
	}
}

// Run publishes until ctx ends; then it sends what is committed and not yet sent, as far as a short time allows.
func (r *Relay) Run(ctx context.Context, lease leader.Term) {
	t := &term{Relay: r, lease: lease, done: newLedger(r.syncDelay()), order: newOrder(), pause: pollSoon}
	r.feed.drop()
	t.catchUp(ctx)
	t.loop(ctx)
	t.flush()
}

// syncDelay is how long a published batch must be kept, because the broker's own disk may be behind its word.
func (r *Relay) syncDelay() time.Duration {
	if late, ok := r.publisher.(port.LateSync); ok {
		return late.SyncDelay()
	}
	return 0
}

// term is the relay's memory during one time of leading.
type term struct {
	*Relay
	lease leader.Term
	done  *ledger
	order *order
	pause time.Duration // until the outbox is looked at again
}

func (t *term) loop(ctx context.Context) {
	look := time.NewTimer(t.pause)
	defer look.Stop()
	remove := time.NewTicker(removeEvery)
	defer remove.Stop()
	for {
		select {
		case first := <-t.feed.batches:
			if batches := t.gather(first); !t.order.follow(batches) || !t.publish(ctx, batches) {
				t.catchUp(ctx)
			}
		case <-t.nudge:
			t.catchUp(ctx)
		case <-look.C:
			t.catchUp(ctx)
			look.Reset(t.pause)
		case <-remove.C:
			t.remove(ctx, t.clock.Now())
		case <-ctx.Done():
			return
		}
	}
}

// gather takes what else waits in the feed, up to the size of one publish.
func (t *term) gather(first Batch) []Batch {
	batches := []Batch{first}
	messages, bytes := len(first.Messages), size(first)
	for messages < gatherMessages && bytes < gatherBytes {
		select {
		case b := <-t.feed.batches:
			batches = append(batches, b)
			messages, bytes = messages+len(b.Messages), bytes+size(b)
		default:
			return batches
		}
	}
	return batches
}

// catchUp publishes what is in the outbox, oldest first. The feed's content is dropped before: it is in there too.
func (t *term) catchUp(ctx context.Context) {
	for ctx.Err() == nil && t.lease.Valid() {
		t.feed.drop()
		batches, err := t.outbox.Pending(ctx, t.done.ids(), readBatches)
		if err != nil {
			if ctx.Err() == nil {
				t.log.Warn("the outbox can not be read", "error", err)
			}
			t.pause = pollIdle
			return
		}
		if len(batches) == 0 {
			t.pause = min(2*t.pause, pollIdle)
			return
		}
		t.pause = pollSoon
		if !t.publish(ctx, batches) {
			t.pause = pollIdle
			return
		}
	}
}

// publish sends batches and notes which are done; false when any is not.
func (t *term) publish(ctx context.Context, batches []Batch) bool {
	messages, owners := t.flatten(batches)
	if len(messages) == 0 {
		return true
	}
	if !t.lease.Valid() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	failed := map[int64]error{}
	if errs := t.publisher.Publish(ctx, messages); errs != nil {
		for i, err := range errs {
			if err != nil && !errors.Is(err, port.ErrTooLarge) {
				failed[owners[i]] = err
			}
			if errors.Is(err, port.ErrTooLarge) {
				t.log.Error("a message is larger than its topic allows and was dropped", "topic", messages[i].Topic, "bytes", len(messages[i].Value))
			}
		}
	}
	t.count(messages, owners, failed)
	now := t.clock.Now()
	for _, b := range batches {
		if failed[b.ID] == nil {
			t.done.add(b.ID, now)
			t.order.published(b)
		}
	}
	return len(failed) == 0
}

// flatten lists the messages of the batches that are not done, and whose they are.
func (t *term) flatten(batches []Batch) (messages []port.Message, owners []int64) {
	for _, b := range batches {
		if t.done.has(b.ID) {
			continue
		}
		for _, m := range b.Messages {
			messages = append(messages, m)
			owners = append(owners, b.ID)
		}
	}
	return messages, owners
}

func (t *term) count(messages []port.Message, owners []int64, failed map[int64]error) {
	published := map[string]float64{}
	for i, m := range messages {
		if failed[owners[i]] == nil {
			published[m.Topic]++
		}
	}
	for topic, n := range published {
		t.meter.Add(metric.RelayPublished, n, topic)
	}
	for _, err := range failed {
		t.meter.Add(metric.RelayErrors, float64(len(failed)))
		t.log.Warn("the broker did not take everything; trying again", "batches", len(failed), "error", err)
		break
	}
}

// remove deletes the batches that were published early enough before now.
func (t *term) remove(ctx context.Context, now time.Time) {
	ids := t.done.due(now)
	if len(ids) == 0 {
		return
	}
	if err := t.outbox.RemoveBatches(ctx, ids); err != nil {
		if ctx.Err() == nil {
			t.log.Warn("published batches can not be removed; trying again", "batches", len(ids), "error", err)
		}
		return
	}
	t.done.removed(len(ids), now)
}

// flush sends what the feed still holds and removes everything published: a stop in good order syncs the broker.
func (t *term) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	t.catchUp(ctx)
	t.remove(ctx, t.clock.Now().Add(t.done.keep))
}

func size(b Batch) int {
	n := 0
	for _, m := range b.Messages {
		n += len(m.Value)
	}
	return n
}
