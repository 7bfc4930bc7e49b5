package nats

import (
	"context"
	"time"
)

// keepUp renews the pin, repeats a request that got lost, and looks for messages that nobody holds.
func (m *ordered) keepUp(ctx context.Context) error {
	if m.pull.lost(time.Now()) {
		return m.reconnect(ctx)
	}
	if m.pin != "" {
		if err := m.pull.renew(priorityGroup, m.pin); err != nil {
			return err
		}
	}
	if m.working == nil && len(m.buffer) == 0 && m.bus.conn.IsConnected() && ctx.Err() == nil {
		return m.look(ctx)
	}
	return nil
}

// look asks the server whether somebody died with messages in hand, or whether some of this member's got lost. While
// another member is active it leaves them alone.
func (m *ordered) look(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	consumer, err := m.bus.js.Consumer(bounded, m.stream, m.durable)
	if err != nil {
		return err
	}
	info := consumer.CachedInfo()
	var pinned string
	for _, g := range info.PriorityGroups {
		pinned = g.PinnedClientID
	}
	if info.NumAckPending > 0 && (pinned == "" || pinned == m.pin) {
		return m.sync(ctx, 0)
	}
	return nil
}

// reconnect asks anew, and for everything behind the last commit, because what was on its way is lost.
func (m *ordered) reconnect(ctx context.Context) error {
	if err := m.pull.open(); err != nil || m.pin == "" {
		return err
	}
	return m.sync(ctx, 0)
}

// sync has the server deliver again from the given sequence, or from behind the last commit if it is 0.
func (m *ordered) sync(ctx context.Context, from uint64) error {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	if err := m.confirm(ctx); err != nil {
		return err
	}
	m.syncing = true
	var err error
	if from == 0 {
		_, err = m.bus.js.ResetConsumer(ctx, m.stream, m.durable)
	} else {
		_, err = m.bus.js.ResetConsumerToSequence(ctx, m.stream, m.durable, from)
	}
	return err
}

// confirm waits until the server has worked on all answers, so that a reset does not overtake them.
func (m *ordered) confirm(ctx context.Context) error {
	if m.acked == nil {
		return nil
	}
	_, err := m.bus.conn.RequestWithContext(ctx, m.acked.Reply, answerDone)
	if err == nil {
		m.acked = nil
	}
	return err
}

// leave hands everything that is not done to the next active member.
func (m *ordered) leave() {
	defer m.pull.close()
	if m.pin == "" || !m.bus.conn.IsConnected() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	m.pull.drain()
	err := m.sync(ctx, 0)
	if err == nil {
		err = m.unpin(ctx)
	}
	if err != nil {
		m.ill("a group's active member could not hand over; another one takes over in a while", err)
	}
}

func (m *ordered) unpin(ctx context.Context) error {
	stream, err := m.bus.js.Stream(ctx, m.stream)
	if err != nil {
		return err
	}
	return stream.UnpinConsumer(ctx, m.durable, priorityGroup)
}
