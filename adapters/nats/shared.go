package nats

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// maxHandlers is how many handlers of a Shared member run at a time, as partitions would allow elsewhere: one that
// waits does not hold up the messages after it.
const maxHandlers = 12

// shared is a member of a Shared group. It fetches what it has room for and hands it over as it comes.
type shared struct {
	*member
	waiting []*delivery
	held    map[*work]bool
}

func newShared(m *member) *shared {
	m.window = m.MaxBatch
	m.config = jetstream.ConsumerConfig{AckPolicy: jetstream.AckExplicitPolicy, AckWait: m.bus.config.timing.session, MaxAckPending: 100_000}
	m.active.Store(true)
	return &shared{member: m, held: map[*work]bool{}}
}

func (m *shared) run(ctx context.Context) error {
	tick := time.NewTicker(m.bus.config.timing.tick)
	defer tick.Stop()
	ended := ctx.Done()
	for ctx.Err() == nil || len(m.held) > 0 {
		m.handOver(ctx)
		m.fetch(ctx)
		var err error
		select {
		case arrived := <-m.pull.arrivals:
			err = m.take(arrived)
		case n := <-m.rooms:
			err = m.request(ctx, n)
		case r := <-m.results:
			m.settle(ctx, r)
		case <-tick.C:
			err = m.keepAlive()
		case <-m.status:
			err = m.pull.open()
		case <-ended:
			m.giveBack()
			ended = nil
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		m.ill("a group's member starts again", err)
		rest(ctx, retryInterval)
		if _, err := m.join(ctx); err != nil {
			return err
		}
	}
	m.giveBack()
	if m.bus.conn.IsConnected() {
		_ = m.bus.conn.FlushTimeout(leaveTimeout / 2)
	}
	return nil
}

// take queues everything that has arrived.
func (m *shared) take(arrived *nats.Msg) error {
	for {
		d, err := m.pull.take(arrived)
		if err != nil {
			return err
		}
		if d != nil {
			m.waiting = append(m.waiting, d)
		}
		select {
		case arrived = <-m.pull.arrivals:
		default:
			return nil
		}
	}
}

func (m *shared) handOver(ctx context.Context) {
	for len(m.waiting) > 0 && len(m.held) < maxHandlers && ctx.Err() == nil {
		n := min(len(m.waiting), m.MaxBatch)
		m.held[m.start(ctx, m.waiting[:n:n])] = true
		m.waiting = m.waiting[n:]
	}
}

// fetch asks for more when everything that was asked for has come and has been handed over.
func (m *shared) fetch(ctx context.Context) {
	if m.pull.idle() && !m.asking && len(m.waiting) == 0 && len(m.held) < maxHandlers && ctx.Err() == nil {
		m.askRoom(ctx)
	}
}

func (m *shared) request(ctx context.Context, n int) error {
	m.asking = false
	if n == 0 || ctx.Err() != nil {
		return nil
	}
	return m.pull.request(n, "", "")
}

// settle acknowledges what is done and gives the rest back, to be delivered again to whoever is free.
func (m *shared) settle(ctx context.Context, r result) {
	delete(m.held, r.work)
	r.work.stop()
	for _, d := range r.work.deliveries[:r.done] {
		m.answer(d, answerDone)
	}
	back := answerNot
	if r.err != nil && ctx.Err() == nil {
		back = fmt.Appendf(nil, `-NAK {"delay": %d}`, errorPause)
	}
	for _, d := range r.work.deliveries[r.done:] {
		m.answer(d, back)
	}
}

// keepAlive tells the server that what this member holds is being worked on, and repeats a request that got lost.
func (m *shared) keepAlive() error {
	for _, d := range m.waiting {
		m.answer(d, answerProgress)
	}
	for w := range m.held {
		for _, d := range w.deliveries {
			m.answer(d, answerProgress)
		}
	}
	if m.pull.lost(time.Now()) {
		return errGone
	}
	return nil
}

// giveBack stops fetching and returns what was not handed over, so that others get it at once.
func (m *shared) giveBack() {
	m.pull.drain()
	for len(m.pull.arrivals) > 0 {
		if d, err := newDelivery(<-m.pull.arrivals); err == nil {
			m.waiting = append(m.waiting, d)
		}
	}
	for _, d := range m.waiting {
		m.answer(d, answerNot)
	}
	m.waiting = nil
}
