package websocket

import (
	"context"
	"errors"
	"time"

	"convoke/application/watch"
	"convoke/domain/fault"
)

const loadTimeout = 5 * time.Second

// subscription is one thing that a socket watches. Its fields are guarded by the socket's mutex, except watch, which is
// set before anything can be delivered.
type subscription struct {
	socket *socket
	topic  watch.Topic
	floor  uint64 // what the client has seen
	watch  *watch.Subscription
	newest watch.State // waits in the queue; nil: nothing does
	weight int         // of newest
	closed bool
}

func (s *socket) subscribe(r request) {
	topic, ok := r.topic()
	if !ok {
		s.reply(notice{Type: "error", Code: "invalid", Message: "jobId must be a job's id", JobID: clip(r.JobID)})
		return
	}
	s.forget(topic) // who subscribes again starts again
	if s.full() {
		s.reply(notice{Type: "error", Code: "too-many-subscriptions", Message: "a socket can watch at most 128 jobs", JobID: topic.ID})
		return
	}
	sub := &subscription{socket: s, topic: topic, floor: r.Version}
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	watching, snapshot, err := s.handler.hub.Watch(ctx, topic, sub.deliver)
	if err != nil {
		s.reply(s.refusal(topic, err))
		return
	}
	sub.watch = watching
	if s.begin(sub, snapshot) {
		watching.Resume()
	} else {
		watching.Close()
	}
}

// begin acknowledges a subscription and sends what the client has not seen. It returns false when nothing can follow.
func (s *socket) begin(sub *subscription, snapshot watch.State) bool {
	s.reply(notice{Type: "subscribed", JobID: sub.topic.ID})
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
		s.reply(notice{Type: "error", Code: "invalid", Message: "jobId must be a job's id", JobID: clip(r.JobID)})
		return
	}
	s.forget(topic)
	s.reply(notice{Type: "unsubscribed", JobID: topic.ID})
}

// refusal says why something can not be watched.
func (s *socket) refusal(topic watch.Topic, err error) notice {
	n := notice{Type: "error", Code: "unavailable", Message: "this can not be watched right now; try again", JobID: topic.ID}
	var known *fault.Error
	switch {
	case errors.Is(err, watch.ErrNotFound):
		n.Code, n.Message = "job-not-found", "there is no such job"
	case errors.As(err, &known):
		n.Code, n.Message = known.Code, known.Message
	default:
		s.handler.log.Warn("a job can not be watched", "jobId", topic.ID, "error", err)
	}
	return n
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

// settle ends a subscription whose last message has been sent: its job can never change again.
func (s *socket) settle(sub *subscription) {
	s.mu.Lock()
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

// collect takes the newest state out of the queue; the socket's mutex is held.
func (sub *subscription) collect(q *queue) watch.State {
	state := sub.newest
	q.weight -= sub.weight
	sub.newest, sub.weight = nil, 0
	return state
}

func (sub *subscription) isClosed() bool {
	sub.socket.mu.Lock()
	defer sub.socket.mu.Unlock()
	return sub.closed
}

// clip keeps an echo of the client's own text short.
func clip(s string) string { return s[:min(len(s), 64)] }
