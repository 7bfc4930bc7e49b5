package watch

import (
	"context"
	"sync"
)

// Subscription is one subscriber's interest in one topic.
type Subscription struct {
	hub     *Hub
	topic   Topic
	deliver func(State)

	mu      sync.Mutex
	last    uint64
	held    bool
	pending State
}

// Watch registers a subscriber and returns the snapshot. deliver is called with newer states only, one at a time, from
// the moment that Resume is called; it must not block. Returns ErrNotFound, or the source's error.
func (h *Hub) Watch(ctx context.Context, topic Topic, deliver func(State)) (*Subscription, State, error) {
	s := &Subscription{hub: h, topic: topic, deliver: deliver, held: true}
	h.add(s)
	snapshot, err := h.load(ctx, topic)
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	s.mu.Lock()
	s.last = max(s.last, snapshot.Number())
	if s.pending != nil && s.pending.Number() <= snapshot.Number() {
		s.pending = nil
	}
	s.mu.Unlock()
	return s, snapshot, nil
}

// Resume lets deliveries through, beginning with the newest state that arrived since the snapshot.
func (s *Subscription) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = false
	if s.pending != nil {
		s.deliver(s.pending)
		s.pending = nil
	}
}

// Close ends the subscription. Nothing is delivered after it returned. It must not be called from within deliver.
func (s *Subscription) Close() {
	s.hub.remove(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deliver = func(State) {}
	s.pending = nil
}

func (s *Subscription) offer(state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state.Number() <= s.last {
		return
	}
	s.last = state.Number()
	if s.held {
		s.pending = state
		return
	}
	s.deliver(state)
}

func (s *Subscription) lastNumber() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}
