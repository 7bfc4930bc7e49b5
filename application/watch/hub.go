// Package watch tells subscribers what has become of the things they watch. Watching is state-based: everything watched
// carries a number that only grows, a subscriber is registered first, then gets a snapshot, then only newer states.
// Hints of changes may be lost; a periodic comparison of numbers makes them good.
package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"convoke/application/lane"
	"convoke/application/port"
	"convoke/domain/fault"
)

// ErrNotFound is the fault of watching something that does not exist.
var ErrNotFound = fault.New(fault.NotFound, "not-found", "there is nothing of that id to watch")

// Topic names a thing that can be watched.
type Topic struct {
	Kind port.HintKind
	ID   string
}

// State is a thing as it was at one number.
type State interface {
	Topic() Topic
	Number() uint64
	Settled() bool // it can never change again
}

// Source reads one kind of thing.
type Source interface {
	// Load returns the states of those that exist.
	Load(ctx context.Context, ids []string) ([]State, error)
	// Numbers returns the numbers of those that exist; it is cheap.
	Numbers(ctx context.Context, ids []string) (map[string]uint64, error)
}

// Config of a Hub. The zero value works.
type Config struct {
	CheckEvery time.Duration // comparison of numbers against lost hints; 0: 2 s
	// Pace is the least time between two states of one topic, by kind; a kind that is not in it has none. nil: 100 ms for
	// occasions, which change with every guest.
	Pace map[port.HintKind]time.Duration
}

// Hub connects changes with subscribers. Safe for concurrent use.
type Hub struct {
	sources map[port.HintKind]Source
	config  Config
	log     *slog.Logger
	loads   *lane.Lane[*load]

	mu      sync.Mutex
	entries map[Topic]map[*Subscription]struct{}
	dirty   map[Topic]uint64 // hinted numbers that are not loaded yet
	wake    chan struct{}
	paced   map[Topic]*paced
	due     []Topic // of paced, those whose time is over
	release chan struct{}
}

// New makes a hub over the sources. Stop must be called after Run has returned and subscribers are gone.
func New(sources map[port.HintKind]Source, config Config, log *slog.Logger) *Hub {
	if config.CheckEvery == 0 {
		config.CheckEvery = 2 * time.Second
	}
	if config.Pace == nil {
		config.Pace = map[port.HintKind]time.Duration{port.OccasionHint: 100 * time.Millisecond}
	}
	h := &Hub{
		sources: sources, config: config, log: log,
		entries: map[Topic]map[*Subscription]struct{}{}, dirty: map[Topic]uint64{}, wake: make(chan struct{}, 1),
		paced: map[Topic]*paced{}, release: make(chan struct{}, 1),
	}
	h.loads = lane.New(lane.Config{MaxBatch: 256}, h.loadBatch)
	return h
}

// Stop ends the hub's own goroutine.
func (h *Hub) Stop() { h.loads.Stop() }

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

// Offer tells the subscribers of this process about states that were just committed, as fast as the topics' pace allows.
func (h *Hub) Offer(states ...State) {
	for _, state := range states {
		if !h.hold(state) {
			h.tell(state)
		}
	}
}

func (h *Hub) tell(state State) {
	for _, s := range h.subscribers(state.Topic()) {
		s.offer(state)
	}
}

// Hint says that a topic has reached a number; if anybody watches, the state is loaded and offered.
func (h *Hub) Hint(hint port.Hint) {
	topic := Topic{hint.Kind, hint.ID}
	h.mu.Lock()
	defer h.mu.Unlock()
	subscribers := h.entries[topic]
	for s := range subscribers {
		if s.lastNumber() < hint.Number {
			h.dirty[topic] = max(h.dirty[topic], hint.Number)
			h.nudge()
			return
		}
	}
}

// Run loads what hints point at and compares numbers from time to time, until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	ticker := time.NewTicker(h.config.CheckEvery)
	defer ticker.Stop()
	for {
		select {
		case <-h.wake:
			h.loadDirty(ctx)
		case <-h.release:
			h.releaseDue()
		case <-ticker.C:
			h.check(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

func (h *Hub) add(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.entries[s.topic] == nil {
		h.entries[s.topic] = map[*Subscription]struct{}{}
	}
	h.entries[s.topic][s] = struct{}{}
}

func (h *Hub) remove(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.entries[s.topic], s)
	if len(h.entries[s.topic]) == 0 {
		delete(h.entries, s.topic)
		delete(h.dirty, s.topic)
	}
}

func (h *Hub) subscribers(topic Topic) []*Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.entries[topic]) == 0 {
		return nil
	}
	all := make([]*Subscription, 0, len(h.entries[topic]))
	for s := range h.entries[topic] {
		all = append(all, s)
	}
	return all
}

func (s *Subscription) lastNumber() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func (h *Hub) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}
