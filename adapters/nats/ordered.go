package nats

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// unanswered is how long the server lets an Ordered group's active member hold a message. What a dead member held is
// not waited for: whoever takes over has the server start again behind the last commit.
const unanswered = 24 * time.Hour

// bufferBytes stops an active member from fetching more than it may hold.
const bufferBytes = 8 << 20

// ordered is a member of an Ordered group: the active one, to which the server has pinned the consumer, or one that
// stands by. The active one counts the server's deliveries; when one is missing, or when it has just become the active
// one, it has the server deliver again everything behind the last commit.
type ordered struct {
	*member
	pin     string // this member's, while it is the active one
	next    uint64 // number of the next delivery
	syncing bool   // waiting for delivery number one after a reset
	last    uint64 // sequence of the newest message that was accepted; lower ones are repetitions
	done    uint64 // sequence of the newest message that was acknowledged
	room    int    // what Room said last

	buffer  []*delivery
	bytes   int
	working *work
	resting <-chan time.Time // set while the partition pauses after an error
	leaving bool             // another member is active: the handler is to give way
	acked   *delivery        // the newest answer, which the server may not have worked on yet
}

func newOrdered(m *member) *ordered {
	m.window = 2 * m.MaxBatch
	m.config = jetstream.ConsumerConfig{AckPolicy: jetstream.AckAllPolicy, AckWait: unanswered, MaxAckPending: 100_000,
		PriorityPolicy: jetstream.PriorityPolicyPinned, PriorityGroups: []string{priorityGroup}, PinnedTTL: m.bus.config.timing.session}
	return &ordered{member: m}
}

func (m *ordered) run(ctx context.Context) error {
	defer m.leave()
	tick := time.NewTicker(m.bus.config.timing.tick)
	defer tick.Stop()
	ended := ctx.Done()
	err := m.look(ctx)
	for ctx.Err() == nil || m.working != nil {
		if err != nil && ctx.Err() == nil {
			m.ill("a group's member starts again", err)
			m.stepDown()
			rest(ctx, retryInterval)
			if _, err := m.join(ctx); err != nil {
				return err
			}
		}
		m.handOver(ctx)
		m.fetch(ctx)
		err = nil
		select {
		case arrived := <-m.pull.arrivals:
			err = m.take(ctx, arrived)
		case n := <-m.rooms:
			err = m.request(ctx, n)
		case r := <-m.results:
			err = m.settle(r)
		case <-tick.C:
			err = m.keepUp(ctx)
		case <-m.status:
			err = m.reconnect(ctx)
		case <-m.resting:
			m.resting = nil
		case <-ended:
			ended = nil
		}
	}
	return nil
}

// take accepts a delivery if it is the next one.
func (m *ordered) take(ctx context.Context, arrived *nats.Msg) error {
	d, err := m.pull.take(arrived)
	switch {
	case errors.Is(err, errPinLost):
		m.stepDown()
		return m.pull.open()
	case err != nil:
		return err
	case d == nil || m.leaving:
		return nil
	}
	if pin := d.Header.Get(headerPin); pin != m.pin {
		m.pin, m.next, m.syncing = pin, 1, false
		m.pull.confirmed = time.Now()
		m.active.Store(true)
		if again, err := m.again(ctx); err != nil {
			return err
		} else if again {
			return m.sync(ctx, 1)
		}
	}
	if d.consumer == 1 {
		m.next, m.syncing = 1, false
	}
	switch {
	case m.syncing:
		return nil
	case d.consumer != m.next:
		return m.sync(ctx, 0)
	}
	m.next++
	m.accept(d)
	return nil
}

// accept queues a message, unless it is one that was delivered before a reset. The server ignores the answer to a
// message that it is going to deliver again, so one that is done is answered again.
func (m *ordered) accept(d *delivery) {
	switch {
	case d.sequence <= m.done:
		m.answer(d, answerDone)
	case d.sequence > m.last:
		m.last = d.sequence
		m.buffer = append(m.buffer, d)
		m.bytes += len(d.Data)
	}
}

func (m *ordered) handOver(ctx context.Context) {
	more := len(m.pull.arrivals) > 0 && len(m.buffer) < m.MaxBatch
	if m.working != nil || m.leaving || m.resting != nil || len(m.buffer) == 0 || more || ctx.Err() != nil || !m.certain() {
		return
	}
	n := min(len(m.buffer), m.MaxBatch, m.room)
	m.working = m.start(ctx, m.buffer[:n:n])
	m.buffer = m.buffer[n:]
	for _, d := range m.working.deliveries {
		m.bytes -= len(d.Data)
	}
}

// fetch asks for more when there is little left. With Room it fetches nothing ahead.
func (m *ordered) fetch(ctx context.Context) {
	little := len(m.buffer) < m.MaxBatch && m.bytes < bufferBytes
	if m.Room != nil {
		little = len(m.buffer) == 0
	}
	if little && m.pull.idle() && !m.asking && !m.leaving && ctx.Err() == nil {
		m.askRoom(ctx)
	}
}

func (m *ordered) request(ctx context.Context, n int) error {
	m.asking = false
	if n == 0 || m.leaving || ctx.Err() != nil {
		return nil
	}
	m.room = n
	return m.pull.request(n, priorityGroup, m.pin)
}

// settle acknowledges what is done from the front; the rest stays first in line.
func (m *ordered) settle(r result) error {
	m.working = nil
	r.work.stop()
	// The answer to one message is the answer to all before it. Who may not be the active member any more says nothing:
	// another one may have been set back meanwhile, and does the work again.
	if r.done > 0 && !m.leaving && m.certain() {
		last := r.work.deliveries[r.done-1]
		m.answer(last, answerDone)
		m.acked, m.done = last, last.sequence
	}
	if m.leaving {
		m.leaving = false
		m.forget()
		return nil
	}
	m.putBack(r.work.deliveries[r.done:])
	if r.err != nil {
		m.resting = time.After(errorPause)
	}
	return nil
}

func (m *ordered) putBack(rest []*delivery) {
	for _, d := range rest {
		m.bytes += len(d.Data)
	}
	m.buffer = slices.Concat(rest, m.buffer)
}

// stepDown stops working: somebody else is the active member now, or nobody knows.
func (m *ordered) stepDown() {
	m.forget()
	m.active.Store(false)
	m.pin = ""
	if m.leaving = m.working != nil; m.leaving {
		m.working.stop()
	}
}

// forget drops what was fetched; the server delivers it again.
func (m *ordered) forget() {
	m.buffer, m.bytes, m.last, m.done = nil, 0, 0, 0
}
