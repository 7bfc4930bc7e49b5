package websocket

import (
	"cmp"
	"context"
	"errors"
	"time"

	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/application/watch"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

const loadTimeout = 5 * time.Second

// subscription is one thing that a socket watches. Its fields are guarded by the socket's mutex, except watch, which is
// set before anything can be delivered.
type subscription struct {
	socket *socket
	topic  watch.Topic
	floor  uint64 // what the client has seen
	token  string // by which it may see hidden counts
	watch  *watch.Subscription
	newest watch.State // waits in the queue; nil: nothing does
	weight int         // of newest
	closed bool
}

func (s *socket) subscribe(r request) {
	topic, ok := r.topic()
	if !ok {
		s.reply(r.unclear())
		return
	}
	s.forget(topic) // who subscribes again starts again
	if s.full() {
		s.reply(notice{Type: "error", Code: "too-many-subscriptions", Message: "a socket can watch at most 128 things"}.about(topic))
		return
	}
	sub := &subscription{socket: s, topic: topic, floor: r.Version, token: cmp.Or(r.Token, s.token)}
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	watching, snapshot, err := s.handler.hub.Watch(ctx, topic, sub.deliver)
	if err != nil {
		s.reply(s.refusal(topic, err))
		return
	}
	sub.watch = watching
	if err := sub.admitted(snapshot); err != nil {
		watching.Close()
		s.reply(s.refusal(topic, err))
		return
	}
	if s.begin(sub, snapshot) {
		watching.Resume()
	} else {
		watching.Close()
	}
}

// begin acknowledges a subscription and sends what the client has not seen. It returns false when nothing can follow.
func (s *socket) begin(sub *subscription, snapshot watch.State) bool {
	s.reply(notice{Type: "subscribed"}.about(sub.topic))
	s.mu.Lock()
	defer s.mu.Unlock()
	if snapshot.Number() <= sub.floor && snapshot.Settled() {
		return false
	}
	if s.subscriptions == nil {
		s.subscriptions = map[watch.Topic]*subscription{}
	}
	s.subscriptions[sub.topic] = sub
	if snapshot.Number() <= sub.floor {
		return true
	}
	s.enqueue(item{subscription: sub, state: snapshot, snapshot: true, weight: s.handler.render.weight(snapshot)})
	if s.handler.render.ended(snapshot) {
		s.enqueue(item{subscription: sub, state: snapshot})
	}
	return true
}

func (s *socket) unsubscribe(r request) {
	topic, ok := r.topic()
	if !ok {
		s.reply(r.unclear())
		return
	}
	s.forget(topic)
	s.reply(notice{Type: "unsubscribed"}.about(topic))
}

// refusal says why something can not be watched.
func (s *socket) refusal(topic watch.Topic, err error) notice {
	n := notice{Type: "error", Code: "unavailable", Message: "this can not be watched right now; try again"}.about(topic)
	var known *fault.Error
	switch {
	case errors.Is(err, watch.ErrNotFound) && topic.Kind == port.OccasionHint:
		n.Code, n.Message = rsvp.ErrNoOccasion.Code, rsvp.ErrNoOccasion.Message
	case errors.Is(err, watch.ErrNotFound):
		n.Code, n.Message = "job-not-found", "there is no such job"
	case errors.As(err, &known):
		n.Code, n.Message = known.Code, known.Message
	default:
		s.handler.log.Warn("something can not be watched", "kind", topic.Kind, "id", topic.ID, "error", err)
	}
	return n
}

// admitted returns why the client may not see a state, or nil. It is asked for each: an occasion may be deleted, and its
// counts may be hidden, at any time.
func (sub *subscription) admitted(state watch.State) error {
	s, ok := state.(rsvps.Watched)
	switch {
	case !ok:
		return nil
	case s.Occasion.Deleted:
		return rsvp.ErrNoOccasion
	}
	return sub.socket.handler.config.Gate.Admit(sub.token, s.Occasion)
}

// forget ends a subscription, if there is one. Nothing of it is sent afterwards.
func (s *socket) forget(topic watch.Topic) {
	s.mu.Lock()
	sub := s.subscriptions[topic]
	delete(s.subscriptions, topic)
	if sub != nil {
		sub.closed = true
	}
	s.mu.Unlock()
	if sub != nil {
		sub.watch.Close()
	}
}

// settle ends a subscription whose last message has been sent.
func (s *socket) settle(sub *subscription) {
	s.mu.Lock()
	sub.closed = true
	if s.subscriptions[sub.topic] == sub {
		delete(s.subscriptions, sub.topic)
	}
	s.mu.Unlock()
	sub.watch.Close()
}

func (s *socket) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.subscriptions) >= maxSubscription
}

// deliver queues a newer state. One that still waits is superseded in its place.
func (sub *subscription) deliver(state watch.State) {
	s := sub.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	if sub.closed || s.dead || s.closing != 0 || state.Number() <= sub.floor {
		return
	}
	waits := sub.newest != nil
	weight := s.handler.render.weight(state)
	s.queue.weight += weight - sub.weight
	sub.newest, sub.weight = state, weight
	if waits {
		s.judge()
	} else {
		s.enqueue(item{subscription: sub})
	}
}

// collect moves the newest state out of the queue into the item that stands for it; the socket's mutex is held.
func (sub *subscription) collect(q *queue, i *item) {
	i.state, i.weight, i.shared = sub.newest, sub.weight, true
	q.weight -= sub.weight
	sub.newest, sub.weight = nil, 0
}

func (sub *subscription) isClosed() bool {
	sub.socket.mu.Lock()
	defer sub.socket.mu.Unlock()
	return sub.closed
}

// clip keeps an echo of the client's own text short.
func clip(s string) string { return s[:min(len(s), 64)] }
