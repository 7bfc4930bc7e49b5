package memory

import (
	"context"
	"fmt"
	"sync"
	"time"

	"convoke/application/port"
)

const defaultBatch = 256

// Consume joins the group. Every partition has a reader of its own, so handlers of different partitions run at the same
// time; members of a Shared group take turns at each partition.
func (b *Bus) Consume(ctx context.Context, s port.Subscription, handle port.Handler) error {
	if s.MaxBatch == 0 {
		s.MaxBatch = defaultBatch
	}
	t, ok := b.await(ctx, s.Topic)
	if !ok {
		return nil
	}
	m, g := b.join(t, s)
	defer b.leave(g, m)
	life, cancel := context.WithCancel(ctx)
	defer cancel()
	var readers sync.WaitGroup
	var asking sync.Mutex
	for _, c := range g.cursors {
		r := &reader{bus: b, subscription: s, handle: handle, member: m, cursor: c, asking: &asking}
		readers.Go(func() { r.run(life) })
	}
	select {
	case <-ctx.Done():
	case <-b.cut:
		cancel() // a crashed process handles nothing more
		<-ctx.Done()
	}
	readers.Wait()
	return nil
}

// await waits for a topic to be there; false when ctx ended first.
func (b *Bus) await(ctx context.Context, name string) (*topic, bool) {
	for {
		b.broker.mu.Lock()
		t, created := b.broker.topics[name], b.broker.created.wait()
		b.broker.mu.Unlock()
		if t != nil {
			return t, true
		}
		select {
		case <-created:
		case <-ctx.Done():
			return nil, false
		}
	}
}

func (b *Bus) join(t *topic, s port.Subscription) (*member, *group) {
	b.broker.mu.Lock()
	defer b.broker.mu.Unlock()
	g := t.group(s.Group, s.Mode)
	m := &member{connection: b}
	m.id = fmt.Sprintf("%s-%p", b.id, m)
	if b.alive() == nil {
		g.join(m)
	}
	return m, g
}

func (b *Bus) leave(g *group, m *member) {
	b.broker.mu.Lock()
	defer b.broker.mu.Unlock()
	g.leave(m)
}

// reader hands a partition's messages to a member's handler.
type reader struct {
	bus          *Bus
	subscription port.Subscription
	handle       port.Handler
	member       *member
	cursor       *cursor
	asked        int         // the cursor's term for which Rewind was asked
	asking       *sync.Mutex // one reader of a member at a time asks for room, so that each gets an answer of its own
}

func (r *reader) run(ctx context.Context) {
	for r.awaitWork(ctx) {
		if err := r.step(ctx); err != nil {
			rest(ctx)
		}
	}
}

// awaitWork blocks until the member may claim something; false when ctx ended.
func (r *reader) awaitWork(ctx context.Context) bool {
	for ctx.Err() == nil {
		r.bus.broker.mu.Lock()
		ready := r.mustAsk() || r.cursor.claimable(r.member, r.subscription.Mode)
		changed := r.cursor.partition.changed.wait()
		r.bus.broker.mu.Unlock()
		if ready {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return false
}

// step hands one batch over and settles it. It returns the handler's error.
func (r *reader) step(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := r.begin(ctx); err != nil {
		return err
	}
	taken, batch, err := r.claim(ctx, cancel)
	if len(batch) == 0 {
		return err
	}
	done, err := r.handle(ctx, batch)

	r.bus.broker.mu.Lock()
	defer r.bus.broker.mu.Unlock()
	r.cursor.settle(taken, done)
	return err
}

// begin asks, when the partition has come to this member, whether the group is to begin it again.
func (r *reader) begin(ctx context.Context) error {
	r.bus.broker.mu.Lock()
	asks, term := r.mustAsk(), r.cursor.term
	r.bus.broker.mu.Unlock()
	if !asks {
		return nil
	}
	again, err := r.subscription.Rewind(ctx, r.cursor.partition.number)
	if err != nil {
		return err
	}
	r.bus.broker.mu.Lock()
	defer r.bus.broker.mu.Unlock()
	if again && r.cursor.term == term {
		r.cursor.restart()
	}
	r.asked = term
	return nil
}

// mustAsk reports whether the partition is this member's and it has not asked about it yet.
func (r *reader) mustAsk() bool {
	return r.subscription.Rewind != nil && r.cursor.owner == r.member && r.asked != r.cursor.term
}

// claim asks for room and takes at most that much. Nothing is taken when another member was faster.
func (r *reader) claim(ctx context.Context, cancel context.CancelFunc) (*claim, []port.Message, error) {
	r.asking.Lock()
	defer r.asking.Unlock()
	n := r.subscription.MaxBatch
	if r.subscription.Room != nil {
		room, err := r.subscription.Room(ctx)
		if err != nil {
			return nil, nil, err
		}
		n = min(n, room)
	}
	r.bus.broker.mu.Lock()
	defer r.bus.broker.mu.Unlock()
	if n < 1 || r.bus.alive() != nil || r.mustAsk() || !r.cursor.claimable(r.member, r.subscription.Mode) {
		return nil, nil, nil
	}
	taken, batch := r.cursor.claim(r.member, n, cancel)
	return taken, batch, nil
}

func rest(ctx context.Context) {
	timer := time.NewTimer(errorPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
