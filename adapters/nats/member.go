package nats

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

const (
	defaultBatch  = 256
	errorPause    = 100 * time.Millisecond
	retryInterval = 250 * time.Millisecond
	requestLimit  = 5 * time.Second // one question to the server
	leaveTimeout  = time.Second
)

// timing says how soon a silent member is taken for dead.
type timing struct {
	session time.Duration // how long the server waits for a sign of life
	tick    time.Duration // how often members give one, and look for messages of the dead
}

var defaultTiming = timing{session: 10 * time.Second, tick: 2500 * time.Millisecond}

// Consume joins the group as a member that pulls.
func (b *Bus) Consume(ctx context.Context, s port.Subscription, handle port.Handler) error {
	if s.MaxBatch == 0 {
		s.MaxBatch = defaultBatch
	}
	m := &member{bus: b, Subscription: s, handle: handle, stream: streamName(s.Topic), durable: durableName(s.Group),
		results: make(chan result, maxHandlers), rooms: make(chan int, 1)}
	var run func(context.Context) error
	if s.Mode == port.Ordered {
		run = newOrdered(m).run
	} else {
		run = newShared(m).run
	}
	if ok, err := m.join(ctx); !ok {
		return err
	}
	presence, err := m.announce()
	if err != nil {
		return err
	}
	defer func() { _ = presence.Unsubscribe() }() // it fails only when the connection has gone, and the subscription with it
	m.status = b.conn.StatusChanged(nats.CONNECTED)
	defer b.conn.RemoveStatusListener(m.status)
	defer m.running.Wait()
	defer m.pull.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return run(ctx)
}

// member is what the members of Shared and Ordered groups have in common. Only its loop touches it.
type member struct {
	bus *Bus
	port.Subscription
	handle  port.Handler
	stream  string
	durable string
	config  jetstream.ConsumerConfig
	window  int // messages asked for at once

	pull    *puller
	status  chan nats.Status
	running sync.WaitGroup // handlers and questions for room
	results chan result
	rooms   chan int
	asking  bool
	active  atomic.Bool // read by whoever asks for the members
}

// work is a batch in a handler's hands.
type work struct {
	deliveries []*delivery
	stop       context.CancelFunc
}

type result struct {
	work *work
	done int
	err  error
}

// join makes sure that the group's consumer exists and opens the puller, for as long as it takes; false when ctx ended
// first or no waiting helps.
func (m *member) join(ctx context.Context) (bool, error) {
	for warned := false; ; warned = true {
		err := m.tryJoin(ctx)
		switch {
		case err == nil:
			return true, nil
		case ctx.Err() != nil:
			return false, nil
		case hopeless(err):
			return false, fmt.Errorf("nats: group %s on %s: %w", m.Group, m.Topic, err)
		case !warned:
			m.bus.config.Log.Warn("a group can not join; trying again", "group", m.Group, "topic", m.Topic, "error", err)
		}
		rest(ctx, retryInterval)
	}
}

func (m *member) tryJoin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	topic, err := m.bus.stream(ctx, m.Topic)
	if err != nil {
		return err
	}
	existing, err := m.bus.js.Consumer(ctx, m.stream, m.durable)
	switch {
	case err == nil && existing.CachedInfo().Config.PriorityPolicy != m.config.PriorityPolicy:
		return errOtherMode
	case err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound):
		return err
	}
	m.config.Durable = m.durable
	m.config.DeliverPolicy = jetstream.DeliverAllPolicy
	m.config.MaxDeliver = -1
	if _, err := m.bus.js.CreateOrUpdateConsumer(ctx, m.stream, m.config); err != nil {
		return err
	}
	// The server makes a member the active one by a delivery, so a group at rest is set back here, and its member again
	// when it has become the active one.
	if again, err := m.again(ctx); err != nil {
		return err
	} else if again {
		if _, err := m.bus.js.ResetConsumerToSequence(ctx, m.stream, m.durable, 1); err != nil {
			return err
		}
	}
	if m.pull == nil {
		m.pull = newPuller(m.bus.conn, m.stream, m.durable, int(topic.Config.MaxMsgSize), m.window)
	}
	return m.pull.open()
}

// again asks whether the group is to begin at the first message.
func (m *member) again(ctx context.Context) (bool, error) {
	if m.Rewind == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	return m.Rewind(ctx, 0)
}

// errOtherMode: the two modes keep their place in different ways.
var errOtherMode = errors.New("the group already reads this topic in the other mode")

// hopeless reports whether the server refuses what it will never allow.
func hopeless(err error) bool {
	var refused *jetstream.APIError
	return errors.Is(err, errOtherMode) || errors.As(err, &refused) && refused.Code == 400
}

// start hands a batch to the handler, which reports to results.
func (m *member) start(ctx context.Context, deliveries []*delivery) *work {
	ctx, stop := context.WithCancel(ctx)
	w := &work{deliveries: deliveries, stop: stop}
	batch := make([]port.Message, len(deliveries))
	for i, d := range deliveries {
		batch[i] = decode(m.Topic, d.Header, d.Data, d.sequence, d.at)
	}
	m.running.Go(func() {
		done, err := m.handle(ctx, batch)
		m.results <- result{w, done, err}
	})
	return w
}

// askRoom finds out how many messages to ask for; the answer comes on rooms.
func (m *member) askRoom(ctx context.Context) {
	m.asking = true
	if m.Room == nil {
		m.rooms <- m.window
		return
	}
	m.running.Go(func() {
		n, err := m.Room(ctx)
		if err != nil || n < 1 {
			rest(ctx, errorPause)
			n = 0
		}
		m.rooms <- min(n, m.window)
	})
}

// answer tells the server what has become of a message. An answer that is lost costs a redelivery.
func (m *member) answer(d *delivery, what []byte) {
	_ = m.bus.conn.Publish(d.Reply, what)
}

func (m *member) ill(what string, err error) {
	m.bus.config.Log.Warn(what, "group", m.Group, "topic", m.Topic, "error", err)
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
