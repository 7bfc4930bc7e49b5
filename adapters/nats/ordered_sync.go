package nats

import (
	"context"
	"time"
)

// certain reports whether this member is still the active one without doubt. After a silence, as when the process was
// stopped, another one may have taken over: nothing is handed over until the server has been asked. Half a session is
// kept back for the way between server and member.
func (m *ordered) certain() bool {
	return time.Since(m.pull.confirmed) < m.bus.config.timing.session/2
}

// keepUp renews the pin, repeats a request that got lost, and looks for messages that nobody holds.
func (m *ordered) keepUp(ctx context.Context) error {
	idle := m.working == nil && len(m.buffer) == 0
	switch {
	case !m.bus.conn.IsConnected() || ctx.Err() != nil && m.working == nil:
		return nil
	case m.pull.lost(time.Now()):
		return m.reconnect(ctx)
	case m.pin != "" && !m.certain(), idle:
		if err := m.look(ctx); err != nil {
			return err
		}
	}
	if m.pin == "" {
		return nil
	}
	return m.pull.renew(priorityGroup, m.pin)
}

// look asks the server who is active, and whether somebody died with messages in hand, or some of this member's got
// lost.
func (m *ordered) look(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	asked := time.Now()
	consumer, err := m.bus.js.Consumer(bounded, m.stream, m.durable)
	if err != nil {
		return err
	}
	info := consumer.CachedInfo()
	var active string
	for _, g := range info.PriorityGroups {
		active = g.PinnedClientID
	}
	switch {
	case active != "" && active == m.pin:
		m.pull.confirmed = asked
	case m.pin != "":
		m.stepDown()
		if err := m.pull.open(); err != nil {
			return err
		}
	}
	if holding := m.working != nil || len(m.buffer) > 0; info.NumAckPending > 0 && active == m.pin && !holding {
		return m.sync(ctx, 0)
	}
	return nil
}

// reconnect asks anew, and if this member is still the active one, for everything behind the last commit, because what
// was on its way is lost.
func (m *ordered) reconnect(ctx context.Context) error {
	err := m.pull.open()
	if err == nil && m.pin != "" {
		err = m.look(ctx)
	}
	if err == nil && m.pin != "" {
		err = m.sync(ctx, 0)
	}
	return err
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
