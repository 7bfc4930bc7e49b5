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
	entries map[Topic]*audience
	dirty   map[Topic]uint64 // hinted numbers that are not loaded yet
	wake    chan struct{}
	paced   map[Topic]*paced
	due     []Topic // of paced, those whose time is over
	release chan struct{}
}

// audience is the subscribers of one topic.
type audience struct {
	all  map[*Subscription]struct{}
	seen uint64 // a number that each of them has been told of, or has in its snapshot
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
		entries: map[Topic]*audience{}, dirty: map[Topic]uint64{}, wake: make(chan struct{}, 1),
		paced: map[Topic]*paced{}, release: make(chan struct{}, 1),
	}
	h.loads = lane.New(lane.Config{MaxBatch: 256}, h.loadBatch)
	return h
}

// Stop ends the hub's own goroutine.
func (h *Hub) Stop() { h.loads.Stop() }

// Offer tells the subscribers of this process about states that were just committed, as fast as the topics' pace allows.
func (h *Hub) Offer(states ...State) {
	for _, state := range states {
		if !h.hold(state) {
			h.tell(state)
		}
	}
}

func (h *Hub) tell(state State) {
	for _, s := range h.subscribers(state) {
		s.offer(state)
	}
}

// Hint says that a topic has reached a number; if anybody watches who has not seen it, the state is loaded and offered.
func (h *Hub) Hint(hint port.Hint) {
	topic := Topic{hint.Kind, hint.ID}
	h.mu.Lock()
	defer h.mu.Unlock()
	a := h.entries[topic]
	if a == nil || hint.Number <= a.seen || h.holdHint(topic, hint.Number) {
		return
	}
	for s := range a.all {
		if s.lastNumber() < hint.Number {
			h.spoil(topic, hint.Number)
			return
		}
	}
	a.seen = hint.Number
}

// spoil has Run load a topic; h.mu is held.
func (h *Hub) spoil(topic Topic, number uint64) {
	h.dirty[topic] = max(h.dirty[topic], number)
	h.nudge()
}

// Run tells what was kept back, loads what hints point at and compares numbers from time to time, until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	var telling sync.WaitGroup
	telling.Go(func() { h.releaseAll(ctx) }) // a database that hangs keeps nobody from what is known
	defer telling.Wait()
	ticker := time.NewTicker(h.config.CheckEvery)
	defer ticker.Stop()
	for {
		select {
		case <-h.wake:
			h.loadDirty(ctx)
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
	a := h.entries[s.topic]
	if a == nil {
		a = &audience{all: map[*Subscription]struct{}{}}
		h.entries[s.topic] = a
	}
	a.all[s] = struct{}{}
}

func (h *Hub) remove(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := h.entries[s.topic]
	if a == nil {
		return
	}
	delete(a.all, s)
	if len(a.all) == 0 {
		delete(h.entries, s.topic)
		delete(h.dirty, s.topic)
	}
}

// subscribers lists those who are to be told of a state. Who comes later has it in the snapshot.
func (h *Hub) subscribers(state State) []*Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := h.entries[state.Topic()]
	if a == nil {
		return nil
	}
	a.seen = max(a.seen, state.Number())
	all := make([]*Subscription, 0, len(a.all))
	for s := range a.all {
		all = append(all, s)
	}
	return all
}

func (h *Hub) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}
